"""The yardstick of a start: the smallest Textual program that says something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

GREETING = "ready"


class BareApp(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static(GREETING)


if __name__ == "__main__":
    BareApp().run()
