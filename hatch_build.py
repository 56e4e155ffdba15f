"""Compiles the gettext catalogs into wheels and editable installs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogs(root: Path) -> list[Path]:
    """Write a .mo file beside every .po file below `root`/locales and return their paths."""
    compiled = []
    for po_path in sorted((root / "locales").glob("*/LC_MESSAGES/*.po")):
        with po_path.open("rb") as po_file:
            catalog = read_po(po_file)
        mo_path = po_path.with_suffix(".mo")
        unfinished = mo_path.with_suffix(".mo.new")
        with unfinished.open("wb") as mo_file:
            write_mo(mo_file, catalog)
        unfinished.replace(mo_path)
        compiled.append(mo_path)
    return compiled


class CatalogHook(BuildHookInterface[Any]):
    """Hatchling calls this before it collects files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile the catalogs and have them shipped although git ignores them."""
        root = Path(self.root)
        build_data["artifacts"] += [
            f"/{path.relative_to(root).as_posix()}" for path in compile_catalogs(root)
        ]
