"""Tax is rounded once on the sum of an order's lines, and never given back twice line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.invoicing.model import InvoiceKind
from billing.rating.money import Money
from tests.service.audit import audit_at_rest
from tests.service.books import Books
from tests.service.shop import GOOD_CARD, RESCUE, WEBINAR, request
from tests.service.subscribed import KEY, OTHER_KEY, change_of, held, with_changes

if TYPE_CHECKING:
    from billing.catalogue.model import Catalogue
    from tests.service.shop import Shop

# 19 % of 0.30 is 0.06 when rounded; of both lines together it is 0.11.
SEAT_CENTS = {WEBINAR.product: 6, RESCUE.product: 15}


def with_seat_prices(catalogue: Catalogue) -> Catalogue:
    """The catalogue with those prices, for whatever is sold of a product, as its next version."""
    products = []
    for product in catalogue.products:
        cents = SEAT_CENTS.get(product.id)
        tiers = product.tiers
        if cents is not None:
            tiers = tuple(
                replace(
                    tier,
                    prices={
                        key: Money.from_minor(cents, price.currency)
                        for key, price in tier.prices.items()
                    },
                )
                for tier in tiers
            )
        products.append(replace(product, tiers=tiers))
    return replace(catalogue, version=catalogue.version + "+", products=tuple(products))


def test_two_lines_changed_on_their_first_day_give_back_the_tax_that_was_charged(
    shop: Shop,
) -> None:
    priced = shop.second(catalogue=with_seat_prices(shop.catalogue))
    session = priced.session()
    checkout = priced.checkout(session, WEBINAR, RESCUE)
    priced.service.place_order(session, request(checkout, GOOD_CARD))
    for product, key in ((WEBINAR.product, KEY), (RESCUE.product, OTHER_KEY)):
        one = held(priced, session, product)
        wanted = with_changes(one, seats=one.seats + 1)
        asked = change_of(priced, session, one, wanted, key=key)
        told = priced.service.change_subscription(session, asked)
        assert told.total == asked.quote.total_due
    documents = priced.service.invoices(session)
    corrections = [one for one in documents if one.kind is InvoiceKind.CORRECTION]
    bought = next(one for one in documents if one.invoice_id == corrections[0].corrects_id)
    assert {one.net.minor for one in corrections} == {-30}
    assert sorted(-one.tax.minor for one in corrections) == [5, 6]
    assert bought.tax.minor == 11
    audit_at_rest(Books(priced))
