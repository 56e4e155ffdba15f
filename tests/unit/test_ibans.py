from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.errors import Field, Flaw, InvalidInput
from billing.payments.iban import check_debit_iban, check_iban
from tests.cases_folder import cases_file

if TYPE_CHECKING:
    from billing.payments.model import Iban

ROWS: list[dict[str, Any]] = json.loads(cases_file("payment_cases.json").read_text("utf-8"))[
    "ibans"
]
VALID = [row for row in ROWS if row["valid"]]
INVALID = [row for row in ROWS if not row["valid"]]
GERMAN = "DE89370400440532013000"
# Well-formed, from the public registry of IBAN formats; Brazil is not in SEPA.
BRAZILIAN = "BR1800360305000010009795493C1"
# One of every country in SEPA, from the same registry.
IN_SEPA = (
    *("AD1200012030200359100100", "AL47212110090000000235698741", "AT611904300234573201"),
    *("BE68539007547034", "BG80BNBG96611020345678", "CH9300762011623852957"),
    *("CY17002001280000001200527600", "CZ6508000000192000145399", "DE89370400440532013000"),
    *("DK5000400440116243", "EE382200221020145685", "ES9121000418450200051332"),
    *("FI2112345600000785", "FR1420041010050500013M02606", "GB29NWBK60161331926819"),
    *("GI75NWBK000000007099453", "GR1601101250000000012300695", "HR1210010051863000160"),
    *("HU42117730161111101800000000", "IE29AIBK93115212345678", "IS140159260076545510730339"),
    *("IT60X0542811101000000123456", "LI21088100002324013AA", "LT121000011101001000"),
    *("LU280019400644750000", "LV80BANK0000435195001", "MC5811222000010123456789030"),
    *("MD24AG000225100013104168", "ME25505000012345678951", "MK07250120000058984"),
    *("MT84MALT011000012345MTLCAST001S", "NL91ABNA0417164300", "NO9386011117947"),
    *("PL61109010140000071219812874", "PT50000201231234567890154", "RO49AAAA1B31007593840000"),
    *("RS35260005601001611379", "SE4550000000058398257466", "SI56263300012039086"),
    *("SK3112000000198742637541", "SM86U0322509800000000270100", "VA59001123000012345678"),
)


def tried(text: str) -> Iban | InvalidInput:
    try:
        return check_iban(text)
    except InvalidInput as error:
        return error


def refusal(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        check_iban(text)
    assert caught.value.field is Field.IBAN
    return caught.value


@pytest.mark.parametrize("row", VALID, ids=lambda row: str(row["iban"]))
def test_published_test_ibans_are_well_formed(row: dict[str, Any]) -> None:
    assert check_iban(row["iban"]).compact == row.get("normalized", row["iban"])


@pytest.mark.parametrize("text", IN_SEPA)
def test_accounts_in_every_country_of_sepa_can_be_debited(text: str) -> None:
    assert check_debit_iban(" ".join(re.findall("....|.+", text.lower()))).compact == text


@pytest.mark.parametrize("text", IN_SEPA)
def test_a_single_wrong_digit_is_found_in_every_country(text: str) -> None:
    at = len(text) - 1 if text[-1].isdigit() else 3
    wrong = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
    assert refusal(wrong).flaw is Flaw.WRONG_CHECKSUM


@pytest.mark.parametrize("row", INVALID, ids=lambda row: str(row["outcome"]))
def test_malformed_ibans_are_refused(row: dict[str, Any]) -> None:
    refusal(row["iban"])


def test_the_bank_is_named_and_the_number_masked() -> None:
    iban = check_iban(" de89 3704 0044 0532\u00a00130 00\n")
    assert iban.compact == GERMAN
    assert (iban.masked, iban.bank, iban.bic) == ("DE89 … 3000", "Commerzbank", "COBADEFFXXX")
    assert GERMAN not in f"{iban!r}{iban}"


def test_a_long_bank_name_gives_way_to_the_short_one() -> None:
    assert check_iban("LU280019400644750000").bank == "SPUERKEESS"


def test_an_unknown_bank_has_no_name() -> None:
    iban = check_iban("AT611904300234573201")
    assert (iban.bank, iban.bic) == ("", "")


@pytest.mark.parametrize(
    ("text", "flaw", "facts"),
    [
        ("", Flaw.MISSING, {}),
        ("\n ", Flaw.MISSING, {}),
        (GERMAN + "1" * 100, Flaw.TOO_LONG, {"longest": 80}),
        ("XX89370400440532013000", Flaw.UNKNOWN_COUNTRY, {}),
        ("89370400440532013000", Flaw.UNKNOWN_COUNTRY, {}),
        (GERMAN[:-1], Flaw.WRONG_LENGTH, {"country": "DE", "length": 22}),
        (GERMAN[:-1] + "O", Flaw.WRONG_FORMAT, {"country": "DE"}),
        (GERMAN[:-1] + "1", Flaw.WRONG_CHECKSUM, {"country": "DE"}),
        ("DE89-3704-0044-0532-0130-00", Flaw.WRONG_FORMAT, {}),
        ("DE89 3704\x000044 0532 0130 00", Flaw.WRONG_FORMAT, {}),
        ("DE８９370400440532013000", Flaw.WRONG_FORMAT, {}),
    ],
)
def test_the_flaw_is_named(text: str, flaw: Flaw, facts: dict[str, object]) -> None:
    error = refusal(text)
    assert (error.flaw, error.facts) == (flaw, facts)


def test_an_iban_outside_sepa_is_well_formed_but_cannot_be_debited() -> None:
    assert check_iban(BRAZILIAN).compact == BRAZILIAN
    with pytest.raises(InvalidInput) as caught:
        check_debit_iban(BRAZILIAN)
    assert (caught.value.flaw, caught.value.facts) == (Flaw.NOT_SUPPORTED, {"country": "BR"})


@settings(deadline=None)
@given(
    st.one_of(
        st.text(),
        st.from_regex(r"\A[A-Z]{2}[0-9]{2}[A-Za-z0-9 ]{1,32}\Z"),
        st.from_regex(r"\A(DE|NL|FR|NO|MT)[0-9]{2}[A-Z0-9０９ \n-]{9,32}\Z"),
        st.builds(lambda at, new: GERMAN[:at] + new + GERMAN[at:], st.integers(0, 22), st.text()),
    )
)
def test_any_text_is_an_iban_or_a_refusal_that_does_not_repeat_it(text: str) -> None:
    outcome = tried(text)
    if isinstance(outcome, InvalidInput):
        told = f"{outcome!r}{outcome}{dict(outcome.facts)!r}"
        assert not [digits for digits in re.findall(r"\d{3,}", text) if digits in told]
        assert outcome.__context__ is None
    else:
        assert re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{5,30}", outcome.compact)
        assert outcome.compact not in repr(outcome)


@pytest.mark.parametrize("part", ["1", " ", "DE89 ", "é"])
def test_a_giant_text_costs_no_time(part: str) -> None:
    started = time.process_time()
    refusal("DE" + part * 1_000_000 + "x")
    assert time.process_time() - started < 1
