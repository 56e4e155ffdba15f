"""What `billing-center quote` says for an account is what the service then charges, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.accounts.model import VatIdState
from billing.catalogue.model import BillingCycle
from billing.ordering.model import Change, Selection
from billing.storage.tables import account
from tests.service.quoted import estimated, run, without_ids, words_for
from tests.service.shop import ADA, ANNA, GOOD_CARD, INVOICE, LENA, RESCUE, WEBINAR, request
from tests.service.subscribed import bought, change_of
from tests.service.tax_office import OTHER_ID, TaxOffice

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from tests.service.quoted import Estimated
    from tests.service.shop import Shop

__all__ = ["estimated", "run"]

PC = Selection("gotomypc", "pro", 3, BillingCycle.MONTHLY)
THREE = (WEBINAR, RESCUE, PC)


def store(shop: Shop, session: Session, **values: Any) -> None:
    """Make the account of a session another one."""
    mine = account.c.account_id == session.account.account_id
    shop.execute(update(account).where(mine).values(values))


def lines(selections: tuple[Selection, ...]) -> tuple[str, ...]:
    return tuple(
        word
        for one in selections
        for word in ("--line", f"{one.product}:{one.tier}:{one.seats}:{one.cycle}")
    )


@pytest.mark.parametrize(
    ("mail", "stored", "selections"),
    [
        (ANNA, {}, (WEBINAR,)),
        (ANNA, {"credit_minor": 123_45}, THREE),
        (ANNA, {"credit_minor": 10**8}, THREE),
        (LENA, {}, THREE),
        (LENA, {"vat_id_state": "refuted"}, (RESCUE, PC)),
        (LENA, {"vat_id_state": "unknown"}, (RESCUE, PC)),
        (LENA, {"vat_id": "", "vat_id_state": "none"}, (PC, RESCUE)),
        (ADA, {}, THREE),
    ],
)
def test_a_quote_is_what_the_checkout_shows_and_the_order_costs(
    shop: Shop,
    estimated: Estimated,
    mail: str,
    stored: dict[str, Any],
    selections: tuple[Selection, ...],
) -> None:
    if stored:
        store(shop, shop.session(mail), **stored)
    session = shop.session(mail)
    made = estimated(*words_for(shop, session, *lines(selections)))
    checkout = shop.checkout(session, *selections)
    assert without_ids(made.quote) == without_ids(checkout.quote)
    assert made.buyer.tax.vat_id_state == checkout.vat_id_state
    told = shop.service.place_order(session, request(checkout, INVOICE))
    assert told.total == made.quote.total_due


@pytest.mark.parametrize("state", [VatIdState.CONFIRMED, VatIdState.REFUTED, VatIdState.UNKNOWN])
def test_another_vat_id_counts_as_the_authority_answered(
    shop: Shop, estimated: Estimated, state: VatIdState
) -> None:
    session = shop.session(LENA)
    shop.second(authority=TaxOffice(shop.clock, state)).service.check_vat_id(session, OTHER_ID)
    shop.fill(session, WEBINAR)
    checkout = shop.service.open_checkout(session, OTHER_ID)
    made = estimated(*words_for(shop, session, *lines((WEBINAR,)), "--vat-id", OTHER_ID))
    assert without_ids(made.quote) == without_ids(checkout.quote)
    assert made.buyer.tax.vat_id_state == checkout.vat_id_state == state


@pytest.mark.parametrize(
    ("mail", "credit", "days_ago", "change"),
    [
        (ANNA, 0, 0, "--seats 6"),
        (ANNA, 0, 73, "--seats 7 --tier lite"),
        (ANNA, 500_00, 73, "--cycle monthly"),
        (ANNA, 0, 365, "--seats 3"),
        (LENA, 0, 100, "--seats 9"),
        (ADA, 1, 200, "--seats 9 --cycle monthly"),
    ],
)
def test_the_quote_of_a_change_is_its_preview_and_its_charge(
    shop: Shop, estimated: Estimated, *, mail: str, credit: int, days_ago: int, change: str
) -> None:
    session = shop.session(mail)
    before = bought(shop, session, days_ago=days_ago)
    store(shop, session, credit_minor=credit)
    words = ("--offer", "change", "--product", before.product, *change.split())
    made = estimated(*words_for(shop, session, *words))
    line = made.quote.lines[0]
    asked = change_of(shop, session, before, Change(line.tier, line.seats, line.cycle), GOOD_CARD)
    assert made.change is not None
    assert made.change.quote == asked.quote
    assert made.quote == asked.quote.charge
    told = shop.service.change_subscription(session, asked)
    assert told.total == made.quote.total_due
    assert shop.service.home(session).credit_balance == made.change.quote.credit_left
