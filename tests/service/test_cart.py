"""The cart: every change is checked, versioned, and open to the billing contact only."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.accounts.model import EntryKind, Role
from billing.catalogue.model import BillingCycle
from billing.errors import CartChanged, NotAllowed, Problem, Refused
from billing.ordering.model import Cart, CartLine, Selection
from billing.rating.money import Money
from billing.storage.tables import account, contact
from tests.service.shop import ANNA, MAX, RESCUE, WEBINAR, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.shop import Shop

HAMACHI = Selection("hamachi", "standard", 1, BillingCycle.ANNUAL)


def test_a_cart_that_was_never_used_is_empty_at_version_0(shop: Shop) -> None:
    assert shop.service.cart(shop.session()) == Cart(version=0, lines=())


def test_a_line_holds_what_was_chosen_and_the_price_seen(shop: Shop) -> None:
    session = shop.session()
    cart = shop.service.put_line(session, 0, WEBINAR)
    line_id = cart.lines[0].line_id
    seen = Money(Decimal("2388.00"), "EUR")
    assert cart == Cart(version=1, lines=(CartLine(line_id, WEBINAR, seen),))
    assert shop.service.cart(session) == cart


def test_lines_keep_their_order_and_their_ids_when_one_is_replaced(shop: Shop) -> None:
    session = shop.session()
    before = shop.fill(session, WEBINAR, RESCUE)
    fewer = replace(WEBINAR, tier="lite", seats=2, cycle=BillingCycle.MONTHLY)
    after = shop.service.put_line(session, 2, fewer, before.lines[0].line_id)
    assert after.version == 3
    assert [line.line_id for line in after.lines] == [line.line_id for line in before.lines]
    assert [line.selection for line in after.lines] == [fewer, RESCUE]
    assert after.lines[0].price_seen == Money(Decimal("59.00"), "EUR")


def test_a_line_can_be_replaced_by_another_product(shop: Shop) -> None:
    session = shop.session()
    before = shop.fill(session, WEBINAR)
    after = shop.service.put_line(session, 1, RESCUE, before.lines[0].line_id)
    assert [line.selection for line in after.lines] == [RESCUE]


def test_a_removed_line_is_gone(shop: Shop) -> None:
    session = shop.session()
    cart = shop.fill(session, WEBINAR, RESCUE)
    after = shop.service.remove_line(session, 2, cart.lines[0].line_id)
    assert (after.version, [line.selection for line in after.lines]) == (3, [RESCUE])


@pytest.mark.parametrize("change", ["put", "replace", "remove"])
def test_a_cart_that_another_session_changed_is_not_overwritten(shop: Shop, change: str) -> None:
    mine, other = shop.session(), shop.second()
    seen = shop.fill(mine, WEBINAR)
    line_id = seen.lines[0].line_id
    now = other.service.put_line(other.session(), seen.version, RESCUE)
    changes: dict[str, Callable[[], Cart]] = {
        "put": lambda: shop.service.put_line(mine, 1, HAMACHI),
        "replace": lambda: shop.service.put_line(mine, 1, replace(WEBINAR, seats=9), line_id),
        "remove": lambda: shop.service.remove_line(mine, 1, line_id),
    }
    before = shop.everything()
    with pytest.raises(CartChanged) as caught:
        changes[change]()
    assert caught.value.cart == now
    assert shop.everything() == before


def test_a_product_is_in_the_cart_once(shop: Shop) -> None:
    session = shop.session()
    cart = shop.fill(session, WEBINAR, RESCUE)
    before = shop.everything()
    for line_id in (None, cart.lines[1].line_id):
        with pytest.raises(Refused) as caught:
            shop.service.put_line(session, 2, replace(WEBINAR, tier="lite"), line_id)
        assert caught.value.problem is Problem.ALREADY_IN_CART
        assert caught.value.facts == {"product": "GoTo Webinar", "line_id": cart.lines[0].line_id}
    assert shop.everything() == before


def test_a_line_that_is_gone_cannot_be_changed(shop: Shop) -> None:
    session = shop.session()
    shop.fill(session, WEBINAR)
    before = shop.everything()
    changes: tuple[Callable[[], Cart], ...] = (
        lambda: shop.service.remove_line(session, 1, "gone"),
        lambda: shop.service.put_line(session, 1, RESCUE, "gone"),
    )
    for change in changes:
        with pytest.raises(Refused) as caught:
            change()
        assert caught.value.problem is Problem.LINE_GONE
    assert shop.everything() == before


@pytest.mark.parametrize(
    ("selection", "problem"),
    [
        (replace(WEBINAR, product="\x1b[31m"), Problem.UNKNOWN_PRODUCT),
        (replace(WEBINAR, tier="gone"), Problem.UNKNOWN_TIER),
        (replace(WEBINAR, seats=0), Problem.SEATS_BELOW_MINIMUM),
        (replace(WEBINAR, seats=-5), Problem.SEATS_BELOW_MINIMUM),
        (replace(WEBINAR, seats=501), Problem.SEATS_ABOVE_MAXIMUM),
        (replace(WEBINAR, seats=10**30), Problem.SEATS_ABOVE_MAXIMUM),
        (replace(WEBINAR, product="goto-meeting"), Problem.ALREADY_SUBSCRIBED),
        (replace(WEBINAR, product="goto-connect"), Problem.ALREADY_SUBSCRIBED),
    ],
)
def test_what_cannot_be_bought_does_not_get_in(
    shop: Shop, selection: Selection, problem: Problem
) -> None:
    session = shop.session()
    before = shop.everything()
    with pytest.raises(Refused) as caught:
        shop.service.put_line(session, 0, selection)
    assert caught.value.problem is problem
    assert shop.everything() == before


def test_seats_out_of_range_come_with_the_numbers_and_the_noun(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        shop.service.put_line(
            shop.session(), 0, Selection("logmein-central", "basic", 24, BillingCycle.ANNUAL)
        )
    product = shop.catalogue.product("logmein-central")
    assert caught.value.problem is Problem.SEATS_BELOW_MINIMUM
    assert caught.value.facts == {
        "product": product.name,
        "seats": 24,
        "minimum": 25,
        "maximum": 500,
        "noun": product.seat_noun,
    }


def test_a_currency_without_prices_is_refused(shop: Shop) -> None:
    session = shop.session()
    shop.execute(
        update(account)
        .where(account.c.account_id == session.account.account_id)
        .values(currency="CHF")
    )
    with pytest.raises(Refused) as caught:
        shop.service.put_line(session, 0, WEBINAR)
    assert caught.value.problem is Problem.NOT_SOLD_IN_CURRENCY


def test_a_cart_shows_products_that_the_catalogue_has_lost(shop: Shop) -> None:
    session = shop.session()
    cart = shop.fill(session, WEBINAR)
    later = shop.second(catalogue=without(shop.catalogue, "goto-webinar"))
    assert later.service.cart(session) == cart
    assert later.service.remove_line(session, 1, cart.lines[0].line_id).lines == ()


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        (MAX, EntryKind.NOT_BILLING_CONTACT),
        ("karla@konzern.example", EntryKind.CORPORATE),
        ("egon@alt.example", EntryKind.EXPIRED),
    ],
)
def test_who_may_not_order_changes_no_cart(shop: Shop, mail: str, kind: EntryKind) -> None:
    session = shop.session(mail)
    before = shop.everything()
    for change in (
        lambda: shop.service.put_line(session, 0, WEBINAR),
        lambda: shop.service.remove_line(session, 0, "1"),
        lambda: shop.service.open_checkout(session),
    ):
        with pytest.raises(NotAllowed) as caught:
            change()
        assert caught.value.entry == session.entry
        assert caught.value.entry.kind is kind
    assert shop.everything() == before


def test_a_role_taken_away_after_sign_in_counts_at_once(shop: Shop) -> None:
    session = shop.session(ANNA)
    shop.execute(
        update(contact).where(contact.c.contact_id == session.contact_id).values(role=Role.ADMIN)
    )
    before = shop.everything()
    with pytest.raises(NotAllowed) as caught:
        shop.service.put_line(session, 0, WEBINAR)
    assert caught.value.entry.kind is EntryKind.NOT_BILLING_CONTACT
    assert shop.everything() == before


def test_a_session_that_claims_too_much_is_not_believed(shop: Shop) -> None:
    real, forged = shop.session(MAX), shop.session(ANNA)
    claimed = replace(real, role=forged.role, entry=forged.entry)
    with pytest.raises(NotAllowed):
        shop.service.put_line(claimed, 0, WEBINAR)
    elsewhere = replace(forged, account=shop.session("lena@huber.example").account)
    with pytest.raises(NotAllowed):
        shop.service.put_line(elsewhere, 0, WEBINAR)
