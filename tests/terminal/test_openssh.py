"""Behind OpenSSH's server: a registered key is all one needs, and the program all one gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from billing.clock import SystemClock
from billing.storage.access_tables import contact_key, terminal_session
from billing.storage.migrate import open_database
from tests.terminal.buyer import ANNA, Buyer
from tests.terminal.machine import Machine
from tests.terminal.openssh import Sshd, make_key, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sqlalchemy import Table

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(missing() is not None, reason=missing() or "everything is there"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Iterator[Sshd]:
    """One server for all tests: starting it, and registering a key, takes longer than they do."""
    machine = Machine(tmp_path_factory.mktemp("openssh"), seeded)
    made = Sshd(machine, str(machine.with_database()))
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def key(server: Sshd) -> Path:
    """A key that is registered for the contact of the sample."""
    return register(server, make_key(server.folder / "id"))


@pytest.fixture
def sshd(server: Sshd) -> Iterator[Sshd]:
    """The server, without what earlier tests have left open."""
    server.machine.language = "de"
    yield server
    server.machine.close()
    server.machine.terminals.clear()


def register(server: Sshd, file: Path) -> Path:
    account_key(server, "add", ANNA, f"{file}.pub")
    return file


def account_key(server: Sshd, *words: str) -> None:
    place = ("--database", server.address)
    done = server.machine.run(*place, "account", "key", *words)
    assert done.returncode == 0, done.stderr


def public_half(key: Path) -> str:
    return Path(f"{key}.pub").read_text()


def rows(sshd: Sshd, table: Table) -> list[Any]:
    database = open_database(sshd.address)
    found = database.read(lambda connection: list(connection.execute(select(table))))
    database.close()
    return found


def test_a_registered_key_opens_the_program_and_leaves_a_record(sshd: Sshd, key: Path) -> None:
    before = SystemClock().now()
    terminal = sshd.connect(key)
    Buyer(terminal, "de").at_home()
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0, sshd.log()
    terminal.assert_reset()
    session = rows(sshd, terminal_session)[-1]
    (used,) = (row for row in rows(sshd, contact_key) if row.fingerprint == session.fingerprint)
    assert used.last_used_at > before
    assert session.contact_id == used.contact_id
    assert (session.address, session.terminal) == ("127.0.0.1", "xterm-256color")
    assert (session.width, session.height, session.ending) == (80, 24, "quit")
    assert before < session.began_at < session.ended_at


def test_a_dropped_connection_ends_the_program(sshd: Sshd, key: Path) -> None:
    before = len(rows(sshd, terminal_session))
    terminal = sshd.connect(key)
    Buyer(terminal, "de").at_home()
    terminal.kill9()
    sshd.wait_until(lambda: len(rows(sshd, terminal_session)) > before)
    assert rows(sshd, terminal_session)[-1].ending == "gone"


def test_a_page_may_be_asked_for(sshd: Sshd, key: Path) -> None:
    terminal = sshd.connect(key, "Warenkorb")
    terminal.wait_for("Der Warenkorb ist leer.")


def test_a_terminal_without_a_screen_is_talked_to_by_lines(sshd: Sshd, key: Path) -> None:
    terminal = sshd.machine.start(command=sshd.command(key, "-tt"), environment={"TERM": "dumb"})
    terminal.wait_for("Neues Abonnement hinzufügen")
    terminal.press("\x04")
    assert terminal.wait_exit() == 0
    assert b"\x1b" not in terminal.output
    assert rows(sshd, terminal_session)[-1].terminal == "dumb"


def test_the_language_of_the_client_counts(sshd: Sshd, key: Path) -> None:
    sshd.machine.language = "en"
    Buyer(sshd.connect(key), "en").at_home()


def test_a_key_that_is_not_registered_any_more_is_not_let_in(sshd: Sshd, key: Path) -> None:
    other = register(sshd, make_key(sshd.folder / "other"))
    code, said = sshd.run(other, "ls")
    assert code == 1
    assert "Permission denied" not in said
    (row,) = (row for row in rows(sshd, contact_key) if row.line in public_half(other))
    account_key(sshd, "remove", ANNA, row.fingerprint)
    code, said = sshd.run(other, "ls")
    assert code == 255
    assert "Permission denied" in said


@pytest.mark.parametrize("asked", ["ls -la", "neu; sh"])
def test_nothing_but_pages_can_be_asked_for(sshd: Sshd, key: Path, asked: str) -> None:
    before = rows(sshd, terminal_session)
    code, said = sshd.run(key, asked, options=("-tt",))
    assert code == 1
    assert "Diesen Befehl gibt es nicht." in said
    assert "neu, new: ein Abonnement hinzufügen" in said
    assert rows(sshd, terminal_session) == before


def test_without_a_terminal_it_says_so(sshd: Sshd, key: Path) -> None:
    code, said = sshd.run(key, "neu")
    assert (code, said) == (1, "billing-center: Dieses Programm braucht ein Terminal: ssh -t …\n")


@pytest.mark.parametrize("options", [("-s",), ("-W", "127.0.0.1:22")])
def test_neither_subsystems_nor_forwarding_are_to_be_had(
    sshd: Sshd, key: Path, options: tuple[str, ...]
) -> None:
    asked = ("sftp",) if options == ("-s",) else ()
    code, said = sshd.run(key, *asked, options=options)
    assert code != 0
    assert "sftp" not in said.replace("subsystem request failed", "")
