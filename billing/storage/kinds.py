"""The kinds of database there are, by the names that SQLAlchemy has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.storage import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from billing.storage.kind import Kind

_KINDS = {"sqlite": sqlite.SQLITE, postgresql.BACKEND: postgresql.POSTGRESQL}


def kind_of(engine: Engine | Connection) -> Kind:
    """What depends on which database it is."""
    return _KINDS[engine.dialect.name]
