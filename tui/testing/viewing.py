"""What is looked at when a tape stops for a Screenshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.testing import rules
from tui.testing.album import Album, Screen, difference
from tui.testing.configuration import updates
from tui.testing.looks import Colours
from tui.testing.report import write_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from tui.app import BillingApp
    from tui.tapes.frame import Frame
    from tui.tapes.player import Shot
    from tui.tapes.tape import Place
    from tui.testing.looks import Look
    from tui.testing.words import Words

_ALLOWED = {Colours.SIXTEEN: rules.SIXTEEN, Colours.NONE: rules.NONE}


class Viewing:
    """Compares the screens of a tape with those accepted, and holds them against the rules."""

    def __init__(self, tape: Path, look: Look, words: Words, config: pytest.Config) -> None:
        self._tape, self._look, self._words, self._config = tape, look, words, config
        self._album = Album(tape, look.name)
        self._updating = updates(config)
        self.complaints: list[tuple[Place | None, str]] = []

    def look(self, shot: Shot) -> None:
        """A Screenshot."""
        said: list[str] = []
        if shot.app is not None:
            said += map(str, self._flaws(shot.app))
        if self._look.pictures:
            said += self._compared(self._album.page(shot.command.path), shot.frame)
        if said:
            self.complaints.append((shot.command.place, "\n".join(said)))

    def close(self) -> None:
        """The tape is over: nothing may be kept that it does not show any more."""
        if not self._look.pictures:
            return
        for file in self._album.left():
            if self._updating:
                file.unlink()
            else:
                self.complaints.append((None, f"No Screenshot makes {file} any more."))

    def _flaws(self, app: BillingApp) -> Iterator[rules.Flaw]:
        yield from rules.flaws(app.screen)
        yield from self._words.mixed(app.screen)
        if (allowed := _ALLOWED.get(self._look.colours)) is not None:
            yield from rules.coloured(app.screen, allowed)

    def _compared(self, name: str, frame: Frame) -> Iterator[str]:
        before, now = self._album.accepted(name), Screen.of(frame)
        if before == now:
            return
        if self._updating:
            self._album.accept(name, now)
        elif before is None:
            yield f"Nothing was accepted yet; look, then: pytest --snapshot-update\n\n{now.text}"
        else:
            title = f"{self._tape.stem} {name} {self._look.name}"
            page = write_report(self._config, title, before, now)
            yield f"{difference(before, now)}\n\nThe picture: {page}"
