"""Sessions over SSH with asyncssh's client: what a buyer does, and what they cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncssh
import pytest

from tests.serving.clients import command, connect
from tests.terminal.buyer import ADA, ANNA, LENA, SEATS, Buyer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.serving.server import Server

pytestmark = pytest.mark.terminal


def test_a_purchase_by_mail_and_password(server: Server) -> None:
    terminal = server.open()
    buyer = Buyer(terminal, "de")
    buyer.enter(ANNA)
    buyer.buy_webinar()
    buyer.pay_by_sepa()
    buyer.place_order()
    (number,) = server.machine.records.order_numbers()
    assert terminal.shows(number)
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0
    terminal.assert_reset()


def test_the_window_is_resized_while_somebody_types(server: Server) -> None:
    terminal = server.open()
    buyer = Buyer(terminal, "de")
    buyer.at_login()
    for number, letter in enumerate("lena@huber.example"):
        terminal.press(letter)
        terminal.resize(80 + number, 24 + number % 3)
    terminal.resize(100, 30)
    terminal.wait_for(f"{buyer.words('Mail')} lena@huber.example")
    terminal.wait_quiet()
    assert len(max(terminal.rows(), key=len)) > 80


def test_a_dropped_connection_loses_nothing(server: Server) -> None:
    first = Buyer(server.open(), "de")
    first.enter(LENA)
    first.begin()
    first.choose_product("GoTo Webinar")
    first.choose_offer("Buy")
    first.choose_tier("Pro")
    first.at(SEATS)
    first.terminal.hang_up()
    second = Buyer(server.open(), "de")
    second.sign_in(LENA)
    second.resume()
    second.at(SEATS)


@pytest.mark.parametrize("size", [(0, 0), (5000, 3000), (1, 1)])
def test_a_strange_size_costs_nothing_and_nobody(server: Server, size: tuple[int, int]) -> None:
    terminal = server.open()
    buyer = Buyer(terminal, "de")
    buyer.at_login()
    terminal.ask_for_size(*size)
    terminal.ask_for_size(80, 24)
    terminal.type("x")
    terminal.wait_for(f"{buyer.words('Mail')} x")
    assert len(terminal.output) < 2_000_000


def test_lang_picks_the_language(server: Server) -> None:
    terminal = server.open(env={"LANG": "en_GB.UTF-8"})
    Buyer(terminal, "en").at_login()


@pytest.mark.parametrize("asked", ["ls -la; rm -rf /", "scp -f /etc/passwd", "sftp-server"])
def test_an_unknown_command_is_told_what_there_is(server: Server, asked: str) -> None:
    done = server.network.run(command(server.port, asked))
    assert done.exit_status == 2
    assert done.stdout == ""
    for word in ("neu", "warenkorb", "kasse", "hilfe", "new", "cart", "checkout", "help"):
        assert word in str(done.stderr)


@pytest.mark.parametrize("page", [None, "neu"])
def test_without_a_terminal_there_is_a_reason(server: Server, page: str | None) -> None:
    done = server.network.run(command(server.port, page))
    assert done.exit_status == 1
    assert "needs a terminal" in str(done.stderr)


def test_nothing_but_the_program_is_to_be_had(server: Server) -> None:
    async def ask_for_everything() -> list[str]:
        refused = []
        async with await connect(server.port) as connection:
            attempts: dict[str, Callable[[], Awaitable[object]]] = {
                "connection": lambda: connection.create_connection(
                    asyncssh.SSHTCPSession, "127.0.0.1", 22
                ),
                "unix": lambda: connection.create_unix_connection(
                    asyncssh.SSHUNIXSession, "/run/x"
                ),
                "listener": lambda: connection.forward_remote_port("", 0, "127.0.0.1", 22),
                "sftp": connection.start_sftp_client,
            }
            for name, attempt in attempts.items():
                try:
                    await attempt()
                except (asyncssh.Error, asyncssh.ChannelListenError, OSError):
                    refused.append(name)
        return refused

    assert server.network.run(ask_for_everything()) == [
        "connection",
        "unix",
        "listener",
        "sftp",
    ]


def test_one_account_does_not_see_the_session_of_another(server: Server) -> None:
    ada, anna = Buyer(server.open(), "de"), Buyer(server.open(), "de")
    ada.enter(ADA)
    anna.enter(ANNA)
    assert not ada.terminal.shows("Muster GmbH")
    assert not anna.terminal.shows("Byron")
