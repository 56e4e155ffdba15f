"""What depends on which database it is: one value per kind, and nothing else branches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Dialect, Table
    from sqlalchemy.dialects import postgresql, sqlite
    from sqlalchemy.types import TypeEngine

    from billing.storage.waiting import Waiting


# Compared by identity, so that it is quick to find by.
@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """The ways of one kind of database.

    `to_read`, `to_write` and `to_migrate` are the statements that begin its three kinds of
    transaction: the driver begins none by itself, and they decide what is locked.
    `locks_rows`: a writer must lock the rows it decides by; otherwise beginning locked everything.
    `insert` is an insert that can be told what to do where a key is taken.
    `take_turn` is the first statement of a migration, `check` the last; `require_success` refuses
    to commit what the database would not keep.
    `dialect` is what statements are compiled for that are kept; `writer` and `reader` convert the
    values of a type to what `send` gives and gets, None where nothing is to be done. `send` has
    the driver run statements, in their order, and brings their answers.
    """

    to_read: tuple[str, ...]
    to_write: tuple[str, ...]
    to_migrate: tuple[str, ...]
    locks_rows: bool
    insert: Callable[[Table], postgresql.Insert | sqlite.Insert]
    take_turn: Callable[[Connection], None]
    check: Callable[[Connection], None]
    require_success: Callable[[Connection], None]
    dialect: Callable[[], Dialect]
    writer: Callable[[TypeEngine[Any], Dialect], Callable[[Any], Any] | None]
    reader: Callable[[TypeEngine[Any], Dialect], Callable[[Any], Any] | None]
    send: Callable[[Any, dict[str, Any], Sequence[Waiting]], None]
