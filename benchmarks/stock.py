"""The yardsticks of keys: Textual programs made of stock widgets in their stock looks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Button, Footer, Input, Label, OptionList, Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

READY = "stock"
PUSHED = "pushed"
# As many as the program has at the places that are measured beside these.
OPTIONS = 10
FIELDS = 6


class ListApp(App[None]):
    """A list to move in."""

    def compose(self) -> ComposeResult:
        """The list."""
        yield OptionList(*(f"{READY} {number}" for number in range(OPTIONS)))


class WithKeys(App[None]):
    """A program with as many keys in its footer as ours has."""

    BINDINGS = [
        Binding("f1", "nothing", "Help"),
        Binding("f2", "push", "Push"),
        Binding("f3", "pop", "Pop"),
        Binding("ctrl+q", "quit", "Quit"),
    ]

    def action_nothing(self) -> None:
        """Fill a place in the footer."""


class FormApp(WithKeys):
    """A form to go through with Tab."""

    def compose(self) -> ComposeResult:
        """The fields and the footer."""
        for number in range(FIELDS):
            yield Input(f"{READY} {number}")
        yield Footer()


class PushedScreen(Screen[None]):
    """A page of fifteen widgets."""

    def compose(self) -> ComposeResult:
        """What a step of a form usually has."""
        yield Static(PUSHED)
        for number in range(7):
            yield Label(f"Label {number}")
        yield OptionList("one", "two", "three")
        yield Input("field")
        yield Static("A sentence.")
        yield Static("Another sentence.")
        yield Button("Next")
        yield Button("Back")
        yield Footer()


class StepsApp(WithKeys):
    """A page to push and to pop."""

    def compose(self) -> ComposeResult:
        """The page below."""
        yield Static(READY)
        yield Footer()

    def action_push(self) -> None:
        """A new page, as stock programs make one."""
        self.push_screen(PushedScreen())

    def action_pop(self) -> None:
        """Back."""
        self.pop_screen()


APPS: dict[str, type[App[None]]] = {"list": ListApp, "form": FormApp, "steps": StepsApp}

if __name__ == "__main__":
    APPS[sys.argv[1]]().run()
