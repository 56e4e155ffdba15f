"""Kasse: what is ordered, what it costs, how it is paid, and „Bestellung aufgeben“."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from billing.accounts.model import Account
from billing.catalogue.model import Catalogue
from billing.ordering.model import Checkout
from tui.frame import Frame
from tui.i18n import _
from tui.messages import EditLine, OrderSubmitted, VatIdEntered
from tui.order_text import order_lines, sums
from tui.order_words import sum_rows
from tui.payment_form import PaymentForm
from tui.screens.page import Sentence
from tui.screens.payment import PaymentPage
from tui.tax_words import checkout_note, vat_state
from tui.widgets.entry import Entry
from tui.widgets.push_button import PushButton

# Title, rule, three of payment, VAT id, what the button means, buttons, keys.
FIXED_ROWS = 9
MOST_NOTE_ROWS = 2
MOST_NOTICE_ROWS = 3
WIDEST = 96
AIR = (
    "-air-buttons",
    "-air-payment",
    "-air-vat",
    "-air-binding",
    "-air-top",
    "-air-sums",
    "-air-fields",
    "-air-way",
)


class CheckoutScreen(PaymentPage):
    """Everything of steps 9 and 10 of the help article on one page, without scrolling."""

    CSS_PATH = ["payment.tcss", "checkout.tcss"]
    place = "checkout"

    def __init__(
        self,
        frame: Frame,
        checkout: Checkout,
        form: PaymentForm,
        account: Account,
        catalogue: Catalogue,
        *,
        vat_needed: bool,
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, form, account.currency, notice=notice, tone=tone)
        self.checkout = checkout
        self._account, self._catalogue = account, catalogue
        self._vat_needed = vat_needed
        self._checking = False

    def heading(self) -> str:
        """The page's name."""
        return _("Checkout")

    def body(self) -> ComposeResult:
        """Order, sums, payment, VAT id, and what the button means."""
        with Vertical(classes="body"):
            with VerticalScroll(id="order", can_focus=len(self.checkout.cart.lines) > 3):
                yield Static(id="order-lines")
            yield Static(id="sums")
            yield from self.payment_part()
            yield from self._vat_fields()
            yield Static(
                _("For businesses only · “Place Order” is binding and obliges you to pay"),
                id="binding",
            )

    def _vat_fields(self) -> ComposeResult:
        with Horizontal(classes="field" if self._vat_needed else "field -not-needed", id="vat"):
            yield Label(_("VAT Number"), id="vat-label")
            if self._vat_needed:
                yield Entry(self.form.vat_id, id="vat-id", max_length=60)
                yield Label("", id="vat-state")
            else:
                yield Label(_("not needed outside the EU"), id="vat-value")
        yield Static(id="tax-note", classes="muted")

    def buttons(self) -> Iterable[Widget]:
        """Order, or change the order."""
        yield PushButton(_("Place Order"), id="place-order", primary=True)
        yield PushButton(_("Edit Order"), id="edit")

    def on_mount(self) -> None:
        """Start with the way to pay."""
        super().on_mount()
        self._fill()

    async def relabel(self) -> None:
        """Fill the figures in again in the other language."""
        await super().relabel()
        self._fill()
        self.after_layout(self._fill)

    def on_resize(self) -> None:
        """Fit the lines to the width."""
        self.after_layout(self._fill)

    def show_checkout(self, checkout: Checkout) -> None:
        """Show other figures; what was typed stays."""
        self.checkout = checkout
        self._fill()

    def _fill(self) -> None:
        if not self.query("#sums"):
            # It is being composed, and is filled in when that is done.
            return
        self._show_tax_note()
        width = self._room() or 76
        self._fill_lines(width)
        if self._rows_used(width) + FIXED_ROWS > self.size.height:
            # The page scrolls, and its scrollbar takes a column.
            self._fill_lines(width - 1)
        self._make_room()
        self.after_layout(self._make_room)

    def _fill_lines(self, width: int) -> None:
        columns, quote = min(width, WIDEST), self.checkout.quote
        self.query_one("#order-lines", Static).update(order_lines(quote, self._catalogue, columns))
        rows = sum_rows(quote, sample=self._catalogue.sample)
        self.query_one("#sums", Static).update(sums(rows, columns))

    def _room(self) -> int:
        """Columns for the lines when no scrollbar takes one; 0 before the first layout."""
        body = self.query_one(".body")
        return max(body.outer_size.width - body.styles.gutter.width, 0)

    def _show_notice(self) -> None:
        super()._show_notice()
        self._fill()

    def _make_room(self) -> None:
        """Give the empty lines that there is room for, the most useful ones first."""
        width = self._room()
        if width:
            spare = self.size.height - self._rows_used(width) - FIXED_ROWS
            self.update_classes({name: spare > rank for rank, name in enumerate(AIR)})

    def _rows_used(self, width: int) -> int:
        """Rows of the texts that vary, at a width.

        Reckoned, not read: were they laid out first, one that grew would make a scrollbar of the
        empty lines, and the column it takes would make the lines wrap.
        """
        note = self.query_one("#tax-note")
        lines = sum(
            self.query_one(selector).get_content_height(self.size, self.size, width)
            for selector in ("#order-lines", "#sums")
        )
        indent = note.styles.gutter.width
        note_rows = note.get_content_height(self.size, self.size, width - indent)
        notice_rows = self.query_one("#notice").get_content_height(self.size, self.size, width)
        return lines + min(MOST_NOTE_ROWS, note_rows) + max(1, min(MOST_NOTICE_ROWS, notice_rows))

    def _show_tax_note(self) -> None:
        shown = self._vat_id_shown()
        note = checkout_note(self.checkout, shown=shown, checking=self._checking)
        for line in self.query("#tax-note").results(Static):
            line.update(Content(note))
        for label in self.query("#vat-state").results(Label):
            label.update(Content(vat_state(self.checkout) if shown else ""))

    def show_checking(self, *, checking: bool) -> None:
        """Say that the authority is being asked about the VAT id, or that it is no more."""
        self._checking = checking
        self._fill()

    def _vat_id_shown(self) -> bool:
        """Whether the VAT id in the field is the one that the quote reckons with."""
        typed = self.form.vat_id.strip()
        return bool(self.checkout.vat_id) and typed == self.form.vat_id_applied.strip()

    def kept(self, field_id: str) -> None:
        """Another VAT id is not the one that the quote reckons with."""
        super().kept(field_id)
        if field_id == "vat-id":
            self._show_tax_note()

    @on(Input.Blurred, "#vat-id")
    def _vat_id_left(self) -> None:
        if self.form.vat_id.strip() != self.form.vat_id_applied.strip():
            self.post_message(VatIdEntered(self.form.vat_id))

    @on(PushButton.Pressed, "#place-order")
    def _place_order(self) -> None:
        if not self.waiting:
            self.post_message(OrderSubmitted(self.payment(), self.form.vat_id.strip()))

    @on(PushButton.Pressed, "#edit")
    def _edit(self) -> None:
        if not self.waiting:
            self.post_message(EditLine())
