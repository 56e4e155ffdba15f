"""The published test numbers, from test_numbers.toml: which there are and what each stands for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from billing.payments.model import DeclineReason

if TYPE_CHECKING:
    from collections.abc import Mapping

_APPROVED = "approved"


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("test_numbers.toml").read_text("utf-8"))


@cache
def published_cards() -> Mapping[str, DeclineReason | None]:
    """Every published test card's number, with the reason it is declined for; None: approved."""
    return MappingProxyType(
        {
            number: None if outcome == _APPROVED else DeclineReason(outcome)
            for outcome, numbers in _tables()["cards"].items()
            for number in numbers
        }
    )


def debit_decline(iban: str) -> DeclineReason | None:
    """Why a direct debit from a compact IBAN fails at once; None: it is under way."""
    for reason, endings in _tables()["debits"].items():
        if iban.endswith(tuple(endings)):
            return DeclineReason(reason)
    return None
