"""Frames as what a terminal is told: of a frame that follows another, only the rows that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.color import ColorSystem
from textual.strip import Strip

if TYPE_CHECKING:
    from rich.style import Style

    from tui.tapes.frame import Frame

CLEAR = "\x1b[0m\x1b[2J\x1b[H"


class Painter:
    """Draws one frame after the other on a terminal."""

    def __init__(self, colours: ColorSystem = ColorSystem.TRUECOLOR) -> None:
        self._colours = colours
        self._drawn: Frame | None = None

    def forget(self) -> None:
        """The terminal shows something else by now: the next frame is drawn whole."""
        self._drawn = None

    def draw(self, frame: Frame) -> str:
        """What makes a terminal show this frame; empty when it does already."""
        drawn = self._drawn if self._drawn and self._drawn.size == frame.size else None
        self._drawn = frame
        changed = [
            f"\x1b[{y};1H{self._row(row)}"
            for y, row in enumerate(frame.rows, 1)
            if drawn is None or row != drawn.rows[y - 1]
        ]
        return "".join(changed if drawn else [CLEAR, *changed])

    def _row(self, row: Strip) -> str:
        return "".join(self._piece(text, style) for text, style, _ in row)

    def _piece(self, text: str, style: Style | None) -> str:
        # Not Strip.render_style, which keeps the codes of the colours it was first asked for.
        codes = Strip.render_ansi(style, self._colours) if style else ""
        return f"\x1b[{codes}m{text}\x1b[0m" if codes else text
