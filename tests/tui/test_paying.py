"""An open invoice: the start page says so, and it is paid once with new payment details."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from billing.catalogue.model import BillingCycle
from billing.errors import PaymentDeclined, Problem, Refused
from billing.formats import format_money
from billing.ordering.model import Selection
from billing.payments.model import Card, DeclineReason, PaymentKind, SepaDebit
from billing.storage.invoice_tables import invoice
from billing.storage.tables import outbox
from tests.service.life import bought, move_to, row_of, run
from tests.service.shop import ANNA, GOOD_CARD, RESCUE, WEBINAR, request
from tui.i18n import LANGUAGES
from tui.testing.terminal import said

if TYPE_CHECKING:
    from billing.rating.money import Money
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener, Terminal

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
DUE = date(2026, 12, 22)
ASKING, GOOD, POOR = "4000 0025 0000 3155", "4242 4242 4242 4242", "4000 0000 0000 9995"
IBAN = "DE89 3704 0044 0532 0130 00"
POSITIONS = (
    WEBINAR,
    RESCUE,
    Selection("logmein-central", "premier", 2500, BillingCycle.ANNUAL),
)
RETURNED_DEBIT = SepaDebit("DE62 3704 0044 0532 0130 01", "Anna Muster")


def told(amount: Money, language: str) -> str:
    """As on the screen, with plain blanks."""
    return " ".join(format_money(amount, language).split())


@pytest.fixture
def held(shop: Shop) -> str:
    """A subscription whose renewal could not be paid."""
    subscription_id = bought(shop, RESCUE, FADING_CARD)
    move_to(shop, DUE)
    run(shop)
    return subscription_id


async def pay_by_card(t: Terminal, number: str) -> None:
    await t.push("pay")
    assert t.name == "DueScreen"
    await t.checkout.pay_by(PaymentKind.CARD)
    await t.checkout.card(number)
    await t.push("pay-now")


def charges(shop: Shop) -> list[str]:
    """What became of the payments since the renewal failed."""
    return [operation.status for operation in shop.bank.operations()][2:]


def number_of(shop: Shop) -> str:
    (open_one,) = [row.number for row in shop.rows(invoice) if row.state == "open"]
    return str(open_one)


async def test_without_an_open_invoice_the_start_page_offers_no_payment(
    open_terminal: Opener,
) -> None:
    async with open_terminal(ANNA) as t:
        assert not t.page.query("#pay")
        assert not t.page.query("#unpaid")


async def test_a_failed_payment_is_shown_with_what_to_do(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    async with open_terminal(ANNA) as t:
        assert "Zahlung offen" in t.read("#subscriptions")
        told = t.read("#unpaid")
        assert told.startswith(f"! Die Rechnung {number_of(shop)} über ")
        assert "mit neuen Zahlungsdaten" in told
        assert t.focused == "pay"


async def test_a_suspended_subscription_is_shown_with_what_to_do(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    for days in (3, 5, 7):
        shop.clock.advance(timedelta(days=days))
        run(shop)
    assert row_of(shop, held).state == "suspended"
    async with open_terminal(ANNA) as t:
        assert "gesperrt, Zahlung offen" in t.read("#subscriptions")
        assert t.read("#unpaid").startswith("! Der Zugang ist gesperrt")
        await pay_by_card(t, GOOD)
        assert "gesperrt" not in t.text
    assert row_of(shop, held).state == "active"


async def test_the_page_names_the_invoice_what_it_is_for_and_the_sums(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    async with open_terminal(ANNA) as t:
        await t.push("pay")
        told = t.read("#due-lines")
        assert f"Rechnung {number_of(shop)} vom 22.12.2026" in told
        assert "LogMeIn Rescue" in told
        assert "2 Techniker · 22.12.2026 – 21.01.2027" in told
        (bill,) = [row for row in shop.rows(invoice) if row.state == "open"]
        net, tax, total = (
            f"{minor // 100},{minor % 100:02} €"
            for minor in (bill.net_minor, bill.tax_minor, bill.total_minor)
        )
        assert t.read("#due-total").strip("─ ") == (
            f"Zwischensumme (netto) · Musterpreise {net} zzgl. 19 % USt {tax} "
            f"Fälliger Gesamtbetrag {total}"
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_each_position_has_its_amount_in_the_column_of_the_sums(
    open_terminal: Opener, shop: Shop, language: str, number: int, size: tuple[int, int]
) -> None:
    checkout = shop.checkout(shop.session(ANNA), *POSITIONS[:number])
    shop.service.place_order(shop.session(ANNA), request(checkout, RETURNED_DEBIT))
    shop.clock.advance(timedelta(days=5))
    run(shop)
    (bill,) = shop.service.home(shop.session(ANNA)).unpaid
    async with open_terminal(ANNA, language=language, size=size) as t:
        await t.push("pay")
        shown = [line.rstrip("▁▂▃▄▅▆▇█ ") for line in t.lines()]
        total = next(line for line in shown if f" {told(bill.total, language)}" in line)
        for item in bill.lines:
            (position,) = [line for line in shown if item.product_name in line]
            assert position.endswith(f" {told(item.amount, language)}")
            assert len(position) == len(total)


async def test_paying_leads_back_to_the_start_page_and_it_runs_again(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    number = number_of(shop)
    async with open_terminal(ANNA) as t:
        await pay_by_card(t, GOOD)
        assert t.name == "HomeScreen"
        assert t.notice == f"✓ Vielen Dank. Die Rechnung {number} ist bezahlt."
        assert "Zahlung offen" not in t.text
        assert not t.page.query("#pay")
        form = t.app.visit.form
        assert (form.number, form.cvc) == ("", "")
    assert charges(shop) == ["succeeded"]
    assert row_of(shop, held).state == "active"
    assert {row.kind: row.state for row in shop.rows(outbox)}["recovered"] == "sent"


async def test_enter_pressed_twice_pays_once(open_terminal: Opener, shop: Shop, held: str) -> None:
    async with open_terminal(ANNA) as t:
        await t.push("pay")
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card(GOOD)
        await t.focus("pay-now")
        t.send("enter", "enter")
        await t.settle()
    assert charges(shop) == ["succeeded"]


async def test_a_declined_card_leaves_the_page_and_another_one_pays(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    async with open_terminal(ANNA) as t:
        await pay_by_card(t, POOR)
        assert t.name == "DueScreen"
        assert t.notice == said(PaymentDeclined(DeclineReason.INSUFFICIENT_FUNDS))
        assert t.value("number") == POOR
        await t.fill("number", GOOD)
        await t.push("pay-now")
        assert t.name == "HomeScreen"
    assert charges(shop) == ["declined", "succeeded"]


async def test_wrong_details_are_said_at_their_field(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    async with open_terminal(ANNA) as t:
        await t.push("pay")
        await t.fill("iban", "DE89 3704 0044 0532 0130 01")
        await t.push("pay-now")
        assert (t.name, t.focused) == ("DueScreen", "iban")
        assert t.notice.startswith("✗ ")
    assert charges(shop) == []


async def test_a_bank_transfer_is_waited_for(open_terminal: Opener, shop: Shop, held: str) -> None:
    number = number_of(shop)
    async with open_terminal(ANNA) as t:
        await t.push("pay")
        await t.checkout.pay_by(PaymentKind.INVOICE)
        assert "seit dem 22.12.2026 fällig" in t.read("#invoice")
        await t.push("pay-now")
        assert t.notice == f"✓ Vielen Dank. Die Rechnung {number} wartet auf Ihre Überweisung."
        assert not t.page.query("#pay")


async def test_a_debit_is_under_way_and_not_called_paid(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    number = number_of(shop)
    async with open_terminal(ANNA) as t:
        await t.push("pay")
        await t.fill("iban", IBAN)
        await t.push("pay-now")
        assert t.notice == f"✓ Vielen Dank. Die Zahlung der Rechnung {number} läuft."
        assert not t.page.query("#pay")


async def test_the_bank_asks_here_as_well(open_terminal: Opener, shop: Shop, held: str) -> None:
    async with open_terminal(ANNA) as t:
        await pay_by_card(t, ASKING)
        assert t.name == "QuestionScreen"
        await t.question.answer("decline")
        assert t.notice == said(PaymentDeclined(DeclineReason.AUTHENTICATION_REQUIRED))
        await t.push("pay-now")
        await t.question.answer("confirm")
        assert t.name == "HomeScreen"
        assert t.notice.endswith("ist bezahlt.")
    assert charges(shop) == ["declined", "succeeded"]


async def test_a_payment_left_at_the_bank_goes_on_in_the_next_session(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    async with open_terminal(ANNA) as t:
        await pay_by_card(t, ASKING)
    async with open_terminal(ANNA, service=shop.second().service) as t:
        await t.push("pay")
        assert t.notice.startswith("! Eine Zahlung dieser Rechnung ist noch nicht")
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card(GOOD)
        await t.push("pay-now")
        assert t.notice.startswith("! Eine Zahlung dieser Rechnung ist noch nicht")
        await t.fill("number", ASKING)
        await t.push("pay-now")
        await t.question.answer("confirm")
        assert t.name == "HomeScreen"
    assert charges(shop) == ["succeeded"]


async def test_an_invoice_paid_elsewhere_is_not_paid_again(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    (bill,) = [row for row in shop.rows(invoice) if row.state == "open"]
    paid = said(Refused(Problem.NOTHING_TO_PAY), "!")
    async with open_terminal(ANNA) as t, open_terminal(ANNA) as late:
        await t.push("pay")
        await t.checkout.pay_by(PaymentKind.CARD)
        await t.checkout.card(GOOD)
        shop.service.pay_open_invoice(shop.session(), bill.invoice_id, "elsewhere", GOOD_CARD)
        await t.push("pay-now")
        assert (t.name, t.notice) == ("HomeScreen", paid)
        await late.push("pay")
        assert (late.name, late.notice) == ("HomeScreen", paid)
    assert charges(shop) == ["succeeded"]


async def test_the_page_changes_its_language_and_escape_leaves_it(
    open_terminal: Opener, shop: Shop, held: str
) -> None:
    async with open_terminal(ANNA) as t:
        await t.push("pay")
        await t.fill("iban", IBAN)
        await t.press("f2")
        assert (t.value("iban"), t.focused) == (IBAN, "iban")
        assert "Open invoice" in t.read("#title")
        assert "Total due" in t.read("#due-total")
        await t.press("escape")
        assert t.name == "HomeScreen"
        assert "could not be paid" in t.read("#unpaid")
    assert charges(shop) == []
