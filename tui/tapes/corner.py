"""The keys that were pressed last, for a corner of the screen."""

from __future__ import annotations

from collections import deque

from rich.segment import Segment
from rich.style import Style
from textual.keys import KEY_TO_UNICODE_NAME, format_key
from textual.strip import Strip

from tui.i18n import N_, _

_SIGNS = {
    "backspace": "⌫",
    "enter": "⏎",
    "escape": "Esc",
    "pagedown": N_("PgDn"),
    "pageup": N_("PgUp"),
    "space": "␣",
    "tab": "⇥",
    **{f"f{n}": f"F{n}" for n in range(1, 13)},
    "shift+tab": "⇤",
}
_MOST_KEYS = 8
_STYLE = Style(reverse=True)


class Corner:
    """What the corner says."""

    def __init__(self) -> None:
        self._keys: deque[str] = deque(maxlen=_MOST_KEYS)

    def add(self, key: str) -> None:
        """A key was pressed, in Textual's words."""
        self._keys.append(_sign(key))

    def keys(self) -> Strip:
        """The last keys."""
        return _strip(" ".join(self._keys))

    def paused(self) -> Strip:
        """That the tape stands, and how it goes on."""
        return _strip(_("Paused · Space goes on · → one step · Esc ends"))

    def ended(self) -> Strip:
        """That the tape is over."""
        return _strip(_("The tape is over · any key ends"))


def _sign(key: str) -> str:
    if key in _SIGNS:
        return _(_SIGNS[key])
    *held, last = key.split("+") if key != "+" else [key]
    shown = format_key(last) if last in KEY_TO_UNICODE_NAME or len(last) > 1 else last
    return "+".join([*(each.title() for each in held), shown])


def _strip(text: str) -> Strip:
    return Strip([Segment(f" {text} ", _STYLE)] if text else [])
