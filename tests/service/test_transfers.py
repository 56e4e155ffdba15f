"""A bank transfer that an operator records pays an invoice once; what waited for it goes on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.catalogue.model import BillingCycle
from billing.errors import Problem, Refused
from billing.invoicing.model import InvoiceKind
from billing.ordering.model import Change
from billing.payments.model import Card, SepaDebit
from billing.storage.tables import account, audit_event, payment_attempt
from tests.service.life import bill, bought, move_to, row_of, run
from tests.service.shop import ANNA, INVOICE, LENA, RESCUE, WEBINAR

if TYPE_CHECKING:
    from tests.service.shop import Shop

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
DEBIT = SepaDebit("DE89 3704 0044 0532 0130 00", "Anna Muster")
LESS = Change("rescue", 1, BillingCycle.MONTHLY)


def number_of(shop: Shop, held: str) -> str:
    return str(bill(shop, row_of(shop, held).order_id).number)


def recorded(shop: Shop) -> list[tuple[str, str, str]]:
    return [
        (row.actor, row.object_id, row.new["number"])
        for row in shop.rows(audit_event)
        if row.action == "transfer_recorded"
    ]


def test_the_invoice_is_paid_and_the_operator_is_in_the_audit_trail(shop: Shop) -> None:
    held = bought(shop, RESCUE, INVOICE)
    number = number_of(shop, held)
    told = shop.service.record_transfer(ANNA, number)
    assert (told.now, told.invoice.number, told.invoice.state) == (True, number, "paid")
    stored = bill(shop, row_of(shop, held).order_id)
    assert stored.state == "paid"
    assert recorded(shop) == [("operator", stored.invoice_id, number)]


def test_a_second_time_says_so_and_stores_nothing(shop: Shop) -> None:
    number = number_of(shop, bought(shop, RESCUE, INVOICE))
    shop.service.record_transfer(ANNA, number)
    assert not shop.service.record_transfer(ANNA, number).now
    assert len(recorded(shop)) == 1


def test_what_is_paid_gives_credit(shop: Shop) -> None:
    held = bought(shop, RESCUE, INVOICE)
    session = shop.session()
    with pytest.raises(Refused):
        shop.service.preview_change(session, held, LESS)
    shop.service.record_transfer(ANNA, number_of(shop, held))
    assert shop.service.preview_change(session, held, LESS).credit_left.minor > 0


@pytest.mark.parametrize("days", [(30,), (30, 3, 5, 7)], ids=["past_due", "suspended"])
def test_what_could_not_be_collected_runs_again(shop: Shop, days: tuple[int, ...]) -> None:
    held = bought(shop, RESCUE, FADING_CARD)
    for wait in days:
        shop.clock.advance(timedelta(days=wait))
        run(shop)
    attempts = len(shop.rows(payment_attempt))
    assert row_of(shop, held).state == ("past_due" if len(days) == 1 else "suspended")
    shop.service.record_transfer(ANNA, number_of(shop, held))
    assert row_of(shop, held).state == "active"
    assert shop.service.home(shop.session()).unpaid == ()
    shop.clock.advance(timedelta(days=4))
    run(shop)
    assert len(shop.rows(payment_attempt)) == attempts
    assert str(shop.post.messages[-1]["Subject"]) == "Zahlung angenommen: LogMeIn Rescue"


@pytest.mark.parametrize("days", [(30,), (30, 3, 5, 7)], ids=["past_due", "suspended"])
def test_what_there_was_no_payment_method_for_runs_again(shop: Shop, days: tuple[int, ...]) -> None:
    """Credit had paid the purchase, so that nothing was kept to charge the renewal to."""
    shop.execute(update(account).values(credit_minor=10**6))
    held = bought(shop, RESCUE, mail=LENA)
    shop.execute(update(account).values(credit_minor=0))
    for wait in days:
        shop.clock.advance(timedelta(days=wait))
        run(shop)
    assert row_of(shop, held).state == ("past_due" if len(days) == 1 else "suspended")
    shop.service.record_transfer(LENA, number_of(shop, held))
    shop.clock.advance(timedelta(days=8))
    run(shop)
    assert row_of(shop, held).state == "active"


def test_a_renewal_on_invoice_is_paid_without_another_mail(shop: Shop) -> None:
    held = bought(shop, RESCUE, INVOICE, day=date(2026, 11, 22))
    move_to(shop, date(2026, 12, 22))
    run(shop)
    mails = len(shop.post.messages)
    assert shop.service.record_transfer(ANNA, number_of(shop, held)).now
    run(shop)
    assert len(shop.post.messages) == mails


def test_while_a_debit_is_on_its_way_no_transfer_is_taken(shop: Shop) -> None:
    held = bought(shop, RESCUE, DEBIT)
    with pytest.raises(Refused) as refused:
        shop.service.record_transfer(ANNA, number_of(shop, held))
    assert refused.value.problem is Problem.PAYMENT_UNDER_WAY
    assert bill(shop, row_of(shop, held).order_id).state == "open"
    assert recorded(shop) == []


def test_only_an_invoice_of_the_contacts_own_account_is_taken(shop: Shop) -> None:
    number = number_of(shop, bought(shop, RESCUE, INVOICE))
    for mail, wrong, problem in (
        (LENA, number, Problem.UNKNOWN_INVOICE),
        (ANNA, f"{number} ", Problem.UNKNOWN_INVOICE),
        (ANNA, "", Problem.UNKNOWN_INVOICE),
        ("nobody@muster.example", number, Problem.UNKNOWN_CONTACT),
    ):
        with pytest.raises(Refused) as refused:
            shop.service.record_transfer(mail, wrong)
        assert refused.value.problem is problem
    assert recorded(shop) == []


def test_invoices_are_listed_by_any_contact_of_the_account(shop: Shop) -> None:
    bought(shop, WEBINAR, INVOICE)
    found = shop.service.invoices_of(ANNA)
    assert found == shop.service.invoices(shop.session())
    assert found[0].kind is InvoiceKind.INVOICE
    with pytest.raises(Refused):
        shop.service.invoices_of("nobody@muster.example")
