"""What a selection would cost a buyer: the same rules and the same arithmetic as at the Kasse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle, Offer
from billing.errors import Problem, Refused
from billing.rating.quote import QuoteItem, quote
from billing.rating.trials import trial_period
from tui.commands.refusal import CannotDo
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace

    from billing.catalogue.model import Product, Tier
    from billing.rating.periods import BillingPeriod
    from billing.rating.quote import Quote
    from tui.commands.buyers import Buyer


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quote of one line, or of none and the period of a trial."""

    buyer: Buyer
    product: Product
    tier: Tier
    seats: int
    quote: Quote
    trial: BillingPeriod | None


def estimate(arguments: Namespace, buyer: Buyer) -> Estimate:
    """Price what the arguments name.

    Raises:
        Refused: the buyer cannot buy or try it.
        CannotDo: there is no price in the currency.
    """
    offer = Offer(arguments.offer)
    product = buyer.catalogue.product(arguments.product)
    tier = product.tier(arguments.tier)
    _check_offer(buyer, product, offer)
    _check_currency(buyer, tier)
    _check_seats(product, tier, offer, arguments.seats)
    items: tuple[QuoteItem, ...] = ()
    trial = None
    if offer is Offer.BUY:
        cycle = BillingCycle(arguments.cycle)
        price = tier.price(cycle, buyer.currency)
        items = (QuoteItem("1", product.id, tier.id, arguments.seats, cycle, price),)
    elif product.trial is not None:
        trial = trial_period(buyer.today, product.trial.days)
    priced = quote(
        items,
        today=buyer.today,
        currency=buyer.currency,
        buyer=buyer.tax,
        seller_country=buyer.catalogue.seller.country,
        catalogue_version=buyer.catalogue.version,
        credit=buyer.credit,
    )
    return Estimate(buyer, product, tier, arguments.seats, priced, trial)


def _check_offer(buyer: Buyer, product: Product, offer: Offer) -> None:
    problem = buyer.problems.get((product.id, offer))
    if offer is Offer.TRIAL and product.trial is None:
        problem = Problem.NO_TRIAL
    if problem is not None:
        raise Refused(problem, product=product.name, currency=buyer.currency)


def _check_currency(buyer: Buyer, tier: Tier) -> None:
    known = sorted({currency for _, currency in tier.prices})
    if buyer.currency not in known:
        raise CannotDo(
            _("There is no price in {currency}. Currencies: {known}").format(
                currency=buyer.currency, known=", ".join(known)
            )
        )


def _check_seats(product: Product, tier: Tier, offer: Offer, seats: int) -> None:
    fewest, most = product.seat_limits(tier.id, offer)
    if not fewest <= seats <= most:
        raise Refused(
            Problem.SEATS_BELOW_MINIMUM if seats < fewest else Problem.SEATS_ABOVE_MAXIMUM,
            product=product.name,
            seats=seats,
            minimum=fewest,
            maximum=most,
            noun=product.seat_noun,
        )
