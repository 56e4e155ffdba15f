"""What the front says itself, in the language of each client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.endings import FAREWELLS, KEPT
from tui.i18n import N_, in_language, preferred_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.launcher import End

_FAILURE = N_("Ended by a failure; nothing is ordered twice. Please connect again.")
NO_TERMINAL = N_("This program needs a terminal: ssh -t …")
NO_LAUNCHER = N_("No session can begin at the moment; please connect again soon.")
TOO_MANY_SESSIONS = N_("There are too many sessions at the moment; please connect again later.")


def language_of(environment: Mapping[str, str]) -> str:
    """The language that a client's variables name, else German."""
    return preferred_language(environment)


def end_text(end: End, language: str) -> str:
    """The last line of a session whose program could not say it itself."""
    why = in_language(FAREWELLS.get(end, _FAILURE), language)
    return f"{why} {in_language(KEPT, language)}"
