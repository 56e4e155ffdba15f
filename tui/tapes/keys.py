"""The keys a tape can press, in its words and in Textual's."""

from __future__ import annotations

from textual.keys import _character_to_key

NAMED = {
    "Backspace": "backspace",
    "Delete": "delete",
    "Down": "down",
    "End": "end",
    "Enter": "enter",
    "Escape": "escape",
    "Home": "home",
    "Insert": "insert",
    "Left": "left",
    "PageDown": "pagedown",
    "PageUp": "pageup",
    "Right": "right",
    "Space": "space",
    "Tab": "tab",
    "Up": "up",
    **{f"F{n}": f"f{n}" for n in range(1, 13)},
}
MODIFIERS = ("Alt", "Ctrl", "Shift")

# What a terminal sends for these is what it sends for the plain key.
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}
_CHARACTERS = {"enter": "\r", "tab": "\t", "space": " "}


def of_character(character: str) -> str:
    """The key that types a character."""
    return _character_to_key(character)


def character_of(key: str) -> str | None:
    """What a key that is pressed by its name types."""
    return _CHARACTERS.get(key, key if len(key) == 1 else None)


def combined(modifiers: list[str], name: str) -> str:
    """A key with modifiers held down; `name` is that of a key or a single character."""
    if modifiers == ["Shift"] and len(name) == 1:
        return of_character(name.upper())
    key = NAMED.get(name) or of_character(name.lower())
    pressed = "+".join([*sorted(modifier.lower() for modifier in modifiers), key])
    return _SAME.get(pressed, pressed)
