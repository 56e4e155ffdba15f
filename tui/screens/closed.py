"""What somebody sees who cannot order here: who or what helps, instead of a dead end."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from billing.accounts.model import Entry, EntryKind
from tui.frame import Frame
from tui.i18n import _
from tui.messages import OpenLicences, SignOut
from tui.screens.page import Page
from tui.table import lines, plain
from tui.widgets.push_button import PushButton


class ClosedScreen(Page):
    """For others than the billing contact, and for corporate accounts."""

    CSS_PATH = "closed.tcss"

    def __init__(self, frame: Frame, entry: Entry) -> None:
        super().__init__(frame)
        self._entry = entry
        self.place = "corporate" if entry.kind is EntryKind.CORPORATE else "home"

    def heading(self) -> str:
        """The area's name."""
        return _("Billing Center")

    def body(self) -> ComposeResult:
        """What it is, and what to do."""
        with Vertical(classes="body"):
            yield Static(self._title(), classes="question", id="why")
            yield Static(self._text(), id="help")

    def _title(self) -> Content:
        if self._entry.kind is EntryKind.CORPORATE:
            return Content(_("This is a corporate account."))
        return Content(_("You are not the billing contact of this account."))

    def _text(self) -> Content:
        if self._entry.kind is EntryKind.CORPORATE:
            return lines(
                [
                    Content(_("Corporate accounts are managed in the Corporate Billing Portal:")),
                    Content(""),
                    plain(self._entry.portal).stylize(Style(link=self._entry.portal)),
                    Content(""),
                    Content(_("You can also contact Corporate Account Services.")),
                ]
            )
        person = self._entry.billing_contact
        if person is None:
            return Content(_("It has no billing contact. Please contact support."))
        return lines(
            [
                Content(_("Only the billing contact can buy or try products. That is:")),
                Content(""),
                plain(person.name).stylize("bold"),
                plain(person.mail),
                Content(""),
                Content(_("Please write to this address. You can assign licences yourself.")),
            ]
        )

    def buttons(self) -> Iterable[Widget]:
        """The ways on that there are."""
        if self._entry.kind is EntryKind.NOT_BILLING_CONTACT:
            yield PushButton(_("Assign licences"), id="licences", primary=True)
        yield PushButton(_("Sign out"), id="sign-out")

    def on_mount(self) -> None:
        """The first way on has the focus."""
        super().on_mount()
        self.query(PushButton).first().focus()

    @on(PushButton.Pressed, "#licences")
    def _licences(self) -> None:
        self.post_message(OpenLicences())

    @on(PushButton.Pressed, "#sign-out")
    def action_back(self) -> None:
        """The only way back is out."""
        self.post_message(SignOut())
