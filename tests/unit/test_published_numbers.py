"""Every card and account of payment_cases.json answers as it is documented there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from billing.errors import Flaw, InvalidInput
from billing.payments.gateway import GatewayAnswer, GatewayStatus
from billing.payments.model import DeclineReason
from billing.payments.testgateway import TestGateway
from tests.cases_folder import OUR_COPY, cases_file
from tests.unit.paying import authorise, card, debit, stored


def can_be_debited(iban: str) -> bool:
    """Whether an account is one that our debits can be drawn on: some published ones are not."""
    try:
        debit(iban)
    except InvalidInput as error:
        return error.flaw is not Flaw.NOT_SUPPORTED
    return True


CASES: dict[str, Any] = json.loads(cases_file("payment_cases.json").read_text("utf-8"))
STRIPE = CASES["cards_stripe"]
STRIPE_NUMBERS = {row["number"] for row in STRIPE}
# Two providers publish these with two meanings; the first provider's holds.
ADYEN_ANEW = {"371449635398431", "6011111111111117"}
ADYEN = [row for row in CASES["cards_adyen"] if row["number"] not in ADYEN_ANEW]
CARDS = [row for row in STRIPE + ADYEN if row["luhn"]]
IBANS = [
    row
    for row in CASES["ibans"]
    if row["valid"] and (row["iban"], row["outcome"][:5]) != ("ES9121000418450200051332", "Adyen")
    if can_be_debited(row["iban"])
]
# A dispute or a warning comes after the payment has succeeded; the protocol has no answer for it.
AFTERWARDS = ("then_dispute", "then_warning", "then a dispute")
NOT_PLAYED_TO_THE_END = {
    "4000000000000259",
    "4000000000002685",
    "4000000000001976",
    "4000000000005423",
    "BE08510007547063",
    "HR8724840081455523553",
    "EE492200221020145681",
    "FI6412345600000787",
    "FR5720041010050500013M02608",
    "DE35370400440532013002",
    "GI26KJBC361883934534696",
    "IE51AIBK93115212345670",
    "LI7708800125525347723",
    "LT551000011101001002",
    "LU710019400644750002",
    "NL82RABO0300065266",
    "PT93000201231234567890156",
    "ES5000120345030000067892",
    "SE7850000000054910000005",
    "CH1260378413965193069",
    "GB28WEST12345698765434",
}
# Our cards carry no holder's name, which is what asks this provider for a refusal.
REFUSED_BY_NAME = {"UNKNOWN", "DECLINED", "REFERRAL", "ERROR", "BLOCK_CARD", "CARD_EXPIRED"}

D = DeclineReason
# The words of the file for accounts that nothing can be drawn on at all.
NOT_SUBMITTED = {
    "charge_exceeds": D.ACCOUNT_LIMIT_EXCEEDED,
    "insufficient_funds": D.INSUFFICIENT_FUNDS,
    "bank_account_unusable": D.DEBIT_FAILED,
    "not_supported": D.DEBIT_FAILED,
}
# The words of the file for cards that take part in more than one payment.
ATTACHES = "attaching succeeds, every later charge fails"
ON_SESSION = "on-session needs authentication"


def reason_of(row: dict[str, Any]) -> DeclineReason | None:
    code = row.get("decline_code") or row.get("code")
    if code == "card_declined":
        return D.GENERIC_DECLINE
    return DeclineReason(code) if code else None


def asks_the_buyer(row: dict[str, Any]) -> bool:
    return row["outcome"].startswith("requires_action") or ON_SESSION in str(row.get("when"))


def course(answer: GatewayAnswer) -> tuple[GatewayStatus, DeclineReason | None]:
    return answer.status, answer.reason


def documented_course(row: dict[str, Any]) -> tuple[GatewayStatus, DeclineReason | None]:
    """How a payment with a card that was typed in ends, when the buyer confirms it if asked."""
    reason = None if ATTACHES in str(row.get("when")) else reason_of(row)
    return (GatewayStatus.DECLINED if reason else GatewayStatus.SUCCEEDED), reason


@pytest.mark.parametrize("row", CARDS, ids=lambda row: str(row["number"]))
def test_published_cards_are_answered_as_documented(row: dict[str, Any]) -> None:
    gateway = TestGateway()
    answer = authorise(gateway, card(row["number"]))
    assert (answer.status is GatewayStatus.REQUIRES_ACTION) is asks_the_buyer(row)
    if asks_the_buyer(row):
        assert answer.address.startswith("https://")
        answer = gateway.authenticate("key-1", accepted=True)
    assert course(answer) == documented_course(row)
    assert gateway.ask("key-1") == answer


@pytest.mark.parametrize("row", CARDS, ids=lambda row: str(row["number"]))
def test_stored_cards_are_answered_as_documented(row: dict[str, Any]) -> None:
    when = str(row.get("when"))
    expected: tuple[GatewayStatus, DeclineReason | None] = (GatewayStatus.SUCCEEDED, None)
    if documented_course(row)[0] is GatewayStatus.DECLINED or ATTACHES in when:
        # Of a card that was declined nothing is stored, so there is nothing to charge.
        expected = (GatewayStatus.DECLINED, D.GENERIC_DECLINE)
    elif "on every payment" in when or "3-D Secure required" in when:
        expected = (GatewayStatus.DECLINED, D.AUTHENTICATION_REQUIRED)
    gateway = TestGateway()
    answer = authorise(gateway, card(row["number"]))
    if answer.status is GatewayStatus.REQUIRES_ACTION:
        answer = gateway.authenticate("key-1", accepted=True)
    later = authorise(gateway, stored(card(row["number"]), answer), key="key-2")
    assert course(later) == expected


def documented_debit(row: dict[str, Any]) -> tuple[bool, DeclineReason | None]:
    """Whether a debit is submitted at all, and why it or its money does not come."""
    outcome = row["outcome"]
    for word, reason in NOT_SUBMITTED.items():
        if word in outcome:
            return False, reason
    return True, D.DEBIT_FAILED if "requires_payment_method" in outcome else None


@pytest.mark.parametrize("row", IBANS, ids=lambda row: str(row["iban"]))
def test_published_accounts_are_answered_as_documented(row: dict[str, Any]) -> None:
    submitted, reason = documented_debit(row)
    gateway = TestGateway()
    answer = authorise(gateway, debit(row["iban"]))
    assert answer.status is (GatewayStatus.PROCESSING if submitted else GatewayStatus.DECLINED)
    gateway.settle_debits()
    known = gateway.ask("key-1")
    assert known is not None
    assert course(known) == (
        GatewayStatus.DECLINED if reason else GatewayStatus.SUCCEEDED,
        reason,
    )


@pytest.mark.parametrize("row", IBANS, ids=lambda row: str(row["iban"]))
def test_stored_accounts_are_debited_as_the_first_time(row: dict[str, Any]) -> None:
    submitted, reason = documented_debit(row)
    if not submitted:
        return
    gateway = TestGateway()
    method = stored(debit(row["iban"]), authorise(gateway, debit(row["iban"])))
    assert authorise(gateway, method, key="key-2").status is GatewayStatus.PROCESSING
    gateway.settle_debits()
    known = gateway.ask("key-2")
    assert known is not None
    assert known.reason is reason


def test_the_whole_file_is_covered_but_for_what_is_named_here() -> None:
    refused = [row["number"] for row in STRIPE if not row["luhn"]]
    for number in refused:
        with pytest.raises(InvalidInput):
            card(number)
    refused_ibans = [row["iban"] for row in CASES["ibans"] if not row["valid"]]
    for iban in refused_ibans:
        with pytest.raises(InvalidInput):
            debit(iban)
    if not OUR_COPY:
        pytest.skip("how many cases there are is known of our copy of the file only")
    answered = len(CARDS) + len(IBANS) + len(refused) + len(refused_ibans)
    told = sum(len(CASES[part]) for part in ("cards_stripe", "cards_adyen", "ibans"))
    assert (told, answered) == (179, 179 - len(ADYEN_ANEW) - 1)
    half_played = {
        row.get("number") or row["iban"]
        for row in (*CARDS, *IBANS)
        if row["outcome"].endswith(AFTERWARDS)
    }
    assert half_played == NOT_PLAYED_TO_THE_END
    refusals = CASES["adyen_refusals"]["values"]
    assert {row["holderName"] for row in refusals if row["refusalReason"]} == REFUSED_BY_NAME
