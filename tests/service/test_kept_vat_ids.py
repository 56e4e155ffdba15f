"""The VAT id that an order was placed with becomes the account's own once it is confirmed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.accounts.model import VatIdState
from billing.accounts.vat_checks import LONGEST_WAIT
from billing.storage.invoice_tables import invoice
from billing.storage.tables import account
from tests.service.life import move_to, only, run
from tests.service.shop import GOOD_CARD, LENA, RESCUE, request
from tests.service.tax_office import OTHER_ID

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tests.service.tax_office import TaxOffice


@pytest.mark.parametrize(
    ("said", "kept", "treatment"),
    [
        (VatIdState.CONFIRMED, OTHER_ID, "reverse_charge"),
        (VatIdState.REFUTED, "", "buyers_rate"),
    ],
)
def test_an_id_that_was_waited_for_decides_the_renewals_too(
    shop: Shop, office: TaxOffice, said: VatIdState, kept: str, treatment: str
) -> None:
    asking = shop.second(authority=office)
    session = asking.session(LENA)
    mine = account.c.account_id == session.account.account_id
    without = {"vat_id": "", "vat_id_state": VatIdState.NONE}
    asking.execute(update(account).where(mine).values(without))
    asking.fill(session, RESCUE)
    checkout = asking.service.open_checkout(asking.session(LENA), OTHER_ID)
    assert asking.service.place_order(session, request(checkout, GOOD_CARD)).invoice_waits
    office.state = said
    asking.clock.advance(LONGEST_WAIT)
    run(asking)
    owner = only(
        row for row in asking.rows(account) if row.account_id == session.account.account_id
    )
    assert owner.vat_id == kept
    move_to(asking, date(2026, 12, 22))
    assert run(asking).renewals == 1
    assert [row.tax_treatment for row in asking.rows(invoice)] == [treatment] * 2
