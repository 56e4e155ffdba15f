"""The program that starts before anybody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from tui.late_app import LateApp

if TYPE_CHECKING:
    from billing.service import BillingService
    from tests.service.shop import Shop


async def test_it_opens_nothing_while_nobody_is_there(shop: Shop) -> None:
    opened = []

    def connect() -> BillingService:
        opened.append(1)
        return shop.service

    app = LateApp(connect, "de")
    async with app.run_test() as pilot:
        await app.stands.wait()
        await pilot.press("tab", "enter")
        assert isinstance(app.focused, Input)
        assert opened == []


async def test_what_it_does_to_be_fast_is_never_seen(shop: Shop) -> None:
    app = LateApp(lambda: shop.service, "de")
    told: list[object] = []
    async with app.run_test(message_hook=told.append) as pilot:
        await app.stands.wait()
        await app.type_ahead.done()
        mail = app.screen.query_one("#mail", Input)
        assert app.focused is mail
        app._limber_up()
        assert (mail.value, mail.cursor_position) == ("", 0)
        await pilot.press("a")
        app._limber_up()
        assert mail.value == "a"
    changes = [message.value for message in told if isinstance(message, Input.Changed)]
    assert changes[-1:] == ["a"]
    assert set(changes) <= {"", "a"}
