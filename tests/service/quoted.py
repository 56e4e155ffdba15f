"""What tests of `billing-center quote` for an account need: its figures beside the service's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.command_line import run
from tui.commands import quote_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.accounts.model import Session
    from billing.rating.quote import Quote
    from tests.command_line import Run
    from tests.service.shop import Shop
    from tui.commands.estimate import Estimate

    Estimated = Callable[..., Estimate]

__all__ = ["estimated", "run"]


@pytest.fixture
def estimated(run: Run, monkeypatch: pytest.MonkeyPatch) -> Estimated:
    """Runs `billing-center quote` and answers what it was about to print, to the last value."""
    found: list[Estimate] = []

    def keep(made: Estimate) -> str:
        found.append(made)
        return "{}"

    monkeypatch.setattr(quote_json, "quote_json", keep)

    def estimate(*words: str) -> Estimate:
        answer = run(*words, "--json")
        assert (answer.code, answer.err) == (0, "")
        return found[-1]

    return estimate


def words_for(shop: Shop, session: Session, *words: str) -> tuple[str, ...]:
    """The command that quotes for the contact of a session, on the shop's day."""
    return (
        *("quote", *words),
        *("--account", session.contact.mail, "--database", shop.address),
        *("--today", shop.service.today(session).isoformat()),
    )


def without_ids(quote: Quote) -> Quote:
    """A quote but for the ids of its lines, which nothing has before it is in the cart."""
    lines = tuple(replace(line, line_id="") for line in quote.lines)
    return replace(quote, lines=lines, identity="")
