from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing.accounts.vat_ids import VAT_ID_EXAMPLES, normalise_vat_id
from billing.errors import Field, Flaw, InvalidInput
from tests.cases_folder import cases_file

ROWS: list[dict[str, Any]] = json.loads(cases_file("vat_ids.json").read_text("utf-8"))
VALID = [row for row in ROWS if row["valid"]]
INVALID = [row for row in ROWS if not row["valid"]]
FLAWS_OF_LIBRARY_ERROR = {
    "InvalidChecksum": {Flaw.WRONG_CHECKSUM},
    "InvalidFormat": {Flaw.WRONG_FORMAT},
    # A prefix of no country is one of its components too.
    "InvalidComponent": {Flaw.WRONG_FORMAT, Flaw.UNKNOWN_COUNTRY},
    "InvalidLength": {Flaw.WRONG_LENGTH},
}
# Every character that upper() or the library could turn into one that an id may have.
LOOKALIKES = "ſıﬁﬂﬀßǆ０１ＤＥ٠१\u200b\ufeff\u202e\u00a0\u2212"


def tried(text: str, country: str) -> str | InvalidInput:
    try:
        return normalise_vat_id(text, country)
    except InvalidInput as error:
        return error


def refusal(text: str, country: str = "") -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        normalise_vat_id(text, country)
    assert caught.value.field is Field.VAT_ID
    return caught.value


@pytest.mark.parametrize("row", VALID, ids=lambda row: ascii(row["id"])[:40])
def test_published_ids_are_stored_in_one_form(row: dict[str, Any]) -> None:
    assert normalise_vat_id(row["id"], "") == row["normalized"]
    assert normalise_vat_id(row["id"], row["country"]) == row["normalized"]


@pytest.mark.parametrize("row", INVALID, ids=lambda row: ascii(row["id"])[:40])
def test_malformed_and_foreign_ids_are_refused(row: dict[str, Any]) -> None:
    flaw = refusal(row["id"]).flaw
    assert refusal(row["id"], row["country"]).flaw is flaw
    if "stdnum_error" in row:
        assert flaw in FLAWS_OF_LIBRARY_ERROR[row["stdnum_error"]]
    if row.get("valid_in_own_scheme"):
        assert flaw is Flaw.NOT_EU


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.MISSING),
        (" \n\t\u00a0", Flaw.MISSING),
        ("DE" + "1" * 60, Flaw.TOO_LONG),
        ("136695976", Flaw.UNKNOWN_COUNTRY),
        ("None", Flaw.UNKNOWN_COUNTRY),
        ("USt-IdNr. DE136695976", Flaw.UNKNOWN_COUNTRY),
        ("EU372022452", Flaw.NOT_EU),
        ("IM3720000224", Flaw.NOT_EU),
        ("GB 980 7806 84", Flaw.NOT_EU),
        ("GBHA501", Flaw.NOT_EU),
        ("US", Flaw.NOT_EU),
        ("ſE556383740901", Flaw.WRONG_FORMAT),
        ("ﬁ02459042", Flaw.WRONG_FORMAT),
        ("ELGR094259216", Flaw.WRONG_FORMAT),
    ],
)
def test_the_flaw_is_named(text: str, flaw: Flaw) -> None:
    assert refusal(text).flaw is flaw


def test_the_greek_prefix_is_stored_as_the_authority_wants_it() -> None:
    assert normalise_vat_id("GR094259216", "GR") == "EL094259216"


def test_a_french_key_that_spells_the_prefix_keeps_both() -> None:
    assert normalise_vat_id("FRFR000000010", "FR") == "FRFR000000010"


@pytest.mark.parametrize(
    ("text", "country"),
    [("FR53000004605", "MC"), ("XIGD100", "GB"), ("XIGD100", "XI"), ("EL094259216", "GR")],
)
def test_countries_with_another_prefix_find_their_own(text: str, country: str) -> None:
    assert normalise_vat_id(text, country) == text


@pytest.mark.parametrize(
    ("country", "expected"), [("DE", "DE"), ("GR", "EL"), ("MC", "FR"), ("US", "")]
)
def test_an_id_of_another_state_names_both_states(country: str, expected: str) -> None:
    error = refusal("ATU14243102", country)
    assert error.flaw is Flaw.OTHER_COUNTRY
    assert error.facts == {"country": "AT", "expected": expected, "example": "ATU12345678"}


def test_a_refusal_shows_the_form_of_the_country_typed_else_of_the_account() -> None:
    assert refusal("ATU1", "DE").facts["example"] == "ATU12345678"
    assert refusal("", "DE").facts["example"] == "DE123456789"
    assert refusal("", "US").facts["example"] == ""


def test_there_is_an_example_for_every_state_and_none_is_a_real_id() -> None:
    assert len(VAT_ID_EXAMPLES) == 28
    assert {refusal(text).flaw for text in VAT_ID_EXAMPLES.values()} == {Flaw.WRONG_CHECKSUM}


@settings(deadline=None)
@given(
    text=st.one_of(
        st.text(),
        st.text(alphabet="0123456789ABEFGILRTUX .-/()" + LOOKALIKES),
        st.builds(
            "{}{}".format,
            st.sampled_from(sorted(VAT_ID_EXAMPLES)),
            st.text(alphabet="0123456789ABFRU+*. -\n" + LOOKALIKES),
        ),
    ),
    country=st.sampled_from(["", "DE", "GR", "US"]),
)
@example(text="BE²", country="")
@example(text="\ud800DE", country="")
def test_any_text_is_an_id_or_a_refusal_that_does_not_repeat_it(text: str, country: str) -> None:
    outcome = tried(text, country)
    if isinstance(outcome, InvalidInput):
        assert str(outcome) == f"vat_id: {outcome.flaw}"
        assert outcome.__context__ is None
        assert set(outcome.facts) == {"country", "expected", "example"}
    else:
        assert outcome.isascii()
        assert outcome.isprintable()
        assert len(outcome) <= 20
        assert normalise_vat_id(outcome, country) == outcome


@pytest.mark.parametrize("part", ["1", " ", "DE", "é", "\n"])
def test_a_giant_text_costs_no_time(part: str) -> None:
    started = time.process_time()
    refusal("DE" + part * 1_000_000 + "x")
    assert time.process_time() - started < 1
