from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import eu_vat_rates_data
import pytest
from hypothesis import given
from hypothesis import strategies as st

import billing.accounts.model
from billing.rating.tax import (
    TaxDecision,
    TaxTreatment,
    VatIdState,
    decide_tax,
    depends_on_vat_id,
)
from billing.rating.tax_rates import EU_STATES, standard_rate, tax_country
from tests.unit.rating.values import COUNTRIES, days

TODAY = date(2026, 11, 22)
STATES_BY_RATE_TODAY = {
    "17": {"LU"},
    "18": {"MT"},
    "19": {"CY", "DE"},
    "20": {"AT", "BG", "FR"},
    "21": {"BE", "CZ", "ES", "LT", "LV", "NL", "RO"},
    "22": {"IT", "SI"},
    "23": {"IE", "PL", "PT", "SK"},
    "24": {"EE", "GR"},
    "25": {"DK", "HR", "SE"},
    "25.5": {"FI"},
    "27": {"HU"},
}
REVERSE_CHARGE, BUYERS_RATE = TaxTreatment.REVERSE_CHARGE, TaxTreatment.BUYERS_RATE
UNDECIDED, NOT_TAXABLE = TaxTreatment.UNDECIDED, TaxTreatment.NOT_TAXABLE


def test_the_27_rates_of_today() -> None:
    expected = {
        state: Decimal(rate) for rate, states in STATES_BY_RATE_TODAY.items() for state in states
    }
    assert {state: standard_rate(state, TODAY) for state in EU_STATES} == expected
    assert len(expected) == 27


@pytest.mark.parametrize(
    ("country", "changed_on", "before", "after"),
    [
        ("CY", date(2014, 1, 13), "18", "19"),
        ("CZ", date(2010, 1, 1), "19", "20"),
        ("DE", date(2007, 1, 1), "16", "19"),
        ("DE", date(2020, 7, 1), "19", "16"),
        ("DE", date(2021, 1, 1), "16", "19"),
        ("EE", date(2024, 1, 1), "20", "22"),
        ("EE", date(2025, 7, 1), "22", "24"),
        ("ES", date(2012, 9, 1), "18", "21"),
        ("FI", date(2024, 9, 1), "24", "25.5"),
        ("FR", date(2000, 4, 1), "20.6", "19.6"),
        ("FR", date(2014, 1, 1), "19.6", "20"),
        ("GR", date(2010, 3, 15), "19", "21"),
        ("GR", date(2016, 6, 1), "23", "24"),
        ("HU", date(2009, 7, 1), "20", "25"),
        ("IE", date(2008, 12, 1), "21", "21.5"),
        ("IT", date(2011, 9, 17), "20", "21"),
        ("NL", date(2001, 1, 1), "17.5", "19"),
        ("PT", date(2002, 6, 5), "17", "19"),
        ("IE", date(2020, 9, 1), "23", "21"),
        ("IE", date(2021, 3, 1), "21", "23"),
        ("LU", date(2023, 1, 1), "17", "16"),
        ("LU", date(2024, 1, 1), "16", "17"),
        ("RO", date(2016, 1, 1), "24", "20"),
        ("RO", date(2017, 1, 1), "20", "19"),
        ("RO", date(2025, 8, 1), "19", "21"),
        ("SK", date(2025, 1, 1), "20", "23"),
    ],
)
def test_a_new_rate_counts_from_its_first_day(
    country: str, changed_on: date, before: str, after: str
) -> None:
    assert standard_rate(country, changed_on - timedelta(days=1)) == Decimal(before)
    assert standard_rate(country, changed_on) == Decimal(after)


@pytest.mark.parametrize(
    ("country", "begin", "rate"),
    [
        ("AT", date(2000, 1, 1), "20"),
        ("BG", date(2007, 1, 1), "20"),
        ("FI", date(2000, 1, 1), "22"),
        ("HR", date(2013, 7, 1), "25"),
        ("PL", date(2004, 5, 1), "22"),
    ],
)
def test_a_day_before_the_table_begins_gets_its_first_rate(
    country: str, begin: date, rate: str
) -> None:
    for day in (begin, begin - timedelta(days=1), date.min):
        assert standard_rate(country, day) == Decimal(rate)


def test_the_rates_of_today_are_those_of_the_commissions_database() -> None:
    """The oracle is made from the database of the Commission (TEDB), and dated."""
    current = date.fromisoformat(eu_vat_rates_data.data_version)
    published = {
        state: Decimal(str(entry["standard"]))
        for state, entry in eu_vat_rates_data.get_all_rates().items()
        if entry["eu_member"]
    }
    assert {state: standard_rate(state, current) for state in EU_STATES} == published


@given(st.sampled_from(sorted(EU_STATES)), days)
def test_every_rate_is_one_that_the_law_of_the_union_allows(state: str, on: date) -> None:
    assert Decimal(15) <= standard_rate(state, on) <= Decimal(27)


def test_monaco_is_france_for_vat() -> None:
    assert tax_country("mc") == "FR"
    assert standard_rate("MC", TODAY) == Decimal(20)
    assert decide_tax("DE", "MC", "", VatIdState.NONE, TODAY) == TaxDecision(
        BUYERS_RATE, Decimal(20), "FR"
    )
    assert decide_tax("FR", "MC", "", VatIdState.NONE, TODAY).treatment is TaxTreatment.DOMESTIC


