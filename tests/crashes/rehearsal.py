"""Rehearsals: a scenario played without a crash, to know its moments and how it has to end."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from tests.crashes.outcome import outcome_of
from tests.processes.crew import run_alone
from tests.processes.premises import Premises
from tests.service.stock import NOON, Databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crashes.outcome import Outcome
    from tests.crashes.scenarios import Scenario
    from tests.processes.crew import Job
    from tests.service.shop import Shop
    from tests.service.stock import Stock

# Until then a payment that nobody heard of may still be on its way to the gateway.
RESTARTED_AFTER = timedelta(minutes=10)
# Until then the money of a debit has come.
AT_REST_AFTER = timedelta(days=4)


@dataclass(frozen=True)
class Rehearsal:
    """A scenario, ready to be played on copies of its premises.

    `moments` are those at which it can be killed, `seconds` is how long it takes, and `outcome`
    how it has to end.
    """

    name: str
    stock: Stock
    prepared: Premises
    job: Job
    moments: tuple[str, ...]
    seconds: float
    outcome: Outcome

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Premises]:
        """The premises as they were prepared, in a folder that is not there yet."""
        with copied(self.stock, self.prepared, folder) as copy:
            yield copy


class Rehearsals:
    """Rehearses each scenario once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Rehearsal] = {}
        self._stack = ExitStack()

    def of(self, stock: Stock, scenario: Scenario) -> Rehearsal:
        """The rehearsal of a scenario."""
        key = scenario.__name__
        if key not in self._known:
            folder = self._folder / key
            folder.mkdir()
            self._known[key] = self._rehearse(stock, scenario, folder)
        return self._known[key]

    def close(self) -> None:
        """Give the databases back."""
        self._stack.close()

    def _rehearse(self, stock: Stock, scenario: Scenario, folder: Path) -> Rehearsal:
        address = self._stack.enter_context(stock.sample(folder))
        premises = Premises(folder, address, NOON)
        shop = premises.open(seed=1)
        job = scenario(shop)
        prepared = replace(premises, moment=shop.clock.now())
        shop.close()
        with copied(stock, prepared, folder / "played") as played:
            came = run_alone(played, job)
            assert came.kind == "done", came
            outcome = restarted(played, job)
        name = scenario.__name__
        return Rehearsal(name, stock, prepared, job, came.moments, came.seconds, outcome)


def restarted(premises: Premises, job: Job) -> Outcome:
    """How it ends when the program starts again, the same is asked for again, and days go by."""
    shop = premises.open(seed=2)
    try:
        shop.clock.advance(RESTARTED_AFTER)
        job(shop)()
        rest(shop)
        return outcome_of(shop, premises)
    finally:
        shop.close()


def rest(shop: Shop) -> None:
    """Let the worker do what is due, now and after all money has come."""
    for wait in (timedelta(0), AT_REST_AFTER):
        shop.clock.advance(wait)
        assert shop.service.run_worker().failed == 0


@contextmanager
def copied(stock: Stock, premises: Premises, folder: Path) -> Iterator[Premises]:
    """A copy of premises that nobody uses now."""
    folder.mkdir()
    if premises.ledger.exists():
        shutil.copyfile(premises.ledger, folder / premises.ledger.name)
    if premises.mail_folder.exists():
        shutil.copytree(premises.mail_folder, folder / premises.mail_folder.name)
    if isinstance(stock, Databases):
        name = make_url(premises.address).database
        assert name is not None
        with stock.copy(name) as address:
            yield replace(premises, folder=folder, address=address)
    else:
        address = str(shutil.copyfile(premises.address, folder / Path(premises.address).name))
        yield replace(premises, folder=folder, address=address)
    shutil.rmtree(folder)
