"""The program on a server: pages by their doors, limits that are kept, nothing left on its disk."""

from __future__ import annotations

import io
import os
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import pytest

from billing.catalogue.model import Offer
from tests.hands import Hands
from tests.service.shop import ANNA, MAX, RESCUE
from tui.flow import Step
from tui.launcher import Admission, Closing, Door, End, SignedIn, spoken, understood
from tui.launcher_link import LauncherLink
from tui.served_app import ServedApp
from tui.testing.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.service.shop import Shop


class Served(Protocol):
    """Starts the program as a launcher would."""

    def __call__(self, admission: Admission) -> AbstractAsyncContextManager[Terminal]: ...


@pytest.fixture
def hands() -> Hands:
    """The clock that limits go by."""
    return Hands()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """What the launcher and the program hold."""
    mine, its = socket.socketpair()
    with mine, its:
        yield mine, its


@pytest.fixture
def launcher(ends: tuple[socket.socket, socket.socket]) -> socket.socket:
    """The launcher's end."""
    return ends[0]


@pytest.fixture
def served(shop: Shop, hands: Hands, ends: tuple[socket.socket, socket.socket]) -> Served:
    """Starts it."""

    @asynccontextmanager
    async def start(admission: Admission) -> AsyncIterator[Terminal]:
        link = LauncherLink(os.dup(ends[1].fileno()))
        app = ServedApp(lambda: shop.service, admission, link, time=hands)
        with link:
            async with app.run_test(size=(80, 24)) as pilot:
                terminal = Terminal(app, pilot)
                await terminal.settle()
                yield terminal

    return start


def ending(terminal: Terminal) -> End | None:
    assert isinstance(terminal.app, ServedApp)
    return terminal.app.ending


def written(folder: Path) -> list[str]:
    """What there is beside the database."""
    return [path.name for path in folder.iterdir() if "shop" not in path.name]


# Doors


@pytest.mark.parametrize(
    ("door", "page"),
    [(Door.NEW, "ProductScreen"), (Door.CART, "CartScreen"), (Door.HELP, "HelpScreen")],
)
async def test_a_door_opens_its_page(served: Served, door: Door, page: str) -> None:
    async with served(Admission("de", ANNA, door)) as t:
        assert t.name == page
        await t.press("escape")
        assert t.name == "HomeScreen"


async def test_the_door_to_the_checkout_opens_it_when_the_cart_holds_something(
    served: Served, shop: Shop
) -> None:
    shop.fill(shop.session(), RESCUE)
    async with served(Admission("de", ANNA, Door.CHECKOUT)) as t:
        assert t.name == "CheckoutScreen"
        await t.press("f3")
        assert t.name == "CartScreen"


async def test_without_anything_in_the_cart_the_start_page_says_so(served: Served) -> None:
    async with served(Admission("de", ANNA, Door.CHECKOUT)) as t:
        assert t.name == "HomeScreen"
        assert t.notice == "! Der Warenkorb ist leer. Bitte wählen Sie zuerst ein Produkt."


@pytest.mark.parametrize("door", [Door.NEW, Door.CART, Door.CHECKOUT])
async def test_no_door_is_open_to_who_may_not_order(served: Served, door: Door) -> None:
    async with served(Admission("de", MAX, door)) as t:
        assert t.name == "ClosedScreen"


async def test_a_door_opens_once(served: Served) -> None:
    async with served(Admission("de", ANNA, Door.NEW)) as t:
        await t.press("f3", "f3", "enter")
        assert t.name == "LoginScreen"
        await t.login.sign_in(ANNA)
        assert t.name == "HomeScreen"


async def test_everybody_who_signs_in_is_told_of(served: Served, launcher: socket.socket) -> None:
    async with served(Admission("de", ANNA)) as t:
        await t.press("f3", "enter")
        await t.login.sign_in(MAX)
        assert t.name == "ClosedScreen"
    said = [understood(line) for line in launcher.recv(65536).splitlines()]
    assert [word.mail for word in said if isinstance(word, SignedIn)] == [ANNA, MAX]


async def test_an_unknown_language_is_german(served: Served) -> None:
    async with served(Admission("fr")) as t:
        assert "Kennwort" in t.text or "Passwort" in t.text


# Limits


