"""The words that somebody who connects may say to open a page, in both languages at once."""

from __future__ import annotations

from tui.i18n import N_, _
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
_PAGES = {
    Door.NEW: N_("add a subscription"),
    Door.CART: N_("the cart"),
    Door.CHECKOUT: N_("the checkout"),
    Door.HELP: N_("the help article"),
}


def usage() -> str:
    """What there is, for somebody who asked for something else."""
    lines = [
        _(
            "There is no such command. Without a command the start page opens; others open a page "
            "after sign-in:"
        )
    ]
    for door, text in _PAGES.items():
        words = ", ".join(word for word, opened in DOORS.items() if opened is door)
        lines.append(f"  {words}: {_(text)}")
    return "\n".join(lines)
