"""The standard VAT rates of the 27 EU states, each valid from its day until the next one's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

# Since this day electronic services to the EU are taxed where the buyer is; no older rate is kept.
_BEGIN = date(2015, 1, 1)

_Rates = tuple[tuple[date, Decimal], ...]


def _rates(first: str, *changes: tuple[date, str]) -> _Rates:
    return tuple((valid_from, Decimal(rate)) for valid_from, rate in ((_BEGIN, first), *changes))


_STANDARD_RATES: dict[str, _Rates] = {
    "AT": _rates("20"),
    "BE": _rates("21"),
    "BG": _rates("20"),
    "CY": _rates("19"),
    "CZ": _rates("21"),
    "DE": _rates("19", (date(2020, 7, 1), "16"), (date(2021, 1, 1), "19")),
    "DK": _rates("25"),
    "EE": _rates("20", (date(2024, 1, 1), "22"), (date(2025, 7, 1), "24")),
    "ES": _rates("21"),
    "FI": _rates("24", (date(2024, 9, 1), "25.5")),
    "FR": _rates("20"),
    "GR": _rates("23", (date(2016, 6, 1), "24")),
    "HR": _rates("25"),
    "HU": _rates("27"),
    "IE": _rates("23", (date(2020, 9, 1), "21"), (date(2021, 3, 1), "23")),
    "IT": _rates("22"),
    "LT": _rates("21"),
    "LU": _rates("17", (date(2023, 1, 1), "16"), (date(2024, 1, 1), "17")),
    "LV": _rates("21"),
    "MT": _rates("18"),
    "NL": _rates("21"),
    "PL": _rates("23"),
    "PT": _rates("23"),
    "RO": _rates(
        "24", (date(2016, 1, 1), "20"), (date(2017, 1, 1), "19"), (date(2025, 8, 1), "21")
    ),
    "SE": _rates("25"),
    "SI": _rates("22"),
    "SK": _rates("20", (date(2025, 1, 1), "23")),
}

EU_STATES = frozenset(_STANDARD_RATES)
"""ISO 3166-1 alpha-2 codes. Northern Ireland (XI) is no member for services."""


def iso_country(code: str) -> str:
    """The ISO code of a country in upper case; EL, as VAT ids write it, is GR."""
    upper = code.upper()
    return "GR" if upper == "EL" else upper


def standard_rate(country: str, on: date) -> Decimal:
    """The standard rate in percent on that day; a day before 2015 gets the rate of 1 January 2015.

    Raises:
        LookupError: for a country that is no EU state.
    """
    rates = _STANDARD_RATES.get(iso_country(country))
    if rates is None:
        raise LookupError(f"{country!r} is no EU state")
    current = rates[0][1]
    for valid_from, rate in rates[1:]:
        if valid_from <= on:
            current = rate
    return current