async def test_a_warning_is_taken_back_by_any_key_which_does_nothing_else(
    served: Served, hands: Hands
) -> None:
    async with served(Admission("de", ANNA, idle_seconds=600)) as t:
        for key in ("enter", "n", "escape", "f2", "x"):
            hands.go_on(540)
            await t.settle()
            assert "60" in t.text
            assert t.name == "QuestionScreen"
            await t.press(key)
            assert t.name == "HomeScreen"
        assert ending(t) is None
        hands.go_on(600)
        await t.gone()
        assert ending(t) is End.IDLE


async def test_a_number_that_is_typed_when_the_time_is_up_is_stored(
    served: Served, shop: Shop, hands: Hands
) -> None:
    async with served(Admission("de", ANNA, idle_seconds=600)) as t:
        await t.begin(Step.SEATS, product="goto-webinar", offer=Offer.BUY, tier="pro")
        await t.press("4", "2")
        hands.go_on(540)
        await t.settle()
        assert t.name == "QuestionScreen"
        hands.go_on(60)
        await t.gone()
    behind = shop.second()
    stored = behind.service.home(behind.session(ANNA)).draft
    assert stored is not None
    assert (stored.draft.seats, stored.place) == (42, Step.SEATS)


async def test_a_paste_is_a_sign_of_life_too(served: Served, hands: Hands) -> None:
    async with served(Admission("de", ANNA, idle_seconds=600)) as t:
        hands.go_on(500)
        await t.paste("x")
        hands.go_on(500)
        await t.settle()
        assert t.name == "HomeScreen"


async def test_the_warning_is_read_in_the_language_at_hand(served: Served, hands: Hands) -> None:
    async with served(Admission("en", ANNA, idle_seconds=5)) as t:
        hands.go_on(4)
        await t.settle()
        assert "Still there?" in t.text
        assert "Without a key this session ends in 1 second." in t.text


async def test_the_longest_duration_is_told_of_and_kept(served: Served, hands: Hands) -> None:
    async with served(Admission("de", ANNA, longest_seconds=3600)) as t:
        hands.go_on(3540)
        await t.settle()
        assert "Diese Sitzung hat ihre längste Dauer erreicht." in t.text
        await t.press("x")
        assert t.name == "HomeScreen"
        hands.go_on(60)
        await t.gone()
        assert ending(t) is End.TOO_LONG


async def test_the_launcher_may_end_it_after_a_notice(
    served: Served, hands: Hands, launcher: socket.socket
) -> None:
    async with served(Admission("de", ANNA)) as t:
        launcher.sendall(spoken(Closing(End.TOO_MANY, 10)))
        await t.until(lambda: hands.waiting == 1)
        await t.settle()
        assert t.read(".question") == "Zu viele Sitzungen dieses Kontos sind offen."
        assert "Entwurf und Warenkorb sind gespeichert" in t.read("#details")
        await t.press("x")
        assert t.name == "HomeScreen"
        hands.go_on(9)
        await t.gone()
        assert ending(t) is End.TOO_MANY


async def test_it_ends_when_the_launcher_is_gone(served: Served, launcher: socket.socket) -> None:
    async with served(Admission("de", ANNA)) as t:
        launcher.shutdown(socket.SHUT_RDWR)
        await t.gone()
        assert ending(t) is End.GONE


# The server's own


async def test_the_palette_offers_nothing_of_the_server(served: Served) -> None:
    async with served(Admission("en", ANNA)) as t:
        titles = [command.title for command in t.app.get_system_commands(t.app.screen)]
    assert titles == [
        *("Help", "Deutsch", "Dark theme", "Light theme", "Colours of the terminal"),
        *("Billing Center", "Cart", "Sign out", "Quit"),
    ]


async def test_nothing_is_opened_or_written_on_the_server(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address, **_: opened.append(address))
    monkeypatch.setattr("os.kill", lambda *_: opened.append("a signal"))
    folder = str(tmp_path / "written")
    async with served(Admission("en", ANNA)) as t:
        t.app.open_url("https://portal.example")
        t.app.deliver_text(io.StringIO("x"), save_directory=folder)
        t.app.deliver_binary(io.BytesIO(b"x"), save_directory=folder)
        t.app.deliver_screenshot("picture.svg", folder)
        t.app.action_screenshot("picture.svg", folder)
        t.app.action_suspend_process()
        await t.press("ctrl+z")
        assert t.name == "HomeScreen"
    assert opened == []
    assert written(tmp_path) == []
