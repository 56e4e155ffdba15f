from __future__ import annotations

import json
import multiprocessing
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from billing.payments.check import CheckedPayment, check_payment
from billing.payments.gateway import (
    GatewayAnswer,
    GatewayStatus,
    GatewayUnreachable,
    KeyReused,
    PaymentGateway,
)
from billing.payments.model import Card, DeclineReason, OnInvoice, SepaDebit
from billing.payments.testgateway import Call, Fault, TestGateway
from billing.rating.money import Money
from tests.cases_folder import cases_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CASES: dict[str, Any] = json.loads(cases_file("payment_cases.json").read_text("utf-8"))
STRIPE = [row for row in CASES["cards_stripe"] if row["luhn"]]
STRIPE_NUMBERS = {row["number"] for row in STRIPE}
ADYEN = [row for row in CASES["cards_adyen"] if row["number"] not in STRIPE_NUMBERS]
IBANS = [row for row in CASES["ibans"] if row["valid"]]
TODAY = date(2026, 11, 22)
AMOUNT = Money(Decimal("14208.60"), "EUR")
VISA = "4242424242424242"
IBAN = "DE89370400440532013000"


def card(number: str = VISA, expiry: str = "12/30") -> CheckedPayment:
    maestro = number.startswith(("50", "67")) and not number.startswith("5019")
    cvc = "1234" if number.startswith("3") and len(number) == 15 else "" if maestro else "123"
    return check_payment(Card(number, expiry, cvc), TODAY)


def debit(iban: str = IBAN, holder: str = "Anna Muster") -> CheckedPayment:
    return check_payment(SepaDebit(iban, holder), TODAY)


def authorise(
    gateway: PaymentGateway,
    payment: CheckedPayment,
    *,
    key: str = "key-1",
    amount: Money = AMOUNT,
    capture: bool = True,
) -> GatewayAnswer:
    return gateway.authorise(key=key, amount=amount, payment=payment, capture=capture)


