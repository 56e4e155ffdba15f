"""The published test numbers, from test_numbers.toml: which there are and what each stands for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from billing.payments.model import DeclineReason

if TYPE_CHECKING:
    from collections.abc import Mapping

_APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Course:
    """How payments with some details go; no reason means that they are not declined there.

    `at_once`: when they are typed in. `to_confirm`: the bank asks the buyer first. `in_the_end`:
    after that, or when a debit's outcome is known. `stored`: when they are charged again later.
    """

    at_once: DeclineReason | None = None
    to_confirm: bool = False
    in_the_end: DeclineReason | None = None
    stored: DeclineReason | None = None


@cache
def published_cards() -> Mapping[str, Course]:
    """Every published test card's number with the course its payments take."""
    stored = _by_number("stored_cards")
    at_once = _by_number("cards")
    to_confirm = _by_number("cards_to_confirm")
    return MappingProxyType(
        {
            number: Course(at_once=reason, stored=stored.get(number))
            for number, reason in at_once.items()
        }
        | {
            number: Course(to_confirm=True, in_the_end=reason, stored=stored.get(number))
            for number, reason in to_confirm.items()
        }
    )


def debit_course(iban: str) -> Course:
    """The course of direct debits from a compact IBAN."""
    return Course(
        at_once=_declined_ending(iban), in_the_end=_by_number("debits_in_the_end").get(iban)
    )


def _declined_ending(iban: str) -> DeclineReason | None:
    for reason, endings in _tables()["debits"].items():
        if iban.endswith(tuple(endings)):
            return DeclineReason(reason)
    return None


@cache
def _by_number(table: str) -> Mapping[str, DeclineReason | None]:
    return {
        number: None if outcome == _APPROVED else DeclineReason(outcome)
        for outcome, numbers in _tables()[table].items()
        for number in numbers
    }


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("test_numbers.toml").read_text("utf-8"))
