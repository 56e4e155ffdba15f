"""Plays a tape: its keys go to the program, and what the program shows goes to who looks on."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Protocol

from tui.i18n import _, set_language
from tui.tapes import tape as tapes
from tui.tapes.keys import of_character
from tui.tapes.program import started
from tui.tapes.prompt import CannotStart, Prompt, launch, launches
from tui.tapes.tape import DEFAULT_TYPING_SPEED, Remark, TapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.app import BillingApp
    from tui.tapes.frame import Frame
    from tui.tapes.program import Program
    from tui.tapes.stage import Stage
    from tui.tapes.tape import Command, Screenshot, Tape

_GLANCE = 0.05


class NeverCame(TapeError):
    """A `Wait` that was not fulfilled in time; `screen` is what was to be seen instead."""

    def __init__(self, flaw: Remark, screen: str) -> None:
        super().__init__(flaw)
        self.screen = screen


@dataclass(frozen=True, slots=True)
class Shot:
    """A moment that the tape wants a picture of; `app` is None while no program runs."""

    command: Screenshot
    frame: Frame
    app: BillingApp | None


class Audience(Protocol):
    """Looks on, and is told nothing of what the tape hides."""

    async def turn(self, command: Command) -> None:
        """A command comes next."""
        ...

    async def key(self, key: str) -> None:
        """A key is about to be pressed, in Textual's words."""
        ...

    async def see(self, frame: Frame) -> None:
        """The screen has changed."""
        ...

    async def rest(self, seconds: float) -> None:
        """Nothing happens for some seconds."""
        ...


async def play(
    tape: Tape,
    stage: Stage,
    *,
    look: Callable[[Shot], None] | None = None,
    audience: Sequence[Audience] = (),
) -> Frame:
    """Play a tape to its end, as fast as who looks on allows; the answer is the last frame.

    `look` is called at every Screenshot, when the program is at rest. Who looks on says by taking
    its time how long a moment is.

    Raises:
        NeverCame: something waited for does not come.
        TapeError: the tape wants to start another program.
    """
    async with AsyncExitStack() as exits:
        return await _Player(tape, stage.for_tape(tape), look, audience, exits).play()


