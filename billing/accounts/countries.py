"""The countries there are, by ISO 3166-1: a mistyped one would decide the tax."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def known_countries() -> frozenset[str]:
    """Their codes of two letters."""
    table = resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text("utf-8")
    return frozenset(line.partition("\t")[0] for line in table.splitlines() if line[:1] != "#")
