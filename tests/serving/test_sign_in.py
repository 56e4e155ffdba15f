"""Who comes in: by a proven key, or as nobody; what is kept of it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import asyncssh
import pytest

from tests.serving.server import wait_until
from tests.terminal.buyer import ADA, ANNA, LENA, Buyer

if TYPE_CHECKING:
    from tests.serving.clients import Remote
    from tests.serving.server import Server

pytestmark = pytest.mark.terminal


@pytest.fixture(scope="module")
def annas_key(server: Server) -> asyncssh.SSHKey:
    return registered(server, ANNA)


@pytest.fixture(scope="module")
def adas_key(server: Server) -> asyncssh.SSHKey:
    return registered(server, ADA)


def registered(server: Server, mail: str) -> asyncssh.SSHKey:
    key = asyncssh.generate_private_key("ssh-ed25519")
    with closing(server.service()) as service:
        service.add_key(mail, key.export_public_key().decode())
    return key


def in_order(terminal: Remote) -> None:
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0


def test_a_registered_key_needs_no_password(server: Server, annas_key: asyncssh.SSHKey) -> None:
    terminal = server.open(keys=[annas_key])
    Buyer(terminal, "de").at_home()
    assert terminal.shows("Anna Muster")
    in_order(terminal)


def test_what_is_typed_at_once_goes_to_the_page_that_the_key_leads_to(
    server: Server, adas_key: asyncssh.SSHKey
) -> None:
    terminal = server.open(keys=[adas_key])
    terminal.press("n")
    terminal.wait_for(Buyer(terminal, "de").words("Which product would you like to add?"))


def test_the_user_name_names_nobody(server: Server, adas_key: asyncssh.SSHKey) -> None:
    terminal = server.open(keys=[adas_key], username=ANNA)
    Buyer(terminal, "de").at_home()
    assert terminal.shows("Byron")
    assert not terminal.shows("Muster GmbH")


def test_a_key_that_is_not_registered_leads_to_the_login_page(server: Server) -> None:
    terminal = server.open(keys=[asyncssh.generate_private_key("ssh-ed25519")])
    Buyer(terminal, "de").enter(LENA)


def test_a_key_that_is_shown_but_not_held_names_nobody(
    server: Server, annas_key: asyncssh.SSHKey
) -> None:
    """The client shows Anna's key, signs with another, and comes in as nobody in the end."""
    (pretended,) = asyncssh.load_keypairs(asyncssh.generate_private_key("ssh-ed25519"))
    pretended.public_data = annas_key.public_data
    terminal = server.open(keys=[pretended])
    Buyer(terminal, "de").at_login()
    terminal.wait_quiet()
    assert not terminal.shows("Muster GmbH · Anna")


def test_a_key_that_was_removed_opens_nothing(server: Server) -> None:
    key = registered(server, LENA)
    with closing(server.service()) as service:
        service.remove_key(LENA, key.get_fingerprint())
    Buyer(server.open(keys=[key]), "de").at_login()


def test_sessions_are_kept_with_who_and_how(server: Server, annas_key: asyncssh.SSHKey) -> None:
    terminal = server.open(keys=[annas_key], term="xterm-kitty", size=(90, 30))
    Buyer(terminal, "de").at_home()
    in_order(terminal)
    statement = (
        "SELECT fingerprint, address, width, height, ending FROM terminal_session"
        " WHERE terminal = 'xterm-kitty'"
    )
    wait_until(lambda: server.machine.records.rows(statement), "record of the session")
    (row,) = server.machine.records.rows(statement)
    assert row == (annas_key.get_fingerprint(), "127.0.0.1", 90, 30, "quit")


def test_a_page_is_opened_after_sign_in(server: Server, annas_key: asyncssh.SSHKey) -> None:
    by_key = Buyer(server.open(keys=[annas_key], command="neu"), "de")
    by_key.at("Product")
    by_password = Buyer(server.open(command="help"), "de")
    by_password.sign_in(ADA)
    by_password.terminal.wait_for("Abonnement")
