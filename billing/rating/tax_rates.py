"""The standard VAT rates of the 27 EU states, each valid from its day until the next one's.

The table begins on 1 January 2000, or with the state's accession where that was later.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

_Rates = tuple[tuple[date, Decimal], ...]


def _rates(*changes: tuple[str, str]) -> _Rates:
    return tuple((date.fromisoformat(since), Decimal(rate)) for since, rate in changes)


_STANDARD_RATES: dict[str, _Rates] = {
    "AT": _rates(("2000-01-01", "20")),
    "BE": _rates(("2000-01-01", "21")),
    "BG": _rates(("2007-01-01", "20")),
    "CY": _rates(
        ("2004-05-01", "15"), ("2012-03-01", "17"), ("2013-01-14", "18"), ("2014-01-13", "19")
    ),
    "CZ": _rates(("2004-05-01", "19"), ("2010-01-01", "20"), ("2013-01-01", "21")),
    "DE": _rates(
        ("2000-01-01", "16"), ("2007-01-01", "19"), ("2020-07-01", "16"), ("2021-01-01", "19")
    ),
    "DK": _rates(("2000-01-01", "25")),
    "EE": _rates(
        ("2004-05-01", "18"), ("2009-07-01", "20"), ("2024-01-01", "22"), ("2025-07-01", "24")
    ),
    "ES": _rates(("2000-01-01", "16"), ("2010-07-01", "18"), ("2012-09-01", "21")),
    "FI": _rates(
        ("2000-01-01", "22"), ("2010-07-01", "23"), ("2013-01-01", "24"), ("2024-09-01", "25.5")
    ),
    "FR": _rates(("2000-01-01", "20.6"), ("2000-04-01", "19.6"), ("2014-01-01", "20")),
    "GR": _rates(
        ("2000-01-01", "18"),
        ("2005-04-01", "19"),
        ("2010-03-15", "21"),
        ("2010-07-01", "23"),
        ("2016-06-01", "24"),
    ),
    "HR": _rates(("2013-07-01", "25")),
    "HU": _rates(
        ("2004-05-01", "25"), ("2006-01-01", "20"), ("2009-07-01", "25"), ("2012-01-01", "27")
    ),
    "IE": _rates(
        ("2000-01-01", "21"),
        ("2001-01-01", "20"),
        ("2002-03-01", "21"),
        ("2008-12-01", "21.5"),
        ("2010-01-01", "21"),
        ("2012-01-01", "23"),
        ("2020-09-01", "21"),
        ("2021-03-01", "23"),
    ),
    "IT": _rates(("2000-01-01", "20"), ("2011-09-17", "21"), ("2013-10-01", "22")),
    "LT": _rates(("2004-05-01", "18"), ("2009-01-01", "19"), ("2009-09-01", "21")),
    "LU": _rates(
        ("2000-01-01", "15"), ("2015-01-01", "17"), ("2023-01-01", "16"), ("2024-01-01", "17")
    ),
    "LV": _rates(
        ("2004-05-01", "18"), ("2009-01-01", "21"), ("2011-01-01", "22"), ("2012-07-01", "21")
    ),
    "MT": _rates(("2004-05-01", "18")),
    "NL": _rates(("2000-01-01", "17.5"), ("2001-01-01", "19"), ("2012-10-01", "21")),
    "PL": _rates(("2004-05-01", "22"), ("2011-01-01", "23")),
    "PT": _rates(
        ("2000-01-01", "17"),
        ("2002-06-05", "19"),
        ("2005-07-01", "21"),
        ("2008-07-01", "20"),
        ("2010-07-01", "21"),
        ("2011-01-01", "23"),
    ),
    "RO": _rates(
        ("2007-01-01", "19"),
        ("2010-07-01", "24"),
        ("2016-01-01", "20"),
        ("2017-01-01", "19"),
        ("2025-08-01", "21"),
    ),
    "SE": _rates(("2000-01-01", "25")),
    "SI": _rates(("2004-05-01", "20"), ("2013-07-01", "22")),
    "SK": _rates(("2004-05-01", "19"), ("2011-01-01", "20"), ("2025-01-01", "23")),
}

EU_STATES = frozenset(_STANDARD_RATES)
"""ISO 3166-1 alpha-2 codes. GB is none of them, and for services neither is Northern Ireland."""

# How VAT ids write Greece, and the country that counts as a part of France for VAT.
_TAXED_AS = {"EL": "GR", "MC": "FR"}


def tax_country(code: str) -> str:
    """The country whose VAT law holds in a country, in upper case: GR for EL, FR for Monaco."""
    upper = code.upper()
    return _TAXED_AS.get(upper, upper)


def standard_rate(country: str, on: date) -> Decimal:
    """The standard rate in percent on that day; a day before the table begins gets its first rate.

    Raises:
        LookupError: for a country that is no EU state.
    """
    rates = _STANDARD_RATES.get(tax_country(country))
    if rates is None:
        raise LookupError(f"{country!r} is no EU state")
    current = rates[0][1]
    for since, rate in rates[1:]:
        if since <= on:
            current = rate
    return current
