"""A presenter holds a tape up, takes it step by step, and lets it go on; no test lets time pass."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.strip import Strip

from tui.tapes.frame import Frame
from tui.tapes.presenter import Presenter, Wish
from tui.tapes.tape import Hide, Place, Press, Sleep, Type

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

HERE = Place("a.tape", 1, 1)
KEY, PAUSE, TEXT = Press(HERE, "down", "Down"), Sleep(HERE, 3600), Type(HERE, "abc")
FRAME = Frame.of((80, 2), [Strip.blank(80)])
HOUR = 3600


class Wall:
    """Where frames are drawn; only the corner is of interest."""

    def __init__(self) -> None:
        self.corner = ""

    def draw(self, _frame: Frame, corner: Strip) -> None:
        self.corner = corner.text.strip()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def presenter(wall: Wall) -> Presenter:
    return Presenter(wall.draw)


async def begun(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Something under way, as far as it comes by itself."""
    task = asyncio.create_task(work)
    for _ in range(5):
        await asyncio.sleep(0)
    return task


async def test_a_tape_that_nobody_holds_up_takes_turns_at_once(presenter: Presenter) -> None:
    assert (await begun(presenter.turn(KEY))).done()


async def test_space_holds_the_tape_and_space_lets_it_go_on(presenter: Presenter) -> None:
    presenter.want(Wish.PAUSE)
    turn = await begun(presenter.turn(KEY))
    assert not turn.done()
    presenter.want(Wish.PAUSE)
    await turn


async def test_each_step_is_one_command_that_can_be_seen(presenter: Presenter) -> None:
    presenter.want(Wish.STEP)
    await presenter.turn(Hide(HERE))
    await presenter.turn(KEY)
    second = await begun(presenter.turn(TEXT))
    assert not second.done()
    presenter.want(Wish.STEP)
    await second


async def test_steps_ahead_are_taken_one_after_the_other(presenter: Presenter) -> None:
    presenter.want(Wish.STEP)
    presenter.want(Wish.STEP)
    await presenter.turn(KEY)
    await presenter.turn(KEY)
    assert not (await begun(presenter.turn(KEY))).done()


async def test_a_step_ends_a_long_rest(presenter: Presenter) -> None:
    await presenter.turn(PAUSE)
    rest = await begun(presenter.rest(HOUR))
    assert not rest.done()
    presenter.want(Wish.STEP)
    await rest


async def test_a_rest_stands_still_with_the_tape(presenter: Presenter) -> None:
    await presenter.turn(PAUSE)
    presenter.want(Wish.PAUSE)
    rest = await begun(presenter.rest(0.001))
    assert not rest.done()
    presenter.want(Wish.PAUSE)
    await rest


async def test_within_a_step_time_passes_as_usual(presenter: Presenter) -> None:
    presenter.want(Wish.STEP)
    await presenter.turn(TEXT)
    await presenter.rest(0.001)


async def test_other_keys_hold_nothing_up(presenter: Presenter) -> None:
    presenter.want(Wish.OTHER)
    await presenter.turn(KEY)
    await presenter.rest(0.001)


async def test_speed_divides_a_rest(wall: Wall) -> None:
    await Presenter(wall.draw, speed=HOUR * 1000).rest(HOUR)


async def test_the_corner_shows_the_last_keys(presenter: Presenter, wall: Wall) -> None:
    for key in ("A", "n", "enter", "down", "ctrl+q", "shift+tab", "f1", "space", "plus", "escape"):
        await presenter.key(key)
    await presenter.see(FRAME)
    assert wall.corner == "⏎ ↓ Ctrl+q ⇤ F1 ␣ + Esc"


async def test_the_corner_says_how_a_tape_that_stands_goes_on(
    presenter: Presenter, wall: Wall
) -> None:
    await presenter.key("n")
    await presenter.see(FRAME)
    presenter.want(Wish.PAUSE)
    assert wall.corner == "Paused · Space goes on · → one step · Esc ends"
    presenter.want(Wish.PAUSE)
    assert wall.corner == "n"


async def test_the_last_frame_stands_until_a_key_is_pressed(
    presenter: Presenter, wall: Wall
) -> None:
    ending = await begun(presenter.end(FRAME))
    assert (ending.done(), wall.corner) == (False, "The tape is over · any key ends")
    presenter.want(Wish.OTHER)
    await ending
