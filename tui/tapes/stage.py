"""What a tape is played on and how it looks there."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.console import Console

from billing.sample_people import SAMPLE_PASSWORD, SAMPLE_SIGN_INS
from tui.app import BillingApp
from tui.i18n import LANGUAGES, preferred_language
from tui.screens.login import SAMPLE_REMARKS, SampleSignIn
from tui.themes import DARK, LIGHT, TERMINAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from tui.tapes.house import House
    from tui.tapes.tape import Tape

THEMES = {"dark": DARK, "light": LIGHT, "terminal": TERMINAL}
_LANGUAGE_VARIABLES = {"LC_ALL", "LC_MESSAGES", "LANG"}
_THEME_VARIABLE = "BILLING_CENTER_THEME"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a tape is played; what is None is the tape's to say.

    `theme` is dark, light or terminal; `usual_theme` is for tapes that name none. `sign_in_as`
    skips the sign-in, unless the tape has a launch line of its own.
    """

    house: House
    language: str = LANGUAGES[0]
    size: tuple[int, int] | None = None
    theme: str | None = None
    usual_theme: str | None = None
    no_color: bool | None = None
    sign_in_as: str | None = None

    def for_tape(self, tape: Tape) -> Stage:
        """With what the tape says where nothing is said here."""
        said = dict(tape.environment)
        language = self.language
        if _LANGUAGE_VARIABLES & set(said):
            language = preferred_language(said)
        own = tape.settings.theme or said.get(_THEME_VARIABLE)
        theme = self.theme or own or self.usual_theme
        return replace(
            self,
            language=language,
            size=self.size or tape.size,
            theme=theme if theme in THEMES else "dark",
            no_color="NO_COLOR" in said if self.no_color is None else self.no_color,
        )

    def app(self) -> BillingApp:
        """The program, about to be started."""
        samples = [
            SampleSignIn(person.mail, person.account, remark)
            for person, remark in zip(SAMPLE_SIGN_INS, SAMPLE_REMARKS, strict=True)
        ]
        with _surroundings(no_color=bool(self.no_color)):
            return BillingApp(
                self.house.connect,
                language=self.language,
                theme=THEMES[self.theme or "dark"],
                sign_in_as=self.sign_in_as,
                samples=samples,
                sample_password=SAMPLE_PASSWORD,
            )


def fitting_theme(out: TextIO) -> str:
    """The terminal's own colours where there are sixteen or none, else the dark theme."""
    few = Console(file=out).color_system in {None, "standard", "windows"}
    return "terminal" if few or os.environ.get("NO_COLOR") else "dark"


@contextmanager
def _surroundings(*, no_color: bool) -> Iterator[None]:
    """The one variable that Textual reads when a program is made, as the stage wants it."""
    before = os.environ.pop("NO_COLOR", None)
    if no_color:
        os.environ["NO_COLOR"] = "1"
    try:
        yield
    finally:
        os.environ.pop("NO_COLOR", None)
        if before is not None:
            os.environ["NO_COLOR"] = before