def test_greece_answers_to_both_its_codes() -> None:
    assert standard_rate("EL", TODAY) == standard_rate("GR", TODAY) == Decimal(24)


@pytest.mark.parametrize("country", ["GB", "XI", "CH", "NO", "US", "", "ZZ"])
def test_a_country_outside_the_eu_has_no_rate_here(country: str) -> None:
    with pytest.raises(LookupError, match="no EU state"):
        standard_rate(country, TODAY)


@pytest.mark.parametrize(
    ("buyer", "vat_id", "state", "expected"),
    [
        ("AT", "ATU1", VatIdState.CONFIRMED, (REVERSE_CHARGE, "0", "AT")),
        ("AT", "ATU1", VatIdState.REFUTED, (BUYERS_RATE, "20", "AT")),
        ("AT", "ATU1", VatIdState.UNKNOWN, (UNDECIDED, "20", "AT")),
        ("AT", "ATU1", VatIdState.NONE, (UNDECIDED, "20", "AT")),
        ("AT", "", VatIdState.NONE, (BUYERS_RATE, "20", "AT")),
        ("AT", "", VatIdState.CONFIRMED, (BUYERS_RATE, "20", "AT")),
        ("EL", "EL1", VatIdState.UNKNOWN, (UNDECIDED, "24", "GR")),
        ("FI", "", VatIdState.NONE, (BUYERS_RATE, "25.5", "FI")),
        ("GB", "GB1", VatIdState.CONFIRMED, (NOT_TAXABLE, "0", "GB")),
        ("XI", "XI1", VatIdState.CONFIRMED, (NOT_TAXABLE, "0", "XI")),
        ("GB", "XI1", VatIdState.CONFIRMED, (NOT_TAXABLE, "0", "GB")),
        ("US", "", VatIdState.NONE, (NOT_TAXABLE, "0", "US")),
    ],
)
def test_the_decision_table_of_a_german_seller(
    buyer: str, vat_id: str, state: VatIdState, expected: tuple[TaxTreatment, str, str]
) -> None:
    treatment, rate, country = expected
    decision = decide_tax("DE", buyer, vat_id, state, TODAY)
    assert decision == TaxDecision(treatment, Decimal(rate), country)


@pytest.mark.parametrize("vat_id", ["", "DE136695976"])
@pytest.mark.parametrize("state", VatIdState)
def test_a_german_buyer_pays_german_tax_with_and_without_an_id(
    vat_id: str, state: VatIdState
) -> None:
    decision = decide_tax("DE", "DE", vat_id, state, TODAY)
    assert decision == TaxDecision(TaxTreatment.DOMESTIC, Decimal(19), "DE")


def test_the_country_s_code_may_be_written_small() -> None:
    decision = decide_tax("de", "de", "", VatIdState.NONE, TODAY)
    assert decision.treatment is TaxTreatment.DOMESTIC


@given(st.sampled_from(COUNTRIES), st.booleans(), st.sampled_from(VatIdState), days)
def test_tax_is_charged_exactly_where_the_treatment_says_so(
    buyer: str, has_id: bool, state: VatIdState, on: date
) -> None:
    decision = decide_tax("DE", buyer, "X1" if has_id else "", state, on)
    untaxed = decision.treatment in {REVERSE_CHARGE, NOT_TAXABLE}
    assert (decision.rate == 0) is untaxed


def _row_of_the_table(buyer: str, *, has_id: bool, state: VatIdState) -> TaxTreatment:
    """The decision table of a German seller once more, in other words."""
    union = set().union(*STATES_BY_RATE_TODAY.values()) | {"EL"}
    if buyer == "DE":
        return TaxTreatment.DOMESTIC
    if buyer not in union:
        return NOT_TAXABLE
    if not has_id:
        return BUYERS_RATE
    return {VatIdState.CONFIRMED: REVERSE_CHARGE, VatIdState.REFUTED: BUYERS_RATE}.get(
        state, UNDECIDED
    )


@given(
    st.sampled_from(COUNTRIES),
    st.text(max_size=20),
    st.sampled_from(VatIdState),
    days,
)
def test_the_treatment_depends_on_country_id_and_its_state_and_on_nothing_else(
    buyer: str, vat_id: str, state: VatIdState, on: date
) -> None:
    treatment = decide_tax("DE", buyer, vat_id, state, on).treatment
    assert treatment is _row_of_the_table(buyer, has_id=bool(vat_id), state=state)


@given(st.sampled_from(COUNTRIES), days)
def test_a_check_is_worth_asking_for_exactly_where_its_outcome_decides(
    buyer: str, on: date
) -> None:
    outcomes = {decide_tax("DE", buyer, "X1", state, on).treatment for state in VatIdState}
    assert depends_on_vat_id("DE", buyer) is (len(outcomes) > 1)


def test_a_seller_outside_the_eu_is_refused() -> None:
    with pytest.raises(LookupError, match="'CH' is no EU state"):
        decide_tax("CH", "DE", "", VatIdState.NONE, TODAY)


def test_the_state_of_an_id_is_one_type_in_both_places() -> None:
    assert billing.accounts.model.VatIdState is VatIdState
