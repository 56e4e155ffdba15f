from __future__ import annotations

import json
import re
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.errors import Field, Flaw, InvalidInput
from billing.payments.cards import CheckedCard, check_card
from billing.payments.check import (
    CheckedMandate,
    CheckedPayment,
    check_payment,
    payment_flaws,
    summary,
)
from billing.payments.model import (
    Card,
    OnInvoice,
    PaymentInput,
    PaymentKind,
    PaymentSummary,
    SepaDebit,
)
from tests.cases_folder import cases_file

CASES: dict[str, Any] = json.loads(cases_file("payment_cases.json").read_text("utf-8"))
TODAY = date(2026, 11, 22)
VISA = "4242424242424242"
AMEX = "378282246310005"
MAESTRO = "6759649826438453"
IBAN = "DE89370400440532013000"
# One of every brand, by the first provider's names.
NUMBERS = {
    "visa": VISA,
    "mastercard": "5555555555554444",
    "amex": "378282246310005",
    "discover": "6011111111111117",
    "diners": "3056930009020004",
    "jcb": "3566002020360505",
    "unionpay": "6200000000000005",
}
PUBLISHED = [row for row in CASES["cards_stripe"] + CASES["cards_adyen"] if row["luhn"]]


def card(number: str = VISA, expiry: str = "12/30", cvc: str = "123") -> Card:
    return Card(number=number, expiry=expiry, cvc=cvc)


def tried(payment: PaymentInput) -> CheckedPayment | InvalidInput:
    try:
        return check_payment(payment, TODAY)
    except InvalidInput as error:
        return error


def refusal(typed: Card, today: date = TODAY) -> tuple[Field, Flaw]:
    with pytest.raises(InvalidInput) as caught:
        check_card(typed, today)
    return caught.value.field, caught.value.flaw


def documented_cvc(row: dict[str, Any]) -> str:
    if row["cvc"] is None:
        return ""
    return {"any 3 digits": "123", "any 4 digits": "1234"}.get(row["cvc"], str(row["cvc"]))


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: str(row["number"]))
def test_every_published_card_is_accepted_with_its_brand(row: dict[str, Any]) -> None:
    checked = check_card(card(row["number"], cvc=documented_cvc(row)), TODAY)
    assert checked.number == row["number"]
    brand = "Maestro" if row["pydantic_brand"] == "other" else row["pydantic_brand"]
    assert checked.summary.brand == brand
    assert checked.summary.last4 == row["number"][-4:]


@pytest.mark.parametrize("row", CASES["card_number_malformed"], ids=lambda row: str(row["why"]))
def test_card_numbers_are_cleaned_or_refused(row: dict[str, Any]) -> None:
    if row["valid"]:
        assert check_card(card(row["number"]), TODAY).number == row["normalized"]
    else:
        assert refusal(card(row["number"]))[0] is Field.CARD_NUMBER


@pytest.mark.parametrize("row", CASES["expiry"], ids=lambda row: str(row["why"]))
def test_expiry_dates_are_read_or_refused(row: dict[str, Any]) -> None:
    today = date.fromisoformat(row["today"])
    if row["valid"]:
        check_card(card(expiry=row["expiry"]), today)
    else:
        assert refusal(card(expiry=row["expiry"]), today)[0] is Field.CARD_EXPIRY


@pytest.mark.parametrize("row", CASES["cvc"], ids=lambda row: f"{row['brand']} {row['cvc']!a}")
def test_the_cvc_fits_the_brand(row: dict[str, Any]) -> None:
    typed = card(NUMBERS[row["brand"]], cvc=row["cvc"])
    if row["valid"]:
        assert check_card(typed, TODAY).cvc == row["cvc"]
    else:
        assert refusal(typed)[0] is Field.CARD_CVC


@pytest.mark.parametrize(
    ("number", "flaw"),
    [
        ("", Flaw.MISSING),
        ("4" * 100, Flaw.TOO_LONG),
        ("4242 4242 4242 424x", Flaw.WRONG_FORMAT),
        ("42424242424", Flaw.WRONG_LENGTH),
        ("4242 4242 4242 424", Flaw.WRONG_LENGTH),
        ("0000000000000000", Flaw.NOT_SUPPORTED),
        ("4242424242424241", Flaw.WRONG_CHECKSUM),
        ("4000000000000648", Flaw.NOT_A_TEST_CARD),
    ],
)
def test_the_flaw_of_a_number_is_named(number: str, flaw: Flaw) -> None:
    assert refusal(card(number)) == (Field.CARD_NUMBER, flaw)


@pytest.mark.parametrize(
    ("expiry", "flaw"),
    [
        ("", Flaw.MISSING),
        ("1" * 100, Flaw.TOO_LONG),
        ("13/30", Flaw.WRONG_FORMAT),
        ("130", Flaw.WRONG_FORMAT),
        ("１２/30", Flaw.WRONG_FORMAT),
        ("10/26", Flaw.EXPIRED),
        ("10/1926", Flaw.EXPIRED),
        ("01/2077", Flaw.TOO_FAR_AHEAD),
    ],
)
def test_the_flaw_of_an_expiry_is_named(expiry: str, flaw: Flaw) -> None:
    assert refusal(card(expiry=expiry)) == (Field.CARD_EXPIRY, flaw)


@pytest.mark.parametrize("expiry", ["3/30", "03/30", " 03 / 30 ", "03-2030", "03.30", "032030"])
def test_an_expiry_is_kept_in_one_form(expiry: str) -> None:
    assert check_card(card(expiry=expiry), TODAY).summary.expiry == "03/30"


