"""The composition root: from settings to a service that stands on a database, clock and gateway."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from billing.accounts.passwords import Passwords
from billing.accounts.vies import Vies
from billing.catalogue.loader import load_catalogue, sample_catalogue
from billing.clock import SystemClock
from billing.ids import RandomIds
from billing.mail.transport import MaildirTransport
from billing.payments.testgateway import TestGateway
from billing.sample import seed_sample
from billing.service import BillingService
from billing.settings import DATABASE_NAME, load_settings
from billing.storage.engine import naming_file_failures, sqlite_file
from billing.storage.migrate import open_and_upgrade, open_database

if TYPE_CHECKING:
    from billing.accounts.vat_authority import VatAuthority
    from billing.catalogue.model import Catalogue
    from billing.clock import Clock
    from billing.ids import IdFactory
    from billing.mail.transport import MailTransport
    from billing.payments.gateway import PaymentGateway
    from billing.settings import Settings
    from billing.storage.database import Database
    from billing.storage.distribution import Placing
    from billing.storage.migrate import Upgrade

DEMO_NAME = "demo"


def connect(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: IdFactory | None = None,
    gateway: PaymentGateway | None = None,
    post: MailTransport | None = None,
) -> BillingService:
    """The service on the configured database, which is created or migrated when it needs to be.

    Raises:
        DatabaseUnavailable: the database cannot be used.
        CatalogueInvalid: the configured catalogue is wrong.
    """
    catalogue = (
        load_catalogue(settings.catalogue_file) if settings.catalogue_file else sample_catalogue()
    )
    address = _address(settings)
    beside = sqlite_file(address) or _made(settings.data_folder) / DATABASE_NAME
    clock = clock or SystemClock()
    return BillingService(
        catalogue=catalogue,
        database=open_database(address),
        clock=clock,
        ids=ids or RandomIds(clock),
        gateway=gateway or TestGateway(_ledger_beside(beside), clock=clock),
        post=post or _post(settings, beside),
        passwords=Passwords(),
        authority=_authority(settings, clock),
    )


def upgrade(settings: Settings) -> Upgrade:
    """Create or migrate the configured database and say what was done.

    Raises:
        DatabaseUnavailable: the database cannot be used.
    """
    database, done = open_and_upgrade(_address(settings))
    database.close()
    return done


def distribute(settings: Settings) -> tuple[Placing, ...] | None:
    """Spread the tables over the nodes of a Citus cluster; None: the database is none.

    Raises:
        DatabaseUnavailable: the database cannot be used.
    """
    from billing.storage.distribution import distribute  # noqa: PLC0415 - one command needs it

    database = open_database(_address(settings))
    try:
        return distribute(database)
    finally:
        database.close()


def connect_demo(
    database: Path | str | None,
    *,
    catalogue: Catalogue | None = None,
    clock: Clock | None = None,
    ids: IdFactory | None = None,
    gateway: PaymentGateway | None = None,
    post: MailTransport | None = None,
    passwords: Passwords | None = None,
) -> BillingService:
    """The service on sample data: in the database named, or in one that closing it removes.

    A named database that holds accounts already is left as it is.

    Raises:
        DatabaseUnavailable: the database cannot be used.
    """
    catalogue = catalogue or sample_catalogue()
    clock = clock or SystemClock()
    ids = ids or RandomIds(clock)
    passwords = passwords or Passwords()
    if database is None:
        opened, beside = _throw_away_database()
    else:
        opened = open_database(str(database))
        beside = sqlite_file(str(database)) or _made(load_settings().data_folder) / DEMO_NAME
    try:
        seed_sample(opened, catalogue, clock, ids, passwords)
        return BillingService(
            catalogue=catalogue,
            database=opened,
            clock=clock,
            ids=ids,
            gateway=gateway or TestGateway(_ledger_beside(beside), clock=clock),
            post=post or MaildirTransport(_mail_beside(beside)),
            passwords=passwords,
        )
    except BaseException:
        opened.close()
        raise


def _throw_away_database() -> tuple[Database, Path]:
    """A database in a folder of its own, which goes when it is closed or the program ends."""
    with naming_file_failures(tempfile.gettempdir()):
        folder = Path(tempfile.mkdtemp(prefix="billing-center-demo-"))
    remove = partial(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(remove)
    path = folder / DATABASE_NAME
    try:
        database = open_database(str(path))
    except BaseException:
        remove()
        raise

    def forget() -> None:
        remove()
        atexit.unregister(remove)

    database.when_closed(forget)
    return database, path


def _address(settings: Settings) -> str:
    """The configured address; the folder of the database that nobody named is made."""
    if settings.database is not None:
        return settings.database
    return str(_made(settings.data_folder) / DATABASE_NAME)


def _made(folder: Path) -> Path:
    """The folder for what no database can hold, made for its owner only."""
    with naming_file_failures(str(folder)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _post(settings: Settings, database: Path) -> MailTransport:
    if settings.mail_server is not None:
        from billing.mail.smtp import SmtpTransport  # noqa: PLC0415 - brings ssl, seldom wanted

        return SmtpTransport(settings.mail_server, sender=settings.mail_sender)
    return MaildirTransport(settings.mail_folder or _mail_beside(database))


def _authority(settings: Settings, clock: Clock) -> VatAuthority | None:
    return Vies(clock, settings.vat_authority) if settings.vat_authority else None


def _mail_beside(database: Path) -> Path:
    return database.with_name(f"{database.name}-mail")


def _ledger_beside(database: Path) -> Path:
    return database.with_name(f"{database.name}-gateway")
