"""Statements that are built once: building one costs several times what running it does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import insert

if TYPE_CHECKING:
    from sqlalchemy import Insert, Table


@cache
def insert_into(table: Table) -> Insert:
    """An insert of the rows given when it is run, all with the same columns."""
    return insert(table)
