"""„Pläne vergleichen“: the tiers side by side, only where they differ."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from billing.catalogue.differences import differing_features
from billing.catalogue.model import BillingCycle, Product, Text, Tier
from tui.formats import money
from tui.frame import Frame
from tui.i18n import N_, _, own
from tui.pricing import Pricing, price_remark, unit_price
from tui.screens.page import Page
from tui.table import Cell, lines, plain, wrapped_row


class CompareScreen(Page):
    """A table of the features that differ among the tiers."""

    CSS_PATH = "compare.tcss"
    place = "tier"
    BINDINGS = [Binding("enter,v", "back", N_("Back"), show=False)]

    def __init__(self, frame: Frame, product: Product, pricing: Pricing) -> None:
        super().__init__(frame)
        self._product, self._pricing = product, pricing

    def action_back(self) -> None:
        """Close the comparison; the step below is as it was."""
        self.dismiss()

    def heading(self) -> str:
        """What is compared."""
        return _("Compare Plans")

    def body(self) -> ComposeResult:
        """One column a tier, one row a feature."""
        with Vertical(classes="body"):
            yield Static(plain(self._product.name), classes="question")
            with VerticalScroll(id="table"):
                yield Static("", id="comparison")
            yield Static(price_remark(self._pricing), classes="muted")

    def on_mount(self) -> None:
        """The table takes the arrows."""
        super().on_mount()
        self.query_one("#table").focus()

    def on_resize(self) -> None:
        """Fit the columns to the width."""
        self.after_layout(self._fill)

    async def relabel(self) -> None:
        """Fill the table in the other language too."""
        await super().relabel()
        self.after_layout(self._fill)

    def _fill(self) -> None:
        width = max(self.query_one("#table").content_size.width - 1, 40)
        self.query_one("#comparison", Static).update(self._table(width))

    def _table(self, width: int) -> Content:
        tiers = self._product.tiers
        values = [self._column(tier) for tier in tiers]
        column = max(len(word) for texts in values for text in texts for word in text.split(" "))
        column = min(column, (width - 16) // len(tiers) - 2)
        label = width - (column + 2) * len(tiers)

        def row(name: str, cells: list[str], style: str = "") -> Content:
            first = Cell(name, label, style="$muted")
            return wrapped_row([first, *(Cell(text, column, style=style) for text in cells)], 2)

        names = ["", _("Limit"), _("Monthly"), _("Annual")]
        names += [own(feature.name) for feature in differing_features(self._product)]
        table = [row(name, list(cells)) for name, *cells in zip(names, *values, strict=True)]
        table[0] = table[0].stylize("bold")
        table.insert(4, Content(""))
        return lines(table)

    def _column(self, tier: Tier) -> list[str]:
        """What stands below each other for one tier."""
        prices = [
            money(unit_price(self._pricing, self._product.id, tier, cycle))
            for cycle in (BillingCycle.MONTHLY, BillingCycle.ANNUAL)
        ]
        features = [
            _value(tier.features.get(feature.id, False))
            for feature in differing_features(self._product)
        ]
        return [tier.name, own(tier.limit), *prices, *features]


def _value(value: Text | bool) -> str:
    if isinstance(value, Text):
        return own(value)
    return "✓" if value else "–"
