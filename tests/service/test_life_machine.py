"""The whole life of subscriptions, at random: buyers, bank, tax office, worker and time."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from billing.clock import FixedClock
from billing.rating.money import Money
from tests.effort import examples, steps
from tests.service.life_machine import LifeMachine
from tests.service.shop import Shop
from tests.service.stock import NOON, POSTGRESQL, SQLITE
from tests.service.tax_office import TaxOffice

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from billing.accounts.passwords import Passwords
    from billing.catalogue.model import Catalogue
    from billing.clock import Clock
    from tests.service.stock import Stock

# A life on a server takes longer; what it is about is the same.
LIVES = {SQLITE: 12, POSTGRESQL: 3}


class BanksClock:
    """The bank's own clock: it is as far as ours has ever been, and nobody sets it back."""

    def __init__(self, ours: Clock) -> None:
        self._ours = ours
        self._latest = ours.now()

    def now(self) -> datetime:
        self._latest = max(self._latest, self._ours.now())
        return self._latest


def with_crooked_prices(catalogue: Catalogue) -> Catalogue:
    """The catalogue at a few cents a seat, so that every share and every tax has to be rounded."""

    def crooked(price: Money) -> Money:
        return Money.from_minor(price.minor // 997 + 1, price.currency)

    products = tuple(
        replace(
            product,
            tiers=tuple(
                replace(tier, prices={key: crooked(price) for key, price in tier.prices.items()})
                for tier in product.tiers
            ),
        )
        for product in catalogue.products
    )
    return replace(catalogue, version=f"{catalogue.version}-crooked", products=products)


def test_whatever_happens_the_books_agree(
    stock: Stock, tmp_path: Path, catalogue: Catalogue, passwords: Passwords
) -> None:
    number = count()
    crooked = with_crooked_prices(catalogue)

    with ExitStack() as taken:

        def opened() -> tuple[Shop, TaxOffice]:
            # The database of the life before goes.
            taken.close()
            folder = tmp_path / str(next(number))
            folder.mkdir()
            clock = FixedClock(NOON)
            office = TaxOffice(clock)
            shop = Shop(
                folder / "billing.sqlite3",
                catalogue=crooked,
                clock=clock,
                passwords=passwords,
                authority=office,
                address=taken.enter_context(stock.sample(folder)),
            )
            shop.bank._clock = BanksClock(clock)
            return shop, office

        class Opened(LifeMachine):
            def __init__(self) -> None:
                super().__init__(opened)

        run_state_machine_as_test(
            Opened,
            settings=settings(
                max_examples=examples(LIVES[stock.kind]),
                stateful_step_count=steps(30),
                deadline=None,
                phases=(Phase.reuse, Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
