"""Statements that are built once: building one costs several times what running it does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import insert

if TYPE_CHECKING:
    from sqlalchemy import Insert, Table

    from billing.storage.kind import Kind


@cache
def insert_into(table: Table) -> Insert:
    """An insert of the rows given when it is run, all with the same columns."""
    return insert(table)


@cache
def insert_unless_taken(table: Table, kind: Kind) -> Insert:
    """An insert that does nothing where a key is taken."""
    return kind.insert(table).on_conflict_do_nothing()


@cache
def insert_in_place(table: Table, kind: Kind) -> Insert:
    """An insert of a whole row, in place of the one with its primary key if there is one."""
    statement, keys = kind.insert(table), list(table.primary_key)
    values = {column.name: statement.excluded[column.name] for column in table.c}
    for key in keys:
        del values[key.name]
    return statement.on_conflict_do_update(index_elements=keys, set_=values)
