"""What depends on which database it is: one value per kind, and nothing else branches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Insert, Table


@dataclass(frozen=True, slots=True)
class Kind:
    """The ways of one kind of database.

    `to_read`, `to_write` and `to_migrate` are the statements that begin its three kinds of
    transaction: the driver begins none by itself, and they decide what is locked.
    `locks_rows`: a writer must lock the rows it decides by; otherwise beginning locked everything.
    `insert_if_absent` is an insert that does nothing when a key is taken, and counts its rows.
    `take_turn` is the first statement of a migration, `check` the last; `require_success` refuses
    to commit what the database would not keep.
    """

    to_read: tuple[str, ...]
    to_write: tuple[str, ...]
    to_migrate: tuple[str, ...]
    locks_rows: bool
    insert_if_absent: Callable[[Table], Insert]
    take_turn: Callable[[Connection], None]
    check: Callable[[Connection], None]
    require_success: Callable[[Connection], None]
