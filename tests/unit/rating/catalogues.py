"""Hypothesis strategies for whole shops: any catalogue, buyer, time zone, moment and cart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from hypothesis import strategies as st

from billing.accounts.model import Account, AccountKind
from billing.catalogue.loader import sample_catalogue
from billing.catalogue.model import Catalogue, Offer, Product, SeatNoun, Text, Tier
from billing.clock import local_date
from billing.ordering.model import Selection
from billing.ordering.orders import LineRecord, OrderKind, OrderRecord, OrderState
from billing.rating.money import Money
from billing.rating.periods import BillingCycle
from billing.rating.tax import BuyerTax, VatIdState
from tests.unit.rating.values import CURRENCIES, buyers, cycles, money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing.rating.quote import Quote

_NO_TEXT = Text("", "")
_DEAREST = 10**9

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_CENTURY = timedelta(days=36_890)

moments = st.timedeltas(timedelta(0), _CENTURY).map(lambda passed: _BEGINNING + passed)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


zones = st.sampled_from(_zones())


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody about to buy: what there is, who they are, when it is, and what is in the cart."""

    catalogue: Catalogue
    account: Account
    moment: datetime
    buyer: BuyerTax
    cart: tuple[Selection, ...]
    credit: Money

    @property
    def today(self) -> date:
        """The local date of the account."""
        return local_date(self.moment, self.account.time_zone)


@st.composite
def tiers(draw: st.DrawFn, name: str, currency: str) -> Tier:
    """A tier with a price for either cycle."""
    fewest = draw(st.integers(1, 20))
    return Tier(
        id=name,
        name=name,
        limit=_NO_TEXT,
        min_seats=fewest,
        max_seats=fewest + draw(st.integers(0, 1000)),
        prices={(cycle, currency): draw(money(currency, most=_DEAREST)) for cycle in BillingCycle},
        features={},
    )


@st.composite
def catalogues(draw: st.DrawFn, currency: str) -> Catalogue:
    """A catalogue of up to four products with up to three tiers each, sold in a currency."""
    products = tuple(
        Product(
            id=f"product-{number}",
            name=f"Product {number}",
            summary=_NO_TEXT,
            seat_noun=SeatNoun(_NO_TEXT, _NO_TEXT),
            tiers=tuple(
                draw(tiers(f"tier-{tier}", currency)) for tier in range(draw(st.integers(1, 3)))
            ),
            features=(),
            trial=None,
        )
        for number in range(draw(st.integers(1, 4)))
    )
    seller = sample_catalogue().seller
    return Catalogue(
        version=draw(st.text(max_size=8)), sample=True, seller=seller, products=products
    )


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    """Any buyer with any cart that the catalogue allows: a product is in it at most once."""
    currency = draw(st.sampled_from(CURRENCIES))
    catalogue = draw(catalogues(currency))
    buyer = draw(buyers)
    chosen = draw(st.lists(st.sampled_from(catalogue.products), min_size=1, unique_by=id))
    return Visit(
        catalogue=catalogue,
        account=account_of(buyer, currency, draw(zones)),
        moment=draw(moments),
        buyer=buyer,
        cart=tuple(draw(selections(product)) for product in chosen),
        credit=draw(money(currency, most=_DEAREST)),
    )


@st.composite
def selections(draw: st.DrawFn, product: Product) -> Selection:
    """Something of a product that may be bought."""
    tier = draw(st.sampled_from(product.tiers))
    fewest, most = product.seat_limits(tier.id, Offer.BUY)
    return Selection(product.id, tier.id, draw(st.integers(fewest, most)), draw(cycles))


def account_of(buyer: BuyerTax, currency: str, time_zone: str) -> Account:
    """An account of that buyer."""
    return Account(
        account_id="019e0000-0000-7000-8000-000000000001",
        name="Muster GmbH",
        kind=AccountKind.ONLINE,
        country=buyer.country,
        currency=currency,
        time_zone=time_zone,
        street="",
        postcode="",
        city="",
        vat_id=buyer.vat_id,
        vat_id_state=buyer.vat_id_state if buyer.vat_id else VatIdState.NONE,
        expired_on=None,
    )


def ordered(visit: Visit, shown: Quote) -> OrderRecord:
    """The order that is placed at a quote."""
    nothing = Money.zero(visit.account.currency)
    return OrderRecord(
        account_id=visit.account.account_id,
        order_id="o",
        number="B-1",
        kind=OrderKind.PURCHASE,
        contact_id="c",
        state=OrderState.FULFILLED,
        placed_at=visit.moment,
        placed_on=shown.today,
        net=shown.net,
        tax=Money.total((tax.tax for tax in shown.taxes), visit.account.currency),
        credit=shown.credit_used,
        correction=nothing,
        total=shown.total_due,
        treatment=shown.treatment,
        tax_country=shown.tax_country,
        vat_id=visit.buyer.vat_id,
        vat_id_state=visit.buyer.vat_id_state,
        payment=None,
        quote_identity=shown.identity,
        catalogue_version=shown.catalogue_version,
        lines=_lines(shown),
        taxes=shown.taxes,
    )


def _lines(shown: Quote) -> tuple[LineRecord, ...]:
    return tuple(
        LineRecord(
            line_id=line.line_id,
            subscription_id=line.line_id,
            offer=Offer.BUY,
            product=line.product,
            tier=line.tier,
            seats=line.seats,
            cycle=line.cycle,
            unit_price=line.unit_price,
            amount=line.amount,
            period=line.period,
        )
        for line in shown.lines
    )


def minor(amounts: Sequence[Money]) -> int:
    """The sum of amounts in minor units, by plain integers."""
    return sum(amount.minor for amount in amounts)
