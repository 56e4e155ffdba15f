"""Nothing in the program updates or deletes what was billed, but for an invoice's state."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import billing

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(billing.__file__).parent
TABLES = {"invoice", "invoice_line", "invoice_tax"}
REWRITES = {"update", "delete", "upsert"}
AS_TEXT = re.compile(r"\b(update|delete\s+from|replace\s+into)\s+invoice", re.IGNORECASE)


def test_only_the_payment_of_an_invoice_updates_one() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {what}"
        for path in sorted(ROOT.rglob("*.py"))
        for what in _rewrites(path.read_text("utf-8"))
    }
    assert found == {"invoicing/payment.py: update invoice"}


def test_paying_writes_the_state_and_nothing_else() -> None:
    tree = ast.parse((ROOT / "invoicing" / "payment.py").read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (values,) = [call for call in calls if _last_name(call.func) == "values"]
    assert [part.arg for part in values.keywords] == ["state"]
    assert values.args == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from {m} import invoice\nupdate(invoice)", ["update invoice"]),
        ("from {m} import invoice as bill\ndelete(bill)", ["delete invoice"]),
        ("from {m} import invoice_line\nsa.update(invoice_line)", ["update invoice_line"]),
        ("from {m} import invoice_tax as t\nt.delete()", ["delete invoice_tax"]),
        ("from billing.storage import invoice_tables as i\nupdate(i.invoice)", ["update invoice"]),
        ("run('UPDATE invoice SET total_minor = 0')", ["update invoice"]),
        ("from {m} import payment_method\nupdate(payment_method)", []),
        ("from {m} import invoice\ninsert(invoice)", []),
        ("from elsewhere import invoice\nupdate(invoice)", []),
    ],
)
def test_the_guard_knows_a_rewrite(source: str, found: list[str]) -> None:
    assert list(_rewrites(source.replace("{m}", "billing.storage.invoice_tables"))) == found


def _rewrites(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    tables = _names_of_tables(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for verb in AS_TEXT.findall(node.value):
                yield f"{verb.split()[0].lower()} invoice"
        if isinstance(node, ast.Call):
            name = _last_name(node.func)
            if name in REWRITES:
                for table in _operands(node):
                    if table in tables:
                        yield f"{name} {tables[table]}"


def _names_of_tables(tree: ast.Module) -> dict[str, str]:
    """What the tables are called in a module; through their own module, by their own names."""
    names = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            if node.module == "billing.storage.invoice_tables" and alias.name in TABLES:
                names[alias.asname or alias.name] = alias.name
            if alias.name == "invoice_tables":
                names |= {table: table for table in TABLES}
    return names


def _operands(call: ast.Call) -> list[str]:
    """The names that a call is made of: its first argument's, or its method's owner's."""
    if call.args:
        return [_last_name(call.args[0])]
    return [_last_name(call.func.value)] if isinstance(call.func, ast.Attribute) else []


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
