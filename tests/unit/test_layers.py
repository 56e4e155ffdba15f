"""The house holds: layers import only downwards, and no outside text is ever read as markup."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tui

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(tui.__file__).parent.parent
SOURCES = sorted((ROOT / "tui").rglob("*.py"))
TRANSLATIONS = {"_", "N_", "ngettext", "pgettext"}
READS_MARKUP = {"Static", "Label", "notify"}


def test_the_layer_contracts_are_kept(tmp_path: Path) -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    if not lint_imports.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run(
        [lint_imports, "--cache-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def test_markup_is_written_here_or_by_the_translators() -> None:
    flawed = [
        place
        for place, call in _calls(SOURCES)
        if _name(call.func) == "from_markup" and not (call.args and _is_literal(call.args[0]))
    ]
    assert flawed == []


def test_no_text_from_outside_reaches_a_widget_as_markup() -> None:
    flawed = [
        place
        for place, call in _calls(SOURCES)
        if _name(call.func) in READS_MARKUP
        and call.args
        and not _markup_is_off(call)
        and not _is_own(call.args[0], place)
    ]
    assert flawed == []


def test_no_joined_text_is_put_into_a_widget_afterwards() -> None:
    flawed = [
        place
        for place, call in _calls(SOURCES)
        if _name(call.func) == "update"
        and call.args
        and (isinstance(call.args[0], ast.JoinedStr) or _is_formatted(call.args[0]))
    ]
    assert flawed == []


@pytest.mark.parametrize(
    ("source", "own"),
    [
        ('_("Cart")', True),
        ('"  " + _("IBAN")', True),
        ('_("yes") if x else _("no")', True),
        ("Content(name)", True),
        ("Content.assemble(name)", True),
        ('f"{name}"', False),
        ('_("{n} lines").format(n=n)', False),
        ('"Hello " + name', False),
        ("name", False),
    ],
)
def test_the_guard_knows_own_text_from_others(source: str, own: bool) -> None:
    assert _is_own(ast.parse(source, mode="eval").body) is own


def test_every_ignored_type_error_is_named() -> None:
    bare = re.compile(r"#\s*type:\s*ignore(?!\[)")
    packages = [p for name in ("tui", "billing") for p in (ROOT / name).rglob("*.py")]
    assert [str(path) for path in packages if bare.search(path.read_text("utf-8"))] == []


def test_only_the_command_line_prints() -> None:
    # A picture is printed on a console of its own, that nobody sees.
    picture = ROOT / "tui" / "tapes" / "frame.py"
    screens = [path for path in SOURCES if "commands" not in path.parts and path != picture]
    assert [place for place, call in _calls(screens) if _name(call.func) == "print"] == []


def test_only_the_storage_knows_which_database_it_is() -> None:
    """Nobody else branches by it, or catches a refusal that ends PostgreSQL's transaction."""
    telling = re.compile(r"\bdialects?\b|psycopg|on_conflict|IntegrityError")
    storage = ROOT / "billing" / "storage"
    sources = [path for name in ("billing", "tui") for path in (ROOT / name).rglob("*.py")]
    assert any(telling.search(path.read_text("utf-8")) for path in sources)
    outside = [path for path in sources if storage not in path.parents]
    assert [str(path) for path in outside if telling.search(path.read_text("utf-8"))] == []


def _calls(paths: list[Path]) -> Iterator[tuple[str, ast.Call]]:
    for path in paths:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _markup_is_off(call: ast.Call) -> bool:
    return any(
        word.arg == "markup" and isinstance(word.value, ast.Constant) and word.value.value is False
        for word in call.keywords
    )


def _is_literal(text: ast.expr) -> bool:
    """A constant, translated or not."""
    translated = isinstance(text, ast.Call) and _name(text.func) in TRANSLATIONS
    return isinstance(text, ast.Constant) or translated


def _is_formatted(text: ast.expr) -> bool:
    return isinstance(text, ast.Call) and _name(text.func) == "format"


def _is_own(text: ast.expr, place: str = "") -> bool:
    """Made of constants and translations only, or a Content, which is never parsed."""
    match text:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_own(left, place) and _is_own(right, place)
        case ast.IfExp(body=one, orelse=other):
            return _is_own(one, place) and _is_own(other, place)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="Content"))):
            return True
        case ast.Call(func=function):
            return _is_literal(text) or _gives_own_text(_name(function), place)
    return _is_literal(text)


def _gives_own_text(name: str, place: str) -> bool:
    """Whether the functions of that name, of the same file first, give a Content or own text."""
    if name == "Content":
        return True
    named = _functions().get(name, [])
    here = [each for file, each in named if file == place.partition(":")[0]]
    found = here or [each for _, each in named]
    return bool(found) and all(
        (isinstance(each.returns, ast.Name) and each.returns.id == "Content")
        or all(_is_own(value) for value in _returned(each))
        for each in found
    )


@cache
def _functions() -> dict[str, list[tuple[str, ast.FunctionDef]]]:
    named: dict[str, list[tuple[str, ast.FunctionDef]]] = {}
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef):
                named.setdefault(node.name, []).append((str(path.relative_to(ROOT)), node))
    return named


def _returned(function: ast.FunctionDef) -> list[ast.expr]:
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    return [node.value for node in returns if node.value is not None]
