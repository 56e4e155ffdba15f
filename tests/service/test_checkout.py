"""The checkout: the cart priced for its buyer, a key that lasts, and changed prices told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from timeit import timeit
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.accounts.model import VatIdState
from billing.catalogue.model import BillingCycle
from billing.errors import Field, Flaw, InvalidInput, Problem, Refused
from billing.ordering.model import PriceChange
from billing.payments.model import Card
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod
from billing.rating.tax import TaxTreatment
from billing.storage.tables import account
from tests.service.shop import ADA, LENA, RESCUE, WEBINAR, repriced, request, without

if TYPE_CHECKING:
    from tests.service.shop import Shop


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_the_checkout_of_the_help_article_is_right_to_the_cent(shop: Shop) -> None:
    checkout = shop.checkout(shop.session(), WEBINAR)
    quote = checkout.quote
    (line,) = quote.lines
    assert line.unit_price == euros("2388.00")
    assert line.amount == quote.net == euros("11940.00")
    assert line.period == BillingPeriod(date(2026, 11, 22), date(2027, 11, 22))
    assert line.renews_on == date(2027, 11, 22)
    assert [(tax.rate, tax.tax) for tax in quote.taxes] == [(Decimal(19), euros("2268.60"))]
    assert quote.total_due == euros("14208.60")
    assert (checkout.vat_id, checkout.vat_id_state) == ("DE136695976", VatIdState.UNKNOWN)
    assert checkout.price_changes == ()


def test_the_key_stays_until_the_order_and_is_the_carts(shop: Shop) -> None:
    session = shop.session()
    first = shop.checkout(session, WEBINAR)
    again = shop.second().service.open_checkout(session)
    assert again == first
    assert shop.service.cart(session).key == first.key == first.cart.key
    changed = shop.service.put_line(session, 1, RESCUE)
    assert changed.key == first.key


def test_an_empty_cart_has_no_checkout(shop: Shop) -> None:
    session = shop.session()
    before = shop.everything()
    with pytest.raises(Refused) as caught:
        shop.service.open_checkout(session)
    assert caught.value.problem is Problem.CART_EMPTY
    assert shop.everything() == before


@pytest.mark.parametrize(
    ("vat_id", "state", "treatment", "total"),
    [
        (None, VatIdState.CONFIRMED, TaxTreatment.REVERSE_CHARGE, "11940.00"),
        ("ATU14243102", VatIdState.CONFIRMED, TaxTreatment.REVERSE_CHARGE, "11940.00"),
        (" atu 1424 3102 ", VatIdState.CONFIRMED, TaxTreatment.REVERSE_CHARGE, "11940.00"),
        ("ATU33864707", VatIdState.UNKNOWN, TaxTreatment.UNDECIDED, "14328.00"),
        ("", VatIdState.NONE, TaxTreatment.BUYERS_RATE, "14328.00"),
        ("  ", VatIdState.NONE, TaxTreatment.BUYERS_RATE, "14328.00"),
    ],
)
def test_the_vat_id_decides_the_tax_of_another_eu_state(
    shop: Shop, vat_id: str | None, state: VatIdState, treatment: TaxTreatment, total: str
) -> None:
    session = shop.session(LENA)
    shop.fill(session, WEBINAR)
    checkout = shop.service.open_checkout(session, vat_id)
    assert checkout.vat_id_state is state
    assert checkout.quote.treatment is treatment
    assert checkout.quote.total_due == euros(total)


def test_outside_the_eu_nothing_is_taxed_and_dollars_are_paid(shop: Shop) -> None:
    quote = shop.checkout(shop.session(ADA), WEBINAR).quote
    assert quote.treatment is TaxTreatment.NOT_TAXABLE
    assert quote.total_due == Money(Decimal("12540.00"), "USD")


@pytest.mark.parametrize(
    ("vat_id", "flaw"),
    [
        ("ATU14243103", Flaw.WRONG_CHECKSUM),
        ("DE136695976", Flaw.OTHER_COUNTRY),
        ("\x1b[31mATU", Flaw.WRONG_FORMAT),
        ("x" * 10_000, Flaw.TOO_LONG),
    ],
)
def test_a_malformed_vat_id_opens_no_checkout(shop: Shop, vat_id: str, flaw: Flaw) -> None:
    session = shop.session(LENA)
    shop.fill(session, WEBINAR)
    before = shop.everything()
    with pytest.raises(InvalidInput) as caught:
        shop.service.open_checkout(session, vat_id)
    assert (caught.value.field, caught.value.flaw) == (Field.VAT_ID, flaw)
    assert vat_id not in str(caught.value)
    assert shop.everything() == before


def test_a_price_that_changed_since_the_cart_is_told_once(shop: Shop) -> None:
    session = shop.session()
    cart = shop.fill(session, WEBINAR, RESCUE)
    later = shop.second(catalogue=repriced(shop.catalogue, "goto-webinar", 2))
    told = later.service.open_checkout(session)
    assert told.price_changes == (
        PriceChange(cart.lines[0].line_id, euros("2388.00"), euros("4776.00")),
    )
    assert told.cart.lines[0].price_seen == euros("4776.00")
    assert told.quote.net == euros("24098.00")
    again = later.service.open_checkout(session)
    assert again == replace(told, price_changes=())


def test_a_line_that_the_catalogue_has_lost_is_named(shop: Shop) -> None:
    session = shop.session()
    cart = shop.fill(session, RESCUE, WEBINAR)
    later = shop.second(catalogue=without(shop.catalogue, "goto-webinar"))
    before = shop.everything()
    with pytest.raises(Refused) as caught:
        later.service.open_checkout(session)
    assert caught.value.problem is Problem.NO_LONGER_SOLD
    assert caught.value.facts["line_id"] == cart.lines[1].line_id
    assert shop.everything() == before


def test_credit_is_taken_off_the_total_due(shop: Shop) -> None:
    session = shop.session()
    shop.execute(
        update(account)
        .where(account.c.account_id == session.account.account_id)
        .values(credit_minor=50_000)
    )
    quote = shop.checkout(session, WEBINAR).quote
    assert (quote.credit_used, quote.total_due) == (euros("500.00"), euros("13708.60"))


def test_the_day_is_the_accounts(shop: Shop) -> None:
    shop.clock.move_to(datetime(2026, 11, 23, 2, tzinfo=UTC))
    assert shop.service.today(shop.session()) == date(2026, 11, 23)
    boston = shop.session(ADA)
    assert shop.service.today(boston) == date(2026, 11, 22)
    assert shop.checkout(boston, WEBINAR).quote.today == date(2026, 11, 22)


def test_a_card_expires_by_the_local_date_of_the_account(shop: Shop) -> None:
    november = Card("4242 4242 4242 4242", "11/26", "123")
    shop.clock.move_to(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    with pytest.raises(InvalidInput) as caught:
        shop.service.check_payment(shop.session(), november)
    assert (caught.value.field, caught.value.flaw) == (Field.CARD_EXPIRY, Flaw.EXPIRED)
    shop.clock.move_to(datetime(2026, 12, 1, 2, tzinfo=UTC))
    boston = shop.session(ADA)
    assert shop.service.check_payment(boston, november).label == "Visa •••• 4242"
    order = request(shop.checkout(boston, WEBINAR), november)
    assert shop.service.place_order(boston, order).payment is not None


def test_a_preview_equals_the_checkout_and_needs_no_database(shop: Shop) -> None:
    session = shop.session(LENA)
    checkout = shop.checkout(session, WEBINAR, RESCUE)
    shop.database.close()
    preview = shop.service.preview(session, (WEBINAR, RESCUE))
    assert [line.line_id for line in preview.lines] == ["1", "2"]
    assert preview.total_due == checkout.quote.total_due
    assert preview.treatment is TaxTreatment.REVERSE_CHARGE
    with_other = shop.service.preview(session, (WEBINAR,), vat_id="ATU33864707")
    assert with_other.treatment is TaxTreatment.UNDECIDED


def test_a_preview_refuses_what_is_unknown(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        shop.service.preview(shop.session(), (replace(WEBINAR, product="gone"),))
    assert caught.value.problem is Problem.UNKNOWN_PRODUCT


def test_a_preview_takes_less_than_a_millisecond(shop: Shop) -> None:
    session = shop.session()
    both = tuple(replace(WEBINAR, cycle=cycle) for cycle in BillingCycle)
    best = min(timeit(lambda: shop.service.preview(session, both), number=20) for _ in range(5))
    assert best / 20 < 0.001
