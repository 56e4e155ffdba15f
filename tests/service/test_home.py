"""The start page and the shelf: what an account has, and what it may buy or try."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import update

from billing.catalogue.model import BillingCycle
from billing.errors import Problem
from billing.rating.money import Money
from billing.storage.tables import account
from billing.subscriptions.model import SubscriptionState
from tests.service.shop import ADA, INVOICE, LENA, MAX, RESCUE, WEBINAR, request, without

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.ordering.model import Availability
    from tests.service.shop import Shop


def on_shelf(shop: Shop, session: Session) -> dict[str, Availability]:
    return {one.product.id: one for one in shop.service.availability(session)}


def test_the_sample_companys_page_is_right(shop: Shop) -> None:
    home = shop.service.home(shop.session())
    assert home.today == date(2026, 11, 22)
    assert home.credit_balance == Money(Decimal(0), "EUR")
    assert (home.cart.lines, home.draft) == ((), None)
    meeting, training, connect = home.subscriptions
    assert (meeting.product, meeting.tier) == ("goto-meeting", "business")
    assert (meeting.seats, meeting.seats_free) == (12, 3)
    assert (meeting.state, meeting.cycle) == (SubscriptionState.ACTIVE, BillingCycle.ANNUAL)
    assert (meeting.renews_on, meeting.ends_on) == (date(2027, 3, 14), None)
    assert meeting.renewal_price == Money(Decimal("2304.00"), "EUR")
    assert (training.state, training.ends_on) == (SubscriptionState.TRIALING, date(2026, 12, 6))
    assert (training.renews_on, training.renewal_price) == (None, None)
    assert (connect.state, connect.ends_on) == (SubscriptionState.CANCELLING, date(2026, 12, 2))
    assert (connect.renews_on, connect.renewal_price) == (None, None)


def test_what_has_ended_shows_as_expired_before_any_worker_ran(shop: Shop) -> None:
    session = shop.session()

    def states() -> dict[str, SubscriptionState]:
        return {one.product: one.state for one in shop.service.home(session).subscriptions}

    shop.clock.move_to(datetime(2026, 12, 5, 22, 59, tzinfo=UTC))
    assert states()["goto-training"] is SubscriptionState.TRIALING
    assert states()["goto-connect"] is SubscriptionState.EXPIRED
    shop.clock.move_to(datetime(2026, 12, 5, 23, 0, tzinfo=UTC))
    assert states() == {
        "goto-meeting": SubscriptionState.ACTIVE,
        "goto-training": SubscriptionState.EXPIRED,
        "goto-connect": SubscriptionState.EXPIRED,
    }


def test_live_subscriptions_come_first_then_the_order_of_the_catalogue(shop: Shop) -> None:
    session = shop.session()
    shop.service.place_order(session, request(shop.checkout(session, RESCUE, WEBINAR), INVOICE))
    shop.clock.move_to(datetime(2026, 12, 2, 12, tzinfo=UTC))
    later = shop.second(catalogue=without(shop.catalogue, "goto-meeting"))
    assert [one.product for one in later.service.home(session).subscriptions] == [
        "goto-webinar",
        "goto-training",
        "logmein-rescue",
        "goto-meeting",
        "goto-connect",
    ]


def test_everybody_of_the_account_may_look(shop: Shop) -> None:
    assert len(shop.service.home(shop.session(MAX)).subscriptions) == 3
    assert len(shop.service.home(shop.session("karla@konzern.example")).subscriptions) == 2
    assert len(shop.service.home(shop.session("egon@alt.example")).subscriptions) == 1
    assert shop.service.home(shop.session(ADA)).credit_balance == Money(Decimal(0), "USD")


def test_the_shelf_says_what_may_be_bought_and_tried_and_why_not(shop: Shop) -> None:
    session = shop.session()
    shelf = on_shelf(shop, session)
    assert list(shelf) == [product.id for product in shop.catalogue.products]
    problems = {product: (one.buy, one.trial) for product, one in shelf.items()}
    held = Problem.ALREADY_SUBSCRIBED
    assert problems["goto-meeting"] == (held, held)
    assert problems["goto-connect"] == (held, held)
    assert problems["goto-training"] == (None, Problem.TRIAL_USED)
    assert problems["goto-webinar"] == (None, None)
    assert problems["hamachi"] == (None, Problem.NO_TRIAL)
    training = shelf["goto-training"]
    assert training.held is not None
    assert training.held.state is SubscriptionState.TRIALING
    assert training.trial_used_on == date(2026, 11, 6)
    assert (shelf["goto-webinar"].held, shelf["goto-webinar"].trial_used_on) == (None, None)


def test_what_ended_may_be_bought_but_not_tried_again(shop: Shop) -> None:
    session = shop.session()
    shop.clock.move_to(datetime(2026, 12, 6, 12, tzinfo=UTC))
    shelf = on_shelf(shop, session)
    training, connect = shelf["goto-training"], shelf["goto-connect"]
    assert (training.buy, training.trial, training.held) == (None, Problem.TRIAL_USED, None)
    assert (connect.buy, connect.held) == (None, None)


def test_a_currency_without_prices_empties_the_shelf(shop: Shop) -> None:
    session = shop.session(LENA)
    shop.execute(
        update(account)
        .where(account.c.account_id == session.account.account_id)
        .values(currency="CHF")
    )
    shelf = on_shelf(shop, shop.session(LENA))
    assert {one.buy for one in shelf.values()} == {Problem.NOT_SOLD_IN_CURRENCY}
    assert {one.trial for one in shelf.values()} == {
        Problem.NOT_SOLD_IN_CURRENCY,
        Problem.NO_TRIAL,
    }
