"""What the test gateway does after the first answer: the bank's page, its days, capture, refund."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from billing.clock import FixedClock
from billing.payments.gateway import GatewayStatus, GatewayUnreachable, KeyReused
from billing.payments.model import DeclineReason, PaymentKind, PaymentSummary, StoredMethod
from billing.payments.testgateway import Call, Fault, TestGateway
from billing.rating.money import Money
from tests.unit.paying import AMOUNT, IBAN, authorise, card, debit, stored

if TYPE_CHECKING:
    from pathlib import Path

    from billing.payments.gateway import GatewayAnswer

NET = Money(Decimal("11940.00"), "EUR")
ASKING = "4000002500003155"
ASKING_ALWAYS = "4000002760003184"
FAILING_LATER = "DE62370400440532013001"


@pytest.fixture(params=["memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "gateway.sqlite" if request.param == "file" else None


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))


def asked(gateway: TestGateway, key: str = "key-1") -> GatewayAnswer:
    answer = gateway.ask(key)
    assert answer is not None
    return answer


def test_a_buyer_who_says_no_is_declined_and_cannot_say_yes_after_that(place: Path | None) -> None:
    gateway = TestGateway(place)
    authorise(gateway, card(ASKING))
    refused = gateway.authenticate("key-1", accepted=False)
    assert refused.reason is DeclineReason.AUTHENTICATION_REQUIRED
    assert gateway.authenticate("key-1", accepted=True) == refused == asked(gateway)


def test_a_payment_to_confirm_gives_nothing_to_charge_before_it_is(place: Path | None) -> None:
    gateway = TestGateway(place)
    answer = authorise(gateway, card(ASKING), capture=False)
    assert (answer.status, answer.token) == (GatewayStatus.REQUIRES_ACTION, "")
    with pytest.raises(ValueError, match="authorised"):
        gateway.capture("key-1", AMOUNT)
    confirmed = gateway.authenticate("key-1", accepted=True)
    assert confirmed.status is GatewayStatus.AUTHORISED
    assert gateway.capture("key-1", NET).status is GatewayStatus.SUCCEEDED


def test_the_banks_page_closes_after_an_hour(place: Path | None, clock: FixedClock) -> None:
    gateway = TestGateway(place, clock=clock)
    authorise(gateway, card(ASKING))
    clock.advance(timedelta(minutes=59))
    assert asked(gateway).status is GatewayStatus.REQUIRES_ACTION
    clock.advance(timedelta(minutes=1))
    assert asked(gateway).reason is DeclineReason.AUTHENTICATION_REQUIRED
    assert gateway.authenticate("key-1", accepted=True).status is GatewayStatus.DECLINED


def test_only_a_payment_can_be_confirmed() -> None:
    with pytest.raises(ValueError, match="no payment"):
        TestGateway().authenticate("key-1", accepted=True)


def test_a_card_that_always_asks_cannot_be_charged_without_the_buyer(place: Path | None) -> None:
    gateway = TestGateway(place)
    authorise(gateway, card(ASKING_ALWAYS))
    method = stored(card(ASKING_ALWAYS), gateway.authenticate("key-1", accepted=True))
    later = authorise(gateway, method, key="key-2")
    assert later.reason is DeclineReason.AUTHENTICATION_REQUIRED


def test_a_token_of_another_gateway_is_declined() -> None:
    method = StoredMethod("method-1", "token", PaymentSummary(PaymentKind.CARD, "Visa •••• 4242"))
    assert authorise(TestGateway(), method).reason is DeclineReason.GENERIC_DECLINE


def test_payment_on_invoice_is_not_for_the_gateway_even_when_stored() -> None:
    with pytest.raises(ValueError, match="invoice"):
        authorise(TestGateway(), StoredMethod("method-1", "", PaymentSummary(PaymentKind.INVOICE)))


def test_a_stored_method_is_charged_once_a_key_and_keeps_its_token(place: Path | None) -> None:
    gateway = TestGateway(place)
    method = stored(card(), authorise(gateway, card()))
    answers = {authorise(gateway, method, key="key-2") for _ in range(3)}
    assert {answer.token for answer in answers} == {method.token}
    assert len(answers) == 1
    with pytest.raises(KeyReused):
        authorise(gateway, card(), key="key-2")


@pytest.mark.parametrize(
    ("iban", "outcome"),
    [(IBAN, GatewayStatus.SUCCEEDED), (FAILING_LATER, GatewayStatus.DECLINED)],
)
def test_a_debit_is_known_three_days_after_it_was_submitted(
    place: Path | None, clock: FixedClock, iban: str, outcome: GatewayStatus
) -> None:
    gateway = TestGateway(place, clock=clock)
    authorise(gateway, debit(iban), capture=False)
    clock.advance(timedelta(days=9))
    assert asked(gateway).status is GatewayStatus.AUTHORISED
    assert gateway.capture("key-1", NET).status is GatewayStatus.PROCESSING
    clock.advance(timedelta(days=3, seconds=-1))
    assert asked(gateway).status is GatewayStatus.PROCESSING
    clock.advance(timedelta(seconds=1))
    assert asked(gateway).status is outcome
    (line,) = gateway.operations()
    taken = NET.minor if outcome is GatewayStatus.SUCCEEDED else 0
    assert (line.status, line.taken_minor) == (outcome, taken)


def test_without_a_clock_a_debit_waits_for_the_test(place: Path | None) -> None:
    gateway = TestGateway(place)
    authorise(gateway, debit())
    assert asked(gateway).status is GatewayStatus.PROCESSING
    gateway.settle_debits()
    (notice,) = gateway.notices
    assert (notice.key, notice.answer) == ("key-1", asked(gateway))
    assert notice.answer.status is GatewayStatus.SUCCEEDED


def test_a_capture_takes_once_and_never_more_than_was_authorised(place: Path | None) -> None:
    gateway = TestGateway(place)
    authorise(gateway, card(), capture=False)
    with pytest.raises(ValueError, match="authorised"):
        gateway.capture("key-1", AMOUNT + NET)
    assert {gateway.capture("key-1", NET) for _ in range(2)} == {asked(gateway)}
    with pytest.raises(KeyReused):
        gateway.capture("key-1", AMOUNT)
    (line,) = gateway.operations()
    assert line.taken_minor == NET.minor


def test_what_was_not_authorised_is_not_captured(place: Path | None) -> None:
    gateway = TestGateway(place)
    with pytest.raises(ValueError, match="no payment"):
        gateway.capture("key-1", AMOUNT)
    authorise(gateway, card())
    with pytest.raises(ValueError, match="authorised"):
        gateway.capture("key-1", AMOUNT)
    with pytest.raises(ValueError, match="currency"):
        gateway.capture("key-1", Money(Decimal(1), "USD"))


def test_a_lost_answer_to_a_capture_is_found_by_asking_again(tmp_path: Path) -> None:
    ledger = tmp_path / "gateway.sqlite"
    authorise(TestGateway(ledger), card(), capture=False)
    silent = TestGateway(
        ledger, fault=lambda call, _key: Fault.ANSWER_LOST if call is Call.CAPTURE else None
    )
    with pytest.raises(GatewayUnreachable):
        silent.capture("key-1", NET)
    assert silent.ask("key-1") == TestGateway(ledger).capture("key-1", NET)


def test_a_refund_gives_back_once_a_key_and_never_more_than_was_taken(place: Path | None) -> None:
    gateway = TestGateway(place)
    authorise(gateway, card())
    assert len({gateway.refund("key-1", "refund-1", NET) for _ in range(2)}) == 1
    with pytest.raises(KeyReused):
        gateway.refund("key-1", "refund-1", AMOUNT)
    with pytest.raises(KeyReused):
        gateway.refund("key-1", "key-1", NET)
    with pytest.raises(ValueError, match="left"):
        gateway.refund("key-1", "refund-2", NET)
    gateway.refund("key-1", "refund-2", AMOUNT - NET)
    back = [line.amount_minor for line in gateway.operations() if line.kind == "refund"]
    assert back == [NET.minor, AMOUNT.minor - NET.minor]


def test_what_was_not_taken_cannot_be_given_back(place: Path | None) -> None:
    gateway = TestGateway(place)
    authorise(gateway, debit())
    authorise(gateway, card(), key="key-2", capture=False)
    for key in ("key-1", "key-2"):
        with pytest.raises(ValueError, match="left"):
            gateway.refund(key, f"refund of {key}", AMOUNT)


def test_the_books_keep_no_number_for_later_charges(tmp_path: Path) -> None:
    ledger = tmp_path / "gateway.sqlite"
    gateway = TestGateway(ledger)
    authorise(gateway, debit(FAILING_LATER))
    authorise(gateway, card(ASKING), key="key-2")
    content = ledger.read_bytes()
    assert FAILING_LATER.encode() not in content
    assert ASKING.encode() not in content
