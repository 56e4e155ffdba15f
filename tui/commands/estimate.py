"""What a selection would cost a buyer: the same rules and the same arithmetic as at the Kasse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.catalogue.model import Offer
from billing.errors import Problem, Refused
from billing.rating.quote import QuoteItem, quote
from billing.rating.trials import trial_period
from tui.commands.refusal import CannotDo
from tui.commands.wanted import ToTry
from tui.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing.catalogue.model import Product, Tier
    from billing.ordering.model import Selection
    from billing.rating.change import ChangeQuote
    from billing.rating.periods import BillingPeriod
    from billing.rating.quote import Quote
    from tui.commands.buyers import Buyer
    from tui.commands.wanted import ToBuy


@dataclass(frozen=True, slots=True)
class EstimatedTrial:
    """A trial that starts today."""

    product: Product
    tier: Tier
    seats: int
    period: BillingPeriod


@dataclass(frozen=True, slots=True)
class EstimatedChange:
    """A change of a running subscription; `invoice_numbers` by the ids of the invoices credited."""

    quote: ChangeQuote
    invoice_numbers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quote: of the lines to buy, of no line for a trial, of the new period for a change."""

    buyer: Buyer
    quote: Quote
    trial: EstimatedTrial | None = None
    change: EstimatedChange | None = None


def estimate(asked: ToBuy | ToTry, buyer: Buyer) -> Estimate:
    """Price what is to be bought or tried.

    Raises:
        Refused: the buyer cannot buy or try it, or a product stands in two lines.
        CannotDo: there is no price in the currency.
    """
    if isinstance(asked, ToTry):
        return Estimate(buyer, _quote(buyer, ()), trial=_trial(buyer, asked))
    items: list[QuoteItem] = []
    for selection in asked.selections:
        item = _item(buyer, selection, str(len(items) + 1))
        if any(item.product == before.product for before in items):
            name = buyer.catalogue.product(item.product).name
            raise Refused(Problem.ALREADY_IN_CART, product=name)
        items.append(item)
    return Estimate(buyer, _quote(buyer, items))


def _quote(buyer: Buyer, items: Iterable[QuoteItem]) -> Quote:
    return quote(
        items,
        today=buyer.today,
        currency=buyer.currency,
        buyer=buyer.tax,
        seller_country=buyer.catalogue.seller.country,
        catalogue_version=buyer.catalogue.version,
        credit=buyer.credit,
    )


def _item(buyer: Buyer, selection: Selection, line_id: str) -> QuoteItem:
    product, tier = _offered(buyer, selection.product, selection.tier, Offer.BUY)
    _check_seats(product, tier, Offer.BUY, selection.seats)
    return QuoteItem(
        line_id=line_id,
        product=product.id,
        tier=tier.id,
        seats=selection.seats,
        cycle=selection.cycle,
        unit_price=tier.price(selection.cycle, buyer.currency),
    )


def _trial(buyer: Buyer, asked: ToTry) -> EstimatedTrial:
    product, tier = _offered(buyer, asked.product, asked.tier, Offer.TRIAL)
    if product.trial is None:
        raise Refused(Problem.NO_TRIAL, product=product.name)
    _check_seats(product, tier, Offer.TRIAL, asked.seats)
    return EstimatedTrial(product, tier, asked.seats, trial_period(buyer.today, product.trial.days))


def _offered(buyer: Buyer, product_id: str, tier_id: str, offer: Offer) -> tuple[Product, Tier]:
    """A product and tier, if the buyer may have them in this way."""
    product = buyer.catalogue.product(product_id)
    tier = product.tier(tier_id)
    problem = buyer.problems.get((product.id, offer))
    if problem is not None:
        raise Refused(problem, product=product.name, currency=buyer.currency)
    _check_currency(buyer, tier)
    return product, tier


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
