"""A button of one line, „[ Weiter ]“, that shows its focus without colour too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.actions import SkipAction
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.widgets.choices import Choices

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult
    from textual.geometry import Size


class PushButton(Widget, can_focus=True):
    """Posts Pressed on Enter, Space or a click."""

    DEFAULT_CSS = """
    PushButton {
        width: auto; height: 1; margin-right: 2; color: $foreground; background: $button;
        &.-primary { color: $accent; text-style: bold; }
        &:focus { background: $button-focus; color: $button-focus-text; text-style: bold; }
        &:disabled { color: $muted; text-style: none; }
        &:ansi:focus { text-style: bold reverse; }
    }
    """
    BINDINGS = [
        Binding("enter,space", "press", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("up", "to_list", show=False),
    ]

    class Pressed(Message):
        """The button was pressed."""

        def __init__(self, button: PushButton) -> None:
            super().__init__()
            self.button = button

        @property
        def control(self) -> PushButton:
            """The button, for the selectors of @on."""
            return self.button

    def __init__(
        self,
        label: str,
        *,
        id: str,  # noqa: A002
        primary: bool = False,
        disabled: bool = False,
    ) -> None:
        super().__init__(id=id, classes="-primary" if primary else None, disabled=disabled)
        self._label = label

    @property
    def label(self) -> str:
        """What the button says."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        if label != self._label:
            self._label = label
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        """The label in brackets; pointers take the brackets' place while focused."""
        left, right = ("▸", "◂") if self.has_focus else ("[", "]")
        return Content(f"{left} {self._label} {right}")

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Label and brackets, whatever the room."""
        del container, viewport
        return Content(self._label).cell_length + 4

    def on_focus(self) -> None:
        """Draw the pointers."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the brackets."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click presses too."""
        event.stop()
        self.action_press()

    def action_step(self, steps: int) -> None:
        """To the next button in its row, or the one before."""
        row = [one for one in self.screen.query(PushButton) if one.parent is self.parent]
        place = row.index(self) + steps
        if 0 <= place < len(row):
            row[place].focus()

    def action_to_list(self) -> None:
        """Up to the list of the page or its last field; without, the key is for whoever scrolls."""
        for choices in self.screen.query(Choices):
            if choices.focusable:
                choices.focus()
                return
        fields = [each for each in self.screen.focus_chain if not isinstance(each, PushButton)]
        if not fields:
            raise SkipAction
        fields[-1].focus()

    def action_press(self) -> None:
        """Tell that the button was pressed."""
        if not self.disabled:
            self.post_message(self.Pressed(self))
