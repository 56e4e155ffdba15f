"""Stored payment methods: what an account paid with last, by token, never by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.errors import PaymentDeclined, PaymentUnknown
from billing.ordering.orders import read_order
from billing.payments.gateway import GatewayAnswer, GatewayStatus
from billing.payments.methods import current_method, keep_method, read_method
from billing.payments.model import PaymentKind
from billing.payments.testgateway import Fault
from billing.storage.invoice_tables import payment_method
from billing.storage.tables import order, payment_attempt
from tests.service.shop import ADA, GOOD_CARD, IBAN, INVOICE, POOR_CARD, RESCUE, WEBINAR, request

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.ordering.model import Selection
    from billing.payments.model import PaymentInput, StoredMethod
    from tests.service.shop import Shop


def buy(shop: Shop, session: Session, payment: PaymentInput, what: Selection = WEBINAR) -> None:
    shop.service.place_order(session, request(shop.checkout(session, what), payment))


def current(shop: Shop, session: Session) -> StoredMethod | None:
    account_id = session.account.account_id
    return shop.database.read(lambda connection: current_method(connection, account_id))


def test_an_account_that_never_paid_has_no_method(shop: Shop) -> None:
    assert current(shop, shop.session(ADA)) is None


@pytest.mark.parametrize(
    ("payment", "kind", "label"),
    [
        (GOOD_CARD, PaymentKind.CARD, "Visa •••• 4242"),
        (IBAN, PaymentKind.SEPA, "DE89 … 3000"),
        (INVOICE, PaymentKind.INVOICE, ""),
    ],
)
def test_what_an_order_was_paid_with_is_kept(
    shop: Shop, payment: PaymentInput, kind: PaymentKind, label: str
) -> None:
    session = shop.session("lena@huber.example")
    buy(shop, session, payment)
    kept = current(shop, session)
    assert kept is not None
    assert (kept.shown.kind, kept.shown.label) == (kind, label)
    assert bool(kept.token) is (payment is not INVOICE)
    account_id, method_id = session.account.account_id, kept.method_id
    assert (
        shop.database.read(lambda connection: read_method(connection, account_id, method_id))
        == kept
    )


def test_the_newest_method_is_the_one_that_counts(shop: Shop) -> None:
    session = shop.session()
    buy(shop, session, IBAN)
    buy(shop, session, GOOD_CARD, RESCUE)
    kept = current(shop, session)
    assert kept is not None
    assert kept.shown.kind is PaymentKind.CARD
    assert len(shop.rows(payment_method)) == 2


def test_paying_on_invoice_again_keeps_nothing_new(shop: Shop) -> None:
    session = shop.session("lena@huber.example")
    buy(shop, session, INVOICE)
    buy(shop, session, INVOICE, RESCUE)
    assert len(shop.rows(payment_method)) == 1


def test_a_card_that_was_declined_is_not_kept(shop: Shop) -> None:
    session = shop.session()
    with pytest.raises(PaymentDeclined):
        buy(shop, session, POOR_CARD)
    assert shop.rows(payment_method) == []


def test_a_card_is_kept_when_its_answer_came_late(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)
    shop.faults.authorise = [Fault.ANSWER_LOST]
    with pytest.raises(PaymentUnknown):
        shop.service.place_order(session, asked)
    shop.service.place_order(session, asked)
    assert [row.kind for row in shop.rows(payment_method)] == ["card"]


@pytest.mark.parametrize("with_token", [True, False])
def test_the_same_token_and_none_leave_the_method_as_it_is(shop: Shop, *, with_token: bool) -> None:
    session = shop.session()
    buy(shop, session, GOOD_CARD)
    before = current(shop, session)
    assert before is not None
    (row,) = shop.rows(order)
    context = shop.service._context
    shop.database.work(
        row.account_id,
        lambda connection: keep_method(
            connection,
            context,
            read_order(connection, row.account_id, row.order_id),
            before.token if with_token else "",
        ),
    )
    assert current(shop, session) == before


def test_what_was_paid_with_a_stored_method_leaves_the_newest_as_it_is(shop: Shop) -> None:
    session = shop.session()
    buy(shop, session, GOOD_CARD)
    older = current(shop, session)
    assert older is not None
    buy(shop, session, IBAN, RESCUE)
    newest = current(shop, session)
    (card, _debit) = shop.rows(payment_attempt)
    shop.execute(
        update(payment_attempt)
        .where(payment_attempt.c.attempt_id == card.attempt_id)
        .values(state="unknown", method_id=older.method_id)
    )
    answer = GatewayAnswer(GatewayStatus.SUCCEEDED, "test", token=older.token)
    shop.service.gateway_answered(card.account_id, card.gateway_key, answer)
    assert current(shop, session) == newest


def test_what_is_stored_can_be_charged_without_the_number(shop: Shop) -> None:
    session = shop.session()
    buy(shop, session, GOOD_CARD)
    kept = current(shop, session)
    assert kept is not None
    (attempt,) = shop.rows(payment_attempt)
    total = shop.service.invoices(session)[0].total
    answer = shop.bank.authorise(key="later", amount=total, payment=kept, capture=True)
    assert (answer.status, answer.token) == ("succeeded", kept.token)
    assert len({line.reference for line in shop.bank.operations()}) == 2
    assert attempt.method_id is None
