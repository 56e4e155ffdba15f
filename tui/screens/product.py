"""Step 1: Produkt."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from billing.ordering.model import Availability
from tui.flow import Answer, offers_for
from tui.i18n import _, current_language, own
from tui.messages import EditLine
from tui.pricing import Pricing, price_remark
from tui.product_words import (
    from_price,
    product_sentences,
    product_state,
    why_not_available,
)
from tui.screens.step import StepPage
from tui.table import Cell, line, plain
from tui.widgets.choices import Choices


class ProductScreen(StepPage):
    """Asks for the product; what cannot be had says so here, with the reason and what to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who moves up and down comes by the same products again.
        self._known: dict[tuple[str, str], list[Content]] = {}

    def question(self) -> str:
        """Which product."""
        return _("Which product would you like to add?")

    def control(self) -> ComposeResult:
        """All products with their state in a word or two."""
        self._products = Choices(
            [
                (key, self._option(available), available.product.name)
                for key, available in self.flow.shelf.items()
            ],
            chosen=self.flow.draft.product or self._first_open(),
            jump=True,
            id="products",
        )
        yield self._products

    def _first_open(self) -> str | None:
        shelf = self.flow.shelf.items()
        return next((k for k, a in shelf if offers_for(a) and not self._line_in_cart(k)), None)

    def _line_in_cart(self, product: str) -> str | None:
        """The cart's line with a product, unless it is the one being changed."""
        line_id = self.cart_lines.get(product)
        return None if line_id == self.flow.draft.line_id else line_id

    def _option(self, available: Availability) -> Content:
        state = product_state(available)
        if self._line_in_cart(available.product.id):
            state = _("in the cart")
        style = "" if offers_for(available) else "$muted"
        return line(
            [Cell(available.product.name, 19, style=style), Cell(state, 22, style="$muted")]
        )

    def on_mount(self) -> None:
        """The list has the focus."""
        super().on_mount()
        self._products.focus(scroll_visible=False)

    def _at_hand(self) -> Availability | None:
        chosen = self._products.chosen
        return self.flow.shelf.get(chosen or self.flow.draft.product or self._first_open() or "")

    def pane(self) -> list[Content]:
        """What the product at hand is, costs and how it can be tried."""
        available = self._at_hand()
        if available is None:
            return []
        place = (current_language(), available.product.id)
        if place not in self._known:
            self._known[place] = _details(available, self.pricing)
        details = self._known[place]
        if not self._line_in_cart(available.product.id):
            return details
        note = Content(_("It is in the cart; Next changes that line.")).stylize("$accent")
        return [*details, Content(""), note]

    def at_hand_changed(self) -> None:
        """The product's details; a refusal was said of another product."""
        super().at_hand_changed()
        if self._tone == "error":
            self.say(None)

    @on(Choices.OptionSelected)
    def _take(self) -> None:
        self.action_next()

    def answer(self) -> Answer:
        """The product at hand, or None with the reason said."""
        available = self._at_hand()
        if available is None:
            return None
        if not offers_for(available) and available.buy is not None:
            self.say(lambda: why_not_available(available, self.pricing), "error")
            return None
        if line_id := self._line_in_cart(available.product.id):
            self.post_message(EditLine(line_id))
            return None
        return available.product.id


def _details(available: Availability, pricing: Pricing) -> list[Content]:
    product = available.product
    return [
        plain(product.name).stylize("bold"),
        plain(own(product.summary)),
        Content(""),
        plain(" · ".join(tier.name for tier in product.tiers)).stylize("$muted"),
        Content(""),
        *map(plain, product_sentences(available)),
        *_price_lines(available, pricing),
    ]


def _price_lines(available: Availability, pricing: Pricing) -> list[Content]:
    price = from_price(available, pricing)
    if not price:
        return []
    return [Content(""), plain(price), Content(price_remark(pricing)).stylize("$muted")]
