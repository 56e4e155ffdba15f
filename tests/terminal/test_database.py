"""A database that cannot be used: a sentence on the screen, and nothing lost when it can again."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, OFFER, Buyer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

_DROP_FROM_BOUNDING_SET = 24
_OVERRIDE_PERMISSIONS = 1


def _cannot_override_permissions() -> Callable[[], None] | None:
    """What takes from root, before the program starts, the right to write everywhere."""
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        pytest.skip("root may write everywhere")
    library = ctypes.CDLL(None, use_errno=True)

    def give_up() -> None:
        library.prctl(_DROP_FROM_BOUNDING_SET, _OVERRIDE_PERMISSIONS, 0, 0, 0)

    return give_up


@contextmanager
def _locked(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def _read_only(machine: Machine) -> Path:
    database = machine.with_database()
    database.chmod(0o400)
    return database


def _missing_folder(machine: Machine) -> Path:
    return machine.folder / "missing" / "billing.sqlite3"


def _newer(machine: Machine) -> Path:
    database = machine.with_database()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    return database


def _no_database(machine: Machine) -> Path:
    machine.database.write_text("This is a letter and not a database.\n" * 100)
    return machine.database


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_read_only, "The database cannot be written: {place}. Check the permissions."),
        (
            _missing_folder,
            "There is no such folder for the database: {place}. Create it first.",
        ),
        (
            _newer,
            "The database was made by a newer version of the program: {place}. Update the program.",
        ),
        (_no_database, "This is not a Billing Center database: {place}"),
    ],
)
def test_the_screen_says_what_is_wrong_with_the_database(
    speaking: Machine, spoil: Callable[[Machine], Path], sentence: str
) -> None:
    database = spoil(speaking)
    before = database.read_bytes() if database.exists() else b""
    terminal = speaking.demo(
        "--database", str(database), size=(120, 30), before=_cannot_override_permissions()
    )
    buyer = Buyer(terminal, speaking.language)
    terminal.wait_for(buyer.words.beginning(sentence))
    assert str(database) in terminal.prose().replace(" ", "")
    # Signing in cannot work either, and says the same.
    buyer.sign_in(ANNA)
    terminal.wait_quiet(0.5)
    terminal.wait_for(buyer.words.beginning(sentence))
    terminal.press("ctrl+q")
    assert terminal.wait_exit() in {0, 1}
    terminal.assert_reset()
    assert b"Traceback" not in terminal.output
    assert before == (database.read_bytes() if database.exists() else b"")


def test_a_locked_database_is_waited_for_and_can_be_used_when_it_is_free(machine: Machine) -> None:
    database = machine.with_database()
    busy = "The database is busy: {place}. Nothing was lost. Please try again."
    with _locked(database):
        terminal = machine.demo("--database", str(database))
        buyer = Buyer(terminal, "de")
        terminal.wait_for(buyer.words.beginning(busy))
    buyer.enter(ANNA)


def test_a_database_locked_within_the_flow_holds_nobody_up(machine: Machine) -> None:
    database = machine.with_database()
    buyer = Buyer(machine.demo("--database", str(database), "--as", ANNA), "de")
    terminal = buyer.terminal
    buyer.at_home()
    buyer.begin()
    with _locked(database):
        buyer.choose("GoTo Webinar")
        buyer.at(OFFER)
        terminal.wait_for(buyer.words("Your answers could not be stored yet."))
    buyer.choose_offer("Buy")
    buyer.choose_tier("Pro")
    buyer.choose_seats(5)
    buyer.choose_cycle("Annual")
    buyer.pay_by_sepa()
    buyer.place_order()
    assert len(machine.records.order_numbers()) == 1
