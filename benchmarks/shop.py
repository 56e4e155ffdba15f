"""A service on a fresh database with as many buying accounts as wanted, for the benchmarks."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import insert

from billing.accounts.model import AccountKind, Role, VatIdState
from billing.accounts.passwords import Passwords
from billing.catalogue.loader import sample_catalogue
from billing.catalogue.model import BillingCycle
from billing.clock import FixedClock
from billing.context import Context
from billing.ids import RandomIds
from billing.mail.transport import MaildirTransport
from billing.ordering.model import OrderRequest, Selection
from billing.payments.model import OnInvoice
from billing.payments.testgateway import TestGateway
from billing.sample import SAMPLE_HASH
from billing.sample_people import SAMPLE_PASSWORD
from billing.service import BillingService
from billing.storage.database import Database
from billing.storage.engine import open_engine
from billing.storage.migrate import open_database
from billing.storage.tables import account, cart, cart_line, contact, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from billing.accounts.model import Session
    from billing.catalogue.model import Catalogue

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = SAMPLE_PASSWORD
PASSWORD_HASH = SAMPLE_HASH
FILE_NAME = "billing.sqlite3"
LINES = (
    Selection("goto-webinar", "pro", 5, BillingCycle.ANNUAL),
    Selection("goto-training", "plus", 3, BillingCycle.MONTHLY),
    Selection("logmein-rescue", "rescue", 2, BillingCycle.MONTHLY),
)


class Shop:
    """The service on a database that is up to date; buyers are named by their number.

    `file` is the database when that is an SQLite file.
    """

    def __init__(
        self,
        address: str,
        folder: Path,
        *,
        now: datetime = NOON,
        catalogue: Catalogue | None = None,
    ) -> None:
        self.file = Path(address)
        self.engine: Engine = open_engine(address)
        self.database = Database(self.engine, address)
        self.clock = FixedClock(now)
        self.ids = RandomIds(self.clock)
        gateway, post = TestGateway(), MaildirTransport(folder / "mail")
        self.context = Context(
            catalogue or sample_catalogue(), self.database, self.clock, self.ids, gateway, post
        )
        self.service = BillingService(
            catalogue=self.context.catalogue,
            database=self.database,
            clock=self.clock,
            ids=self.ids,
            gateway=gateway,
            post=post,
            passwords=Passwords(),
        )

    def open_accounts(self, numbers: range) -> None:
        """Make the accounts of these buyers, each with three lines in its cart."""
        self.database.work(None, lambda connection: _open_accounts(connection, self.ids, numbers))

    def at_checkout(self, buyer: int) -> tuple[Session, OrderRequest]:
        """All that a buyer needs to order the cart, to be paid on invoice."""
        session = self.service.sign_in_as(mail_of(buyer))
        checkout = self.service.open_checkout(session)
        request = OrderRequest(
            key=checkout.key,
            cart_version=checkout.cart.version,
            quote=checkout.quote,
            vat_id=checkout.vat_id,
            payment=OnInvoice(),
        )
        return session, request

    def close(self) -> None:
        """Close the database."""
        self.service.close()


def mail_of(buyer: int) -> str:
    """The mail that a buyer signs in with."""
    return f"buyer{buyer}@bench.example"


@contextmanager
def shop(buyers: int, catalogue: Catalogue | None = None) -> Iterator[Shop]:
    """A service on an SQLite file in a folder of its own, which goes at the end."""
    with TemporaryDirectory(prefix="billing-center-bench-") as name:
        folder = Path(name)
        address = str(folder / FILE_NAME)
        open_database(address).close()
        opened = Shop(address, folder, catalogue=catalogue)
        try:
            opened.open_accounts(range(buyers))
            yield opened
        finally:
            opened.close()


def _open_accounts(connection: Connection, ids: RandomIds, numbers: range) -> None:
    keys = {number: {"account_id": ids.new()} for number in numbers}
    people = {number: key | {"contact_id": ids.new()} for number, key in keys.items()}
    connection.execute(
        insert(account),
        [
            key
            | {
                "name": f"Bench {number} GmbH",
                "kind": AccountKind.ONLINE,
                "country": "DE",
                "currency": "EUR",
                "time_zone": "Europe/Berlin",
                "street": "Musterweg 1",
                "postcode": "10115",
                "city": "Berlin",
                "vat_id": "",
                "vat_id_state": VatIdState.NONE,
            }
            for number, key in keys.items()
        ],
    )
    connection.execute(
        insert(contact),
        [
            key
            | {
                "name": f"Buyer {number}",
                "mail": mail_of(number),
                "role": Role.BILLING_CONTACT,
                "language": "de",
            }
            for number, key in people.items()
        ],
    )
    connection.execute(
        insert(sign_in),
        [
            key | {"mail": mail_of(number), "password_hash": PASSWORD_HASH}
            for number, key in people.items()
        ],
    )
    connection.execute(insert(cart), [key | {"version": 1} for key in keys.values()])
    connection.execute(
        insert(cart_line),
        [
            key | _line_values(line, position, ids.new())
            for key in keys.values()
            for position, line in enumerate(LINES)
        ],
    )


def _line_values(line: Selection, position: int, line_id: str) -> dict[str, object]:
    return {
        "line_id": line_id,
        "position": position,
        "product": line.product,
        "tier": line.tier,
        "seats": line.seats,
        "cycle": line.cycle,
        "price_seen_minor": 0,
        "currency": "EUR",
    }
