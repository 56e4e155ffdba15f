"""What no screen may be, whatever it shows: cut, covered, outside, empty, scrolled, unreadable."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.color import ColorType
from textual.content import Content
from textual.widgets import Static

from tui.testing.sight import Sight, area
from tui.widgets.choices import Choices
from tui.widgets.lines import KeyLine, NoticeLine, Rule, SplitLine
from tui.widgets.push_button import PushButton
from tui.widgets.radio_row import RadioRow
from tui.widgets.stepper import Stepper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.style import Style
    from textual.screen import Screen
    from textual.widget import Widget

    Check = Callable[[Sight], Iterator["Flaw"]]

CHECKOUT = "checkout"
"""The place of the Kasse, where everything has to be in sight at once."""

FRAME = (SplitLine, Rule, NoticeLine, KeyLine)
SIXTEEN = frozenset({ColorType.DEFAULT, ColorType.STANDARD})
NONE = frozenset({ColorType.DEFAULT})


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a screen: the rule that is broken, where, and what is seen there."""

    rule: str
    screen: str
    where: str
    seen: str

    def __str__(self) -> str:
        return f"{self.screen}: {self.rule}: {self.where}: {self.seen!r}"


def flaws(screen: Screen[Any]) -> list[Flaw]:
    """Everything that is wrong with a screen, whatever its language and colours."""
    sight = Sight(screen)
    return [flaw for check in CHECKS for flaw in check(sight)]


def cut(sight: Sight) -> Iterator[Flaw]:
    """Labels are shown in full, now or by scrolling down, and nothing ends in an ellipsis."""
    for widget in sight.widgets:
        if texts := _texts(widget):
            seen = sight.text_in_reach(widget)
            for text in texts:
                if _letters(text) not in _letters(seen):
                    yield _flaw("cut", widget, f"{text!r} shows as {seen!r}")
    for line in sight.rows:
        if "…" in line.replace(" … ", " "):
            yield Flaw("cut", sight.name, "…", line.strip())


def outside(sight: Sight) -> Iterator[Flaw]:
    """Every control lies in the window and in what it is part of, with all its cells."""
    for widget in sight.widgets:
        whole, seen = widget.content_region, area(widget)
        if widget.focusable and (not whole.area or seen.area < whole.area):
            yield _flaw("outside", widget, f"{seen} of {whole}")


def scrolled(sight: Sight) -> Iterator[Flaw]:
    """Nothing scrolls sideways, and at the Kasse nothing scrolls."""
    all_in_sight = getattr(sight.screen, "place", "") == CHECKOUT
    for widget in sight.widgets:
        if widget.show_horizontal_scrollbar and widget.scrollbar_size_horizontal:
            yield _flaw("scrolled", widget, "sideways")
        if all_in_sight and widget.show_vertical_scrollbar and widget.scrollbar_size_vertical:
            yield _flaw("scrolled", widget, "scrollbar at the Kasse")


def overlapping(sight: Sight) -> Iterator[Flaw]:
    """No two texts share a cell."""
    shown = [(each, area(each)) for each in sight.leaves]
    for (one, here), (other, there) in combinations(shown, 2):
        common = here.intersection(there)
        if common.area and sight.text(one) and sight.text(other):
            yield _flaw("overlapping", one, f"{_name(other)} at {common}")


def empty(sight: Sight) -> Iterator[Flaw]:
    """There is something to read between title and keys, in every list and on every button."""
    content = [each for each in sight.leaves if not isinstance(each, FRAME)]
    if not any(_words(sight.text(each)) for each in content):
        yield Flaw("empty", sight.name, "content", "")
    for widget in content:
        if isinstance(widget, Choices | PushButton | RadioRow) and not _words(sight.text(widget)):
            yield _flaw("empty", widget, sight.text(widget))


def torn(sight: Sight) -> Iterator[Flaw]:
    """Every row is as wide as the window."""
    for line in sight.rows:
        if cell_len(line) != sight.screen.size.width:
            yield Flaw("torn", sight.name, f"{cell_len(line)} cells", line)


def unreadable(sight: Sight) -> Iterator[Flaw]:
    """No letter has the colour of what it stands on."""
    for text, style in _segments(sight):
        colour, ground = style.color, style.bgcolor
        if colour is not None and colour == ground and not colour.is_default and _words(text):
            yield Flaw("unreadable", sight.name, str(colour.name), text.strip())


def coloured(screen: Screen[Any], allowed: frozenset[ColorType]) -> Iterator[Flaw]:
    """There are no colours of other kinds than the terminal has."""
    sight = Sight(screen)
    for text, style in _segments(sight):
        for colour in (style.color, style.bgcolor):
            if colour is not None and colour.type not in allowed:
                yield Flaw("coloured", sight.name, str(colour.name), text.strip())


CHECKS: tuple[Check, ...] = (cut, outside, scrolled, overlapping, empty, torn, unreadable)


def _texts(widget: Widget) -> list[str]:
    """The texts that must be seen of a widget."""
    match widget:
        case SplitLine(_parts=(left, _, right)):
            return [left.plain, right.plain]
        case Choices():
            return [str(option.prompt) for option in widget.options]
        case NoticeLine() | Static():
            return [str(widget.visual)]
        case KeyLine() | PushButton() | RadioRow() | Stepper():
            content = widget.render()
            return [content.plain] if isinstance(content, Content) else []
    return []


def _segments(sight: Sight) -> Iterator[tuple[str, Style]]:
    for strip in sight.strips:
        yield from ((segment.text, segment.style) for segment in strip if segment.style)


def _letters(text: str) -> str:
    return "".join(text.split())


def _words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _name(widget: Widget) -> str:
    return f"#{widget.id}" if widget.id else type(widget).__name__


def _flaw(rule: str, widget: Widget, seen: str) -> Flaw:
    return Flaw(rule, type(widget.screen).__name__, _name(widget), seen)
