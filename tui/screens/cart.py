"""Warenkorb: the lines, each to be changed or removed, and the way to the Kasse."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from billing.catalogue.model import Catalogue
from billing.ordering.model import Cart, CartLine
from billing.rating.quote import Quote
from tui.formats import day, money, number, period
from tui.frame import Frame
from tui.i18n import N_, _
from tui.messages import EditLine, NewSubscription, OpenCheckout, RemoveLine
from tui.order_words import subtotal
from tui.pricing import cycle_name
from tui.screens.page import Page, Sentence
from tui.seats_words import seats_of
from tui.table import Cell, line, lines, plain
from tui.widgets.choices import Choices
from tui.widgets.push_button import PushButton

# Between the pointer and the edge, until the width is known.
ROOM = 73
# The question with its empty rows, and the sum.
ROWS_AROUND = 4


class CartScreen(Page):
    """What will be ordered; without a quote while the line `chosen` cannot be bought any more."""

    CSS_PATH = "cart.tcss"
    place = "cart"
    BINDINGS = [
        Binding("e", "edit", show=False),
        Binding("delete,x", "remove", N_("Remove"), key_display="x"),
    ]

    def __init__(
        self,
        frame: Frame,
        cart: Cart,
        quote: Quote | None,
        catalogue: Catalogue,
        *,
        chosen: str | None = None,
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, notice=notice, tone=tone)
        self._cart, self._quote, self._catalogue = cart, quote, catalogue
        self._chosen = chosen

    def heading(self) -> str:
        """The cart's name."""
        return _("Cart")

    def body(self) -> ComposeResult:
        """The lines with their sum, or that there are none."""
        with Vertical(classes="body"):
            if not self._cart.lines:
                yield Static(_("The cart is empty."), id="empty", classes="muted")
                return
            yield Static(_("In your cart"), classes="question")
            yield Choices(
                [
                    (item.line_id, self._line(item, ROOM), item.selection.product)
                    for item in self._cart.lines
                ],
                chosen=self._chosen,
                spaced=True,
                id="lines",
            )
            if self._quote is not None:
                yield Static(self._sum(self._quote, ROOM), id="sum")

    def _fill(self) -> None:
        """Put the amounts at the right edge of the width there is."""
        for choices in self.query("#lines").results(Choices):
            room = choices.content_size.width - 3
            for item in self._cart.lines:
                choices.replace_option_prompt(item.line_id, self._line(item, room))
            # The sum below them stays in sight.
            choices.styles.max_height = max(self.query_one(".body").size.height - ROWS_AROUND, 4)
            if self._quote is not None:
                self.query_one("#sum", Static).update(self._sum(self._quote, room))

    def _line(self, item: CartLine, room: int) -> Content:
        chosen = item.selection
        names = self._catalogue.names(chosen.product, chosen.tier)
        title = " · ".join((*names, cycle_name(chosen.cycle)))
        seats = seats_of(chosen.product, chosen.seats, self._catalogue)
        if self._quote is None:
            return lines([plain(title), plain(seats).stylize("$muted not bold"), Content("")])
        quoted = next(each for each in self._quote.lines if each.line_id == item.line_id)
        renews = _("next invoice {day}").format(day=day(quoted.renews_on))
        factors = f"{number(chosen.seats)} × {money(quoted.unit_price)}"
        facts = [
            f"{seats} · {factors}",
            *_beside_or_below(period(quoted.period), renews, room),
        ]
        return lines(
            [
                _with_amount(title, money(quoted.amount), room),
                *(plain(fact).stylize("$muted not bold") for fact in facts),
                Content(""),
            ]
        )

    def _sum(self, quote: Quote, room: int) -> Content:
        told = _with_amount(subtotal(sample=self._catalogue.sample), money(quote.net), room)
        return Content.assemble("  ", told).stylize("bold")

    def buttons(self) -> Iterable[Widget]:
        """On to the checkout, or back for more."""
        if self._quote is not None:
            yield PushButton(_("Proceed to Checkout"), id="checkout", primary=True)
        if self._cart.lines:
            yield PushButton(_("Edit Order"), id="edit", primary=self._quote is None)
        yield PushButton(_("Add New Subscription"), id="new")

    def on_mount(self) -> None:
        """The way on has the focus."""
        super().on_mount()
        self.query(PushButton).first().focus()

    def on_resize(self) -> None:
        """Fit the lines to the room there is."""
        self.after_layout(self._fill)

    def _show_notice(self) -> None:
        super()._show_notice()
        self.after_layout(self._fill)

    async def relabel(self) -> None:
        """Fit the lines in the other language too."""
        await super().relabel()
        self.after_layout(self._fill)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """An empty cart has nothing to change."""
        return bool(self._cart.lines) if action in {"edit", "remove"} else True

    def _at_hand(self) -> str | None:
        found = list(self.query(Choices))
        return found[0].chosen if found else None

    @on(Choices.OptionSelected)
    @on(PushButton.Pressed, "#edit")
    def action_edit(self) -> None:
        """Change the line at hand."""
        if line_id := self._at_hand():
            self.post_message(EditLine(line_id))

    def action_remove(self) -> None:
        """Remove the line at hand; the application asks first."""
        if line_id := self._at_hand():
            self.post_message(RemoveLine(line_id))

    @on(PushButton.Pressed, "#checkout")
    def _checkout(self) -> None:
        if not self.waiting:
            self.post_message(OpenCheckout())

    @on(PushButton.Pressed, "#new")
    def _new(self) -> None:
        self.post_message(NewSubscription())


def _beside_or_below(one: str, other: str, room: int) -> list[str]:
    """Two facts on one row where there is room, else on two."""
    both = f"{one} · {other}"
    return [both] if len(both) <= room else [one, other]


def _with_amount(title: str, amount: str, room: int) -> Content:
    """A title at the left, shortened where it must be, and an amount at the right edge."""
    return line([Cell(title, max(room - len(amount) - 2, 1)), Cell(amount, len(amount))], gap=2)
