"""The test gateway's promises: once per key, whatever breaks, and nothing secret in its books."""

from __future__ import annotations

import multiprocessing
import sqlite3
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from billing.payments.check import check_payment
from billing.payments.gateway import (
    GatewayAnswer,
    GatewayStatus,
    GatewayUnreachable,
    KeyReused,
    PaymentGateway,
)
from billing.payments.model import Card, DeclineReason, OnInvoice
from billing.payments.testgateway import Call, Fault, Notice, TestGateway
from billing.rating.money import Money
from tests.unit.paying import AMOUNT, IBAN, TODAY, VISA, authorise, card, debit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(params=["memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "gateway.sqlite" if request.param == "file" else None


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
    authorise(gateway, card(), capture=False)
    gateway.ask("key-1")
    gateway.capture("key-1", AMOUNT)
    gateway.refund("key-1", "refund-1", AMOUNT)
    assert waits == ["waited"] * 4


def test_an_answer_that_is_late_is_on_its_way() -> None:
    gateway = TestGateway(fault=lambda _call, _key: Fault.ANSWER_LATE)
    with pytest.raises(GatewayUnreachable):
        authorise(gateway, card())
    (notice,) = gateway.notices
    assert (notice.key, notice.answer.status) == ("key-1", GatewayStatus.SUCCEEDED)


def test_an_answer_given_twice_is_the_same_twice() -> None:
    gateway = TestGateway(fault=lambda _call, _key: Fault.ANSWERED_TWICE)
    answer = authorise(gateway, card())
    assert gateway.notices == [Notice("key-1", answer)]


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.ANSWER_LATE])
def test_no_answer_tells_nothing_of_a_key(fault: Fault) -> None:
    gateway = TestGateway(fault=lambda _call, _key: fault)
    with pytest.raises(GatewayUnreachable):
        gateway.ask("key-1")
    with pytest.raises(GatewayUnreachable):
        gateway.capture("key-1", AMOUNT)


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


def test_the_books_of_an_earlier_version_are_read_on(tmp_path: Path) -> None:
    ledger = tmp_path / "gateway.sqlite"
    connection = sqlite3.connect(ledger)
    connection.execute(
        "CREATE TABLE operation (key TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL,"
        " request TEXT NOT NULL, status TEXT NOT NULL, reference TEXT NOT NULL UNIQUE,"
        " reason TEXT NOT NULL, amount_minor INTEGER NOT NULL, currency TEXT NOT NULL,"
        " label TEXT NOT NULL)"
    )
    connection.execute(
        "INSERT INTO operation VALUES"
        " ('old', 'authorise', 'digest', 'succeeded', 'test_1', '', 100, 'EUR', 'Visa')"
    )
    connection.commit()
    connection.close()
    gateway = TestGateway(ledger)
    old = gateway.ask("old")
    assert old is not None
    assert old.status is GatewayStatus.SUCCEEDED
    authorise(gateway, card())
    assert [line.key for line in TestGateway(ledger).operations()] == ["old", "key-1"]
