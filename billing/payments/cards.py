"""Cards as typed, for the test gateway: number, expiry and CVC checked, the brand named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.errors import Field, Flaw, InvalidInput
from billing.payments.model import CardSummary
from billing.payments.testnumbers import published_cards
from billing.payments.typed import flaws, is_digits, trimmed, without_groups, without_spaces

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import date

    from billing.payments.model import Card

_LONGEST_TEXT = 60
_LENGTHS = range(12, 20)
_YEARS_AHEAD = 50
_EXPIRY = re.compile(
    r"(?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4}|[0-9]{2})"
    r"|(?P<bare_month>[0-9]{2})(?P<bare_year>[0-9]{4}|[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class CheckedCard:
    """A card that passed every check. `number` and `cvc` are secret, `summary` may be kept."""

    number: str = field(repr=False)
    cvc: str = field(repr=False)
    summary: CardSummary


@dataclass(frozen=True, slots=True)
class _Brand:
    name: str
    prefixes: tuple[tuple[str, str], ...]
    lengths: Container[int]
    cvc_lengths: tuple[int, ...] = (3,)

    def issued(self, number: str) -> bool:
        return any(first <= number[: len(first)] <= last for first, last in self.prefixes)


# By prefix (first to last); an earlier brand wins where two overlap.
_BRANDS = (
    _Brand("Visa", (("4", "4"),), (13, 16, 19)),
    _Brand("Mastercard", (("51", "55"), ("2221", "2720")), (16,)),
    _Brand("American Express", (("34", "34"), ("37", "37")), (15,), cvc_lengths=(4,)),
    _Brand(
        "Diners Club",
        (("300", "305"), ("3095", "3095"), ("36", "36"), ("38", "39")),
        range(14, 20),
    ),
    _Brand("JCB", (("3528", "3589"),), range(16, 20)),
    _Brand("Discover", (("6011", "6011"), ("644", "649"), ("65", "65")), range(16, 20)),
    _Brand("UnionPay", (("62", "62"), ("81", "81")), range(16, 20)),
    _Brand("Dankort", (("5019", "5019"),), (16,)),
    # Many Maestro cards have no CVC printed on them.
    _Brand(
        "Maestro",
        (("50", "50"), ("56", "58"), ("6304", "6304"), ("67", "67")),
        _LENGTHS,
        cvc_lengths=(0, 3),
    ),
)
# What a number may be of that nobody has made out yet.
_ANY_BRAND = _Brand("", (), (), cvc_lengths=(3, 4))


def check_card(card: Card, today: date) -> CheckedCard:
    """A published test card that is good on `today`; number first, then expiry, then CVC.

    Raises:
        InvalidInput: for the number MISSING, TOO_LONG, WRONG_FORMAT, WRONG_LENGTH, NOT_SUPPORTED
            (no known brand), WRONG_CHECKSUM or NOT_A_TEST_CARD; for the expiry MISSING, TOO_LONG,
            WRONG_FORMAT, EXPIRED or TOO_FAR_AHEAD (fact `years`); for the CVC MISSING,
            WRONG_FORMAT or WRONG_LENGTH. From the brand on, `brand` is a fact of number and CVC.
    """
    number, brand = _check_number(card.number)
    month, year = _check_expiry(card.expiry, today)
    return CheckedCard(
        number=number,
        cvc=_check_cvc(card.cvc, brand),
        summary=CardSummary(
            brand=brand.name, last4=number[-4:], expiry=f"{month:02}/{year % 100:02}"
        ),
    )


def card_flaws(card: Card, today: date) -> tuple[InvalidInput, ...]:
    """What is wrong with each field of a card; how long the CVC is depends on the number."""
    number = without_groups(card.number.strip())
    brand = _brand_of(number) or _ANY_BRAND
    return flaws(
        lambda: _check_number(card.number),
        lambda: _check_expiry(card.expiry, today),
        lambda: _check_cvc(card.cvc, brand),
    )


def _brand_of(number: str) -> _Brand | None:
    return next((brand for brand in _BRANDS if brand.issued(number)), None)


def _check_number(text: str) -> tuple[str, _Brand]:
    number = without_groups(trimmed(text, Field.CARD_NUMBER, _LONGEST_TEXT))
    if not is_digits(number):
        raise InvalidInput(Field.CARD_NUMBER, Flaw.WRONG_FORMAT)
    if len(number) not in _LENGTHS:
        raise InvalidInput(Field.CARD_NUMBER, Flaw.WRONG_LENGTH)
    brand = _brand_of(number)
    if brand is None:
        raise InvalidInput(Field.CARD_NUMBER, Flaw.NOT_SUPPORTED)
    if len(number) not in brand.lengths:
        raise InvalidInput(Field.CARD_NUMBER, Flaw.WRONG_LENGTH, brand=brand.name)
    if not _passes_luhn(number):
        raise InvalidInput(Field.CARD_NUMBER, Flaw.WRONG_CHECKSUM, brand=brand.name)
    if number not in published_cards():
        raise InvalidInput(Field.CARD_NUMBER, Flaw.NOT_A_TEST_CARD, brand=brand.name)
    return number, brand


def _passes_luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _check_expiry(text: str, today: date) -> tuple[int, int]:
    match = _EXPIRY.fullmatch(without_spaces(trimmed(text, Field.CARD_EXPIRY, _LONGEST_TEXT)))
    if match is None:
        raise InvalidInput(Field.CARD_EXPIRY, Flaw.WRONG_FORMAT)
    month = int(match["month"] or match["bare_month"])
    year = _full_year(match["year"] or match["bare_year"], today)
    if not 1 <= month <= 12:
        raise InvalidInput(Field.CARD_EXPIRY, Flaw.WRONG_FORMAT)
    # A card is good to the end of the month printed on it.
    if (year, month) < (today.year, today.month):
        raise InvalidInput(Field.CARD_EXPIRY, Flaw.EXPIRED)
    if year - today.year > _YEARS_AHEAD:
        raise InvalidInput(Field.CARD_EXPIRY, Flaw.TOO_FAR_AHEAD, years=_YEARS_AHEAD)
    return month, year


def _full_year(digits: str, today: date) -> int:
    """The year meant: of this century, or of the next where that lies 50 years back."""
    if len(digits) == 4:
        return int(digits)
    year = today.year // 100 * 100 + int(digits)
    return year if year >= today.year - _YEARS_AHEAD else year + 100


def _check_cvc(text: str, brand: _Brand) -> str:
    cvc = text.strip()
    if not cvc and 0 not in brand.cvc_lengths:
        raise InvalidInput(Field.CARD_CVC, Flaw.MISSING, brand=brand.name)
    if cvc and not is_digits(cvc):
        raise InvalidInput(Field.CARD_CVC, Flaw.WRONG_FORMAT, brand=brand.name)
    if len(cvc) not in brand.cvc_lengths:
        raise InvalidInput(
            Field.CARD_CVC, Flaw.WRONG_LENGTH, brand=brand.name, length=brand.cvc_lengths[-1]
        )
    return cvc
