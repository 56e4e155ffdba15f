"""What can be seen: the rows of a screen, and how much of a widget is really in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from textual.geometry import Region
    from textual.screen import Screen
    from textual.widget import Widget


def rows(screen: Screen[Any]) -> list[str]:
    """The rows of a screen as they are shown, with plain blanks for the unbreakable ones."""
    strips = screen._compositor.render_strips()
    return ["".join(s.text for s in strip).replace("\N{NO-BREAK SPACE}", " ") for strip in strips]


def area(widget: Widget) -> Region:
    """The cells of a widget's content that its ancestors and the window leave in sight."""
    return widget.screen.find_widget(widget).clip.intersection(widget.content_region)


def shown_text(widget: Widget) -> str:
    """What can be seen of a widget, its lines joined by blanks."""
    if not widget.is_on_screen and widget.screen is widget.app.screen:
        return ""
    seen = area(widget)
    strips = widget.screen._compositor.render_strips()[seen.y : seen.bottom]
    lines = ["".join(s.text for s in strip.crop(seen.x, seen.right)) for strip in strips]
    return " ".join(" ".join(lines).split())
