"""Loading catalogues of 10 and of 10,000 products, and finding products for an account in them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING

from benchmarks.report import Figure, Note, at_most
from benchmarks.shop import mail_of, shop
from benchmarks.timing import milliseconds
from billing.catalogue.loader import parse_catalogue, sample_catalogue
from billing.catalogue.schema import MOST_PRODUCTS
from billing.documents.reading import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.shop import Shop
    from billing.accounts.model import Session
    from billing.catalogue.model import Catalogue
    from billing.ordering.model import Availability

MANY = 10_000
ROUNDS = 15
_PRODUCT = re.compile(r"^(\[products\.[a-z0-9-]+)", re.MULTILINE)
_NAME = re.compile(r'^(\[products\.[^.\]]+\]\nname = ".*)"', re.MULTILINE)


def figures() -> Iterator[Figure | Note]:
    """The sample catalogue, and one of its products over and over."""
    sample = resources.files("billing.catalogue").joinpath("sample.toml").read_text("utf-8")
    few = sample_catalogue()
    copies = MANY // len(few.products)
    yield _loading(sample, len(few.products), ROUNDS)
    most = MOST_PRODUCTS // len(few.products)
    yield _loading(_multiplied(sample, most), most * len(few.products), ROUNDS)
    if copies * len(few.products) > MOST_PRODUCTS:
        yield Note(
            f"a file of {MANY:,} products is refused, so they are made in memory:"
            f" at most {MOST_PRODUCTS} products and {MOST_BYTES:,} bytes may be loaded"
        )
    many = replace(
        few,
        products=tuple(
            replace(product, id=f"{product.id}-{copy}", name=f"{product.name} {copy}")
            for copy in range(copies)
            for product in few.products
        ),
    )
    yield from _finding(few, many)


def _loading(text: str, products: int, rounds: int) -> Figure:
    data = text.encode()
    return Figure(
        f"loading the catalogue of {products:,} products",
        "ms",
        [milliseconds(partial(parse_catalogue, data)) for _ in range(rounds)],
        "tomllib alone",
        [milliseconds(partial(tomllib.loads, text)) for _ in range(rounds)],
    )


def _finding(few: Catalogue, many: Catalogue) -> Iterator[Figure]:
    """What an account may buy, with the query that it takes, and those of a name."""
    with shop(1, few) as small, shop(1, many) as large:
        shops = [(running, running.service.sign_in_as(mail_of(0))) for running in (large, small)]
        for what, find in (("may be bought", _offered), ("have a name searched for", _named)):
            rounds = [
                [milliseconds(partial(find, *visit)) for visit in shops] for _ in range(1 + ROUNDS)
            ][1:]
            yield Figure(
                f"which of {len(many.products):,} products {what}",
                "ms",
                [among_many for among_many, _ in rounds],
                f"of {len(few.products)} products",
                [among_few for _, among_few in rounds],
                at_most(20),
            )


def _offered(running: Shop, session: Session) -> tuple[Availability, ...]:
    return running.service.availability(session)


def _named(running: Shop, session: Session) -> list[Availability]:
    found = running.service.availability(session)
    return [one for one in found if "webinar 99" in one.product.name.casefold()]


def _multiplied(text: str, copies: int) -> str:
    """A catalogue with every product so many times, under an id and a name of its own."""
    start = text.index("[products.")
    head, products = text[:start], text[start:]
    return head + "".join(
        _NAME.sub(rf'\1 {copy}"', _PRODUCT.sub(rf"\1-{copy}", products)) for copy in range(copies)
    )
