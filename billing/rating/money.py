"""Money: an exact decimal at its currency's precision, and the one rounding there is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

# ISO 4217 list one: the currencies whose minor unit is not a hundredth.
_NO_DIGITS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_DIGITS = {
    **dict.fromkeys(_NO_DIGITS, 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

# Decimal's operators round at the thread's context (28 digits unless somebody changed it). Every
# operation here runs in this context instead, where nothing is ever rounded but by `quantize`.
_EXACT = Context(prec=MAX_PREC, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX)

# Far above any amount, far below what would exhaust the memory: 1E+999999999 is eleven characters.
_LARGEST_EXPONENT = 200
_QUANTA = [Decimal((0, (1,), -digits)) for digits in range(5)]


def currency_digits(currency: str) -> int:
    """Decimal places of a currency by ISO 4217."""
    return _DIGITS.get(currency, 2)


def round_half_up(amount: Fraction | Decimal | int, digits: int) -> Decimal:
    """Round half away from zero to `digits` places, from the exact value, once.

    Raises:
        ValueError: for a Decimal that is not a number.
        OverflowError: for a Decimal of more than 200 digits before the point.
    """
    if isinstance(amount, Decimal):
        return _quantized(amount, digits)
    scaled = Fraction(amount) * 10**digits
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    return _shifted(-whole if scaled < 0 else whole, -digits)


def _quantized(amount: Decimal, digits: int) -> Decimal:
    if not amount.is_finite():
        raise ValueError("an amount is a finite number")
    if amount.adjusted() > _LARGEST_EXPONENT:
        raise OverflowError("an amount has at most 200 digits before the point")
    # `plus` turns a negative zero, which prints as -0.00, into zero.
    return _EXACT.plus(_EXACT.quantize(amount, Decimal((0, (1,), -digits))))


def _is_exact(amount: Decimal, digits: int) -> bool:
    """Whether an amount is what `_quantized` would make of it already, as nearly all are."""
    if not amount.same_quantum(_QUANTA[digits]) or amount.adjusted() > _LARGEST_EXPONENT:
        return False
    return bool(amount) or not amount.is_signed()


def _shifted(whole: int, exponent: int) -> Decimal:
    return _EXACT.scaleb(Decimal(whole), exponent)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, always at exactly that currency's precision, never rounded silently.

    Raises:
        ValueError: for an amount that is no number or more precise than the currency, and from
            every operation on two currencies.
        OverflowError: for an amount of more than 200 digits before the point.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        digits = currency_digits(self.currency)
        if _is_exact(self.amount, digits):
            return
        exact = _quantized(self.amount, digits)
        if exact != self.amount:
            raise ValueError(f"more precise than {self.currency} allows")
        object.__setattr__(self, "amount", exact)

    @classmethod
    def rounded(cls, amount: Fraction | Decimal | int, currency: str) -> Self:
        """Money from an exact amount, rounded half up once."""
        return cls(round_half_up(amount, currency_digits(currency)), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Self:
        """Money from minor units (cents), as the database keeps it."""
        return cls(_shifted(minor, -currency_digits(currency)), currency)

    @classmethod
    @cache
    def zero(cls, currency: str) -> Self:
        """Nothing of a currency."""
        return cls.from_minor(0, currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Self:
        """The sum of amounts that all are in `currency`."""
        result = cls.zero(currency)
        for amount in amounts:
            result += amount
        return result

    @property
    def minor(self) -> int:
        """The amount in minor units (cents)."""
        return int(_EXACT.scaleb(self.amount, currency_digits(self.currency)))

    def percent(self, rate: Decimal) -> Self:
        """`rate` percent of the amount, rounded half up once."""
        return type(self).rounded(Fraction(self.amount) * Fraction(rate) / 100, self.currency)

    def _same_currency(self, other: Money) -> None:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")

    def __add__(self, other: Money) -> Self:
        self._same_currency(other)
        return type(self)(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Self:
        self._same_currency(other)
        return type(self)(_EXACT.subtract(self.amount, other.amount), self.currency)

    def __neg__(self) -> Self:
        return type(self)(_EXACT.minus(self.amount), self.currency)

    def __mul__(self, factor: int) -> Self:
        return type(self)(_EXACT.multiply(self.amount, Decimal(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.amount <= other.amount
