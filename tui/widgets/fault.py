"""What is wrong with an input, in a word or two beside or below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Static

from tui.widgets.lines import MARK

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.widgets.entry import Entry


class Fault(Static):
    """Takes no room while nothing is wrong; how to mend it stands at the notice."""

    DEFAULT_CSS = """
    Fault { width: auto; height: 1; padding-left: 1; color: $error; display: none; }
    """

    def __init__(self, entry: str) -> None:
        super().__init__(id=f"{entry}-fault", markup=False)
        self.entry = entry

    def say(self, text: str) -> None:
        """Show what is wrong, with a mark so that it needs no colour; "" when nothing is."""
        self.display = bool(text)
        if text:
            self.update(Content(f"{MARK['error']} {text}"))


def with_fault(label: str, entry: Entry) -> ComposeResult:
    """An input behind its label, and what is wrong with it."""
    with Horizontal(classes="field"):
        yield Label(label, markup=False)
        yield entry
    yield Fault(entry.id or "")
