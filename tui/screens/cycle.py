"""Step 5: Monatlich oder Jährlich."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from billing.catalogue.model import BillingCycle
from billing.rating.quote import Quote
from tui.flow import Answer
from tui.formats import day, money
from tui.i18n import _
from tui.pricing import both_quotes, cycle_name, saving_text
from tui.screens.step import StepPage
from tui.summary import selection_lines
from tui.table import label_and_value, lines
from tui.widgets.choices import Choices

WIDTH = 39


class CycleScreen(StepPage):
    """Asks how to be billed and says what yearly billing saves."""

    def question(self) -> str:
        """How to be billed."""
        return _("How would you like to be billed?")

    def control(self) -> ComposeResult:
        """Both cycles with price and next invoice."""
        quotes = both_quotes(self.flow, self.pricing)
        if quotes is None:
            return
        monthly, annual = quotes
        saving = saving_text(monthly, annual)
        chosen = self.flow.draft.cycle or BillingCycle.ANNUAL
        yield Choices(
            [
                (BillingCycle.MONTHLY.value, _option(monthly), _("Monthly")),
                (BillingCycle.ANNUAL.value, _option(annual, saving), _("Annual")),
            ],
            chosen=chosen.value,
            spaced=True,
            jump=True,
            id="cycles",
        )

    def on_mount(self) -> None:
        """The list has the focus."""
        super().on_mount()
        self.query_one(Choices).focus(scroll_visible=False)

    def _at_hand(self) -> BillingCycle:
        found = list(self.query(Choices))
        chosen = found[0].chosen if found else None
        return BillingCycle(chosen) if chosen else self.flow.draft.cycle or BillingCycle.ANNUAL

    def pane(self) -> list[Content]:
        """The selection with the cycle at hand."""
        return selection_lines(self.flow, self.pricing, cycle=self._at_hand())

    @on(Choices.OptionSelected)
    def _take(self) -> None:
        self.action_next()

    def answer(self) -> Answer:
        """The cycle at hand."""
        return self._at_hand()


def _option(quote: Quote, saving: str = "") -> Content:
    item = quote.lines[0]
    parts = [label_and_value(cycle_name(item.cycle), money(item.amount), WIDTH)]
    if saving:
        parts.append(Content(saving).stylize("$accent not bold"))
    renews = _("next invoice {day}").format(day=day(item.renews_on))
    return lines([*parts, Content(renews).stylize("$muted not bold"), Content("")])
