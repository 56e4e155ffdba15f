"""A number with − and +, for the seats: „[ − ]   5   [ + ]“."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget

from tui.seats_words import SeatsFlaw, seats_flaw
from tui.widgets.shortcut import ran_own_binding

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult
    from textual.geometry import Size


class Stepper(Widget, can_focus=True):
    """Keys + and −, the arrows, digits and Backspace; what was typed wrong stays to be mended."""

    DEFAULT_CSS = """
    Stepper {
        width: auto; height: 1; color: $foreground;
        &:focus { color: $accent; text-style: bold; }
    }
    """
    BINDINGS = [
        Binding("plus,right,up", "step(1)", show=False),
        Binding("minus,left,down", "step(-1)", show=False),
        Binding("pageup", "step(10)", show=False),
        Binding("pagedown", "step(-10)", show=False),
        Binding("home", "limit(False)", show=False),
        Binding("end", "limit(True)", show=False),
        Binding("backspace", "erase", show=False),
        Binding("delete,ctrl+u", "clear", show=False),
        Binding("enter", "submit", show=False),
    ]
    MAX_DIGITS = 7
    # There are none, and looking for them takes time at every key.
    auto_links: Reactive[bool] = Reactive(False)
    text: Reactive[str] = Reactive("")
    """What was typed, right or wrong."""

    class Submitted(Message):
        """Enter was pressed."""

        def __init__(self, stepper: Stepper) -> None:
            super().__init__()
            self.stepper = stepper

    def __init__(self, value: int, fewest: int, most: int, *, text: str | None = None) -> None:
        """`text` is what was typed before, right or wrong."""
        super().__init__(id="stepper")
        self.fewest, self.most = fewest, most
        self.set_reactive(Stepper.text, str(value) if text is None else text)
        self._untouched = text is None

    @property
    def value(self) -> int | None:
        """The number, or None while it is flawed."""
        return None if self.flaw else int(self.text)

    @property
    def flaw(self) -> SeatsFlaw | None:
        """What is wrong with what was typed."""
        return seats_flaw(self.text, self.fewest, self.most)

    def render(self) -> RenderResult:
        """The number between its two signs."""
        shown = self.text[: self.MAX_DIGITS] or "_"
        number = f"{shown:^{self.MAX_DIGITS}}"
        style = "$error" if self.flaw else "bold"
        style += " on $field-focus" if self.has_focus else " on $field"
        pointer = "▸ " if self.has_focus else "  "
        return Content.assemble(pointer, "[ − ]", " ", (number, style), " [ + ]")

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The number at its widest, and the signs, whatever the room."""
        del container, viewport
        return self.MAX_DIGITS + 14

    def on_focus(self) -> None:
        """Draw the pointer; the next digit replaces the number."""
        self._untouched = True
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.refresh()

    def action_step(self, by: int) -> None:
        """Count up or down, staying between the limits."""
        number = int(self.text) if self.text.isascii() and self.text.isdigit() else self.fewest - by
        self._set(str(min(max(number + by, self.fewest), self.most)))

    def action_limit(self, most: bool) -> None:
        """Jump to the fewest or the most."""
        self._set(str(self.most if most else self.fewest))

    def action_erase(self) -> None:
        """Take the last digit away."""
        self._set(self.text[:-1])

    def action_clear(self) -> None:
        """Take all digits away."""
        self._set("")

    def action_submit(self) -> None:
        """Tell that the number is meant."""
        self.post_message(self.Submitted(self))

    async def on_key(self, event: events.Key) -> None:
        """Take digits and letters as typed, so that a wrong one can be seen and named."""
        if await ran_own_binding(self, event):
            return
        if event.character and event.character.isalnum():
            event.stop()
            self._type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take a pasted number without the blanks and line breaks around it."""
        event.stop()
        text = " ".join("".join(c if c.isprintable() else " " for c in event.text[:40]).split())
        self._untouched = True
        self._type(text)

    def on_click(self, event: events.Click) -> None:
        """Click on − or +."""
        if event.x <= 6:
            self.action_step(-1)
        elif event.x >= self.MAX_DIGITS + 9:
            self.action_step(1)

    def _type(self, text: str) -> None:
        before = "" if self._untouched else self.text
        self._set((before + text)[: self.MAX_DIGITS])

    def _set(self, text: str) -> None:
        self._untouched = False
        self.text = text
