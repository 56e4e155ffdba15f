"""Loading the catalogue, beside reading the same TOML without checking anything."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING

from benchmarks.report import Figure
from benchmarks.timing import milliseconds
from billing.catalogue.loader import parse_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 15


def figures() -> Iterator[Figure]:
    """The sample catalogue."""
    data = resources.files("billing.catalogue").joinpath("sample.toml").read_bytes()
    text = data.decode()
    products = len(parse_catalogue(data).products)
    rounds = [
        (milliseconds(lambda: parse_catalogue(data)), milliseconds(lambda: tomllib.loads(text)))
        for _ in range(ROUNDS)
    ]
    yield Figure(
        f"loading the catalogue of {products} products",
        "ms",
        [ours for ours, _ in rounds],
        "tomllib alone",
        [theirs for _, theirs in rounds],
    )
