"""The painter shows the same as Textual, cell by cell, and sends less."""

from __future__ import annotations

import unicodedata
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Offset, Region
from textual.strip import Strip

from tests.effort import examples
from tests.twin_terminals import TwinTerminals
from tui import painter
from tui.painter import Painter

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH, HEIGHT = 14, 4
WIDE = "漢字かな한글界"
PICTURES = "😀🚀"
COMBINING = ("e\u0301", "o\u0308", "a\u0323")
ZERO_WIDTH_JOINER, PICTURE_STYLE = "\u200d", "\ufe0f"


def console(colours: str = "truecolor") -> Console:
    named: Any = colours
    return Console(color_system=named, force_terminal=True, file=StringIO())


characters = st.one_of(
    st.sampled_from("abcdefg  äß─▸✓€"),
    st.sampled_from(WIDE + PICTURES),
    st.sampled_from(COMBINING),
)
styles = st.one_of(
    st.none(),
    st.builds(
        Style,
        color=st.sampled_from([None, "#ff0000", "#00ff00", "blue", "color(200)", "default"]),
        bgcolor=st.sampled_from([None, "#101418", "red", "default"]),
        bold=st.booleans(),
        italic=st.booleans(),
        underline=st.booleans(),
        reverse=st.booleans(),
        strike=st.booleans(),
        link=st.sampled_from([None, None, "https://a.example/1", "https://b.example/2"]),
    ),
)
texts = st.lists(characters, min_size=1, max_size=8).map("".join)
segments = st.tuples(texts, styles).map(lambda drawn: Segment(*drawn))


@st.composite
def strips(draw: st.DrawFn, width: int = WIDTH) -> Strip:
    """A row of random text, as wide as the terminal."""
    drawn = Strip(draw(st.lists(segments, max_size=5))).adjust_cell_length(width - 2, draw(styles))
    # pyte takes a mark behind the last column for one of the next row.
    return Strip([*drawn, Segment(draw(st.sampled_from(["ab", "漢", "  "])), draw(styles))])


@st.composite
def partial_updates(draw: st.DrawFn) -> ChopsUpdate:
    """Rows cut at some places, of which some pieces are shown."""
    chops: list[dict[int, Strip | None]] = []
    spans, ends = [], []
    for y in range(HEIGHT):
        inner = draw(st.sets(st.integers(1, WIDTH - 1), max_size=3))
        cuts = [0, *sorted(inner), WIDTH]
        pieces = draw(strips()).divide(cuts[1:])
        if any(unicodedata.combining(piece.text[0]) for piece in pieces):
            # Textual cuts between a letter and its mark; what becomes of it is tested apart.
            pieces = Strip([Segment("plain")]).adjust_cell_length(WIDTH).divide(cuts[1:])
        chops.append(dict(zip(cuts[:-1], pieces, strict=True)))
        ends.append(cuts[1:])
        if draw(st.booleans()):
            first, last = sorted(draw(st.sets(st.sampled_from(cuts), min_size=2, max_size=2)))
            spans.append((y, first, last))
    return ChopsUpdate(chops, spans or [(0, 0, WIDTH)], ends)


full_updates = st.lists(strips(), min_size=HEIGHT, max_size=HEIGHT).map(
    lambda rows: LayoutUpdate([[row] for row in rows], Region(0, 0, WIDTH, HEIGHT))
)


@settings(max_examples=examples(150))
@given(st.lists(st.one_of(full_updates, partial_updates()), min_size=1, max_size=5))
def test_any_updates_look_the_same(updates: list[LayoutUpdate | ChopsUpdate]) -> None:
    twins, out = TwinTerminals(WIDTH, HEIGHT), console()
    twins.show(rows(*[" "] * HEIGHT), out)
    for update in updates:
        twins.show(update, out)
    assert twins.differences() == []


@settings(max_examples=examples(40))
@given(full_updates, st.sampled_from(["standard", "256", "truecolor"]))
def test_what_is_shown_already_is_not_sent(update: LayoutUpdate, colours: str) -> None:
    twins, out = TwinTerminals(WIDTH, HEIGHT), console(colours)
    twins.show(update, out)
    assert twins.differences() == []
    assert twins.show(update, out) == ""


def rows(*texts: str | Segment) -> LayoutUpdate:
    """An update of the whole terminal, its rows filled up with blanks."""
    made = [text if isinstance(text, Segment) else Segment(text) for text in texts]
    filled = [Strip([one]).adjust_cell_length(WIDTH) for one in made]
    return LayoutUpdate([[strip] for strip in filled], Region(0, 0, WIDTH, len(filled)))


def sent(*updates: LayoutUpdate | ChopsUpdate) -> str:
    """What the painter sends for the last of some updates of one row."""
    twins, out = TwinTerminals(WIDTH, 1), console()
    return [twins.show(update, out) for update in updates][-1]


def test_one_letter_costs_a_move_and_the_letter() -> None:
    assert sent(rows("abcdef"), rows("abXdef")) == "\x1b[1;3HX"


def test_a_style_alone_is_a_change_and_is_put_away_at_the_end() -> None:
    bold = Segment("abc", Style(bold=True))
    assert sent(rows("abc"), rows(bold)) == "\x1b[1H\x1b[1mabc\x1b[0m"


@pytest.mark.parametrize(
    "style", [Style(dim=True), Style(conceal=True), Style(underline2=True), Style(blink=True)]
)
def test_attributes_that_the_emulator_does_not_know_are_set_and_taken_away(style: Style) -> None:
    out = Strip.render_ansi(style, ColorSystem.TRUECOLOR)
    assert sent(rows("abc"), rows(Segment("abc", style))) == f"\x1b[1H\x1b[{out}mabc\x1b[0m"
    assert sent(rows(Segment("abc", style)), rows("abc")) == "\x1b[1Habc"


