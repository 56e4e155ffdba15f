"""A number of licences: in words, and what is wrong with one that was typed. Pure: no Textual."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tui.i18n import _, licences_text, seats_text
from tui.sentences import seats_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.catalogue.model import Catalogue


class SeatsFlaw(StrEnum):
    """What is wrong with the number typed."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


def seats_of(product_id: str, seats: int, catalogue: Catalogue) -> str:
    """„2 Techniker“; „2 Lizenzen“ of a product that is not sold any more."""
    product = catalogue.find(product_id)
    return licences_text(seats) if product is None else seats_text(seats, product.seat_noun)


def seats_flaw(text: str, fewest: int, most: int) -> SeatsFlaw | None:
    """What is wrong with a text as a number of licences within these limits."""
    if not text:
        return SeatsFlaw.EMPTY
    if not (text.isascii() and text.isdigit()):
        return SeatsFlaw.NOT_A_NUMBER
    if int(text) < fewest:
        return SeatsFlaw.TOO_SMALL
    return SeatsFlaw.TOO_LARGE if int(text) > most else None


def seats_flaw_sentence(flaw: SeatsFlaw, facts: Mapping[str, object]) -> str:
    """What is wrong with a number of licences, and what is possible."""
    first = {
        SeatsFlaw.EMPTY: _("Please enter a number."),
        SeatsFlaw.NOT_A_NUMBER: _("Please enter a number in digits."),
        SeatsFlaw.TOO_SMALL: _("That is too few."),
        SeatsFlaw.TOO_LARGE: _("That is too many."),
    }[flaw]
    return f"{first} {seats_sentence(facts)}"
