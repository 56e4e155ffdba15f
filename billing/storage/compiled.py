"""Statements as a driver takes them: SQLAlchemy compiles each once, and is not asked again."""

from __future__ import annotations

import re
from collections import defaultdict, namedtuple
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Delete, Insert, Select, Table, Update, bindparam
from sqlalchemy.sql import visitors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.types import TypeEngine

    from billing.storage.kind import Kind

    Convert = Callable[[Any], Any]
    Values = Mapping[str, Any]

# Around the sign of a comparison there are spaces.
_SET = re.compile(r'(\w+)"?=')

Statement = Select[Any] | Insert | Update | Delete


# Compared by identity: there is one of each.
@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """The text of a statement, what it is given, what it answers, and what it reads or changes.

    `names` are those of its values in their order, `writers` the ways to write them, `types` what
    they are, and `fixed` the values that are part of the statement. `row` makes a row of values
    that `read` has read; None: it answers nothing. `reads` are the columns of tables that a SELECT
    depends on; `changes` those of the table that another one changes, None where whole rows come or
    go.
    """

    text: str
    names: tuple[str, ...] = ()
    writers: tuple[Convert | None, ...] = ()
    types: tuple[TypeEngine[Any], ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    row: Convert | None = None
    read: tuple[Convert | None, ...] = ()
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    changes: tuple[str, frozenset[str] | None] | None = None

    def arguments(self, values: Values) -> list[Any]:
        """The values as the driver takes them."""
        if self.fixed:
            values = {**self.fixed, **values}
        plain = [values[name] for name in self.names]
        return [
            value if value is None or write is None else write(value)
            for value, write in zip(plain, self.writers, strict=True)
        ]

    def spoils(self, earlier: Compiled) -> bool:
        """Whether an answer from before this statement may be another after it."""
        if self.changes is None:
            return False
        table, columns = self.changes
        read = earlier.reads.get(table)
        return read is not None and (columns is None or not columns.isdisjoint(read))


@cache
def compiled(statement: Statement, kind: Kind, names: tuple[str, ...]) -> Compiled:
    """A statement with values of these names; it is kept for good, so build it once.

    Raises:
        ValueError: its text depends on the values, as that of IN with a list does.
    """
    dialect = kind.dialect()
    done = statement.compile(dialect=dialect, column_keys=list(names))
    if done.post_compile_params or done.literal_execute_params:
        raise ValueError("the text of the statement depends on its values")
    order = tuple(done.positiontup or ())
    types = tuple(done.binds[name].type for name in order)
    fixed = {
        name: done.binds[name].effective_value for name in order if not done.binds[name].required
    }
    answered = _answered(statement)
    text, row = str(done), None
    if answered:
        # Of columns that share a name, the first one keeps it.
        row = namedtuple("Row", [column.key or "" for column in answered], rename=True)._make  # type: ignore[attr-defined]  # noqa: PYI024 - no types are known
    return Compiled(
        text=text,
        names=order,
        writers=tuple(kind.writer(type_, dialect) for type_ in types),
        types=types,
        fixed=fixed,
        row=row,
        read=tuple(kind.reader(column.type, dialect) for column in answered),
        reads=_reads(statement),
        changes=_changes(statement, text),
    )


@cache
def compiled_for_rows(
    statement: Insert, kind: Kind, names: tuple[str, ...], number: int
) -> Compiled:
    """An insert of several rows at once, which is given the values of one after the other."""
    one = compiled(statement, kind, names)
    columns = statement.table.c
    rows = [
        {
            name: bindparam(f"{name}_{index}", type_=columns[name].type, required=True)
            for name in names
        }
        for index in range(number)
    ]
    many = compiled(statement.values(rows), kind, ())
    if many.names != tuple(f"{name}_{index}" for index in range(number) for name in one.names):
        raise ValueError("the values of a row are not given in one order")
    return many


def _answered(statement: Statement) -> list[ColumnElement[Any]]:
    """The columns that a statement answers with."""
    if isinstance(statement, Select):
        return list(statement.selected_columns)
    return list(statement.exported_columns)


def _reads(statement: Statement) -> dict[str, frozenset[str]]:
    if not isinstance(statement, Select):
        return {}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for part in (*visitors.iterate(statement), *statement.selected_columns):
        if isinstance(part, Table):
            # No column of it need be named where rows are only counted.
            found[part.name].update(())
        elif isinstance(part, Column):
            # An alias and a subquery have columns of their own.
            for column in part.base_columns:
                if isinstance(column, Column):
                    found[column.table.name].add(column.name)
    return {table: frozenset(columns) for table, columns in found.items()}


def _changes(statement: Statement, text: str) -> tuple[str, frozenset[str] | None] | None:
    if isinstance(statement, Select):
        return None
    table = statement.table
    if not isinstance(statement, Update) or not isinstance(table, Table):
        return statement.entity_description["name"], None
    # The text alone names all that is set: columns given, and those with values of the statement's.
    return table.name, frozenset(_SET.findall(text)).intersection(table.c.keys())