@pytest.fixture(params=["memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "gateway.sqlite" if request.param == "file" else None


def documented(row: dict[str, Any]) -> DeclineReason | None:
    if row["outcome"].startswith("requires_action"):
        return DeclineReason.AUTHENTICATION_REQUIRED
    if row["outcome"] == "decline":
        return DeclineReason(row["decline_code"] or row["code"])
    return None


@pytest.mark.parametrize("row", STRIPE + ADYEN, ids=lambda row: str(row["number"]))
def test_published_cards_are_answered_as_documented(row: dict[str, Any]) -> None:
    answer = authorise(TestGateway(), card(row["number"]))
    reason = documented(row)
    assert answer.reason is reason
    assert answer.status is (GatewayStatus.DECLINED if reason else GatewayStatus.SUCCEEDED)


@pytest.mark.parametrize("row", IBANS, ids=lambda row: str(row["iban"]))
def test_published_accounts_are_answered_as_documented(row: dict[str, Any]) -> None:
    answer = authorise(TestGateway(), debit(row["iban"]))
    if "charge_exceeds" in row["outcome"]:
        reason: DeclineReason | None = DeclineReason.ACCOUNT_LIMIT_EXCEEDED
    elif "bank_account_unusable" in row["outcome"]:
        reason = DeclineReason.DEBIT_FAILED
    else:
        reason = None
    assert answer.reason is reason
    assert answer.status is (GatewayStatus.DECLINED if reason else GatewayStatus.PROCESSING)


def test_without_capture_the_amount_is_only_reserved() -> None:
    answer = authorise(TestGateway(), card(), capture=False)
    assert answer.status is GatewayStatus.AUTHORISED


def test_a_direct_debit_moves_euros_only() -> None:
    answer = authorise(TestGateway(), debit(), amount=Money(Decimal("9.00"), "USD"))
    assert answer.reason is DeclineReason.DEBIT_FAILED


def test_an_order_on_invoice_and_an_empty_amount_are_not_for_the_gateway() -> None:
    with pytest.raises(ValueError, match="invoice"):
        authorise(TestGateway(), OnInvoice())
    with pytest.raises(ValueError, match="positive"):
        authorise(TestGateway(), card(), amount=Money.zero("EUR"))


@pytest.mark.parametrize("number", [VISA, "4000000000009995"])
def test_the_same_key_pays_once_and_gives_the_same_answer(place: Path | None, number: str) -> None:
    gateway = TestGateway(place)
    answers = {authorise(gateway, card(number)) for _ in range(3)}
    assert answers == {gateway.ask("key-1")}
    assert len(gateway.operations()) == 1


def test_other_keys_are_other_payments(place: Path | None) -> None:
    gateway = TestGateway(place)
    first, second = (authorise(gateway, card(), key=key) for key in ("key-1", "key-2"))
    assert first.reference != second.reference
    assert [operation.key for operation in gateway.operations()] == ["key-1", "key-2"]


OTHER_REQUESTS: list[Callable[[PaymentGateway], GatewayAnswer]] = [
    lambda gateway: authorise(gateway, debit(), amount=Money(Decimal("14208.61"), "EUR")),
    lambda gateway: authorise(gateway, debit(), amount=Money(Decimal("14208.60"), "USD")),
    lambda gateway: authorise(gateway, debit(), capture=False),
    lambda gateway: authorise(gateway, debit(holder="Anna Huber")),
    lambda gateway: authorise(gateway, debit("DE62370400440532013001")),
    lambda gateway: authorise(gateway, card()),
]


@pytest.mark.parametrize("other", OTHER_REQUESTS)
def test_a_key_is_never_good_for_another_request(
    place: Path | None, other: Callable[[PaymentGateway], GatewayAnswer]
) -> None:
    gateway = TestGateway(place)
    first = authorise(gateway, debit())
    with pytest.raises(KeyReused):
        other(gateway)
    assert gateway.ask("key-1") == first
    assert len(gateway.operations()) == 1


def test_cards_with_the_same_last_digits_are_told_apart() -> None:
    gateway = TestGateway()
    authorise(gateway, card("2222410700000002"))
    with pytest.raises(KeyReused):
        authorise(gateway, card("5100060000000002"))


def test_an_unknown_key_was_never_heard_of(place: Path | None) -> None:
    assert TestGateway(place).ask("key-1") is None


def test_an_answer_lost_after_charging_is_found_by_asking(tmp_path: Path) -> None:
    ledger = tmp_path / "gateway.sqlite"
    silent = TestGateway(ledger, fault=lambda _call, _key: Fault.ANSWER_LOST)
    with pytest.raises(GatewayUnreachable):
        authorise(silent, card())
    with pytest.raises(GatewayUnreachable):
        silent.ask("key-1")
    answer = TestGateway(ledger).ask("key-1")
    assert answer is not None
    assert answer.status is GatewayStatus.SUCCEEDED


def test_a_request_lost_on_its_way_charged_nothing(place: Path | None) -> None:
    gateway = TestGateway(
        place, fault=lambda call, _key: Fault.REQUEST_LOST if call is Call.AUTHORISE else None
    )
    with pytest.raises(GatewayUnreachable):
        authorise(gateway, card())
    assert gateway.ask("key-1") is None


def test_the_delay_is_waited_for_by_every_call() -> None:
    waits: list[str] = []
    gateway = TestGateway(delay=lambda: waits.append("waited"))
    authorise(gateway, card())
    gateway.ask("key-1")
    assert waits == ["waited", "waited"]


@pytest.mark.parametrize("content", [None, b"this is no database, but text of some length " * 50])
def test_books_that_cannot_be_kept_are_a_gateway_out_of_reach(
    tmp_path: Path, content: bytes | None
) -> None:
    ledger = tmp_path / "missing" / "gateway.sqlite"
    if content is not None:
        ledger = tmp_path / "gateway.sqlite"
        ledger.write_bytes(content)
    with pytest.raises(GatewayUnreachable):
        authorise(TestGateway(ledger), card())
    with pytest.raises(GatewayUnreachable):
        TestGateway(ledger).ask("key-1")


def test_the_books_hold_no_full_number(tmp_path: Path) -> None:
    ledger = tmp_path / "gateway.sqlite"
    gateway = TestGateway(ledger)
    authorise(gateway, card(), key="card")
    authorise(gateway, debit(), key="debit")
    assert [operation.label for operation in gateway.operations()] == [
        "Visa •••• 4242",
        "DE89 … 3000",
    ]
    content = ledger.read_bytes()
    assert VISA.encode() not in content
    assert IBAN.encode() not in content


def test_the_books_know_nothing_of_a_cvc() -> None:
    one, other = TestGateway(), TestGateway()
    authorise(one, check_payment(Card(VISA, "12/30", "123"), TODAY))
    authorise(other, check_payment(Card(VISA, "12/30", "987"), TODAY))
    assert one.operations() == other.operations()


def _authorise_many(ledger: Path, keys: list[str]) -> list[GatewayAnswer]:
    gateway = TestGateway(ledger)
    return [authorise(gateway, card(), key=key) for key in keys]


def test_processes_with_the_same_keys_pay_once_a_key(tmp_path: Path) -> None:
    ledger = tmp_path / "gateway.sqlite"
    keys = [f"key-{number}" for number in range(5)]
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        answers = pool.starmap(_authorise_many, [(ledger, keys)] * 3)
    assert answers[0] == answers[1] == answers[2]
    assert sorted(line.key for line in TestGateway(ledger).operations()) == keys
