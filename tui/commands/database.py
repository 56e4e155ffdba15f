"""`billing-center database upgrade`: creates or migrates the database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing import bootstrap
from billing.settings import DATABASE_NAME, load_settings
from billing.storage.engine import safe_place
from tui.commands.output import say
from tui.commands.refusal import one_line
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace

    from billing.settings import Settings


def upgrade(arguments: Namespace) -> int:
    """Bring the database up to date and say its version before and after."""
    settings = load_settings()
    if arguments.database:
        settings = replace(settings, database=arguments.database)
    done = bootstrap.upgrade(settings)
    if done.before is None:
        text = _("{place}: created with version {after}")
    elif done.before == done.after:
        text = _("{place}: version {after} is up to date already")
    else:
        text = _("{place}: migrated from version {before} to {after}")
    place = one_line(safe_place(address_of(settings)))
    return say(text.format(place=place, before=done.before, after=done.after))


def address_of(settings: Settings) -> str:
    """The path or address of the configured database."""
    return settings.database or str(settings.data_folder / DATABASE_NAME)
