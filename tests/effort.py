"""How much the expensive properties try: little in `make test`, more in a round of `make soak`."""

from __future__ import annotations

from hypothesis import settings

SOAK = "soak"
_TIMES_AS_MANY, _TIMES_AS_LONG = 4, 2


def examples(usually: int) -> int:
    """How many examples to try."""
    return usually * _TIMES_AS_MANY if _soaking() else usually


def steps(usually: int) -> int:
    """How many steps a state machine takes at most."""
    return usually * _TIMES_AS_LONG if _soaking() else usually


def _soaking() -> bool:
    return settings.get_current_profile_name() == SOAK