def test_a_card_is_good_to_the_last_day_of_its_month() -> None:
    check_card(card(expiry="02/28"), date(2028, 2, 29))
    assert refusal(card(expiry="02/28"), date(2028, 3, 1)) == (Field.CARD_EXPIRY, Flaw.EXPIRED)


def test_two_digits_at_the_end_of_a_century_mean_the_next_one() -> None:
    check_card(card(expiry="01/05"), date(2099, 6, 1))


def test_a_checked_card_never_shows_its_number_or_cvc() -> None:
    checked = check_card(card(cvc="987"), TODAY)
    for shown in (repr(checked), str(checked), repr(card(cvc="987")), repr(summary(checked))):
        assert VISA not in shown
        assert "987" not in shown


@settings(deadline=None)
@given(
    number=st.one_of(st.just(VISA), st.text(), st.from_regex(r"\A[0-9 -]{8,25}\Z")),
    expiry=st.one_of(st.just("12/30"), st.text(), st.from_regex(r"\A[0-9]{1,2}.?[0-9]{2,4}\Z")),
    cvc=st.one_of(st.just("123"), st.text()),
)
def test_any_text_is_a_card_or_a_refusal_that_does_not_repeat_it(
    number: str, expiry: str, cvc: str
) -> None:
    outcome = tried(Card(number, expiry, cvc))
    if isinstance(outcome, InvalidInput):
        told = f"{outcome!r}{outcome}{dict(outcome.facts)!r}"
        typed = re.findall(r"\d{3,}", f"{number} {expiry} {cvc}")
        assert not [digits for digits in typed if digits in told]
        assert outcome.__context__ is None
    else:
        assert isinstance(outcome, CheckedCard)
        assert outcome.number == VISA
        assert re.fullmatch("[0-9]{2}/[0-9]{2}", outcome.summary.expiry)


@settings(deadline=None)
@given(
    st.one_of(
        st.builds(SepaDebit, st.sampled_from([IBAN, "", "DE00"]), st.sampled_from(["Anna", ""])),
        st.builds(
            Card,
            st.sampled_from([VISA, AMEX, MAESTRO, "", "4242"]),
            st.sampled_from(["12/30", "11/20", ""]),
            st.sampled_from(["123", "1234", "", "x"]),
        ),
        st.just(OnInvoice()),
    )
)
def test_of_all_flaws_the_first_one_refuses(payment: PaymentInput) -> None:
    told = [(error.field, error.flaw) for error in payment_flaws(payment, TODAY)]
    outcome = tried(payment)
    first = [(outcome.field, outcome.flaw)] if isinstance(outcome, InvalidInput) else []
    assert told[:1] == first
    assert [field for field, _ in told] == [field for field in Field if field in dict(told)]


def test_each_field_of_a_card_is_wrong_for_itself() -> None:
    told = [(e.field, e.flaw) for e in payment_flaws(Card("4242", "11/20", ""), TODAY)]
    assert told == [
        (Field.CARD_NUMBER, Flaw.WRONG_LENGTH),
        (Field.CARD_EXPIRY, Flaw.EXPIRED),
        (Field.CARD_CVC, Flaw.MISSING),
    ]
    (number,) = payment_flaws(card(number="4242", cvc="123"), TODAY)
    assert number.field is Field.CARD_NUMBER


@pytest.mark.parametrize("part", ["4", " ", "-", "4 ", "é"])
def test_a_giant_text_costs_no_time(part: str) -> None:
    giant = "1" + part * 1_000_000 + "x"
    started = time.process_time()
    refusal(card(giant))
    refusal(card(expiry=giant))
    refusal(card(cvc=giant))
    assert time.process_time() - started < 1


def test_payment_details_are_summed_up_without_secrets() -> None:
    mandate = check_payment(SepaDebit("de89 3704 0044 0532 0130 00", " Anna Muster "), TODAY)
    assert isinstance(mandate, CheckedMandate)
    assert mandate.holder == "Anna Muster"
    assert summary(mandate) == PaymentSummary(PaymentKind.SEPA, "DE89 … 3000", "Commerzbank")
    assert summary(check_payment(card(), TODAY)) == PaymentSummary(
        PaymentKind.CARD, "Visa •••• 4242"
    )
    assert summary(check_payment(OnInvoice(), TODAY)) == PaymentSummary(PaymentKind.INVOICE)


@pytest.mark.parametrize(
    ("holder", "flaw"),
    [
        ("", Flaw.MISSING),
        (" \n", Flaw.MISSING),
        ("x" * 71, Flaw.TOO_LONG),
        ("Anna\nMuster", Flaw.WRONG_FORMAT),
        ("Anna\x1b[31m", Flaw.WRONG_FORMAT),
        ("Anna\u202eretsuM", Flaw.WRONG_FORMAT),
    ],
)
def test_the_holder_of_a_mandate_is_a_plain_name(holder: str, flaw: Flaw) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_payment(SepaDebit("DE89370400440532013000", holder), TODAY)
    assert (caught.value.field, caught.value.flaw) == (Field.HOLDER, flaw)


@settings(deadline=None)
@given(st.text())
def test_any_holder_is_a_name_or_a_refusal(holder: str) -> None:
    outcome = tried(SepaDebit("DE89370400440532013000", holder))
    if isinstance(outcome, InvalidInput):
        assert outcome.field is Field.HOLDER
    else:
        assert isinstance(outcome, CheckedMandate)
        assert 1 <= len(outcome.holder) <= 70
        assert outcome.holder == outcome.holder.strip()
