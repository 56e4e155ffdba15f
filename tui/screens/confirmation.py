"""Bestätigung: order number, new access, next invoice, mail, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from billing.catalogue.model import Catalogue
from billing.ordering.model import Confirmation, MailState
from tui.confirmation_words import Fact, facts, reminder, thanks
from tui.frame import Frame
from tui.i18n import _
from tui.messages import OpenHome, OpenLicences, ResendMail
from tui.screens.page import Page, Sentence
from tui.table import Cell, line, lines, plain
from tui.widgets.push_button import PushButton

LABEL = 26


class ConfirmationScreen(Page):
    """What was ordered and what is true about it now."""

    CSS_PATH = "confirmation.tcss"
    place = "confirmation"

    def __init__(
        self,
        frame: Frame,
        confirmation: Confirmation,
        catalogue: Catalogue,
        *,
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(frame, notice=notice, tone=tone)
        self._confirmation, self._catalogue = confirmation, catalogue

    @property
    def confirmation(self) -> Confirmation:
        """The order, with what is true about its mail."""
        return self._confirmation

    def heading(self) -> str:
        """The page's name."""
        return _("Confirmation")

    def body(self) -> ComposeResult:
        """Thanks first, then the facts."""
        with VerticalScroll(classes="body", can_focus=False):
            yield Static(self._thanks(), id="thanks")
            yield Static(self._facts(), id="facts")
            yield Static(self._reminder(), id="reminder")

    def _thanks(self) -> Content:
        return Content.assemble(("✓ ", "bold $accent"), (thanks(self._confirmation), "bold"))

    def _facts(self) -> Content:
        groups = facts(self._confirmation, self._catalogue)
        gap = [Content("")] if len(self._confirmation.lines) == 1 else []
        parts: list[Content] = []
        for group in groups:
            parts += [*(gap if parts else []), *map(_row, group)]
        return lines(parts)

    def _reminder(self) -> Content:
        return plain(reminder()).stylize("$warning")

    def buttons(self) -> Iterable[Widget]:
        """Assign the licences, or back to the start; a mail that failed can be sent again."""
        yield PushButton(_("Assign licences"), id="licences", primary=True)
        yield PushButton(_("To billing"), id="home")
        if self._confirmation.mail_state is MailState.FAILED:
            yield PushButton(_("Send again"), id="resend")

    def on_mount(self) -> None:
        """Assigning is what comes next."""
        super().on_mount()
        self.query(PushButton).first().focus()

    async def show_mail(self, state: MailState) -> None:
        """Say what is true about the mail now; one that is on its way needs no button."""
        self._confirmation = replace(self._confirmation, mail_state=state)
        self.query_one("#facts", Static).update(self._facts())
        if state is not MailState.FAILED:
            await self.query("#resend").remove()
            self.query(PushButton).first().focus()

    def action_back(self) -> None:
        """An order cannot be taken back by a key: the way leads to the start page."""
        self.post_message(OpenHome())

    @on(PushButton.Pressed, "#home")
    def _home(self) -> None:
        self.post_message(OpenHome())

    @on(PushButton.Pressed, "#resend")
    def _resend(self) -> None:
        if not self.waiting:
            self.post_message(ResendMail())

    @on(PushButton.Pressed, "#licences")
    def _licences(self) -> None:
        self.post_message(OpenLicences(self._confirmation.lines[0].subscription_id))


def _row(fact: Fact) -> Content:
    style = "bold" if fact.stands_out else ""
    return line([Cell(fact.label, LABEL, style="$muted"), Cell(fact.value, 46, style=style)])
