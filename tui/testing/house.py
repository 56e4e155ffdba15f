"""The house that a tape is played in when it is a test: a copy of sample data written once."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from billing.bootstrap import connect_demo
from billing.clock import FixedClock
from billing.ids import SeededIds
from tui.testing.sample import NOON, cheap_passwords, write_sample

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from billing.catalogue.model import Catalogue
    from billing.service import BillingService

_SEED = 2


class Template:
    """Sample data of a catalogue, to be copied."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.passwords = cheap_passwords()
        self._folder = TemporaryDirectory(prefix="billing-center-sample-")
        self.file = Path(self._folder.name) / "sample.sqlite3"
        write_sample(self.file, catalogue, self.passwords)

    def close(self) -> None:
        """Throw it away."""
        self._folder.cleanup()


class CopiedHouse:
    """Sample data of its own, thrown away behind the tape; time stands still."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._clock = FixedClock(NOON)
        self._ids = SeededIds(_SEED, self._clock)
        self._folder = TemporaryDirectory(prefix="billing-center-tape-")
        self._file = Path(self._folder.name) / "tape.sqlite3"
        shutil.copyfile(template.file, self._file)

    def connect(self) -> BillingService:
        """The service, anew for every start of the program, on the same data."""
        return connect_demo(
            self._file,
            catalogue=self._template.catalogue,
            clock=self._clock,
            ids=self._ids,
            passwords=self._template.passwords,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()
