"""A service on a fresh SQLite file with as many buying accounts as wanted, for the benchmarks."""

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
from billing.clock import FixedClock
from billing.ids import RandomIds
from billing.mail.transport import MaildirTransport
from billing.payments.testgateway import TestGateway
from billing.sample import SAMPLE_HASH
from billing.sample_people import SAMPLE_PASSWORD
from billing.service import BillingService
from billing.storage.database import Database
from billing.storage.engine import open_engine
from billing.storage.migrate import open_database
from billing.storage.tables import account, contact, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = SAMPLE_PASSWORD
PASSWORD_HASH = SAMPLE_HASH


class Shop:
    """The service, its engine and file; buyers are named by their number."""

    def __init__(self, folder: Path, buyers: int) -> None:
        self.file = folder / "billing.sqlite3"
        open_database(str(self.file)).close()
        self.engine: Engine = open_engine(str(self.file))
        database = Database(self.engine, str(self.file))
        clock = FixedClock(NOON)
        ids = RandomIds(clock)
        database.work(None, lambda connection: _open_accounts(connection, ids, buyers))
        self.service = BillingService(
            catalogue=sample_catalogue(),
            database=database,
            clock=clock,
            ids=ids,
            gateway=TestGateway(),
            post=MaildirTransport(folder / "mail"),
            passwords=Passwords(),
        )


def mail_of(buyer: int) -> str:
    """The mail that a buyer signs in with."""
    return f"buyer{buyer}@bench.example"


@contextmanager
def shop(buyers: int) -> Iterator[Shop]:
    """A service in a folder of its own, which goes at the end."""
    with TemporaryDirectory(prefix="billing-center-bench-") as folder:
        opened = Shop(Path(folder), buyers)
        try:
            yield opened
        finally:
            opened.service.close()


def _open_accounts(connection: Connection, ids: RandomIds, number: int) -> None:
    keys = [{"account_id": ids.new(), "contact_id": ids.new()} for _ in range(number)]
    connection.execute(
        insert(account),
        [
            {
                "account_id": key["account_id"],
                "name": f"Bench {index} GmbH",
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
            for index, key in enumerate(keys)
        ],
    )
    connection.execute(
        insert(contact),
        [
            key
            | {
                "name": f"Buyer {index}",
                "mail": mail_of(index),
                "role": Role.BILLING_CONTACT,
                "language": "de",
            }
            for index, key in enumerate(keys)
        ],
    )
    connection.execute(
        insert(sign_in),
        [
            key | {"mail": mail_of(index), "password_hash": PASSWORD_HASH}
            for index, key in enumerate(keys)
        ],
    )
