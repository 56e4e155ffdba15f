"""Step 2: Kaufen oder Testen."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from billing.catalogue.model import Offer
from tui.flow import Answer
from tui.formats import number
from tui.i18n import _
from tui.screens.step import StepPage
from tui.table import lines
from tui.widgets.choices import Choices


class OfferScreen(StepPage):
    """Asks whether to buy or to try first."""

    def question(self) -> str:
        """Buy or try."""
        return _("Would you like to buy it or try it first?")

    def control(self) -> ComposeResult:
        """Both offers with what they mean."""
        trial = self.flow.available.product.trial if self.flow.available else None
        days = number(trial.days) if trial else ""
        options = [
            (
                Offer.BUY.value,
                _two_lines(_("Buy"), _("subscription, paid from today on")),
                _("Buy"),
            ),
            (
                Offer.TRIAL.value,
                _two_lines(_("Try"), _("free for {n} days, no payment data").format(n=days)),
                _("Try"),
            ),
        ]
        chosen = self.flow.draft.offer
        yield Choices(
            options, chosen=chosen.value if chosen else None, spaced=True, jump=True, id="offers"
        )

    def on_mount(self) -> None:
        """The list has the focus."""
        super().on_mount()
        self.query_one(Choices).focus(scroll_visible=False)

    @on(Choices.OptionSelected)
    def _take(self) -> None:
        self.action_next()

    def answer(self) -> Answer:
        """The offer at hand."""
        return Offer(self.query_one(Choices).chosen or Offer.BUY)


def _two_lines(title: str, explanation: str) -> Content:
    return lines([Content(title), Content(explanation).stylize("$muted not bold"), Content("")])
