"""Has only those rows of those widgets rendered that can be seen where something changed.

Textual would have every visible widget between the first and the last change render all its rows.
Like the painter it relies on one version of Textual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from textual.message_pump import MessagePump
    from textual.strip import Strip
    from textual.widget import Widget

    # Row, first column, column behind the last.
    Span = tuple[int, int, int]
    # The pieces of a row by the columns they start at.
    Chops = list[dict[int, Strip | None]]


class ThriftyCompositor(Compositor):
    """Puts widgets together as Textual does, from the front, and stops where nothing is open."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The pieces of the rows that changed."""
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = list(self._regions_to_spans(regions))
        return ChopsUpdate(self._pieces(spans), spans, [row[1:] for row in self.cuts])

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        lines = filter(is_rendered_line, crop.line_range)
        pieces = self._pieces((y, crop.x, crop.right) for y in lines)
        # Textual too hands on what nobody rendered, and says that there is none.
        return cast("Sequence[Mapping[int, Strip]]", pieces)

    def _pieces(self, spans: Iterable[Span]) -> Chops:
        cuts = self.cuts
        pieces: Chops = [dict.fromkeys(row[:-1]) for row in cuts]
        missing: dict[int, set[int]] = {}
        for y, first, last in spans:
            within = zip(cuts[y], cuts[y][1:], strict=False)
            missing.setdefault(y, set()).update(x for x, end in within if x < last and end > first)
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            for first, last in _open(shown, missing):
                if not _is_on_its_screen(widget):
                    # A page below a dialog was composed anew, and is laid out a moment later.
                    break
                crop = Region(shown.x, first, shown.width, last - first)
                strips = widget.render_lines(crop.translate(-region.offset))
                for y, strip in enumerate(strips, first):
                    places = [x for x in cuts[y] if shown.x <= x <= shown.right]
                    cells = strip.divide([x - shown.x for x in places[1:]])
                    for x, piece in zip(places, cells, strict=False):
                        if x in missing[y]:
                            pieces[y][x] = piece
                            missing[y].remove(x)
            if not any(missing.values()):
                break
        return pieces


def _is_on_its_screen(widget: Widget) -> bool:
    node: MessagePump | None = widget
    while node is not None and not isinstance(node, Screen):
        node = node._parent  # noqa: SLF001 - Textual's own way asks whether the program ends, too
    return node is not None


def _open(shown: Region, missing: dict[int, set[int]]) -> Iterator[tuple[int, int]]:
    """From where to where rows next to each other have something open below a widget."""
    start: int | None = None
    for y in shown.line_range:
        if any(shown.x <= x < shown.right for x in missing.get(y, ())):
            start = y if start is None else start
        elif start is not None:
            yield start, y
            start = None
    if start is not None:
        yield start, shown.bottom
