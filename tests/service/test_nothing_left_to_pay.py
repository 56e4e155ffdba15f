"""A renewal that could not be paid, and that nothing is owed for once its tax is decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from billing.accounts.model import VatIdState
from billing.accounts.vat_checks import LONGEST_WAIT
from billing.payments.model import Card
from billing.storage.invoice_tables import invoice
from billing.storage.tables import account, order, outbox, payment_attempt, subscription
from tests.service.life import run
from tests.service.shop import LENA, RESCUE, request
from tests.service.tax_office import LENAS_ID

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tests.service.tax_office import TaxOffice

# Good when typed in, declined whenever it is charged later.
FADING_CARD = Card("4000 0000 0000 0341", "12/30", "123")
TOO_OLD = timedelta(days=62)


def test_credit_that_covers_the_net_price_ends_the_dunning_when_no_tax_is_owed(
    shop: Shop, office: TaxOffice
) -> None:
    asking = shop.second(authority=office)
    session = asking.session(LENA)
    owner = account.c.account_id == session.account.account_id
    office.state = VatIdState.CONFIRMED
    asking.service.check_vat_id(session, LENAS_ID)
    bought = request(asking.checkout(session, RESCUE), FADING_CARD)
    asking.service.place_order(session, bought)
    net = bought.quote.net.minor
    asking.execute(update(account).where(owner).values(credit_minor=net))
    office.state = VatIdState.UNKNOWN
    asking.clock.advance(TOO_OLD)
    run(asking)
    (held,) = [
        row for row in asking.rows(subscription) if row.account_id == session.account.account_id
    ]
    assert held.state == "past_due"
    office.state = VatIdState.CONFIRMED
    asking.clock.advance(LONGEST_WAIT)
    run(asking)
    renewed = next(row for row in asking.rows(order) if row.order_id == held.order_id)
    assert (renewed.state, renewed.credit_minor, renewed.total_minor) == ("fulfilled", net, 0)
    (bill,) = [row for row in asking.rows(invoice) if row.order_id == held.order_id]
    assert (bill.state, bill.total_minor) == ("paid", 0)
    told = [row.kind for row in asking.rows(outbox) if row.payload["order_id"] == held.order_id]
    assert sorted(told) == ["invoice", "payment_failed", "recovered"]
    asked = [row for row in asking.rows(payment_attempt) if row.order_id == held.order_id]
    assert [row.state for row in asked] == ["declined"]