def test_a_link_ends_where_it_ends() -> None:
    linked = Segment("abc", Style(link="https://a.example"))
    text = sent(rows("abc"), rows(linked))
    assert text.count("\x1b]8;") == 2
    assert text.endswith("abc\x1b]8;;\x1b\\")
    assert sent(rows(linked), rows("abc")) == "\x1b[1Habc"


def test_near_changes_are_joined_and_far_ones_are_moved_to() -> None:
    assert sent(rows("abcdefghij"), rows("XbXdefghij")) == "\x1b[1HXbX"
    assert sent(rows("abcdefghij"), rows("XbcdefghiX")) == "\x1b[1HX\x1b[8CX"


def styled(*texts: tuple[str, str]) -> LayoutUpdate:
    """One row of texts in styles by their definitions."""
    row = Strip([Segment(text, Style.parse(style)) for text, style in texts])
    return LayoutUpdate([[row.adjust_cell_length(WIDTH)]], Region(0, 0, WIDTH, 1))


def test_cells_of_one_colour_are_written_together() -> None:
    red, blue = "#ff0000", "#0000ff"
    text = sent(rows("abcd"), styled(("a", red), ("b", blue), ("c", red), ("d", blue)))
    assert text == ("\x1b[1H\x1b[38;2;255;0;0ma\x1b[Cc\x1b[1;2H\x1b[38;2;0;0;255mb\x1b[Cd\x1b[0m")


def test_many_blanks_are_erased() -> None:
    assert sent(rows("abcdef"), rows("ab")) == "\x1b[1;3H\x1b[K"
    assert sent(rows("abcdefghijklmn"), rows("a         klmn")) == "\x1b[1;2H\x1b[9X"


def test_a_terminal_that_erases_without_colour_gets_blanks() -> None:
    screen, out = Painter("screen-256color"), console()
    for text in ("abcdef", "ab"):
        changes: Any = screen.changes(rows(text), out, Offset(0, 0))
        changes.render_segments(out)
    assert changes.text == "\x1b[1;3H    "


def test_what_terminals_disagree_about_stands_alone() -> None:
    heart = "\u2764" + PICTURE_STYLE
    text = sent(rows("ab"), rows(f"{heart}b"))
    assert text == f"\x1b[1H  \x1b[1H{heart}\x1b[1;3Hb"
    # What stands behind it is written again with it: it may lie under a picture too wide.
    assert sent(rows(f"{heart}b"), rows("  b")) == "\x1b[1H  b"


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x07", "\x9b31m", "\r", "\x00"])
def test_control_characters_never_reach_the_terminal(evil: str) -> None:
    text = sent(rows("abc"), rows(Segment(f"X{evil}Y")))
    assert "X" in text
    assert "\x1b[2J" not in text
    assert not set(text.replace("\x1b[1H", "")) & set("\x07\x9b\r\x00")


def test_joiners_and_marks_without_anything_to_join_move_nothing() -> None:
    for text in (f"{ZERO_WIDTH_JOINER}abc", "\u200babc", "\u0301abc"):
        assert sent(rows("xyz"), rows(text)).endswith("abc")


def test_half_a_wide_character_becomes_a_blank() -> None:
    update = rows("ab漢cd")
    over = ChopsUpdate([{0: None, 3: Strip([Segment("Z")])}], [(0, 3, 4)], [[3, 4, WIDTH]])
    assert sent(update, over) == "\x1b[1;3H Z"


def test_after_another_program_wrote_everything_is_sent() -> None:
    twins, out = TwinTerminals(WIDTH, 1), console()
    twins.show(rows("abc"), out)
    twins.painter.forget()
    assert "abc" in twins.show(rows("abc"), out)


def test_another_size_is_another_terminal() -> None:
    twins, out = TwinTerminals(WIDTH, 2), console()
    twins.show(rows("abc", "def"), out)
    assert "abc" in twins.show(rows("abc"), out)


def test_an_update_that_is_not_sent_is_not_believed() -> None:
    made, out = Painter(), console()
    for _ in range(2):
        changes: Any = made.changes(rows("abc"), out, Offset(0, 0))
        assert "abc" in changes.text


def test_what_is_no_update_of_cells_is_sent_as_it_is_and_nothing_is_known_behind_it() -> None:
    twins, out = TwinTerminals(WIDTH, 1), console()
    twins.show(rows("abc"), out)
    assert twins.painter.changes("text", out, Offset(0, 0)) == "text"
    assert "abc" in twins.show(rows("abc"), out)


def test_nothing_shown_is_nothing_sent() -> None:
    assert Painter().changes(None, console(), Offset(0, 0)) is None


def test_a_cursor_that_moved_is_sent_without_a_cell() -> None:
    made, out = Painter(), console()
    changes: Any = made.changes(rows("abc"), out, Offset(0, 0))
    changes.render_segments(out)
    assert made.changes(rows("abc"), out, Offset(0, 0)) is None
    changes = made.changes(rows("abc"), out, Offset(1, 0))
    assert changes.text == ""


def test_the_installed_textual_is_the_one_that_is_understood() -> None:
    assert painter.fits()


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.setattr(painter, "VERSION", "8.2.9"),
        lambda patch: patch.setitem(painter._EXPECTED, Painter.forget, ("self", "more")),
    ],
)
def test_another_textual_paints_for_itself(
    change: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch)
    assert not painter.fits()
