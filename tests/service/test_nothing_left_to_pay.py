"""A renewal that could not be paid, and that nothing is owed for once its tax is decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.accounts.model import VatIdState
from billing.accounts.vat_checks import LONGEST_WAIT
from billing.payments.model import Card
from billing.storage.invoice_tables import invoice
from billing.storage.tables import account, order, outbox, payment_attempt, subscription
from tests.service.life import only, run
from tests.service.shop import LENA, RESCUE, request
from tests.service.tax_office import LENAS_ID

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from tests.service.shop import Shop
    from tests.service.tax_office import TaxOffice

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
TOO_OLD = timedelta(days=62)


@pytest.fixture
def asking(shop: Shop, office: TaxOffice) -> Shop:
    """A shop with the tax office, where Lena's renewal waits for its answer and is not paid."""
    asking = shop.second(authority=office)
    session = asking.session(LENA)
    office.state = VatIdState.CONFIRMED
    asking.service.check_vat_id(session, LENAS_ID)
    bought = request(asking.checkout(session, RESCUE), FADING_CARD)
    asking.service.place_order(session, bought)
    covered = {"credit_minor": bought.quote.net.minor}
    mine = account.c.account_id == session.account.account_id
    asking.execute(update(account).where(mine).values(covered))
    office.state = VatIdState.UNKNOWN
    asking.clock.advance(TOO_OLD)
    run(asking)
    assert held(asking, session).state == "past_due"
    return asking


def held(shop: Shop, session: Session) -> Any:
    mine = session.account.account_id
    return only(row for row in shop.rows(subscription) if row.account_id == mine)


def told(shop: Shop, order_id: str) -> list[str]:
    """The mails about an order and its subscription."""
    return sorted(row.kind for row in shop.rows(outbox) if row.payload["order_id"] == order_id)


def test_credit_that_covers_the_net_price_ends_the_dunning_when_no_tax_is_owed(
    asking: Shop, office: TaxOffice
) -> None:
    owed = held(asking, asking.session(LENA)).order_id
    office.state = VatIdState.CONFIRMED
    asking.clock.advance(LONGEST_WAIT)
    run(asking)
    renewed = only(row for row in asking.rows(order) if row.order_id == owed)
    sums = (renewed.state, renewed.credit_minor, renewed.total_minor)
    assert sums == ("fulfilled", renewed.net_minor, 0)
    bill = only(row for row in asking.rows(invoice) if row.order_id == owed)
    assert (bill.state, bill.total_minor) == ("paid", 0)
    assert told(asking, owed) == ["invoice", "payment_failed", "recovered"]
    asked = [row.state for row in asking.rows(payment_attempt) if row.order_id == owed]
    assert asked == ["declined"]


def test_what_has_ended_meanwhile_is_billed_and_nobody_is_told_that_it_was_renewed(
    asking: Shop, office: TaxOffice
) -> None:
    session = asking.session(LENA)
    owed = held(asking, session).order_id
    for _ in range(20):
        asking.clock.advance(timedelta(days=3))
        run(asking)
    assert held(asking, session).state == "expired"
    office.state = VatIdState.CONFIRMED
    asking.clock.advance(LONGEST_WAIT)
    run(asking)
    assert only(row for row in asking.rows(invoice) if row.order_id == owed).state == "paid"
    assert held(asking, session).state == "expired"
    assert not {"renewal", "recovered"} & set(told(asking, owed))
