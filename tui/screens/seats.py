"""Step 4: Anzahl der Benutzerlizenzen."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from billing.catalogue.model import Offer
from tui.flow import Answer
from tui.formats import number
from tui.i18n import _, current_language, own
from tui.screens.step import StepPage
from tui.seats_words import SeatsFlaw, seats_flaw_sentence
from tui.summary import selection_lines
from tui.table import plain
from tui.widgets.stepper import Stepper

# What a key changed is on the screen, and whoever holds it down has not pressed it again.
_PAINTED_SECONDS = 0.02


class SeatsScreen(StepPage):
    """Asks for the number of licences; prices follow every key."""

    _typed: str | None = None
    _before: int | None = None
    _ahead: tuple[tuple[str, int] | None, list[Content]] = (None, [])

    def question(self) -> str:
        """How many."""
        return _("How many new user licences?")

    def _limits(self) -> tuple[int, int]:
        available, draft = self.flow.available, self.flow.draft
        if available is None or draft.tier is None:
            return 1, 1
        return available.product.seat_limits(draft.tier, draft.offer or Offer.BUY)

    def control(self) -> ComposeResult:
        """The stepper and its limits."""
        fewest, most = self._limits()
        seats = self.flow.draft.seats or fewest
        self._stepper = Stepper(seats, fewest, most, text=self._typed)
        yield self._stepper
        yield Static(self._hint(fewest, most), classes="muted", id="limits")

    def _hint(self, fewest: int, most: int) -> Content:
        noun = self.flow.available.product.seat_noun if self.flow.available else None
        text = _("{fewest} to {most} {noun} · + − or digits").format(
            fewest=number(fewest), most=number(most), noun=own(noun.many) if noun else ""
        )
        return plain(text)

    def on_mount(self) -> None:
        """The stepper has the focus."""
        super().on_mount()
        self._stepper.focus(scroll_visible=False)

    def typed(self) -> Answer:
        """The number as it was changed, unless it is flawed."""
        return None if self._typed is None else self._stepper.value

    def pane(self) -> list[Content]:
        """The selection with the number at hand."""
        seats = self._stepper.value
        known, content = self._ahead
        if seats is not None and known == (current_language(), seats):
            return content
        return self._priced(seats)

    def _priced(self, seats: int | None) -> list[Content]:
        return selection_lines(self.flow, self.pricing, seats=seats, open_seats=seats is None)

    def _look_ahead(self, before: int | None) -> None:
        """Price and draw what one more step leads to, while nobody waits for it."""
        seats, (fewest, most) = self._stepper.value, self._limits()
        if before is None or seats is None or abs(seats - before) != 1:
            return
        following = 2 * seats - before
        if fewest <= following <= most:
            content = self._priced(following)
            self._ahead = (current_language(), following), content
            self._pane.prepare(content)

    def at_hand_changed(self) -> None:
        """The prices of the number, or what is wrong with it."""
        stepper = self._stepper
        self._typed = stepper.text
        self.refresh_pane()
        before, self._before = self._before, stepper.value
        self.set_timer(_PAINTED_SECONDS, lambda: self._look_ahead(before))
        if stepper.flaw is None:
            self.say(None)
        else:
            self._refuse(stepper.flaw)

    @on(Stepper.Submitted)
    def _take(self) -> None:
        self.action_next()

    def answer(self) -> Answer:
        """The number, or None with what is wrong with it said."""
        stepper = self._stepper
        if stepper.flaw is not None:
            self._refuse(stepper.flaw)
            stepper.focus()
        return stepper.value

    def _refuse(self, flaw: SeatsFlaw) -> None:
        fewest, most = self._limits()
        noun = self.flow.available.product.seat_noun if self.flow.available else None
        facts = {"minimum": fewest, "maximum": most, "noun": noun}

        self.say(lambda: seats_flaw_sentence(flaw, facts), "error")
