"""Invoices: what they say, when there is one, and that nothing but their state ever changes."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from billing.catalogue.model import BillingCycle
from billing.errors import NotAllowed, PaymentDeclined
from billing.invoicing.model import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    InvoiceTax,
    LineKind,
    Party,
)
from billing.invoicing.numbers import account_code
from billing.invoicing.payment import mark_paid
from billing.payments.model import PaymentKind, PaymentSummary
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod
from billing.rating.tax import TaxTreatment
from billing.storage.invoice_tables import invoice as invoice_table
from billing.storage.tables import account, contact
from tests.service.billed import context_of, documents_of, invoice_of, issue, order
from tests.service.shop import (
    ADA,
    ANNA,
    GOOD_CARD,
    IBAN,
    INVOICE,
    LENA,
    MAX,
    POOR_CARD,
    RESCUE,
    WEBINAR,
    request,
    without,
)

if TYPE_CHECKING:
    from billing.clock import FixedClock
    from billing.payments.model import PaymentInput
    from tests.service.shop import Shop

TODAY = date(2026, 11, 22)
YEAR = BillingPeriod(TODAY, date(2027, 11, 22))
MONTH = BillingPeriod(TODAY, date(2026, 12, 22))


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def paid(shop: Shop, account_id: str, order_id: str) -> None:
    shop.database.work(account_id, lambda connection: mark_paid(connection, account_id, order_id))


def test_an_order_brings_an_invoice_that_says_it_all(shop: Shop) -> None:
    record = order(shop, ANNA, WEBINAR, RESCUE)
    told = invoice_of(shop, ANNA, record)
    seller = shop.catalogue.seller
    webinar, rescue = (line.subscription_id for line in record.lines)
    assert told == Invoice(
        account_id=record.account_id,
        invoice_id=told.invoice_id,
        number=f"RE-{account_code(record.account_id)}-000009",
        kind=InvoiceKind.INVOICE,
        state=InvoiceState.PAID,
        order_id=record.order_id,
        corrects_id=None,
        issued_at=shop.clock.now(),
        issued_on=TODAY,
        due_on=TODAY,
        net=euros("12158.00"),
        tax=euros("2310.02"),
        gross=euros("14468.02"),
        credit=euros("0.00"),
        total=euros("14468.02"),
        treatment=TaxTreatment.DOMESTIC,
        tax_country="DE",
        vat_id="DE136695976",
        seller=Party(**{part.name: getattr(seller, part.name) for part in fields(Party)}),
        buyer=Party(
            name="Muster GmbH",
            street="Beispielallee 12",
            postcode="10115",
            city="Berlin",
            country="DE",
            vat_id="DE136695976",
        ),
        payment=PaymentSummary(PaymentKind.CARD, "Visa •••• 4242"),
        lines=(
            InvoiceLine(
                kind=LineKind.PURCHASE,
                subscription_id=webinar,
                product="goto-webinar",
                product_name="GoTo Webinar",
                tier="pro",
                tier_name="Pro",
                seats=5,
                cycle=BillingCycle.ANNUAL,
                unit_price=euros("2388.00"),
                amount=euros("11940.00"),
                rate=Decimal(19),
                period=YEAR,
            ),
            InvoiceLine(
                kind=LineKind.PURCHASE,
                subscription_id=rescue,
                product="logmein-rescue",
                product_name="LogMeIn Rescue",
                tier="rescue",
                tier_name="Rescue",
                seats=2,
                cycle=BillingCycle.MONTHLY,
                unit_price=euros("109.00"),
                amount=euros("218.00"),
                rate=Decimal(19),
                period=MONTH,
            ),
        ),
        taxes=(InvoiceTax(Decimal(19), euros("12158.00"), euros("2310.02")),),
    )


def test_reverse_charge_is_billed_without_a_tax(shop: Shop) -> None:
    told = invoice_of(shop, LENA, order(shop, LENA))
    assert told.treatment is TaxTreatment.REVERSE_CHARGE
    assert (told.taxes, told.tax, told.total) == ((), euros("0.00"), euros("11940.00"))
    assert (told.vat_id, told.buyer.vat_id) == ("ATU14243102", "ATU14243102")
    assert [line.rate for line in told.lines] == [Decimal(0)]


def test_credit_is_taken_off_the_gross_sum(shop: Shop) -> None:
    mine = shop.session().account.account_id
    shop.execute(update(account).where(account.c.account_id == mine).values(credit_minor=10_000))
    told = invoice_of(shop, ANNA, order(shop, ANNA))
    assert (told.gross, told.credit, told.total) == (
        euros("14208.60"),
        euros("100.00"),
        euros("14108.60"),
    )


@pytest.mark.parametrize(
    ("payment", "state", "due_on"),
    [
        (GOOD_CARD, InvoiceState.PAID, TODAY),
        (IBAN, InvoiceState.OPEN, TODAY),
        (INVOICE, InvoiceState.OPEN, TODAY + timedelta(days=14)),
    ],
)
def test_what_is_not_paid_yet_is_open(
    shop: Shop, payment: PaymentInput, state: InvoiceState, due_on: date
) -> None:
    told = invoice_of(shop, ANNA, order(shop, ANNA, payment=payment))
    assert (told.state, told.due_on) == (state, due_on)


def test_an_invoice_that_credit_pays_whole_is_paid(shop: Shop) -> None:
    mine = shop.session().account.account_id
    shop.execute(update(account).where(account.c.account_id == mine).values(credit_minor=9_999_999))
    told = invoice_of(shop, ANNA, order(shop, ANNA, payment=INVOICE))
    assert (told.state, told.total) == (InvoiceState.PAID, euros("0.00"))


def test_paying_changes_the_state_of_that_invoice_alone(shop: Shop) -> None:
    first = order(shop, LENA, WEBINAR, payment=INVOICE)
    second = order(shop, LENA, RESCUE, payment=INVOICE)
    before = shop.service.invoices(shop.session(LENA))
    paid(shop, first.account_id, first.order_id)
    paid(shop, first.account_id, first.order_id)
    paid(shop, shop.session(ADA).account.account_id, second.order_id)
    newer, older = before
    assert {newer.state, older.state} == {InvoiceState.OPEN}
    paid_one = replace(older, state=InvoiceState.PAID)
    assert shop.service.invoices(shop.session(LENA)) == (newer, paid_one)


def test_an_order_without_an_invoice_has_none_to_pay(shop: Shop) -> None:
    mine = shop.session(LENA).account.account_id
    before = shop.everything()
    paid(shop, mine, "no-such-order")
    assert shop.everything() == before


def test_an_invoice_waits_while_the_vat_id_is_unchecked(shop: Shop) -> None:
    session = shop.session(LENA)
    shop.fill(session, WEBINAR)
    checkout = shop.service.open_checkout(session, "ATU33864707")
    told = shop.service.place_order(session, request(checkout, GOOD_CARD))
    assert told.invoice_waits
    assert shop.service.invoices(session) == ()
    assert shop.rows(invoice_table) == []


def test_no_invoice_is_written_before_its_time_by_anybody(shop: Shop) -> None:
    record = replace(order(shop, LENA), order_id="another", treatment=TaxTreatment.UNDECIDED)
    before = shop.everything()
    with pytest.raises(ValueError, match="VAT id"):
        issue(context_of(shop), record)
    assert shop.everything() == before


def test_a_declined_order_has_no_invoice(shop: Shop) -> None:
    session = shop.session(LENA)
    with pytest.raises(PaymentDeclined):
        shop.service.place_order(session, request(shop.checkout(session, WEBINAR), POOR_CARD))
    assert shop.service.invoices(session) == ()


def test_a_retry_of_an_order_brings_no_second_invoice(shop: Shop) -> None:
    session = shop.session(LENA)
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)
    shop.service.place_order(session, asked)
    assert shop.service.place_order(session, asked).replayed
    assert len(shop.service.invoices(session)) == 1


def test_what_the_catalogue_has_lost_is_billed_by_its_id(shop: Shop) -> None:
    context, record = context_of(shop), order(shop, LENA)
    poorer = replace(context, catalogue=without(shop.catalogue, "goto-webinar"))
    again = replace(record, order_id=context.ids.new())
    issue(poorer, again)
    (line,) = invoice_of(shop, LENA, again).lines
    assert (line.product_name, line.tier_name) == ("goto-webinar", "pro")


def test_an_invoice_keeps_what_was_true_on_its_day(shop: Shop) -> None:
    record = order(shop, LENA)
    before = invoice_of(shop, LENA, record)
    moved = {"name": "Huber AG", "city": "Graz", "country": "DE", "vat_id": ""}
    mine = account.c.account_id == record.account_id
    shop.execute(update(account).where(mine).values(**moved))
    other = shop.second(catalogue=without(shop.catalogue, "goto-webinar"))
    (after,) = other.service.invoices(other.session(LENA))
    assert after == before


def test_the_day_of_an_invoice_is_the_accounts(shop: Shop, clock: FixedClock) -> None:
    clock.move_to(datetime(2026, 11, 23, 3, tzinfo=UTC))
    told = invoice_of(shop, ADA, order(shop, ADA))
    assert (told.issued_at, told.issued_on) == (clock.now(), TODAY)


def test_every_member_of_an_account_reads_its_invoices_newest_first(
    shop: Shop, clock: FixedClock
) -> None:
    first = order(shop, ANNA, WEBINAR)
    clock.advance(timedelta(days=1))
    second = order(shop, ANNA, RESCUE)
    listed = shop.service.invoices(shop.session(MAX))
    assert [told.order_id for told in listed[:2]] == [second.order_id, first.order_id]
    moments = [told.issued_at for told in listed]
    assert moments == sorted(moments, reverse=True)
    assert {told.account_id for told in listed} == {first.account_id}
    assert shop.service.invoices(shop.session(ADA)) == ()


def test_who_has_left_the_account_reads_none(shop: Shop) -> None:
    session = shop.session(MAX)
    shop.execute(delete(contact).where(contact.c.contact_id == session.contact_id))
    with pytest.raises(NotAllowed):
        shop.service.invoices(session)


def test_an_order_has_one_document_of_its_own(shop: Shop) -> None:
    record = order(shop, LENA)
    assert [told.kind for told in documents_of(shop, LENA, record)] == [InvoiceKind.INVOICE]
