"""What the front says itself, in the language of each client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import N_, in_language, preferred_language
from tui.launcher import Door, End

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_ENDS = {
    End.IDLE: N_("Ended after a long time without a key. Draft and cart are stored."),
    End.TOO_LONG: N_(
        "Ended, because no session lasts longer. Draft and cart are stored; please connect again."
    ),
    End.SHUTDOWN: N_(
        "Ended for maintenance. Draft and cart are stored; please connect again soon."
    ),
    End.TOO_MANY: N_("Ended, because this account has too many sessions already."),
    End.CRASHED: N_(
        "Ended by a failure. Draft and cart are stored, nothing is ordered twice; "
        "please connect again."
    ),
}
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
    """The last line of a session; nothing where nobody reads it."""
    return in_language(_ENDS[end], language) if end in _ENDS else ""


def usage(language: str) -> str:
    """What there is, for somebody who asked for something else."""
    lines = [in_language(_USAGE, language)]
    for door, text in _PAGES.items():
        words = ", ".join(word for word, opened in DOORS.items() if opened is door)
        lines.append(f"  {words}: {in_language(text, language)}")
    return "\n".join(lines)
