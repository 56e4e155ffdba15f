"""The sample catalogue is what the program promises, and any broken value of it is named."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.catalogue.loader import (
    catalogue_from,
    load_catalogue,
    parse_catalogue,
    sample_catalogue,
)
from billing.catalogue.model import BillingCycle, Product, SeatNoun, Text, Tier, Trial
from billing.documents.fields import cells
from billing.errors import CatalogueInvalid
from billing.rating.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAMPLE = resources.files("billing.catalogue").joinpath("sample.toml").read_bytes()
DOCUMENT = tomllib.loads(SAMPLE.decode())
CATALOGUE = sample_catalogue()
TIERS = [(product, tier) for product in CATALOGUE.products for tier in product.tiers]
COLUMNS = 80


def price(product: str, tier: str, cycle: BillingCycle, currency: str) -> str:
    return str(CATALOGUE.product(product).tier(tier).price(cycle, currency).amount)


def leaves(table: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The key path of every value that is no table itself."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, (*at, key))
        else:
            yield (*at, key)


def table_of(document: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path[:-1]:
        document = document[key]
    return document


def test_sample_is_marked_as_a_sample_of_a_german_seller() -> None:
    assert CATALOGUE.sample
    assert CATALOGUE.seller.country == "DE"
    assert CATALOGUE.seller.vat_id == "DE113866163"
    assert CATALOGUE.seller.mail.endswith(".example")
    assert CATALOGUE.seller.corporate_portal == "https://link.logmeininc.com/corp-billing"


def test_sample_sells_the_family_in_its_order() -> None:
    assert [product.id for product in CATALOGUE.products] == [
        "goto-meeting",
        "goto-webinar",
        "goto-training",
        "goto-connect",
        "logmein-resolve",
        "logmein-rescue",
        "logmein-central",
        "gotomypc",
        "hamachi",
        "openvoice",
    ]


@pytest.mark.parametrize(
    ("product", "tier", "monthly", "annual"),
    [
        ("goto-meeting", "professional", "14.00", "144.00"),
        ("goto-meeting", "business", "19.00", "192.00"),
        ("goto-webinar", "lite", "59.00", "588.00"),
        ("goto-webinar", "standard", "129.00", "1188.00"),
        ("goto-webinar", "pro", "249.00", "2388.00"),
        ("goto-webinar", "enterprise", "499.00", "4788.00"),
    ],
)
def test_sample_prices_are_those_of_the_pictures(
    product: str, tier: str, monthly: str, annual: str
) -> None:
    assert price(product, tier, BillingCycle.MONTHLY, "EUR") == monthly
    assert price(product, tier, BillingCycle.ANNUAL, "EUR") == annual


def test_a_product_has_all_that_its_tables_say() -> None:
    webinar = CATALOGUE.product("goto-webinar")
    pro = webinar.tier("pro")
    assert webinar.trial == Trial(days=7, max_seats=5)
    assert webinar.seat_noun == SeatNoun(
        Text("Organisator", "organizer"), Text("Organisatoren", "organizers")
    )
    assert pro.limit == Text("bis 1.000 Teilnehmer", "up to 1,000 participants")
    assert (pro.min_seats, pro.max_seats) == (1, 500)
    assert pro.prices[BillingCycle.ANNUAL, "EUR"] == Money.from_minor(238_800, "EUR")
    assert pro.features["branding"] is True
    assert pro.features["recordings-kept"] == Text("unbegrenzt", "unlimited")


def test_sample_has_every_kind_of_product_that_the_flow_knows() -> None:
    without_trial = [product for product in CATALOGUE.products if product.trial is None]
    with_one_tier = [product for product in CATALOGUE.products if len(product.tiers) == 1]
    assert len(without_trial) >= 2
    assert len(with_one_tier) >= 2
    assert any(product.trial is None for product in with_one_tier)
    assert any(product.trial is not None for product in with_one_tier)
    assert any(tier.min_seats > 1 for _, tier in TIERS)


@pytest.mark.parametrize("product", CATALOGUE.products, ids=lambda product: product.id)
def test_sample_tiers_go_from_small_to_large(product: Product) -> None:
    for cycle in BillingCycle:
        for currency in ("EUR", "USD"):
            amounts = [tier.price(cycle, currency) for tier in product.tiers]
            assert amounts == sorted(amounts)


@pytest.mark.parametrize("product", CATALOGUE.products, ids=lambda product: product.id)
def test_sample_comparison_fits_80_columns(product: Product) -> None:
    assert 4 <= len(product.features) <= 8
    for language in ("de", "en"):
        widest = max(cells(feature.name.in_language(language)) for feature in product.features)
        columns = [column_width(product, tier, language) for tier in product.tiers]
        assert widest + sum(columns) + 2 * len(columns) <= COLUMNS - 2


def column_width(product: Product, tier: Tier, language: str) -> int:
    values = (tier.features[feature.id] for feature in product.features)
    texts = [value.in_language(language) for value in values if isinstance(value, Text)]
    return max(map(cells, [tier.name, *texts]))


@pytest.mark.parametrize(("product", "tier"), TIERS, ids=lambda value: value.id)
def test_yearly_saves_money_in_the_sample(product: Product, tier: Tier) -> None:
    for currency in ("EUR", "USD"):
        monthly = tier.price(BillingCycle.MONTHLY, currency)
        assert tier.price(BillingCycle.ANNUAL, currency) < monthly * 12


def test_prices_and_features_cannot_be_changed() -> None:
    tier = CATALOGUE.products[0].tiers[0]
    with pytest.raises(TypeError, match="does not support item assignment"):
        tier.prices[BillingCycle.MONTHLY, "EUR"] = Money.zero("EUR")  # type: ignore[index]
    with pytest.raises(TypeError, match="does not support item assignment"):
        tier.features["polls"] = True  # type: ignore[index]


def test_a_file_gives_what_its_bytes_give(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_bytes(SAMPLE)
    assert load_catalogue(path) == parse_catalogue(SAMPLE) == CATALOGUE


def test_a_byte_order_mark_and_windows_line_ends_are_no_flaws() -> None:
    assert parse_catalogue(b"\xef\xbb\xbf" + SAMPLE.replace(b"\n", b"\r\n")) == CATALOGUE


GARBAGE = st.one_of(
    st.sampled_from(["", " ", "\x1b[31mred", "a\nb", "\u202egnirts", "x" * 100_000, " padded "]),
    st.integers(max_value=0),
    st.integers(min_value=10**30),
    st.floats(),
    st.lists(st.integers(), max_size=3),
    st.just(dt.date(2026, 11, 22)),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


@settings(deadline=None)
@given(st.sampled_from(list(leaves(DOCUMENT))), GARBAGE)
def test_a_broken_value_is_named_by_its_key(path: tuple[str, ...], garbage: object) -> None:
    document = copy.deepcopy(DOCUMENT)
    table_of(document, path)[path[-1]] = garbage
    with pytest.raises(CatalogueInvalid) as caught:
        catalogue_from(document)
    named = [place for place, _ in caught.value.flaws]
    key = ".".join(path)
    assert any(place == key or place.startswith(f"{key}.") for place in named)


@settings(deadline=None)
@given(st.sampled_from(list(leaves(DOCUMENT))))
def test_a_value_left_out_is_named_by_its_key(path: tuple[str, ...]) -> None:
    document = copy.deepcopy(DOCUMENT)
    del table_of(document, path)[path[-1]]
    with pytest.raises(CatalogueInvalid) as caught:
        catalogue_from(document)
    assert ".".join(path) in dict(caught.value.flaws)


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(min_value=0, max_value=len(SAMPLE)))
def test_whatever_a_file_holds_is_a_catalogue_or_a_flaw(noise: bytes, place: int) -> None:
    data = SAMPLE[:place] + noise + SAMPLE[place:]
    try:
        parse_catalogue(data)
    except CatalogueInvalid as invalid:
        flaws = invalid.flaws
        assert flaws
        assert all(where.isprintable() and why.isprintable() for where, why in flaws)
