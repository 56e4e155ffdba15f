"""Bestätigung: order number, new access, next invoice, mail, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from billing.catalogue.model import Catalogue, Offer
from billing.ordering.model import Confirmation, MailState, OrderedLine
from billing.payments.model import PaymentKind, PaymentSummary
from tui.formats import day, money
from tui.frame import Frame
from tui.i18n import _, seats_text
from tui.messages import OpenHome, OpenLicences, ResendMail
from tui.screens.page import Page, Sentence
from tui.table import Cell, line, lines, plain
from tui.widgets.push_button import PushButton

LABEL = 26


class ConfirmationScreen(Page):
    """What was ordered and what is true about it now."""

    CSS_PATH = "confirmation.tcss"
    place = "confirmation"

    def __init__(
        self,
        frame: Frame,
        confirmation: Confirmation,
        catalogue: Catalogue,
        *,
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, notice=notice, tone=tone)
        self._confirmation, self._catalogue = confirmation, catalogue

    @property
    def confirmation(self) -> Confirmation:
        """The order, with what is true about its mail."""
        return self._confirmation

    def heading(self) -> str:
        """The page's name."""
        return _("Confirmation")

    def body(self) -> ComposeResult:
        """Thanks first, then the facts."""
        with VerticalScroll(classes="body", can_focus=False):
            yield Static(self._thanks(), id="thanks")
            yield Static(self._facts(), id="facts")
            yield Static(self._reminder(), id="reminder")

    @property
    def _trial(self) -> bool:
        return all(item.offer is Offer.TRIAL for item in self._confirmation.lines)

    def _thanks(self) -> Content:
        text = (
            _("Your free trial has begun. You have access at once.")
            if self._trial
            else _("Thank you. Your order was placed and you have access at once.")
        )
        return Content.assemble(("✓ ", "bold $accent"), (text, "bold"))

    def _facts(self) -> Content:
        done = self._confirmation
        gap = [Content("")] if len(done.lines) == 1 else []
        parts = [_fact(_("Order number"), done.order_number), *gap]
        for item in done.lines:
            parts += self._line_facts(item)
        parts += gap
        if not self._trial:
            parts.append(_fact(_("Total due"), money(done.total), "bold"))
        if done.payment is not None:
            parts.append(_fact(_("Payment"), payment_text(done.payment)))
        if done.invoice_waits:
            parts.append(_fact(_("Invoice"), _("follows once the VAT number is confirmed")))
        parts.append(_fact(self._mail_label(), mail_text(done)))
        return lines(parts)

    def _mail_label(self) -> str:
        return _("Welcome mail") if self._trial else _("Confirmation mail")

    def _line_facts(self, item: OrderedLine) -> list[Content]:
        """A line alone in full, one of several in two rows."""
        product = self._catalogue.product(item.product)
        title = f"{product.name} · {product.tier(item.tier).name}"
        seats = seats_text(item.seats, product.seat_noun)
        end = self._end(item)
        if len(self._confirmation.lines) > 1:
            return [_fact(_("New access"), f"{title} · {seats}", "bold"), end]
        return [_fact(_("New access"), title, "bold"), _fact(_("User licences"), seats), end]

    def _end(self, item: OrderedLine) -> Content:
        if item.offer is Offer.TRIAL and item.ends_on is not None:
            text = _("{day}, without a charge").format(day=day(item.ends_on))
            return _fact(_("Trial ends"), text)
        return _fact(_("Next invoice"), day(item.renews_on) if item.renews_on else "")

    def _reminder(self) -> Content:
        return plain(
            _("Do not forget to assign the new licences to your users, so that they can sign in.")
        ).stylize("$warning")

    def buttons(self) -> Iterable[Widget]:
        """Assign the licences, or back to the start; a mail that failed can be sent again."""
        yield PushButton(_("Assign licences"), id="licences", primary=True)
        yield PushButton(_("To billing"), id="home")
        if self._confirmation.mail_state is MailState.FAILED:
            yield PushButton(_("Send again"), id="resend")

    def on_mount(self) -> None:
        """Assigning is what comes next."""
        super().on_mount()
        self.query(PushButton).first().focus()

    async def show_mail(self, state: MailState) -> None:
        """Say what is true about the mail now; one that is on its way needs no button."""
        self._confirmation = replace(self._confirmation, mail_state=state)
        self.query_one("#facts", Static).update(self._facts())
        if state is not MailState.FAILED:
            await self.query("#resend").remove()
            self.query(PushButton).first().focus()

    def action_back(self) -> None:
        """An order cannot be taken back by a key: the way leads to the start page."""
        self.post_message(OpenHome())

    @on(PushButton.Pressed, "#home")
    def _home(self) -> None:
        self.post_message(OpenHome())

    @on(PushButton.Pressed, "#resend")
    def _resend(self) -> None:
        if not self.waiting:
            self.post_message(ResendMail())

    @on(PushButton.Pressed, "#licences")
    def _licences(self) -> None:
        self.post_message(OpenLicences(self._confirmation.lines[0].subscription_id))


def _fact(label: str, value: str, style: str = "") -> Content:
    return line([Cell(label, LABEL, style="$muted"), Cell(value, 46, style=style)])


def payment_text(payment: PaymentSummary) -> str:
    """„SEPA-Lastschrift · DE89 … 3000 · Commerzbank“."""
    names = {
        PaymentKind.SEPA: _("SEPA direct debit"),
        PaymentKind.INVOICE: _("Invoice"),
        PaymentKind.CARD: _("Card"),
    }
    return " · ".join(part for part in (names[payment.kind], payment.label, payment.bank) if part)


def mail_text(done: Confirmation) -> str:
    """What is true about the mail."""
    match done.mail_state:
        case MailState.SENT:
            return _("sent to {mail}").format(mail=done.mail_to)
        case MailState.WAITING:
            return _("will be sent to {mail}").format(mail=done.mail_to)
        case MailState.FAILED:
            return _("could not be sent to {mail}").format(mail=done.mail_to)
