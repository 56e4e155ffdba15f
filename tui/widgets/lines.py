"""The one-line frame of every page: title, progress through the flow, notice, keys, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.cleaning import clean

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.binding import ActiveBinding
    from textual.timer import Timer

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
MARK = {"error": "✗", "warning": "!", "success": "✓", "information": "·"}


class SplitLine(Widget):
    """One line with a text at each side and one in the middle; the middle gives way first."""

    DEFAULT_CSS = """
    SplitLine { height: 1; width: 1fr; padding: 0 1; }
    """

    def __init__(
        self,
        left: Content,
        middle: Content,
        right: Content,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._parts = (left, middle, right)

    def show(self, left: Content, middle: Content, right: Content) -> None:
        """Show other texts; nothing is drawn when they are the same."""
        if self._parts != (left, middle, right):
            self._parts = (left, middle, right)
            self.refresh()

    def render(self) -> RenderResult:
        """The three texts, the middle one centred as far as the others leave room."""
        left, middle, right = self._parts
        width = self.content_size.width
        room = width - left.cell_length - right.cell_length
        if middle.cell_length + 4 > room:
            middle = middle.truncate(max(room - 4, 0), ellipsis=True) if room > 12 else Content("")
        start = max((width - middle.cell_length) // 2, left.cell_length + 2)
        start = min(
            start, max(width - right.cell_length - middle.cell_length - 2, left.cell_length)
        )
        gap_left = max(start - left.cell_length, 0)
        gap_right = max(width - start - middle.cell_length - right.cell_length, 0)
        return Content.assemble(left, " " * gap_left, middle, " " * gap_right, right)


class Rule(Widget):
    """A thin line across the page."""

    DEFAULT_CSS = """
    Rule { height: 1; width: 1fr; color: $rule; padding: 0 1; }
    """

    def render(self) -> RenderResult:
        """As many dashes as there is room."""
        return Content("─" * self.content_size.width)


class NoticeLine(Static):
    """Says what went wrong, what is going on or what was done, always at the same place."""

    DEFAULT_CSS = """
    NoticeLine { height: auto; min-height: 1; max-height: 3; padding: 0 2; }
    """

    def __init__(self, *, id: str = "notice") -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self._waiting_for = ""
        self._said: tuple[str, str] | None = None
        self._spinning: Timer | None = None
        self._turn = 0

    def say(self, text: str, tone: str = "information") -> None:
        """Show a sentence with a mark in front, so that its tone needs no colour."""
        self._waiting_for = ""
        self._stop_spinning()
        text = clean(text)
        if self._said == (text, tone):
            return
        self._said = (text, tone)
        if not text:
            self.update("")
            return
        style = {"error": "$error", "warning": "$warning", "success": "$success"}.get(
            tone, "$muted"
        )
        self.update(Content.assemble((f"{MARK[tone]} ", style), (text, style)))

    def wait(self, text: str) -> None:
        """Show that something is going on until the next `say`."""
        self._waiting_for, self._said = text, None
        self._show_turn()
        if self._spinning is not None:
            self._spinning.resume()

    def on_mount(self) -> None:
        """The spinner turns only while waiting, and where animations are allowed."""
        if self.app.animation_level != "none":
            self._spinning = self.set_interval(0.12, self._advance, pause=True)

    def _stop_spinning(self) -> None:
        if self._spinning is not None:
            self._spinning.pause()

    def _advance(self) -> None:
        self._turn += 1
        self._show_turn()

    def _show_turn(self) -> None:
        sign = SPINNER[self._turn % len(SPINNER)] if self.app.animation_level != "none" else "…"
        self.update(Content.assemble((f"{sign} ", "$accent"), (self._waiting_for, "$muted")))


class KeyLine(Widget):
    """The keys that work here, as one line of text instead of a widget for each key."""

    DEFAULT_CSS = """
    KeyLine { height: 1; width: 1fr; padding: 0 1; color: $muted; }
    """

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._keys: tuple[tuple[str, str], ...] = ()

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.look())
        self.call_after_refresh(self.look)

    def look(self) -> None:
        """Read the active bindings again and redraw only when they changed."""
        if not self.is_attached:
            # The page was laid out anew, in the other language say, before this came.
            return
        keys = tuple(
            (self.app.get_key_display(active.binding), active.binding.description)
            for active in _first_of_each(self.screen.active_bindings)
        )
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def render(self) -> RenderResult:
        """Key in bold, what it does beside it; without room, fewer of them and none cut."""
        pairs = [
            Content.assemble((key, "bold $foreground"), " ", description)
            for key, description in self._keys
        ]
        while len(pairs) > 1 and sum(p.cell_length + 3 for p in pairs) - 3 > self.size.width - 2:
            del pairs[-2]
        return Content("   ").join(pairs)


def _first_of_each(bindings: dict[str, ActiveBinding]) -> list[ActiveBinding]:
    """The bindings to show, one for each action."""
    seen: dict[str, ActiveBinding] = {}
    for active in bindings.values():
        if active.binding.show and active.enabled:
            seen.setdefault(active.binding.action, active)
    order = {"help": 0, "back": 2, "switch_language": 3, "quit": 4}
    return sorted(seen.values(), key=lambda active: order.get(active.binding.action, 1))
