"""Abrechnung: the account's subscriptions, and the ways on from here."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from billing.accounts.model import Entry as DoorEntry
from billing.accounts.model import EntryKind
from billing.catalogue.model import Catalogue
from billing.ordering.model import Home
from billing.subscriptions.model import LIVE_STATES, Subscription, SubscriptionState
from tui.formats import number
from tui.frame import Frame
from tui.home_words import (
    closed_sentence,
    credit_sentence,
    free_seats,
    held_cycle,
    next_invoice,
    nothing_yet,
    unpaid_sentence,
)
from tui.i18n import N_, _
from tui.messages import NewSubscription, OpenCart, OpenLicences, PayInvoice, SignOut
from tui.screens.page import Page, Sentence
from tui.table import Cell, fitted_columns, line, plain
from tui.widgets.choices import Choices
from tui.widgets.push_button import PushButton


class HomeScreen(Page):
    """The start page of a billing contact."""

    CSS_PATH = "home.tcss"
    place = "home"
    BINDINGS = [
        Binding("n", "new", N_("New")),
        Binding("w", "cart", N_("Cart")),
        Binding("l", "licences", N_("Licences"), show=False),
        Binding("escape,f3", "sign_out", N_("Sign out"), show=False),
    ]

    def __init__(
        self,
        frame: Frame,
        home: Home,
        entry: DoorEntry,
        catalogue: Catalogue,
        *,
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, notice=notice, tone=tone)
        self._home, self._entry, self._catalogue = home, entry, catalogue

    def heading(self) -> str:
        """The area's name."""
        return _("Billing Center")

    def body(self) -> ComposeResult:
        """The subscriptions as a list, or what to do when there are none."""
        with Vertical(classes="body"):
            yield Static(_("Subscriptions"), classes="heading", id="subscriptions-heading")
            if self._home.subscriptions:
                yield Static("", classes="muted", id="columns")
                yield Choices(
                    [
                        (held.subscription_id, Content(""), self._product_name(held))
                        for held in self._home.subscriptions
                    ],
                    id="subscriptions",
                )
            else:
                yield Static(plain(nothing_yet()), classes="muted", id="empty")
            if self._home.credit_balance.minor:
                yield Static(plain(credit_sentence(self._home.credit_balance)), id="credit")
            if self._home.unpaid:
                yield Static(
                    plain("! " + unpaid_sentence(self._home, self._home.unpaid[0])), id="unpaid"
                )
                yield PushButton(_("Pay the open invoice"), id="pay", primary=True)
            if self._entry.kind is not EntryKind.OPEN:
                yield Static(plain(closed_sentence(self._entry, self._catalogue)), id="closed")

    def _product_name(self, held: Subscription) -> str:
        return self._catalogue.product_name(held.product)

    def _rows(self) -> list[list[str]]:
        held = self._home.subscriptions
        most = max((len(number(each.seats)) for each in held), default=0)
        return [_header(), *(self._row(each, most) for each in held)]

    def _row(self, held: Subscription, most: int) -> list[str]:
        return [
            *self._catalogue.names(held.product, held.tier),
            f"{number(held.seats):>{most}} {free_seats(held)}".rstrip(),
            held_cycle(held),
            next_invoice(held),
        ]

    def _fill(self) -> None:
        """Fit the columns to the width there is."""
        found = self.query("#subscriptions").results(Choices)
        for choices in found:
            room = choices.content_size.width - 2
            kept, rows = _columns_that_fit(self._rows(), room)
            widths, gap = fitted_columns(rows, room, flexible=(0,))
            header = [Cell(text, width) for text, width in zip(rows[0], widths, strict=True)]
            self.query_one("#columns", Static).update(Content("  ") + line(header, gap))
            for held, row in zip(self._home.subscriptions, rows[1:], strict=True):
                cells = _styled(held, row, widths, kept)
                choices.replace_option_prompt(held.subscription_id, line(cells, gap))
        for button in self.query("#pay:focus"):
            button.scroll_visible(animate=False)

    def buttons(self) -> Iterable[Widget]:
        """What can be done from here."""
        if self._entry.kind is EntryKind.OPEN:
            yield PushButton(_("Add New Subscription"), id="new", primary=True)
        if self._home.cart.lines:
            yield PushButton(_("Cart · {n}").format(n=len(self._home.cart.lines)), id="cart")
        if self._home.subscriptions:
            yield PushButton(_("Assign licences"), id="licences")
        yield PushButton(_("Sign out"), id="sign-out")

    def on_mount(self) -> None:
        """The first button has the focus: adding a subscription is what people come for."""
        super().on_mount()
        self.query(PushButton).first().focus()

    def on_resize(self) -> None:
        """Fit the columns to the width."""
        self.after_layout(self._fill)

    async def relabel(self) -> None:
        """Fill the list in the other language too."""
        await super().relabel()
        self.after_layout(self._fill)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Hide what is not possible now."""
        if action == "new":
            return self._entry.kind is EntryKind.OPEN
        if action == "cart":
            return bool(self._home.cart.lines)
        if action == "licences":
            return bool(self._home.subscriptions)
        return action != "back"

    def action_new(self) -> None:
        """Add a subscription."""
        self.post_message(NewSubscription())

    def action_cart(self) -> None:
        """Open the cart."""
        self.post_message(OpenCart())

    def action_licences(self) -> None:
        """Assign licences."""
        self.post_message(OpenLicences())

    def action_sign_out(self) -> None:
        """Leave the account; the application asks first."""
        self.post_message(SignOut())

    @on(PushButton.Pressed)
    def _pressed(self, event: PushButton.Pressed) -> None:
        match event.button.id:
            case "new":
                self.action_new()
            case "cart":
                self.action_cart()
            case "licences":
                self.action_licences()
            case "pay":
                self.post_message(PayInvoice(self._home.unpaid[0].invoice_id))
            case _:
                self.action_sign_out()

    @on(Choices.OptionSelected, "#subscriptions")
    def _subscription_chosen(self, event: Choices.OptionSelected) -> None:
        self.post_message(OpenLicences(event.option.id))


def _header() -> list[str]:
    return [_("Product"), _("Plan tier"), _("Licences"), _("Billing"), _("Next invoice")]


def _columns_that_fit(rows: list[list[str]], room: int) -> tuple[list[int], list[list[str]]]:
    """The columns there is room for, and the rows with just these; product and end always stay."""
    kept = list(range(len(rows[0])))
    for least in (3, 2, 1):
        longest = [max(len(row[column]) for row in rows) for column in kept]
        if sum(longest) + len(kept) - 1 <= room:
            break
        kept.remove(least)
    return kept, [[row[column] for column in kept] for row in rows]


def _styled(held: Subscription, row: list[str], widths: list[int], kept: list[int]) -> list[Cell]:
    """The cells of a row: the name stands out, what has ended steps back."""
    muted = "" if held.state in LIVE_STATES else "$muted"
    end = {
        SubscriptionState.TRIALING: "$accent",
        SubscriptionState.CANCELLING: "$warning",
        SubscriptionState.PAST_DUE: "$warning",
        SubscriptionState.SUSPENDED: "$error",
    }.get(held.state, muted)
    styles = [(muted or "bold", muted, muted, muted, end)[column] for column in kept]
    return [
        Cell(text, width, style=style)
        for text, width, style in zip(row, widths, styles, strict=True)
    ]
