"""How many and how long: sessions of an account and of an address, idle ends, the end of all."""

from __future__ import annotations

import signal
import socket
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh
import pytest

from tests.serving.clients import command, connect
from tests.serving.server import Server, wait_until
from tests.terminal.buyer import ADA, ANNA, Buyer
from tests.terminal.harness import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.serving.clients import Network
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

SETTINGS = {"sessions_per_account": 1, "sessions_per_address": 3, "shutdown_seconds": 2}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture
def strict(network: Network, machine: Machine) -> Iterator[Server]:
    """A server with narrow limits and counters."""
    settings = {**SETTINGS, "metrics_port": free_port()}
    with Server(network, machine, settings) as running:
        yield running


def counters(server: Server) -> str:
    address = f"http://127.0.0.1:{server.settings['metrics_port']}/metrics"
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_sessions_are_counted_limited_and_all_told_of_the_end(strict: Server) -> None:
    first = Buyer(strict.open(), "de")
    first.enter(ANNA)
    # One more of the account is turned away, after it has signed in.
    second = strict.open()
    Buyer(second, "de").sign_in(ANNA)
    assert second.wait_exit() == 1
    second.assert_reset()
    assert second.shows("zu viele Sitzungen dieses Kontos")
    # A page for another account, and a third one for nobody, are all an address gets.
    other, third = Buyer(strict.open(), "de"), Buyer(strict.open(term="xterm-kitty"), "de")
    other.enter(ADA)
    third.at_login()
    fourth = strict.open()
    assert fourth.wait_exit() == 1
    assert fourth.shows("zu viele Sitzungen")
    told = counters(strict)
    assert 'billing_center_ssh_sessions_total{method="login page",terminal="xterm-kitty"} 1' in told
    assert "billing_center_ssh_sessions_open 3.0" in told
    assert 'billing_center_ssh_refused_total{reason="account"} 1.0' in told
    assert 'billing_center_ssh_refused_total{reason="sessions"} 1.0' in told

    strict.process.send_signal(signal.SIGTERM)
    for buyer in (first, other, third):
        assert buyer.terminal.wait_exit() == 1
        buyer.terminal.assert_reset()
        assert buyer.terminal.shows("Entwurf und Warenkorb sind gespeichert")
    assert strict.process.wait(PATIENCE) == 0
    assert strict.stderr() == ""
    rows = strict.machine.records.rows("SELECT ending FROM terminal_session ORDER BY ending")
    assert [ending for (ending,) in rows] == ["shutdown", "shutdown"]


def test_a_session_without_a_key_ends_and_says_so(network: Network, machine: Machine) -> None:
    with Server(network, machine, {"idle_seconds": 3, "grace_seconds": 3}) as server:
        terminal = server.open()
        Buyer(terminal, "de").at_login()
        assert terminal.wait_exit() == 1
        terminal.assert_reset()
        assert terminal.shows("keine Taste")
        assert b"Sind Sie noch da?" in terminal.output
        # So does a connection that asks for no session, and one that never signs in.
        idle = network.run(connect(server.port))
        network.run(idle.wait_closed())
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as silent:
            while silent.recv(4096):
                pass


def test_failures_make_the_next_try_wait(network: Network, machine: Machine) -> None:
    with Server(network, machine) as server:
        terminal = server.open()
        buyer = Buyer(terminal, "de")
        buyer.sign_in(ADA, "wrong")
        terminal.wait_for("stimmt nicht")
        # Connections that prove nothing, and do not even say so, are failures too.
        for _ in range(5):
            with pytest.raises(asyncssh.PermissionDenied):
                network.run(connect(server.port, client_factory=asyncssh.SSHClient))
        with pytest.raises(asyncssh.DisconnectError, match="try again in"):
            network.run(until_it_is_refused(server.port))
        # Whoever is in stays in.
        terminal.press("f2")
        Buyer(terminal, "en").at_login()


async def until_it_is_refused(port: int) -> None:
    while True:
        await command(port, None)


def test_a_server_that_is_killed_leaves_no_process(network: Network, machine: Machine) -> None:
    with Server(network, machine) as server:
        Buyer(server.open(), "de").at_login()
        processes = [server.launcher, *server.sessions()]
        server.process.kill()
        server.process.wait(PATIENCE)
        wait_until(lambda: not any(map(alive, processes)), "end of its processes")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
