"""From the text of a tape to its values; all flaws are found in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import _
from tui.tapes.actions import ACTIONS, combination, path, pressed
from tui.tapes.keys import MODIFIERS, NAMED
from tui.tapes.settings import Setting
from tui.tapes.tape import (
    Command,
    Output,
    Place,
    Remark,
    Scope,
    SetTypingSpeed,
    Tape,
    TapeError,
    Wait,
)
from tui.tapes.tokens import Kind, tokens
from tui.tapes.words import Flawed, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.tapes.tokens import Token

    Read = Callable[[str], str]

LONGEST_TAPE = 200_000
MOST_COMMANDS = 10_000
OUTPUTS = (".cast", ".gif", ".svg", ".txt", ".ascii", ".png")
_NOT_HERE = ("ScrollUp", "ScrollDown", "Subtitle")


def parse(text: str, name: str, read: Read | None = None) -> Tape:
    """The tape that a text says; `read` gives the text of a tape that it takes in by `Source`.

    Raises:
        TapeError: it says none; every flaw with its line and column.
    """
    reading = _Reading(name, read)
    reading.take(text, name)
    reading.close()
    return reading.tape()


class _Reading:
    """A tape while it is read."""

    def __init__(self, name: str, read: Read | None) -> None:
        self._name, self._read = name, read
        self._commands: list[Command] = []
        self._outputs: list[Output] = []
        self._environment: list[tuple[str, str]] = []
        self._flaws: list[Remark] = []
        self._remarks: list[Remark] = []
        self._setting = Setting()
        self._sourced = False
        self._others = {
            "Env": self._env,
            "Output": self._output,
            "Require": self._require,
            "Set": self._set,
            "Source": self._source,
            "Wait": self._wait,
        }

    def take(self, text: str, name: str) -> None:
        """Read a text to its end."""
        start = Place(name, 1, 1)
        if len(text) > LONGEST_TAPE:
            self._flaws.append(
                Remark(start, _("longer than {n} characters").format(n=LONGEST_TAPE))
            )
            return
        found: list[Token] = []
        try:
            found.extend(tokens(text, name))
        except TapeError as error:
            self._flaws += error.flaws
            return
        words = Words(found)
        while not words.ended and len(self._commands) <= MOST_COMMANDS:
            self._line(words)
        self._flaws += words.flaws
        self._remarks += words.remarks

    def close(self) -> None:
        """Look at the whole.

        Raises:
            TapeError: something is wrong.
        """
        start = Place(self._name, 1, 1)
        if len(self._commands) > MOST_COMMANDS:
            self._flaws.append(Remark(start, _("more than {n} commands").format(n=MOST_COMMANDS)))
        if not self._flaws and not self._commands:
            self._flaws.append(Remark(start, _("there is nothing to play")))
        if self._flaws:
            raise TapeError(*self._flaws)

    def tape(self) -> Tape:
        """What was read."""
        return Tape(
            self._name,
            tuple(self._commands),
            tuple(self._outputs),
            self._setting.settings,
            tuple(self._environment),
            tuple(self._remarks),
        )

    def _line(self, words: Words) -> None:
        """The next command; behind a flaw nothing of the line is read."""
        token = words.take()
        if token.kind is Kind.END:
            return
        try:
            if token.kind is not Kind.WORD:
                raise words.stop(
                    token.place, _("a command is missing before {text}").format(text=token.text)
                )
            self._command(token, words)
        except Flawed:
            words.rest()

    def _command(self, token: Token, words: Words) -> None:
        name = token.text
        if name in NAMED:
            self._commands.append(pressed(token, words))
        elif name in MODIFIERS:
            self._commands.append(combination(token, words))
        elif name in ACTIONS:
            self._commands.append(ACTIONS[name](token.place, words))
        elif name in self._others:
            self._others[name](token.place, words)
        elif name in _NOT_HERE:
            raise words.stop(token.place, _("{name} is not supported here").format(name=name))
        else:
            raise words.stop(token.place, _("there is no command {name}").format(name=name))

    def _wait(self, place: Place, words: Words) -> None:
        scope = Scope.SCREEN
        if words.skip("+"):
            where = words.place
            named = words.word(_("Wait+ needs Screen or Line")).text
            if named not in {"Screen", "Line"}:
                raise words.stop(where, _("Wait+ needs Screen or Line"))
            scope = Scope(named.lower())
        timeout = words.speed()
        given = words.next.kind is Kind.PATTERN
        pattern = words.pattern() if given else self._setting.pattern
        self._commands.append(
            Wait(place, pattern, scope, self._setting.timeout if timeout is None else timeout)
        )

    def _set(self, place: Place, words: Words) -> None:
        before = self._setting.settings
        speed = self._setting.take(words)
        if speed is not None:
            self._commands.append(SetTypingSpeed(place, speed))
        elif self._plays and self._setting.settings != before:
            self._setting.settings = before
            words.remark(place, _("has no effect behind the first key: settings stand at the top"))

    @property
    def _plays(self) -> bool:
        return any(not isinstance(each, SetTypingSpeed) for each in self._commands)

    def _output(self, place: Place, words: Words) -> None:
        output = Output(place, path(words, OUTPUTS))
        if not self._sourced:
            self._outputs.append(output)

    def _env(self, _place: Place, words: Words) -> None:
        name = words.text(_("the name of a variable is missing"))
        self._environment.append((name, words.text(_("a text in quotes is missing"))))

    def _require(self, place: Place, words: Words) -> None:
        program = words.text(_("the name of a program is missing"))
        words.remark(place, _("{program} is not looked for").format(program=program))

    def _source(self, place: Place, words: Words) -> None:
        file = path(words, (".tape",))
        if self._sourced:
            raise words.stop(place, _("a tape that is taken in may not take in others"))
        if self._read is None:
            raise words.stop(place, _("Source is not supported here"))
        try:
            text = self._read(file)
        except (OSError, ValueError) as error:
            raise words.stop(
                place, _("{path} cannot be read: {reason}").format(path=file, reason=_reason(error))
            ) from None
        self._sourced = True
        self.take(text, file)
        self._sourced = False


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return _("not a text in UTF-8")
