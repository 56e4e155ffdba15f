"""From a key to the last byte of what it changes, and how many bytes go over the line."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from benchmarks import stock
from benchmarks.harness import machine, module, program
from benchmarks.report import Figure, at_most, at_most_times
from tests.terminal.buyer import ANNA, CYCLE, OFFER, PRODUCT, SEATS, TIER, Buyer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.harness import MeasuredTerminal
    from benchmarks.report import Goal
    from tests.terminal.harness import Reaction

    Press = Callable[[], Reaction]

ROUNDS = 30
WALKS = 5
# A page comes in several paints, and between two of them the program may work for a while.
PAGE_QUIET = 0.15
SWITCH = "f2"
BACK = "f3"
STEPS = (PRODUCT, OFFER, TIER, SEATS, CYCLE)

LIST = "stock OptionList, down"
FORM = "stock form of 6 Inputs, Footer, Tab"
PUSH = "stock push, 15 widgets, Footer"


def figures() -> Iterator[Figure]:
    """One program walked from the product list to the Kasse, beside three stock programs."""
    with machine() as env, ExitStack() as opened:

        def started(name: str) -> MeasuredTerminal:
            terminal = opened.enter_context(closing(module(env, "benchmarks.stock", name)))
            terminal.wait_for(stock.READY)
            terminal.wait_quiet()
            return terminal

        terminal = opened.enter_context(closing(program(env, "--as", ANNA)))
        buyer = Buyer(terminal, "de")
        moving, form, steps = started("list"), started("form"), started("steps")

        buyer.at_home()
        buyer.begin()
        terminal.wait_quiet()
        yield from _moving("highlight in the product list", terminal, "down", moving)
        _walk_to_seats(buyer)
        yield from _moving("+ in the stepper", terminal, "+", moving)
        yield from _stepping(buyer, steps)
        buyer.choose_cycle("Annual")
        buyer.at_checkout()
        terminal.wait_quiet()
        yield from _beside(
            "Tab from field to field at the Kasse",
            *_in_turn(lambda: terminal.react("tab"), lambda: form.react("tab")),
            FORM,
            (at_most_times(0.4), at_most(400)),
        )


def _moving(
    name: str, terminal: MeasuredTerminal, key: str, moving: MeasuredTerminal
) -> Iterator[Figure]:
    samples = _in_turn(lambda: terminal.react(key), lambda: moving.react("down"))
    yield from _beside(name, *samples, LIST, (at_most_times(1.2), at_most(300)))


def _walk_to_seats(buyer: Buyer) -> None:
    buyer.terminal.press("home")
    buyer.choose_product("GoTo Webinar")
    buyer.choose_offer("Buy")
    buyer.choose_tier("Pro")
    buyer.at(SEATS)
    buyer.terminal.wait_quiet()


def _stepping(buyer: Buyer, steps: MeasuredTerminal) -> Iterator[Figure]:
    """From the seats to the first step and forth to the last, over and over."""
    terminal = buyer.terminal
    for step in (TIER, OFFER, PRODUCT):
        terminal.press(BACK)
        buyer.at(step)
    terminal.wait_quiet()
    forth, pushed = [], []
    backs: dict[str, list[Reaction]] = {BACK: [], "escape": []}
    for walk in range(WALKS):
        for step in STEPS[1:]:
            pushed.append(steps.react(SWITCH, PAGE_QUIET))
            steps.react(BACK, PAGE_QUIET)
            forth.append(terminal.react("enter", PAGE_QUIET))
            buyer.at(step)
        for number, step in enumerate(reversed(STEPS[:-1]), start=walk):
            key = list(backs)[number % 2]
            backs[key].append(terminal.react(key, PAGE_QUIET))
            buyer.at(step)
    for step in STEPS[1:]:
        terminal.press("enter")
        buyer.at(step)
    yield from _beside(
        "next step of the flow", forth, pushed, PUSH, (at_most_times(0.5), at_most(3000))
    )
    yield from _beside(
        "one step back, F3", backs[BACK], backs["escape"], "the same by Escape", (None, None)
    )


def _in_turn(ours: Press, theirs: Press) -> tuple[list[Reaction], list[Reaction]]:
    """A B A B …; the first round only warms up."""
    rounds = [(ours(), theirs()) for _ in range(1 + ROUNDS)][1:]
    return [one for one, _ in rounds], [other for _, other in rounds]


def _beside(
    name: str,
    ours: list[Reaction],
    theirs: list[Reaction],
    beside: str,
    goals: tuple[Goal | None, Goal | None],
) -> Iterator[Figure]:
    """Time and bytes of the same reactions; `goals` are for the time and for the bytes."""
    yield Figure(
        name,
        "ms",
        [1000 * reaction.last_byte for reaction in ours],
        beside,
        [1000 * reaction.last_byte for reaction in theirs],
        goals[0],
    )
    yield Figure(
        f"{name}, bytes",
        "B",
        [reaction.size for reaction in ours],
        beside,
        [reaction.size for reaction in theirs],
        goals[1],
    )
