"""Step 3: Abostufe, with „Pläne vergleichen“."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

from billing.catalogue.model import BillingCycle, Offer, Tier
from tui.flow import Answer
from tui.formats import money
from tui.i18n import N_, _, own
from tui.messages import ComparePlans
from tui.pricing import unit_price
from tui.screens.step import StepPage
from tui.summary import selection_lines
from tui.table import lines, plain
from tui.widgets.choices import Choices
from tui.widgets.push_button import PushButton


class TierScreen(StepPage):
    """Asks for the plan tier and shows what each costs per licence."""

    BINDINGS = [Binding("v", "compare", N_("Compare Plans"))]

    def question(self) -> str:
        """Which tier."""
        return _("Which plan tier would you like?")

    def control(self) -> ComposeResult:
        """The tiers from small to large."""
        available = self.flow.available
        tiers = available.product.tiers if available else ()
        yield Choices(
            [(tier.id, self._option(tier), tier.name) for tier in tiers],
            chosen=self.flow.draft.tier,
            spaced=True,
            jump=True,
            id="tiers",
        )

    def _option(self, tier: Tier) -> Content:
        limit = plain("  " + own(tier.limit)).stylize("$muted not bold")
        title = plain(tier.name) + limit
        if self.flow.draft.offer is Offer.TRIAL:
            return lines([title, Content("")])
        product = self.flow.draft.product or ""
        prices = " · ".join(
            text.format(price=money(unit_price(self.pricing, product, tier, cycle)))
            for text, cycle in (
                (_("{price} monthly"), BillingCycle.MONTHLY),
                (_("{price} annually"), BillingCycle.ANNUAL),
            )
        )
        return lines([title, Content(prices).stylize("$muted not bold"), Content("")])

    def on_mount(self) -> None:
        """The list has the focus."""
        super().on_mount()
        self.query_one(Choices).focus(scroll_visible=False)

    def pane(self) -> list[Content]:
        """The selection with the tier at hand."""
        found = list(self.query(Choices))
        tier = found[0].chosen if found else self.flow.draft.tier
        available = self.flow.available
        if tier is None and available is not None:
            tier = available.product.tiers[0].id
        return selection_lines(self.flow, self.pricing, tier=tier)

    def further_buttons(self) -> Iterable[Widget]:
        """The comparison."""
        yield PushButton(_("Compare Plans"), id="compare")

    @on(Choices.OptionSelected)
    def _take(self) -> None:
        self.action_next()

    @on(PushButton.Pressed, "#compare")
    def action_compare(self) -> None:
        """Open „Pläne vergleichen“."""
        self.post_message(ComparePlans())

    def answer(self) -> Answer:
        """The tier at hand."""
        return self.query_one(Choices).chosen
