"""Anmelden: mail and password, and in the demo the sample sign-ins to pick from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Center, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static

from tui.first_messages import FirstFocus, SignInSubmitted
from tui.frame import Frame
from tui.i18n import _
from tui.screens.page import Page, Sentence
from tui.table import Cell, line
from tui.widgets.choices import Choices
from tui.widgets.entry import Entry
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.events import ScreenResume

    from tui.samples import SampleSignIn


class LoginScreen(Page):
    """Asks who it is. Nothing heavy is needed to show it."""

    place = "login"
    BINDINGS = [Binding("escape,f3", "nothing", show=False)]

    def __init__(
        self,
        *,
        samples: Iterable[SampleSignIn] = (),
        sample_password: str = "",
        mail: str = "",
        notice: Sentence | None = None,
        tone: str = "",
    ) -> None:
        super().__init__(Frame(), notice=notice, tone=tone)
        self._samples = tuple(samples)
        self._sample_password = sample_password
        self._mail, self._password = mail, ""
        self._missing = ""
        self._has_stood = False

    def _on_screen_resume(self, event: ScreenResume) -> None:
        """Spare the first paint styling all widgets twice: each has just been styled."""
        event.refresh_styles = event.refresh_styles and self._has_stood
        self._has_stood = True

    def heading(self) -> str:
        """The product's name."""
        return "Billing Center"

    def body(self) -> ComposeResult:
        """The form in the middle, the sample sign-ins below it."""
        with Vertical(classes="body"), Center(), Vertical(id="form"):
            yield Static(Content.assemble((_("Sign in to billing"), "bold")), id="welcome")
            yield Static(
                _("Add a subscription or a free trial to your account."),
                classes="muted",
                id="claim",
            )
            with Horizontal(classes="field"):
                yield Label(_("Mail"))
                yield Entry(self._mail, id="mail", max_length=254)
            with Horizontal(classes="field"):
                yield Label(_("Password"))
                yield Entry(self._password, id="password", password=True, max_length=1000)
            yield PushButton(_("Sign in"), id="sign-in", primary=True)
            if self._samples:
                yield Static(
                    Content.from_markup(
                        _("Sample data · the password is [b]$password[/b] for all"),
                        password=self._sample_password,
                    ),
                    id="sample-heading",
                    classes="muted",
                )
                yield Choices(
                    [(str(i), _sample_line(s), s.mail) for i, s in enumerate(self._samples)],
                    id="samples",
                )

    def on_mount(self) -> None:
        """Start at the first empty field."""
        super().on_mount()
        self.query_one("#password" if self._mail else "#mail", Entry).focus()
        # The focus is set by the application's queue; this comes behind it.
        self.app.call_later(self.post_message, FirstFocus())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """There is nothing behind the first page to go back to."""
        return action not in {"back", "nothing"}

    @on(Input.Changed)
    def _keep(self, event: Input.Changed) -> None:
        if event.input.id == "mail":
            self._mail = event.value
        elif event.input.id == "password":
            self._password = event.value
        if event.value and event.input.id == self._missing:
            self._missing = ""
            self.say(None)

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        if event.input.id == "mail" and not self._password:
            self.query_one("#password", Entry).focus()
        else:
            self._sign_in()

    @on(PushButton.Pressed, "#sign-in")
    def _sign_in(self) -> None:
        if self.waiting:
            return
        if not self._mail.strip():
            self._miss("mail", lambda: _("Please enter your mail address."))
            return
        if not self._password:
            # One Enter too many would be a refused attempt, which drops what is typed behind it.
            self._miss("password", lambda: _("Please enter your password."))
            return
        self._missing = ""
        self.post_message(SignInSubmitted(self._mail, self._password))

    def _miss(self, field_id: str, sentence: Sentence) -> None:
        """Ask for what a field lacks, until it is there."""
        self._missing = field_id
        self.say(sentence, "error")
        self.query_one(f"#{field_id}", Entry).focus()

    @on(Choices.OptionSelected, "#samples")
    def _take_sample(self, event: Choices.OptionSelected) -> None:
        sample = self._samples[int(event.option.id or 0)]
        self.query_one("#mail", Entry).value = sample.mail
        self.query_one("#password", Entry).value = self._sample_password
        self.query_one("#sign-in", PushButton).focus()

    @property
    def is_untouched(self) -> bool:
        """Whether the page stands as it begins: nothing was typed, and nothing said."""
        mail, password = self.query_one("#mail", Entry), self.query_one("#password", Entry)
        said = mail.value or password.value or self._sentence
        return self.is_active and self.focused is mail and not said

    def refuse(self, sentence: Sentence) -> None:
        """Say why the sign-in failed; the mail stays, the password is typed anew."""
        self.say(sentence, "error")
        password = self.query_one("#password", Entry)
        password.value = ""
        password.focus()

    def forget_password(self) -> None:
        """Take the password out of the form and start there."""
        self.say(None)
        password = self.query_one("#password", Entry)
        password.value = ""
        password.focus()


def _sample_line(sample: SampleSignIn) -> Content:
    return line(
        [
            Cell(sample.mail, 22),
            Cell(sample.account, 21, style="$muted"),
            Cell(_(sample.remark), 24, style="$muted"),
        ]
    )
