"""The application as it runs on a server: started by a launcher, for somebody far away."""

from __future__ import annotations

import asyncio
from math import ceil
from typing import TYPE_CHECKING, Any

from textual.events import Key, Paste

from tui.app import BillingApp
from tui.endings import warning, warning_details
from tui.i18n import LANGUAGES, _
from tui.launcher import Closing, End, SignedIn, SignInFailed
from tui.screens.dialogs import QuestionScreen
from tui.typeahead import ENDINGS
from tui.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import RenderableType
    from textual.events import Event

    from billing.accounts.model import Session
    from billing.service import BillingService
    from tui.launcher import Admission, Word
    from tui.launcher_link import LauncherLink
    from tui.samples import SampleSignIn
    from tui.watch import Time

_STIRRING = (Key, Paste)
_CORRECTING = {"backspace", "delete"}
# The launcher ends what has not ended in time; the last line needs some of that time.
_SECONDS_FOR_THE_END = 1.0


class ServedApp(BillingApp):
    """Tells its launcher who signs in, keeps the limits, and does nothing on the server's desk."""

    def __init__(
        self,
        connect: Callable[[], BillingService],
        admission: Admission,
        link: LauncherLink | None,
        *,
        samples: Iterable[SampleSignIn] = (),
        sample_password: str = "",
        time: Time | None = None,
    ) -> None:
        """Without a `link` nobody is there yet; without a `time` the event loop's is used."""
        known = admission.language in LANGUAGES
        super().__init__(
            connect,
            language=admission.language if known else LANGUAGES[0],
            sign_in_as=admission.mail,
            door=admission.door,
            samples=samples,
            sample_password=sample_password,
        )
        self.animation_level = "none"
        self.ending: End | None = None
        self._admission, self._link, self._time = admission, link, time
        self._watch: Watch | None = None
        self._is_ready, self._wants_in = False, admission.mail is not None
        self._warning: QuestionScreen | None = None

    # The launcher

    def on_mount(self) -> None:
        """Listen at once, unless there is nobody yet."""
        if self._link is not None:
            self._listen(self._link)

    def _begin(self) -> None:
        self._is_ready = True
        self.type_ahead.open()
        self._open_if_wanted()

    def _open_if_wanted(self) -> None:
        """Open the service for whoever comes in, and not for those who only have a look."""
        if self._is_ready and self._wants_in:
            self._is_ready = False
            super()._begin()

    def _listen(self, link: LauncherLink) -> None:
        """Listen to the launcher, and watch the limits."""
        loop = asyncio.get_running_loop()
        self._time = time = self._time or loop
        link.listen(loop, self._heard)
        self._watch = Watch(
            time,
            idle=self._admission.idle_seconds,
            longest=self._admission.longest_seconds,
            warn=lambda end, left: self.call_later(self._warn, end, left),
            end=lambda end: self.call_later(self.finish, end),
        )
        self._watch.start()

    def _heard(self, word: Word | None) -> None:
        match word:
            case None:
                self.call_later(self.finish, End.GONE)
            case Closing(end, seconds):
                left = max(seconds - _SECONDS_FOR_THE_END, seconds / 2, 0)
                self.call_later(self._warn, end, left)
                if self._time is not None:
                    self._time.call_later(left, lambda: self.call_later(self.finish, end))
            case _:
                pass

    def signed_in(self, session: Session) -> None:
        """Tell the launcher whom it serves from now on."""
        self._tell(SignedIn(session.account.account_id, session.contact.mail, session.contact_id))

    def sign_in_failed(self) -> None:
        """Tell the launcher that somebody may be guessing."""
        self._tell(SignInFailed())

    def _tell(self, word: Word) -> None:
        if self._link is not None:
            self._link.tell(word)

    # Limits

    async def on_event(self, event: Event) -> None:
        """Every key says that somebody is there; the one that answers a warning does no more."""
        if not isinstance(event, _STIRRING) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._watch is not None:
            self._watch.stirred()
        if not _is_typing(event):
            self._wants_in = True
            self._open_if_wanted()
        answers = self._warning is not None and self.screen is self._warning
        if not answers or (isinstance(event, Key) and event.key in ENDINGS):
            await super().on_event(event)
        else:
            self._take_warning_back()

    def _warn(self, end: End, seconds: float) -> None:
        """Say above the page that the session is about to end; any key goes on."""
        self._take_warning_back()
        left = max(ceil(seconds), 1)
        self._warning = QuestionScreen(
            lambda: warning(end),
            lambda: warning_details(end, left),
            [("stay", lambda: _("Go on"))],
        )
        self.ask(self._warning, lambda _answer: None)

    def _take_warning_back(self) -> None:
        if self._warning is not None and self.screen is self._warning:
            self._warning.dismiss("")
        self._warning = None

    # Endings

    def finish(self, end: End) -> None:
        """End the program; what the service is doing is finished first."""
        if self.ending is None:
            self.ending = end
            self.exit()

    def end_from_outside(self, end: End) -> None:
        """The same from a signal or from another thread."""
        self.ending = self.ending or end
        self.call_from_signal()

    # A page that is just being built does not find its parts when everything is taken down, and
    # reading or writing fails when the terminal is gone. Neither is a crash.

    def panic(self, *renderables: RenderableType) -> None:
        """A failure that comes with an end is none."""
        if self.ending is None:
            super().panic(*renderables)
        else:
            self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        if self.ending is None:
            super()._fatal_error()
        else:
            self._close_messages_no_wait()

    # What would happen on the server, for nobody there to see

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Addresses are shown as links, which the user's own terminal opens."""

    def deliver_text(self, *_arguments: Any, **_options: Any) -> None:
        """No file is written to the server's disk."""

    def deliver_binary(self, *_arguments: Any, **_options: Any) -> None:
        """No file is written to the server's disk."""

    def deliver_screenshot(self, *_arguments: Any, **_options: Any) -> None:
        """No picture is written to the server's disk."""

    def action_screenshot(self, *_arguments: Any, **_options: Any) -> None:
        """No picture is written to the server's disk."""

    def action_suspend_process(self) -> None:
        """There is no shell to come back from."""


def _is_typing(event: Event) -> bool:
    """Whether something is written into a field, or taken back, with more to come."""
    if isinstance(event, Key):
        return event.is_printable or event.key in _CORRECTING
    return isinstance(event, Paste)
