"""What can be seen: the rows of a screen, and how much of a widget is really in sight."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from typing import Any

    from textual.geometry import Region
    from textual.screen import Screen
    from textual.strip import Strip


def rows(screen: Screen[Any]) -> list[str]:
    """The rows of a screen as they are shown, with plain blanks for the unbreakable ones."""
    strips = screen._compositor.render_strips()
    return [strip.text.replace("\N{NO-BREAK SPACE}", " ") for strip in strips]


def area(widget: Widget) -> Region:
    """The cells of a widget's content that its ancestors and the window leave in sight."""
    return widget.screen.find_widget(widget).clip.intersection(widget.content_region)


def shown_text(widget: Widget, strips: list[Strip] | None = None) -> str:
    """What can be seen of a widget, its lines joined by blanks; `strips` are its screen's rows."""
    if not widget.is_on_screen and widget.screen is widget.app.screen:
        return ""
    seen = area(widget)
    strips = widget.screen._compositor.render_strips() if strips is None else strips
    shown = [strip.crop(seen.x, seen.right).text for strip in strips[seen.y : seen.bottom]]
    return " ".join(" ".join(shown).split())


class Sight:
    """All that can be seen of a screen at a moment."""

    def __init__(self, screen: Screen[Any]) -> None:
        self.screen = screen
        self.strips = screen._compositor.render_strips()
        self.widgets = [
            widget
            for widget in screen.walk_children(Widget)
            if widget.visible and all(each.display for each in widget.ancestors_with_self)
        ]
        self.leaves = [each for each in self.widgets if not any(c.display for c in each.children)]

    @property
    def name(self) -> str:
        """The class of the screen."""
        return type(self.screen).__name__

    @cached_property
    def rows(self) -> list[str]:
        """The rows as they are shown, with plain blanks for the unbreakable ones."""
        return [strip.text.replace("\N{NO-BREAK SPACE}", " ") for strip in self.strips]

    def text(self, widget: Widget) -> str:
        """What can be seen of a widget, its lines joined by blanks."""
        return shown_text(widget, self.strips)

    def text_in_reach(self, widget: Widget) -> str:
        """What can be seen of a widget, now or by scrolling down, its lines joined by blanks."""
        scrollers = [each for each in widget.ancestors if isinstance(each, Widget)]
        if not any(each.max_scroll_y and each.allow_vertical_scroll for each in scrollers):
            return self.text(widget)
        start, end = widget.content_region.x, widget.content_region.right
        end = min(end, *(each.content_region.right for each in scrollers))
        strips = widget.render_lines(widget.outer_size.region)
        shown = [
            strip.crop(start - widget.region.x, end - widget.region.x).text for strip in strips
        ]
        return " ".join(" ".join(shown).split())
