"""Offene Rechnung: what is owed for what, and how it is paid now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from billing.catalogue.model import Catalogue
from billing.ordering.model import DueInvoice
from billing.rating.money import Money
from tui.due_words import invoice_title, overdue_words, position_words
from tui.frame import Frame
from tui.i18n import _
from tui.messages import InvoicePaymentSubmitted
from tui.order_text import sums
from tui.order_words import invoice_rows
from tui.payment_form import PaymentForm
from tui.screens.page import Sentence
from tui.screens.payment import PaymentPage
from tui.table import lines, plain
from tui.widgets.push_button import PushButton


class _Sums(Widget):
    """The sums, as wide as there is room, also when a scrollbar takes a column of it."""

    def __init__(self, rows: Sequence[tuple[str, Money]]) -> None:
        super().__init__(id="due-total")
        self._rows = rows

    def render(self) -> Content:
        """The rows of the invoice below a rule."""
        return sums(self._rows, self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line each."""
        del container, viewport, width
        return len(self._rows) + 1


class DueScreen(PaymentPage):
    """One invoice whose payment failed, with the payment part of the Kasse."""

    CSS_PATH = ["payment.tcss", "due.tcss"]
    place = "due"

    def __init__(
        self,
        frame: Frame,
        due: DueInvoice,
        form: PaymentForm,
        catalogue: Catalogue,
        *,
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, form, due.invoice.total.currency, notice=notice, tone=tone)
        self.due, self._catalogue = due, catalogue

    def heading(self) -> str:
        """The page's name."""
        return _("Open invoice")

    def body(self) -> ComposeResult:
        """Number, what it is for, the amount, and how to pay."""
        with Vertical(classes="body"):
            with VerticalScroll(id="due", can_focus=len(self.due.invoice.lines) > 3):
                yield Static(self._what_for(), id="due-lines")
            yield _Sums(invoice_rows(self.due.invoice, sample=self._catalogue.sample))
            yield from self.payment_part()

    def _what_for(self) -> Content:
        invoice = self.due.invoice
        parts = [plain(invoice_title(invoice)).stylize("bold")]
        for item in invoice.lines:
            what, how_many = position_words(item, self._catalogue)
            parts += [plain("  " + what), plain("  " + how_many).stylize("$muted")]
        return lines(parts)

    def invoice_words(self) -> str:
        """Since when this invoice is due."""
        return overdue_words(self.due.invoice)

    def buttons(self) -> Iterable[Widget]:
        """Pay, or leave it open for now."""
        yield PushButton(_("Pay now"), id="pay-now", primary=True)
        yield PushButton(_("Back"), id="back")

    @on(PushButton.Pressed, "#pay-now")
    def _pay(self) -> None:
        if not self.waiting:
            self.post_message(InvoicePaymentSubmitted(self.payment()))

    @on(PushButton.Pressed, "#back")
    def _leave(self) -> None:
        self.action_back()
