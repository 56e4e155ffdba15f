"""„Pläne vergleichen“: the tiers side by side, as many as fit, only where they differ."""

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

GAP = 2
LEAST_LABEL = 16


class CompareScreen(Page):
    """A table of the features that differ among the tiers."""

    CSS_PATH = "compare.tcss"
    place = "tier"
    BINDINGS = [
        Binding("enter,v", "back", N_("Back"), show=False),
        # Before the table, which would scroll sideways if it could.
        Binding("right", "move(1)", N_("Plan tiers"), key_display="←/→", priority=True),
        Binding("left", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, frame: Frame, product: Product, pricing: Pricing) -> None:
        super().__init__(frame)
        self._product, self._pricing = product, pricing
        self._first, self._fitting = 0, len(product.tiers)

    def action_back(self) -> None:
        """Close the comparison; the step below is as it was."""
        self.dismiss()

    def heading(self) -> str:
        """What is compared."""
        return _("Compare Plans")

    def body(self) -> ComposeResult:
        """One column a tier, one row a feature."""
        with Vertical(classes="body"):
            yield Static(plain(self._product.name), classes="question", id="compared")
            yield Static("", id="tier-names")
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """There is nowhere to move to where all tiers are shown."""
        return action != "move" or self._fitting < len(self._product.tiers)

    def action_move(self, step: int) -> None:
        """Show the next or the previous tier at the edge."""
        self._first += step
        self._fill()

    def _fill(self) -> None:
        # The last column is the scrollbar's, should there be one.
        width = max(self.query_one("#table").content_size.width - 1, 40)
        names, *features = self._table(width)
        self.query_one("#tier-names", Static).update(names.stylize("bold"))
        self.query_one("#comparison", Static).update(lines(features))
        self.query_one("#compared", Static).update(self._title())
        self.refresh_bindings()

    def _title(self) -> Content:
        """The product, and which of its tiers are shown when not all are."""
        name, count = plain(self._product.name), len(self._product.tiers)
        if self._fitting == count:
            return name
        shown = _("Plan tiers {first}–{last} of {count}").format(
            first=self._first + 1, last=self._first + self._fitting, count=count
        )
        return name + Content("  " + shown).stylize("$muted not bold")

    def _table(self, width: int) -> list[Content]:
        """The names of the tiers that fit, and what they limit, cost and offer."""
        names = ["", _("Limit"), _("Monthly"), _("Annual")]
        names += [own(feature.name) for feature in differing_features(self._product)]
        values = [self._column(tier) for tier in self._product.tiers]
        label = max(LEAST_LABEL, _longest_word(names))
        column = min(max(map(_longest_word, values)), width - label - GAP)
        self._fitting = min((width - label) // (column + GAP), len(values))
        self._first = min(max(self._first, 0), len(values) - self._fitting)
        shown = values[self._first : self._first + self._fitting]
        label = width - (column + GAP) * len(shown)

        def row(name: str, cells: list[str]) -> Content:
            first = Cell(name, label, style="$muted")
            return wrapped_row([first, *(Cell(text, column) for text in cells)], GAP)

        table = [row(name, list(cells)) for name, *cells in zip(names, *shown, strict=True)]
        table.insert(4, Content(""))
        return table

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


def _longest_word(texts: list[str]) -> int:
    return max(len(word) for text in texts for word in text.split(" "))


def _value(value: Text | bool) -> str:
    if isinstance(value, Text):
        return own(value)
    return "✓" if value else "–"
