"""What depends on which database it is: one value per kind, and nothing else branches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection, Insert, Table


@dataclass(frozen=True, slots=True)
class Kind:
    """The ways of one kind of database.

    `to_read`, `to_write` and `to_migrate` are execution options of its three kinds of transaction.
    `locks_rows`: a writer must lock the rows it decides by; otherwise beginning locked everything.
    `insert_if_absent` builds an insert that does nothing when a key is taken. `take_turn` is the
    first statement of a migration, `check` the last; `require_success` refuses to commit what the
    database would not keep.
    """

    to_read: Mapping[str, Any]
    to_write: Mapping[str, Any]
    to_migrate: Mapping[str, Any]
    locks_rows: bool
    insert_if_absent: Callable[[Table], Insert]
    take_turn: Callable[[Connection], None]
    check: Callable[[Connection], None]
    require_success: Callable[[Connection], None]
