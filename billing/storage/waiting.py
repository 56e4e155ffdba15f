"""Statements that wait to be sent, and what they answer once somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import MultipleResultsFound, NoResultFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from billing.storage.compiled import Compiled


class Waiting:
    """A statement with its values: one list of them for each time that it is run."""

    __slots__ = ("_count", "_rows", "_send", "compiled", "runs")

    def __init__(
        self, compiled: Compiled, runs: Sequence[list[Any]], send: Callable[[], None]
    ) -> None:
        self.compiled = compiled
        self.runs = runs
        self._send = send
        self._rows: list[Any] | None = None
        self._count = 0

    def answered(self, rows: list[Any], count: int) -> None:
        """Take what came back."""
        self._rows, self._count = rows, count

    @property
    def is_answered(self) -> bool:
        """Whether an answer came back."""
        return self._rows is not None

    @property
    def rowcount(self) -> int:
        """How many rows were touched."""
        self.all()
        return self._count

    def all(self) -> list[Any]:
        """All rows."""
        if self._rows is None:
            self._send()
        if self._rows is None:
            raise RuntimeError("the statement was not run")
        return self._rows

    def __iter__(self) -> Iterator[Any]:
        """The rows, one by one."""
        return iter(self.all())

    def one_or_none(self) -> Any:
        """The only row, if there is one.

        Raises:
            MultipleResultsFound: there are more.
        """
        rows = self.all()
        if len(rows) > 1:
            raise MultipleResultsFound
        return rows[0] if rows else None

    def one(self) -> Any:
        """The only row.

        Raises:
            NoResultFound, MultipleResultsFound: there is none, or there are more.
        """
        row = self.one_or_none()
        if row is None:
            raise NoResultFound
        return row

    def first(self) -> Any:
        """The first row, if there is one."""
        rows = self.all()
        return rows[0] if rows else None

    def scalars(self) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self.all()]

    def scalar_one(self) -> Any:
        """The first value of the only row; raises as `one`."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """The first value of the only row, if there is one; raises as `one_or_none`."""
        row = self.one_or_none()
        return None if row is None else row[0]
