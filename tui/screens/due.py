"""Offene Rechnung: what is owed for what, and how it is paid now."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from billing.ordering.model import DueInvoice
from tui.due_words import invoice_title, overdue_words, position_words
from tui.formats import money
from tui.frame import Frame
from tui.i18n import _
from tui.messages import InvoicePaymentSubmitted
from tui.payment_form import PaymentForm
from tui.screens.page import Sentence
from tui.screens.payment import PaymentPage
from tui.table import label_and_value, lines, plain
from tui.widgets.push_button import PushButton

WIDEST = 96


class DueScreen(PaymentPage):
    """One invoice whose payment failed, with the payment part of the Kasse."""

    CSS_PATH = ["payment.tcss", "due.tcss"]
    place = "due"

    def __init__(
        self,
        frame: Frame,
        due: DueInvoice,
        form: PaymentForm,
        *,
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, form, due.invoice.total.currency, notice=notice, tone=tone)
        self.due = due

    def heading(self) -> str:
        """The page's name."""
        return _("Open invoice")

    def body(self) -> ComposeResult:
        """Number, what it is for, the amount, and how to pay."""
        with Vertical(classes="body"):
            with VerticalScroll(id="due", can_focus=len(self.due.invoice.lines) > 3):
                yield Static(self._what_for(), id="due-lines")
            yield Static(id="due-total")
            yield from self.payment_part()

    def _what_for(self) -> Content:
        invoice = self.due.invoice
        parts = [plain(invoice_title(invoice)).stylize("bold")]
        for item in invoice.lines:
            what, how_many = position_words(item)
            parts += [plain("  " + what), plain("  " + how_many).stylize("$muted")]
        return lines(parts)

    def invoice_words(self) -> str:
        """Since when this invoice is due."""
        return overdue_words(self.due.invoice)

    def buttons(self) -> Iterable[Widget]:
        """Pay, or leave it open for now."""
        yield PushButton(_("Pay now"), id="pay-now", primary=True)
        yield PushButton(_("Back"), id="back")

    def on_resize(self) -> None:
        """Fit the amount to the width."""
        self.after_layout(self._fill)

    async def relabel(self) -> None:
        """Fill the amount in again in the other language."""
        await super().relabel()
        self.after_layout(self._fill)

    def _fill(self) -> None:
        width = min(self.query_one(".body").content_region.width, WIDEST)
        total = label_and_value(_("Total due"), money(self.due.invoice.total), width)
        parts = [Content("─" * width).stylize("$rule"), total.stylize("bold $accent")]
        self.query_one("#due-total", Static).update(lines(parts))

    @on(PushButton.Pressed, "#pay-now")
    def _pay(self) -> None:
        if not self.waiting:
            self.post_message(InvoicePaymentSubmitted(self.payment()))

    @on(PushButton.Pressed, "#back")
    def _leave(self) -> None:
        self.action_back()
