"""The shelf: what an account may buy or try, product by product, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from billing.catalogue.model import Offer
from billing.errors import Problem, Refused
from billing.ordering.model import Availability
from billing.storage.sending import expect, run
from billing.storage.tables import trial_use
from billing.subscriptions.model import SubscriptionState
from billing.subscriptions.subscriptions import (
    expect_subscriptions,
    held_by_product,
    read_subscriptions,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Connection

    from billing.catalogue.model import Catalogue, Product, Tier
    from billing.ordering.model import Selection
    from billing.rating.money import Money
    from billing.subscriptions.model import Subscription

_TRIED = select(trial_use.c.product, trial_use.c.started_on).where(
    trial_use.c.account_id == bindparam("owner")
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The catalogue as one account meets it: its currency, what it holds, what it has tried."""

    catalogue: Catalogue
    currency: str
    held: Mapping[str, Subscription]
    tried: Mapping[str, date]

    def availabilities(self) -> tuple[Availability, ...]:
        """One availability per product, in catalogue order."""
        window = _window(_Same(self.catalogue), self.currency)
        found = list(window.untouched)
        for product_id in {*self.held, *self.tried} & window.places.keys():
            place = window.places[product_id]
            found[place] = self._availability(self.catalogue.products[place])
        return tuple(found)

    def one_by_one(self) -> tuple[Availability, ...]:
        """As `availabilities`, with nothing kept from earlier calls."""
        return tuple(self._availability(product) for product in self.catalogue.products)

    def running_trial(self, product_id: str) -> str | None:
        """The id of the live trial of a product, which buying it turns into a paid one."""
        held = self.held.get(product_id)
        if held is None or held.state is not SubscriptionState.TRIALING:
            return None
        return held.subscription_id

    def price_to_buy(self, selection: Selection) -> Money:
        """The unit price of a selection that may be bought.

        Raises:
            Refused: the product, tier, cycle or number of seats cannot be bought by this account.
        """
        product = self.catalogue.product(selection.product)
        problem = self._problem_to_buy(product)
        if problem is not None:
            raise Refused(problem, product=product.name, currency=self.currency)
        tier = product.tier(selection.tier)
        price = tier.price(selection.cycle, self.currency)
        check_seats(product, tier, selection.seats, Offer.BUY)
        return price

    def check_trial(self, product_id: str, tier_id: str, seats: int) -> Product:
        """The product, if its trial may start.

        Raises:
            Refused: the product, tier or number of seats cannot be tried by this account.
        """
        product = self.catalogue.product(product_id)
        problem = self._problem_to_try(product, self._problem_to_buy(product))
        if problem is not None:
            raise Refused(
                problem,
                product=product.name,
                currency=self.currency,
                used_on=self.tried.get(product.id),
            )
        tier = product.tier(tier_id)
        if not _sold_in(tier, self.currency):
            raise Refused(
                Problem.NOT_SOLD_IN_CURRENCY, product=product.name, currency=self.currency
            )
        check_seats(product, tier, seats, Offer.TRIAL)
        return product

    def _availability(self, product: Product) -> Availability:
        buy = self._problem_to_buy(product)
        return Availability(
            product=product,
            buy=buy,
            trial=self._problem_to_try(product, buy),
            held=self.held.get(product.id),
            trial_used_on=self.tried.get(product.id),
        )

    def _problem_to_buy(self, product: Product) -> Problem | None:
        held = self.held.get(product.id)
        if held is not None and held.state is not SubscriptionState.TRIALING:
            return Problem.ALREADY_SUBSCRIBED
        for tier in product.tiers:
            if _sold_in(tier, self.currency):
                return None
        return Problem.NOT_SOLD_IN_CURRENCY

    def _problem_to_try(self, product: Product, to_buy: Problem | None) -> Problem | None:
        if product.trial is None:
            return Problem.NO_TRIAL
        if to_buy is not None:
            return to_buy
        if product.id in self.tried or product.id in self.held:
            return Problem.TRIAL_USED
        return None


@dataclass(frozen=True, slots=True)
class _Window:
    """A catalogue as an account meets it that is new, and the place of every product in it."""

    untouched: tuple[Availability, ...]
    places: Mapping[str, int]


class _Same:
    """A catalogue that equals itself alone, so that its products need not be compared."""

    __slots__ = ("catalogue",)

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.catalogue is self.catalogue

    def __hash__(self) -> int:
        return id(self.catalogue)


# For a few currencies, also when tests or tools load one catalogue after the other.
@lru_cache(maxsize=8)
def _window(of: _Same, currency: str) -> _Window:
    products = of.catalogue.products
    return _Window(
        untouched=Shelf(of.catalogue, currency, {}, {}).one_by_one(),
        places={product.id: place for place, product in enumerate(products)},
    )


def expect_shelf(connection: Connection, account_id: str) -> None:
    """Have what `read_shelf` needs sent with the next trip."""
    expect(connection, _TRIED, {"owner": account_id})
    expect_subscriptions(connection, account_id)


def read_shelf(
    connection: Connection, catalogue: Catalogue, account_id: str, currency: str, today: date
) -> Shelf:
    """The shelf of an account on `today`."""
    uses = run(connection, _TRIED, {"owner": account_id})
    return Shelf(
        catalogue=catalogue,
        currency=currency,
        held=held_by_product(read_subscriptions(connection, account_id, today)),
        tried={use.product: use.started_on for use in uses},
    )


def _sold_in(tier: Tier, currency: str) -> bool:
    for _, priced_in in tier.prices:  # noqa: SIM110 - a generator is slower than all it would look at
        if priced_in == currency:
            return True
    return False


def check_seats(product: Product, tier: Tier, seats: int, offer: Offer) -> None:
    """Refuse a number of seats outside the tier's limits.

    Raises:
        Refused: SEATS_BELOW_MINIMUM or SEATS_ABOVE_MAXIMUM.
    """
    minimum, maximum = product.seat_limits(tier.id, offer)
    if minimum <= seats <= maximum:
        return
    raise Refused(
        Problem.SEATS_BELOW_MINIMUM if seats < minimum else Problem.SEATS_ABOVE_MAXIMUM,
        product=product.name,
        seats=seats,
        minimum=minimum,
        maximum=maximum,
        noun=product.seat_noun,
    )
