"""What the front says itself, in the language of each client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.endings import FAREWELLS, KEPT
from tui.i18n import N_, in_language, preferred_language
from tui.launcher import Door

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.launcher import End

DOORS = {
    "neu": Door.NEW,
    "new": Door.NEW,
    "warenkorb": Door.CART,
    "cart": Door.CART,
    "kasse": Door.CHECKOUT,
    "checkout": Door.CHECKOUT,
    "hilfe": Door.HELP,
    "help": Door.HELP,
}

_FAILURE = N_("Ended by a failure; nothing is ordered twice. Please connect again.")
NO_TERMINAL = N_("This program needs a terminal: ssh -t …")
NO_LAUNCHER = N_("No session can begin at the moment; please connect again soon.")
TOO_MANY_SESSIONS = N_("There are too many sessions at the moment; please connect again later.")
_USAGE = N_(
    "There is no such command. Without a command the start page opens; others open a page after "
    "sign-in:"
)
_PAGES = {
    Door.NEW: N_("add a subscription"),
    Door.CART: N_("the cart"),
    Door.CHECKOUT: N_("the checkout"),
    Door.HELP: N_("the help article"),
}


def language_of(environment: Mapping[str, str]) -> str:
    """The language that a client's variables name, else German."""
    return preferred_language(environment)


def end_text(end: End, language: str) -> str:
    """The last line of a session whose program could not say it itself."""
    why = in_language(FAREWELLS.get(end, _FAILURE), language)
    return f"{why} {in_language(KEPT, language)}"


def usage(language: str) -> str:
    """What there is, for somebody who asked for something else."""
    lines = [in_language(_USAGE, language)]
    for door, text in _PAGES.items():
        words = ", ".join(word for word, opened in DOORS.items() if opened is door)
        lines.append(f"  {words}: {in_language(text, language)}")
    return "\n".join(lines)