class _Player:
    def __init__(
        self,
        tape: Tape,
        stage: Stage,
        look: Callable[[Shot], None] | None,
        audience: Sequence[Audience],
        exits: AsyncExitStack,
    ) -> None:
        self._tape, self._stage, self._look = tape, stage, look
        self._audience = audience
        self._exits = exits
        self._size = stage.size or tape.size
        self._prompt = Prompt()
        self._program: Program | None = None
        self._speed = DEFAULT_TYPING_SPEED
        self._hidden = False
        self._clipboard = ""
        self._seen: Frame | None = None

    async def play(self) -> Frame:
        """From the first command to the last."""
        set_language(self._stage.language)
        if not launches(self._tape):
            await self._start(self._stage)
        if not _begins_hidden(self._tape):
            await self._changed()
        for command in self._tape.commands:
            for each in self._watchers:
                await each.turn(command)
            await self._do(command)
        return self._frame()

    # What is on the stage

    async def _start(self, stage: Stage) -> None:
        await self._exits.aclose()
        program = started(stage.app(), self._size)
        self._program = await self._exits.enter_async_context(program)

    @property
    def _running(self) -> Program | None:
        """The program, unless it has not begun or is over."""
        return self._program if self._program is not None and self._program.running else None

    def _frame(self) -> Frame:
        return self._running.frame() if self._running else self._prompt.frame(self._size)

    async def _settled(self) -> Frame:
        if self._running:
            await self._running.settle()
        return self._frame()

    # Who looks on

    @property
    def _watchers(self) -> Sequence[Audience]:
        return () if self._hidden else self._audience

    async def _changed(self) -> None:
        if self._watchers and (frame := self._frame()) != self._seen:
            self._seen = frame
            for each in self._watchers:
                await each.see(frame)

    async def _rest(self, seconds: float) -> None:
        for each in self._watchers:
            await each.rest(seconds / self._tape.settings.playback_speed)

    # Commands

    @singledispatchmethod
    async def _do(self, command: Command) -> None:
        raise NotImplementedError(type(command))

    @_do.register
    async def _(self, command: tapes.Type) -> None:
        speed = self._speed if command.speed is None else command.speed
        if not self._watchers:
            await self._type(command.text)
            return
        for character in command.text:
            await self._announce(of_character(character))
            await self._type(character)
            await self._changed()
            await self._rest(speed)

    async def _type(self, text: str) -> None:
        if self._running:
            await self._running.type(text)
        else:
            self._prompt.type(text)

    @_do.register
    async def _(self, command: tapes.Press) -> None:
        for _each in range(command.count):
            await self._announce(command.key)
            await self._press(command)
            await self._changed()
            await self._rest(self._speed if command.speed is None else command.speed)

    async def _press(self, command: tapes.Press) -> None:
        if self._running:
            await self._running.press(command.key)
        elif (line := self._prompt.press(command.key)) is not None:
            await self._obey(line, command)

    async def _obey(self, line: str, command: tapes.Press) -> None:
        try:
            found = launch(line)
        except CannotStart as error:
            text = f"{line}: {error}"
            raise TapeError(Remark(command.place, text)) from None
        if found is not None:
            stage = replace(self._stage, sign_in_as=found.sign_in_as)
            await self._start(replace(stage, language=found.lang or stage.language))

    async def _announce(self, key: str) -> None:
        for each in self._watchers:
            await each.key(key)

    @_do.register
    async def _(self, command: tapes.Sleep) -> None:
        await self._settled()
        await self._changed()
        await self._rest(command.seconds)

    @_do.register
    async def _(self, command: tapes.Wait) -> None:
        waited = 0.0
        while not _to_be_seen(command, await self._settled()):
            if waited >= command.timeout:
                raise self._never_came(command)
            # The program is at rest: only something outside can still change it. What it takes
            # to come to rest, on a slow machine, is no part of the time that the tape grants.
            await asyncio.sleep(_GLANCE)
            waited += _GLANCE
        await self._changed()

    def _never_came(self, command: tapes.Wait) -> NeverCame:
        pattern = command.pattern.pattern if command.pattern else ""
        text = _("/{pattern}/ did not come within {seconds} s").format(
            pattern=pattern, seconds=f"{command.timeout:g}"
        )
        return NeverCame(Remark(command.place, text), self._frame().text)

    @_do.register
    async def _(self, command: tapes.Screenshot) -> None:
        frame = await self._settled()
        await self._changed()
        if self._look is not None:
            app = self._running.app if self._running else None
            self._look(Shot(command, frame, app))

    @_do.register
    async def _(self, _command: tapes.Hide) -> None:
        self._hidden = True

    @_do.register
    async def _(self, _command: tapes.Show) -> None:
        self._hidden = False
        await self._changed()

    @_do.register
    async def _(self, command: tapes.Copy) -> None:
        self._clipboard = command.text

    @_do.register
    async def _(self, _command: tapes.Paste) -> None:
        if self._running:
            await self._running.paste(self._clipboard)
        else:
            self._prompt.type(self._clipboard)
        await self._changed()

    @_do.register
    async def _(self, command: tapes.SetTypingSpeed) -> None:
        self._speed = command.seconds


def _begins_hidden(tape: Tape) -> bool:
    acts = (each for each in tape.commands if not isinstance(each, tapes.SetTypingSpeed))
    return isinstance(next(acts, None), tapes.Hide)


def _to_be_seen(command: tapes.Wait, frame: Frame) -> bool:
    if command.pattern is None:
        return True
    texts = frame.lines if command.scope is tapes.Scope.LINE else (frame.text,)
    return any(command.pattern.search(text) for text in texts)
