"""A tax authority that answers as it is told, and an order that waited for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.accounts.model import VatIdState
from billing.accounts.vat_authority import VatAnswer
from billing.context import Context
from billing.ids import SeededIds
from billing.ordering.orders import read_order
from tests.service.shop import GOOD_CARD, LENA, WEBINAR, request

if TYPE_CHECKING:
    from billing.clock import Clock
    from billing.ordering.model import Selection
    from billing.ordering.orders import OrderRecord
    from billing.payments.model import PaymentInput
    from tests.service.shop import Shop

LENAS_ID = "ATU14243102"
OTHER_ID = "ATU33864707"


@dataclass
class TaxOffice:
    """Answers `state` to everything and keeps what it was asked."""

    clock: Clock
    state: VatIdState = VatIdState.UNKNOWN
    asked: list[tuple[str, str]] = field(default_factory=list)

    def check(self, vat_id: str, requester: str) -> VatAnswer:
        self.asked.append((vat_id, requester))
        reference = "" if self.state is VatIdState.UNKNOWN else f"R{len(self.asked)}"
        return VatAnswer(self.state, reference, self.clock.now(), f"said {self.state}")


def context_of(shop: Shop, office: TaxOffice | None, seed: int = 60) -> Context:
    """What the parts of the service behind a shop work with."""
    ids = SeededIds(seed, shop.clock)
    return Context(shop.catalogue, shop.database, shop.clock, ids, shop.bank, shop.post, office)


def waiting_order(
    shop: Shop, payment: PaymentInput = GOOD_CARD, selection: Selection = WEBINAR
) -> OrderRecord:
    """An order of Lena's with an id that nobody could check: undecided, its invoice waits."""
    session = shop.session(LENA)
    shop.fill(session, selection)
    checkout = shop.service.open_checkout(session, OTHER_ID)
    told = shop.service.place_order(session, request(checkout, payment))
    assert told.invoice_waits
    return read(shop, session.account.account_id, told.order_id)


def read(shop: Shop, account_id: str, order_id: str) -> OrderRecord:
    """An order as it is stored."""
    return shop.database.read(lambda connection: read_order(connection, account_id, order_id))
