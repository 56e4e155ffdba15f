"""The words that somebody who connects may say to open a page, in both languages at once."""

from __future__ import annotations

from tui.i18n import N_, current_language, in_language
from tui.launcher import Door

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


def usage(language: str | None = None) -> str:
    """What there is, for somebody who asked for something else; None: in the language in use."""
    spoken = language or current_language()
    lines = [in_language(_USAGE, spoken)]
    for door, text in _PAGES.items():
        words = ", ".join(word for word, opened in DOORS.items() if opened is door)
        lines.append(f"  {words}: {in_language(text, spoken)}")
    return "\n".join(lines)
