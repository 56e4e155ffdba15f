"""Offene Rechnung: what is owed for what, and how it is paid now."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from billing.catalogue.model import Catalogue
from billing.ordering.model import DueInvoice
from tui.due_words import invoice_title, overdue_words, position_words
from tui.formats import money
from tui.frame import Frame
from tui.i18n import _
from tui.messages import InvoicePaymentSubmitted
from tui.order_text import sums, title_and_amount
from tui.order_words import invoice_rows
from tui.payment_form import PaymentForm
from tui.screens.page import Sentence
from tui.screens.payment import PaymentPage
from tui.table import lines, plain
from tui.widgets.push_button import PushButton


class _Fitted(Widget):
    """A text made for the room there is, also when a scrollbar takes a column of it."""

    def __init__(self, text: Callable[[int], Content], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = text

    def render(self) -> Content:
        """The text at the width of the lines, so that all amounts end below each other."""
        return self._text(self.screen.query_one("#due-lines").content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as it takes."""
        del container, viewport
        return self._text(width).get_height({}, width)


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
                yield _Fitted(self._what_for, id="due-lines")
            yield _Fitted(self._sums, id="due-total")
            yield from self.payment_part()

    def _what_for(self, width: int) -> Content:
        invoice = self.due.invoice
        parts = [plain(invoice_title(invoice)).stylize("bold")]
        for item in invoice.lines:
            what, how_many = position_words(item, self._catalogue)
            parts += [
                title_and_amount(plain(f"  {what}"), money(item.amount), width),
                plain(f"  {how_many}").stylize("$muted"),
            ]
        return lines(parts)

    def _sums(self, width: int) -> Content:
        return sums(invoice_rows(self.due.invoice, sample=self._catalogue.sample), width)

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
