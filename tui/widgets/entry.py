"""An input of one line; what is wrong with it stands at the notice, not in colour only."""

from __future__ import annotations

from textual.binding import Binding
from textual.widgets import Input

from tui.cleaning import clean


class Entry(Input):
    """An Input without border and blinking, so that moving the focus repaints one line."""

    DEFAULT_CSS = """
    Entry {
        height: 1; border: none; padding: 0 1; background: $field; width: 1fr;
        &:focus { border: none; background: $field-focus; background-tint: transparent 0%; }
        &.-invalid, &.-invalid:focus { border: none; color: $error; }
        &:ansi, &:ansi:focus, &:ansi.-invalid, &:ansi.-invalid:focus {
            background: ansi_default; padding: 0; border: none;
            border-left: solid $rule; border-right: solid $rule;
        }
        &:ansi:focus, &:ansi.-invalid:focus {
            border-left: solid $accent; border-right: solid $accent;
        }
    }
    """

    BINDINGS = [
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(
        self,
        value: str = "",
        *,
        id: str,  # noqa: A002
        placeholder: str = "",
        password: bool = False,
        max_length: int = 64,
    ) -> None:
        super().__init__(
            value,
            placeholder=placeholder,
            password=password,
            max_length=max_length,
            id=id,
            select_on_focus=False,
        )
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Text without control and direction characters; a password is taken as it is."""
        return value if self.password else clean(value).replace("�", "")
