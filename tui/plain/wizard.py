"""Questions one after the other, with `0` to the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.plain.talk import Back

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.plain.visit import Visit


def in_order(questions: Sequence[Callable[[Visit], None]], visit: Visit) -> None:
    """Ask all of them.

    Raises:
        Back: from the first one.
    """
    at = 0
    while at < len(questions):
        try:
            questions[at](visit)
        except Back:
            if at == 0:
                raise
            at -= 1
        else:
            at += 1
