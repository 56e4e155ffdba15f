"""`billing-center database …`: creates or migrates the database, or spreads it over nodes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from billing import bootstrap
from billing.settings import DATABASE_NAME, load_settings
from billing.storage.engine import safe_place, sqlite_file
from tui.commands.output import say
from tui.commands.refusal import CannotDo, one_line, refuse
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from billing.service import BillingService
    from billing.settings import Settings
    from billing.storage.distribution import Placing


def upgrade(arguments: Namespace) -> int:
    """Bring the database up to date and say its version before and after."""
    settings = configured(arguments)
    done = bootstrap.upgrade(settings)
    if done.before is None:
        text = _("{place}: created with version {after}")
    elif done.before == done.after:
        text = _("{place}: version {after} is up to date already")
    else:
        text = _("{place}: migrated from version {before} to {after}")
    return say(text.format(place=_place(settings), before=done.before, after=done.after))


def distribute(arguments: Namespace) -> int:
    """Spread the tables over the nodes of a Citus cluster and say where each one went."""
    settings = configured(arguments)
    placings = bootstrap.distribute(settings)
    place = _place(settings)
    if placings is None:
        return refuse(
            _(
                "{place}: this is no PostgreSQL with the Citus extension, so nothing was "
                "distributed. Where it is installed, CREATE EXTENSION citus switches it on."
            ).format(place=place)
        )
    if not placings:
        return say(_("{place}: all tables are distributed already").format(place=place))
    return say("\n".join(map(_told, placings)))


def _told(placing: Placing) -> str:
    if placing.key is None:
        return _("{table}: on every node").format(table=placing.table)
    return _("{table}: distributed by {key}").format(table=placing.table, key=placing.key)


def configured(arguments: Namespace) -> Settings:
    """The settings, with the database that is named."""
    settings = load_settings()
    return replace(settings, database=arguments.database) if arguments.database else settings


@contextmanager
def opened_service(arguments: Namespace) -> Iterator[BillingService]:
    """The service on the configured database, closed at the end of the block.

    Raises:
        CannotDo: there is no such database.
        DatabaseUnavailable, CatalogueInvalid: as `billing.bootstrap.connect`.
    """
    settings = configured(arguments)
    require_database(settings)
    service = bootstrap.connect(settings)
    try:
        yield service
    finally:
        service.close()


def require_database(settings: Settings) -> None:
    """Make no database where a path is mistyped.

    Raises:
        CannotDo: there is none.
    """
    address = address_of(settings)
    file = sqlite_file(address)
    try:
        if file is not None:
            file.stat()
    except FileNotFoundError:
        raise CannotDo(
            _("There is no database at {place}. billing-center database upgrade makes one.").format(
                place=safe_place(address)
            )
        ) from None
    except OSError:
        # Opening it says better what is wrong with it.
        return


def _place(settings: Settings) -> str:
    return one_line(safe_place(address_of(settings)))


def address_of(settings: Settings) -> str:
    """The path or address of the configured database."""
    return settings.database or str(settings.data_folder / DATABASE_NAME)
