"""I11: what was shown is what is ordered, asked of the bank, taken and billed; for any order."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from billing.clock import FixedClock
from billing.ordering.model import Change, ChangeRequest, Selection
from billing.payments.model import Card
from billing.rating.periods import BillingCycle
from billing.storage.tables import account
from tests.effort import examples
from tests.service.books import Books
from tests.service.shop import ADA, ANNA, LENA, Shop, request
from tests.service.stock import NOON
from tests.service.subscribed import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from billing.accounts.model import Session
    from billing.accounts.passwords import Passwords
    from billing.catalogue.model import Catalogue
    from billing.ordering.model import Confirmation
    from billing.rating.quote import Quote
    from billing.subscriptions.model import Subscription

# Who buys, with which VAT id: a German, an Austrian with and without an id, an American.
BUYERS = ((ANNA, None), (LENA, None), (LENA, ""), (ADA, None))
HELD = "goto-meeting"  # the sample's German account holds it already


@pytest.fixture(scope="module")
def opened(
    sample_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
    catalogue: Catalogue,
    passwords: Passwords,
) -> Iterator[Callable[[], Shop]]:
    """Opens a shop of its own for every example."""
    folder, number = tmp_path_factory.mktemp("shops"), count()
    shops: list[Shop] = []

    def open_one() -> Shop:
        while shops:
            shops.pop().close()
        file = folder / f"{next(number)}.sqlite3"
        shutil.copyfile(sample_file, file)
        clock = FixedClock(NOON)
        shops.append(Shop(file, catalogue=catalogue, clock=clock, passwords=passwords))
        return shops[-1]

    yield open_one
    while shops:
        shops.pop().close()


@st.composite
def carts(draw: st.DrawFn, catalogue: Catalogue) -> list[Selection]:
    """Up to four products that none of the accounts holds."""
    free = [product for product in catalogue.products if product.id not in {HELD, "goto-connect"}]
    chosen = draw(st.lists(st.sampled_from(free), min_size=1, max_size=4, unique_by=id))
    return [
        Selection(product.id, tier.id, draw(st.integers(tier.min_seats, tier.max_seats)), cycle)
        for product in chosen
        for tier in [draw(st.sampled_from(product.tiers))]
        for cycle in [draw(st.sampled_from(BillingCycle))]
    ]


@st.composite
def others(draw: st.DrawFn, catalogue: Catalogue, bought: Selection) -> Change:
    """Anything that a subscription may become."""
    tier = draw(st.sampled_from(catalogue.product(bought.product).tiers))
    seats = st.integers(tier.min_seats, tier.max_seats)
    made = st.builds(Change, st.just(tier.id), seats, st.sampled_from(BillingCycle))
    same = Change(bought.tier, bought.seats, bought.cycle)
    return draw(made.filter(lambda change: change != same))


@dataclass(frozen=True)
class Buyer:
    """Who buys, with which VAT id, how long after the sample's day, with how much credit."""

    who: tuple[str, str | None]
    after: timedelta
    credit: int


buyers = st.builds(
    Buyer,
    who=st.sampled_from(BUYERS),
    after=st.integers(0, 800).map(lambda number: timedelta(days=number, hours=number % 24)),
    credit=st.one_of(st.just(0), st.integers(1, 10**6), st.just(10**12)),
)
effort = settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@effort
@given(data=st.data(), buyer=buyers)
def test_an_order_is_charged_as_its_checkout_showed(
    opened: Callable[[], Shop], catalogue: Catalogue, data: st.DataObject, buyer: Buyer
) -> None:
    shop, (mail, vat_id) = opened(), buyer.who
    shop.clock.advance(buyer.after)
    session = shop.session(mail)
    give(shop, session, buyer.credit)
    shop.fill(session, *data.draw(carts(catalogue)))
    checkout = shop.service.open_checkout(session, vat_id)
    told = shop.service.place_order(session, request(checkout, card(shop)))
    assert_charged_as(shop, told, checkout.quote)
    assert credit_of(shop, session) == buyer.credit - checkout.quote.credit_used.minor


@effort
@given(data=st.data(), buyer=buyers, later=st.integers(0, 27))
def test_a_change_is_charged_as_its_preview_showed(
    opened: Callable[[], Shop],
    catalogue: Catalogue,
    data: st.DataObject,
    buyer: Buyer,
    later: int,
) -> None:
    shop, (mail, vat_id) = opened(), buyer.who
    shop.clock.advance(buyer.after)
    session = shop.session(mail)
    bought = data.draw(carts(catalogue))[0]
    shop.fill(session, bought)
    checkout = shop.service.open_checkout(session, vat_id)
    paid = shop.service.place_order(session, request(checkout, card(shop)))
    give(shop, session, buyer.credit)
    shop.clock.advance(timedelta(days=later))
    wanted = data.draw(others(catalogue, bought))
    one = paid.lines[0].subscription_id
    version = subscription_of(shop, session, one).version
    quote = shop.service.preview_change(session, one, wanted)
    asked = ChangeRequest(KEY, one, version, wanted, quote)
    told = shop.service.change_subscription(session, asked)
    assert_charged_as(shop, told, quote.charge)
    assert credit_of(shop, session) == quote.credit_left.minor
    assert subscription_of(shop, session, one).renews_on == quote.new_billing_date


def subscription_of(shop: Shop, session: Session, subscription_id: str) -> Subscription:
    """A subscription as it is shown."""
    held = shop.service.home(session).subscriptions
    return next(one for one in held if one.subscription_id == subscription_id)


def card(shop: Shop) -> Card:
    """A good card that expires next year."""
    return Card("4242 4242 4242 4242", f"12/{(shop.clock.now().year + 1) % 100}", "123")


def give(shop: Shop, session: Session, minor: int) -> None:
    """Account credit."""
    mine = account.c.account_id == session.account.account_id
    shop.execute(update(account).where(mine).values(credit_minor=minor))


def credit_of(shop: Shop, session: Session) -> int:
    return shop.service.home(session).credit_balance.minor


def assert_charged_as(shop: Shop, told: Confirmation, quote: Quote) -> None:
    """Order, attempt, the bank's ledger and the invoice say what was shown, part by part."""
    books = Books(shop)
    placed, bill = books.orders[told.order_id], books.invoices[told.order_id]
    due = quote.total_due.minor
    taxes = sum(tax.tax.minor for tax in quote.taxes)
    shown = (quote.net.minor, taxes, quote.credit_used.minor, due)
    for stored in (placed, bill):
        sums = (stored.net_minor, stored.tax_minor, stored.credit_minor, stored.total_minor)
        assert sums == shown
    assert told.total == quote.total_due
    attempts = books.attempts.get(told.order_id, [])
    assert [one.amount_minor for one in attempts] == ([due] if due else [])
    assert books.taken(told.order_id) == due
    assert bill.state == "paid"
    lines = [(line.seats, line.amount_minor) for line in books.invoice_lines[bill.invoice_id]]
    assert lines == [(line.seats, line.amount.minor) for line in quote.lines]
    assert [
        (tax.rate, tax.net_minor, tax.tax_minor) for tax in books.invoice_taxes[bill.invoice_id]
    ] == [(str(tax.rate), tax.net.minor, tax.tax.minor) for tax in quote.taxes]
