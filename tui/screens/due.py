"""Offene Rechnung: what is owed for what, and how it is paid now."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from billing.invoicing.model import InvoiceLine
from billing.ordering.model import DueInvoice
from tui.formats import day, money, period
from tui.frame import Frame
from tui.i18n import _, licences_text
from tui.messages import InvoicePaymentSubmitted
from tui.payment_form import PaymentForm
from tui.screens.page import Sentence
from tui.screens.payment import PaymentPage
from tui.summary import cycle_name
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
        super().__init__(frame, form, notice=notice, tone=tone)
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
        title = _("Invoice {number} of {day}").format(
            number=invoice.number, day=day(invoice.issued_on)
        )
        parts = [plain(title).stylize("bold")]
        for item in invoice.lines:
            parts += _rows(item)
        return lines(parts)

    def invoice_words(self) -> str:
        """Since when this invoice is due."""
        due_on = day(self.due.invoice.due_on)
        return _("Payable by bank transfer; the invoice has been due since {day}.").format(
            day=due_on
        )

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


def _rows(item: InvoiceLine) -> list[Content]:
    """A position: what it is, and below it how many licences for which period."""
    names = [item.product_name, item.tier_name]
    if item.cycle is not None:
        names.append(cycle_name(item.cycle))
    facts = " · ".join((licences_text(item.seats), period(item.period)))
    return [plain("  " + " · ".join(names)), plain("  " + facts).stylize("$muted")]
