"""Kasse: what is ordered, what it costs, how it is paid, and „Bestellung aufgeben“."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from billing.accounts.model import Account
from billing.catalogue.model import Catalogue
from billing.ordering.model import Checkout
from billing.payments.model import PaymentKind
from tui.frame import Frame
from tui.i18n import N_, _
from tui.messages import EditLine, OrderSubmitted, VatIdEntered
from tui.order_text import order_lines, sums
from tui.order_words import sum_rows
from tui.payment_form import PaymentForm
from tui.screens.page import Sentence
from tui.screens.payment import PaymentPage
from tui.tax_words import checkout_note, vat_state
from tui.widgets.fault import with_fault
from tui.widgets.push_button import PushButton

# Title, rule, three of payment, VAT id, what the button means, buttons, keys.
FIXED_ROWS = 9
# Title, rule, buttons, keys; and the ways to pay with the fields of one on a narrow page.
FRAME_ROWS = 4
PAYMENT_ROWS = 4
WAY_ROWS = 2
LEAST_ORDER = 3
MOST_NOTE_ROWS = 2
MOST_NOTICE_ROWS = 3
WIDEST = 96
AIR = (
    "-air-buttons",
    "-air-payment",
    "-air-vat",
    "-air-fields",
    "-air-binding",
    "-air-top",
    "-air-way",
)


class CheckoutScreen(PaymentPage):
    """Everything of steps 9 and 10 of the help article on one page, without scrolling."""

    CSS_PATH = ["payment.tcss", "checkout.tcss"]
    place = "checkout"
    BINDINGS = [
        # Before the fields, which know these keys without a use for them.
        Binding("pagedown", "page(1)", N_("More"), key_display=N_("PgDn"), priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

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
        self._checking = self._pages = False

    def heading(self) -> str:
        """The page's name."""
        return _("Checkout")

    def body(self) -> ComposeResult:
        """Order, sums, payment, VAT id, and what the button means."""
        with Vertical(classes="body"):
            with VerticalScroll(id="order", can_focus=False):
                yield Static(id="order-lines")
            yield Static(id="sums")
            yield from self.payment_part()
            yield from self._vat_fields()
            yield Static(
                _("For businesses only · “Place Order” is binding and obliges you to pay"),
                id="binding",
            )

    def _vat_fields(self) -> ComposeResult:
        if self._vat_needed:
            with Container(id="vat", classes="typed"):
                yield from with_fault(_("VAT Number"), self._entry("vat-id", 60))
                yield Label("", id="vat-state")
        else:
            with Horizontal(id="vat", classes="field -not-needed"):
                yield Label(_("VAT Number"), id="vat-label")
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
        width, height = self.room, self.app.size.height
        needed = self._fill_lines(width)
        most = height - self._rows_used(width) - FIXED_ROWS
        air, pages = most - needed, needed > most
        page_scrolls = pages and most < LEAST_ORDER
        if page_scrolls:
            # The page scrolls, and its scrollbar takes a column; it opens with the way to pay.
            width -= 1
            needed = self._fill_lines(width)
            most = max(height - self._rows_above(width), LEAST_ORDER)
        if needed > most:
            # The order scrolls for itself.
            self._fill_order(width - 1)
        order = self.query_one("#order")
        order.styles.max_height, order.can_focus = most, needed > most
        # Said, not found out: a scrollbar that lines of the size before made would wrap these too.
        self.update_classes({"-scrolls": page_scrolls, "-long-order": needed > most})
        self.update_classes({name: air > rank for rank, name in enumerate(AIR)})
        if pages != self._pages:
            self._pages = pages
            self.refresh_bindings()

    def _fill_lines(self, width: int) -> int:
        """Fill order and sums in, and tell how many rows the order needs."""
        rows = sum_rows(self.checkout.quote, sample=self._catalogue.sample)
        self.query_one("#sums", Static).update(sums(rows, min(width, WIDEST)))
        return self._fill_order(width)

    def _fill_order(self, width: int) -> int:
        ordered = order_lines(self.checkout.quote, self._catalogue, min(width, WIDEST))
        self.query_one("#order-lines", Static).update(ordered)
        return self._rows_of("#order-lines", width)

    def _show_notice(self) -> None:
        super()._show_notice()
        self._fill()

    def _show_faults(self) -> None:
        super()._show_faults()
        self._fill()

    def _show_way(self) -> None:
        super()._show_way()
        self._fill()

    def _rows_used(self, width: int) -> int:
        """Rows at a width that are neither fixed nor the order's.

        Reckoned, not read: were they laid out first, one that grew would make a scrollbar of the
        empty lines, and the column it takes would make the lines wrap.
        """
        indent = self.query_one("#tax-note").styles.gutter.width
        rows = self._rows_of("#sums", width) + self._rows_of("#binding", width) - 1
        rows += min(MOST_NOTE_ROWS, self._rows_of("#tax-note", width - indent))
        rows += self._notice_rows(width)
        return rows + self._rows_below(width) if self.has_class("-narrow") else rows

    def _rows_below(self, width: int) -> int:
        """More rows of a narrow page: there much stands below that else stands beside."""
        vat = len(self.faults & {"vat-id"}) if self._vat_needed else 1
        return 1 + vat + self._rows_of_way(width) - WAY_ROWS

    def _rows_of_way(self, width: int) -> int:
        wrong = len(self.faults - {"vat-id"})
        match self.form.kind:
            case PaymentKind.SEPA:
                return 2 + wrong
            case PaymentKind.CARD:
                return 3 + wrong + self._rows_of("#card-note", width - 2)
            case PaymentKind.INVOICE:
                return self._rows_of("#invoice-note", width - 2)

    def _rows_above(self, width: int) -> int:
        """Rows that are in sight when a page that scrolls is opened, without the order's."""
        payment = PAYMENT_ROWS
        if self.has_class("-narrow"):
            payment += self._rows_of_way(width) - WAY_ROWS
        return FRAME_ROWS + payment + self._notice_rows(width) + self._rows_of("#sums", width)

    def _notice_rows(self, width: int) -> int:
        return max(1, min(MOST_NOTICE_ROWS, self._rows_of("#notice", width)))

    def _rows_of(self, selector: str, width: int) -> int:
        size = self.app.size
        return self.query_one(selector).get_content_height(size, size, width)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """There are pages only of what is not in sight."""
        return action != "page" or self._pages

    def action_page(self, step: int) -> None:
        """Scroll the order and then the rest of the page, or back."""
        order, body = self.query_one("#order"), self.query_one(".body")
        if step > 0:
            scrolled = order if order.scroll_y < order.max_scroll_y else body
            scrolled.scroll_page_down(animate=False)
        else:
            scrolled = body if body.scroll_y else order
            scrolled.scroll_page_up(animate=False)

    def _show_tax_note(self) -> None:
        shown = self._vat_id_shown()
        note = checkout_note(self.checkout, shown=shown, checking=self._checking)
        state = vat_state(self.checkout) if shown else ""
        if self.has_class("-narrow"):
            # There is no room for it beside the VAT id.
            note, state = " · ".join(filter(None, (state, note))), ""
        for line in self.query("#tax-note").results(Static):
            line.update(Content(note))
        for label in self.query("#vat-state").results(Label):
            label.update(Content(state))

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
