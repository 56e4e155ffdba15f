"""Tax is rounded once on the sum of an order's lines, and never given back twice line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from billing.errors import PaymentActionNeeded
from billing.invoicing.model import InvoiceKind
from billing.payments.model import Card
from billing.rating.money import Money
from tests.service.audit import audit_at_rest
from tests.service.books import Books
from tests.service.shop import GOOD_CARD, RESCUE, WEBINAR, request
from tests.service.subscribed import KEY, OTHER_KEY, change_of, held, with_changes

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.catalogue.model import Catalogue
    from billing.invoicing.model import Invoice
    from billing.ordering.model import ChangeRequest
    from tests.service.shop import Shop

# 19 % of 0.30 is 0.06 when rounded; of both lines together it is 0.11.
ASKING_CARD = Card("4000 0025 0000 3155", "12/30", "123")
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


def both_bought(shop: Shop) -> tuple[Shop, Session]:
    """A shop with those prices where both were bought on one invoice."""
    priced = shop.second(catalogue=with_seat_prices(shop.catalogue))
    session = priced.session()
    checkout = priced.checkout(session, WEBINAR, RESCUE)
    priced.service.place_order(session, request(checkout, GOOD_CARD))
    return priced, session


def one_seat_more(
    shop: Shop, session: Session, product: str, key: str, card: Card = GOOD_CARD
) -> ChangeRequest:
    one = held(shop, session, product)
    wanted = with_changes(one, seats=one.seats + 1)
    return change_of(shop, session, one, wanted, card, key=key)


def let_the_worker_hear(shop: Shop) -> None:
    shop.clock.advance(timedelta(hours=1))
    shop.service.run_worker()


def corrections_of(shop: Shop, session: Session) -> list[Invoice]:
    documents = shop.service.invoices(session)
    return [one for one in documents if one.kind is InvoiceKind.CORRECTION]


def test_two_lines_changed_on_their_first_day_give_back_the_tax_that_was_charged(
    shop: Shop,
) -> None:
    priced, session = both_bought(shop)
    for product, key in ((WEBINAR.product, KEY), (RESCUE.product, OTHER_KEY)):
        asked = one_seat_more(priced, session, product, key)
        told = priced.service.change_subscription(session, asked)
        assert told.total == asked.quote.total_due
    corrections = corrections_of(priced, session)
    documents = priced.service.invoices(session)
    bought = next(one for one in documents if one.invoice_id == corrections[0].corrects_id)
    assert {one.net.minor for one in corrections} == {-30}
    assert sorted(-one.tax.minor for one in corrections) == [5, 6]
    assert bought.tax.minor == 11
    audit_at_rest(Books(priced))


@pytest.mark.parametrize("accepted", [True, False])
def test_what_a_change_under_way_gives_back_is_not_given_back_by_another(
    shop: Shop, *, accepted: bool
) -> None:
    priced, session = both_bought(shop)
    under_way = one_seat_more(priced, session, WEBINAR.product, KEY, ASKING_CARD)
    with pytest.raises(PaymentActionNeeded) as needed:
        priced.service.change_subscription(session, under_way)
    other = one_seat_more(priced, session, RESCUE.product, OTHER_KEY)
    priced.service.change_subscription(session, other)
    priced.service.confirm_at_bank(session, needed.value.order_number, accepted=accepted)
    let_the_worker_hear(priced)
    taxes = [-one.tax.minor for one in corrections_of(priced, session)]
    assert sorted(taxes) == ([5, 6] if accepted else [5])
    audit_at_rest(Books(priced))


def test_an_invoice_written_after_the_other_change_failed_is_the_one_that_was_promised(
    shop: Shop,
) -> None:
    priced, session = both_bought(shop)
    numbers = []
    for product, key in ((WEBINAR.product, KEY), (RESCUE.product, OTHER_KEY)):
        asked = one_seat_more(priced, session, product, key, ASKING_CARD)
        with pytest.raises(PaymentActionNeeded) as needed:
            priced.service.change_subscription(session, asked)
        numbers.append(needed.value.order_number)
    priced.service.confirm_at_bank(session, numbers[0], accepted=False)
    priced.service.confirm_at_bank(session, numbers[1], accepted=True)
    let_the_worker_hear(priced)
    assert [-one.tax.minor for one in corrections_of(priced, session)] == [5]
    audit_at_rest(Books(priced))
