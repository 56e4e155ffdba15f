"""Tapes as tests: a test a look, a comparison and all rules at every Screenshot."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest

from billing.errors import CatalogueInvalid
from tui.i18n import FOLDER_VARIABLE, LANGUAGES, set_language
from tui.tapes.player import NeverCame, play
from tui.tapes.shelf import load
from tui.tapes.tape import Copy, TapeError, Type
from tui.testing import configuration
from tui.testing.house import CopiedHouse, Template
from tui.testing.looks import looks
from tui.testing.viewing import Viewing
from tui.testing.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.tapes.tape import Place, Tape
    from tui.testing.looks import Look

_TEMPLATE = pytest.StashKey[Template]()
_OTHERS_SAY = ("NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME")
"""Variables that would change a screen."""


class TapeFailed(AssertionError):
    """A tape does not do what it did, or a screen of it breaks a rule; the text says which."""


class TapeFile(pytest.File):
    """A tape, with a test for every look that it is played in."""

    def collect(self) -> Iterator[pytest.Item]:
        """The tests of the tape."""
        try:
            tape = load(self.path)
        except TapeError as error:
            raise self.CollectError(str(error)) from None
        place = sorted(self.path.parent.glob("*.tape")).index(self.path)
        for run in range(self.config.getoption(configuration.RUNS)):
            again = f"-{run + 1}" if run else ""
            for look in looks(tape, configuration.matrix(self.config), place):
                yield TapeTest.from_parent(self, name=look.name + again, tape=tape, look=look)


class TapeTest(pytest.Item):
    """A tape in one look."""

    def __init__(self, *, tape: Tape, look: Look, **others: Any) -> None:
        super().__init__(**others)
        self._tape, self._look = tape, look
        self.add_marker("tape")

    def runtest(self) -> None:
        """Play it."""
        if complaints := self._played():
            raise TapeFailed("\n\n".join(self._told(place, said) for place, said in complaints))

    def _played(self) -> list[tuple[Place | None, str]]:
        """All that is wrong, with the place of the tape that it is about."""
        template = _template(self.config)
        viewing = Viewing(self.path, self._look, self._words(template), self.config)
        try:
            with pytest.MonkeyPatch.context() as surroundings, CopiedHouse(template) as house:
                self._arrange(surroundings)
                asyncio.run(play(self._tape, self._look.stage(house), look=viewing.look))
        except TapeError as error:
            flaw = error.flaws[0]
            screen = f"\n\n{error.screen}" if isinstance(error, NeverCame) else ""
            return [*viewing.complaints, (flaw.place, flaw.text + screen)]
        finally:
            set_language(LANGUAGES[0])
        viewing.close()
        return viewing.complaints

    def _arrange(self, surroundings: pytest.MonkeyPatch) -> None:
        for name in _OTHERS_SAY:
            surroundings.delenv(name, raising=False)
        if (folder := configuration.locales(self.config)) is not None:
            surroundings.setenv(FOLDER_VARIABLE, str(folder))

    def _words(self, template: Template) -> Words:
        typed = [each.text for each in self._tape.commands if isinstance(each, Type | Copy)]
        return Words(template.catalogue, typed)

    def _told(self, place: Place | None, said: str) -> str:
        """What is wrong, below the line of the tape that it is about."""
        if place is None:
            return said
        file = self.path.parent / place.name
        line = file.read_text("utf-8").splitlines()[place.line - 1]
        shown = os.path.relpath(file, self.config.invocation_params.dir)
        return f"{shown}:{place.line}: {line.strip()}\n{said}"

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,
    ) -> Any:
        """What is wrong in words; a traceback only where something is broken."""
        if isinstance(excinfo.value, TapeFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Tape and look."""
        return self.path, None, f"{self.path.name} {self.name}"


def _template(config: pytest.Config) -> Template:
    """The sample data, written once a session."""
    if _TEMPLATE not in config.stash:
        try:
            catalogue = configuration.catalogue(config)
        except CatalogueInvalid as error:
            flaws = (f"{key}: {reason}" for key, reason in error.flaws)
            raise TapeFailed("\n".join(["The catalogue is wrong.", *flaws])) from None
        config.stash[_TEMPLATE] = template = Template(catalogue)
        config.add_cleanup(template.close)
    return config.stash[_TEMPLATE]
