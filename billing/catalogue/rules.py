"""What the values of a catalogue must be to each other: minimum and maximum, month and year.

The rules read the plain document, not the models, so that they still speak when something else in
the file is wrong: what is missing, malformed or too many is passed over here and named by the
schema.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from stdnum.eu import vat

from billing.catalogue.schema import (
    MOST_CURRENCIES,
    MOST_FEATURES,
    MOST_PRODUCTS,
    MOST_TIERS,
    amount_of,
)
from billing.rating.money import currency_digits
from billing.rating.tax_rates import EU_STATES, tax_country

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    Path = tuple[str, ...]
    Flaws = Iterator[tuple[Path, str]]
    Table = Mapping[str, object]


def broken_rules(document: Table) -> Flaws:
    """Key path and reason of every rule that `document` breaks."""
    yield from _currencies(document)
    yield from _seller(_table(document.get("seller")))
    currencies = _declared_currencies(document)
    products = _tables(document.get("products"), MOST_PRODUCTS)
    yield from _same_names(("products",), ((key, table.get("name")) for key, table in products))
    for key, product in products:
        yield from _product(("products", key), product, currencies)


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _tables(value: object, most: int) -> list[tuple[str, Table]]:
    """The tables in a table; none when there are more than `most`, to bound the work."""
    outer = _table(value)
    if len(outer) > most:
        return []
    return [(key, inner) for key, inner in outer.items() if isinstance(inner, dict)]


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _declared_currencies(document: Table) -> tuple[str, ...]:
    """The currencies of the file; none while one of them is malformed or there are too many."""
    listed = document.get("currencies")
    if not isinstance(listed, list) or len(listed) > MOST_CURRENCIES:
        return ()
    good = [code for code in listed if isinstance(code, str) and re.fullmatch("[A-Z]{3}", code)]
    return tuple(good) if len(good) == len(listed) else ()


def _currencies(document: Table) -> Flaws:
    declared = _declared_currencies(document)
    for index, code in enumerate(declared):
        if code in declared[:index]:
            yield ("currencies", str(index)), "is listed twice"


def _seller(seller: Table) -> Flaws:
    country, vat_id = seller.get("country"), seller.get("vat_id")
    if not isinstance(country, str) or not re.fullmatch("[A-Z]{2}", country):
        return
    state = tax_country(country)
    if state not in EU_STATES:
        # Who is taxed how is known for sellers in the Union only.
        yield ("seller", "country"), "is no state of the European Union"
        return
    if not isinstance(vat_id, str):
        return
    prefix = "EL" if state == "GR" else state
    if not vat_id.startswith(prefix):
        yield ("seller", "vat_id"), "does not begin with the code of the seller's country"
    elif not vat.is_valid(vat_id) or vat.compact(vat_id) != vat_id:
        yield ("seller", "vat_id"), "is not built like a VAT id of the seller's country"


def _same_names(at: Path, names: Iterable[tuple[str, object]]) -> Flaws:
    """`names` are pairs of a key below `at` and the name it has."""
    seen: set[str] = set()
    for key, name in names:
        if not isinstance(name, str):
            continue
        if name in seen:
            yield (*at, key, "name"), "is the name of another one too"
        seen.add(name)


def _product(at: Path, product: Table, currencies: tuple[str, ...]) -> Flaws:
    tiers = _tables(product.get("tiers"), MOST_TIERS)
    yield from _same_names((*at, "tiers"), ((key, table.get("name")) for key, table in tiers))
    yield from _feature_names((*at, "features"), _table(product.get("features")))
    yield from _trial((*at, "trial"), _table(product.get("trial")), tiers)
    for key, tier in tiers:
        tier_at = (*at, "tiers", key)
        yield from _seats((*tier_at, "seats"), _table(tier.get("seats")))
        yield from _prices((*tier_at, "prices"), _table(tier.get("prices")), currencies)
        yield from _tier_features(
            (*tier_at, "features"), tier.get("features"), product.get("features")
        )


def _feature_names(at: Path, features: Table) -> Flaws:
    for language in ("de", "en"):
        names = ((key, _table(name).get(language)) for key, name in features.items())
        for path, reason in _same_names(at, names):
            yield (*path[:-1], language), reason


def _trial(at: Path, trial: Table, tiers: list[tuple[str, Table]]) -> Flaws:
    most = _whole(trial.get("max_seats"))
    fewest = [_whole(_table(tier.get("seats")).get("min")) for _, tier in tiers]
    if most is not None and any(number is not None and most < number for number in fewest):
        yield (*at, "max_seats"), "is less than the fewest seats of a tier"


def _seats(at: Path, seats: Table) -> Flaws:
    fewest, most = _whole(seats.get("min")), _whole(seats.get("max"))
    if fewest is not None and most is not None and fewest > most:
        yield (*at, "min"), "is more than max"


def _prices(at: Path, prices: Table, currencies: tuple[str, ...]) -> Flaws:
    for cycle in ("monthly", "annual"):
        amounts = prices.get(cycle)
        if isinstance(amounts, dict):
            yield from _amounts((*at, cycle), amounts, currencies)
    monthly, annual = _table(prices.get("monthly")), _table(prices.get("annual"))
    for currency, amount in annual.items():
        month, year = amount_of(monthly.get(currency)), amount_of(amount)
        if month is not None and year is not None and year > 12 * month:
            yield (*at, "annual", currency), "is more than twelve monthly prices"


def _amounts(at: Path, amounts: Table, currencies: tuple[str, ...]) -> Flaws:
    for currency in currencies:
        if currency not in amounts:
            yield (*at, currency), "is missing: every currency of the catalogue needs a price"
    for currency, text in amounts.items():
        amount = amount_of(text)
        if amount is not None and _digits(amount) > currency_digits(currency):
            yield (*at, currency), "has more decimal places than the currency"
        if currencies and currency not in currencies:
            yield (*at, currency), "is not a currency of the catalogue"


def _digits(amount: Decimal) -> int:
    return -int(amount.as_tuple().exponent)


def _tier_features(at: Path, values: object, features: object) -> Flaws:
    if not isinstance(values, dict) or not isinstance(features, dict):
        return
    if len(features) > MOST_FEATURES:
        return
    for key in chain(features, values):
        if key not in values:
            yield (*at, key), "is missing: every feature of the product needs a value"
        elif key not in features:
            yield (*at, key), "is not a feature of the product"
