"""Anmelden: what is refused, what stays typed, and the sample sign-ins of the demo."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from billing.errors import Field, Flaw, InvalidInput, SignInBlocked, SignInRefused
from billing.storage.tables import sign_in_failure
from tests.service.shop import ANNA, LENA
from tui.testing.terminal import said

if TYPE_CHECKING:
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener


async def test_mail_and_password_open_the_start_page(open_terminal: Opener) -> None:
    async with open_terminal() as t:
        await t.login.sign_in(ANNA)
        assert t.name == "HomeScreen"
        assert "Muster GmbH · Anna Muster" in t.text


@pytest.mark.parametrize("mail", [ANNA, "nobody@muster.example"])
async def test_a_wrong_password_and_an_unknown_mail_get_the_same_words(
    open_terminal: Opener, mail: str
) -> None:
    async with open_terminal() as t:
        await t.login.sign_in(mail, "wrong")
        assert t.notice == said(SignInRefused())
        assert (t.value("mail"), t.value("password"), t.focused) == (mail, "", "password")


async def test_too_many_failures_say_how_long_to_wait_and_then_let_in(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal() as t:
        await t.login.sign_in(ANNA, "wrong")
        for _ in range(5):
            await t.login.sign_in(ANNA, "wrong")
            shop.clock.advance(timedelta(milliseconds=1))
        assert t.notice == said(SignInBlocked(1))
        assert t.value("mail") == ANNA
        shop.clock.advance(timedelta(seconds=2))
        await t.login.sign_in(ANNA)
        assert t.name == "HomeScreen"


async def test_a_sign_in_without_a_mail_says_what_is_missing(open_terminal: Opener) -> None:
    async with open_terminal() as t:
        await t.push("sign-in")
        assert t.notice == said(InvalidInput(Field.MAIL, Flaw.MISSING))
        assert t.focused == "mail"
        await t.type("a")
        assert t.notice == "✗ Bitte geben Sie Ihr Passwort ein."


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_each_empty_field_says_that_it_is_missing_until_something_is_typed(
    open_terminal: Opener, size: tuple[int, int]
) -> None:
    async with open_terminal(size=size) as t:
        await t.push("sign-in")
        assert (t.read("#mail-fault"), t.read("#password-fault")) == ("✗ fehlt", "✗ fehlt")
        await t.press("f2")
        assert (t.read("#mail-fault"), t.read("#password-fault")) == ("✗ missing", "✗ missing")
        await t.fill("mail", ANNA)
        assert not t.page.query_one("#mail-fault").display
        assert t.notice == "✗ Please enter your password."
        await t.fill("password", "demo")
        assert not t.page.query_one("#password-fault").display
        assert t.notice == ""


async def test_enter_without_a_password_is_no_attempt_and_loses_nothing_typed_behind_it(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal() as t:
        t.send(*"lena", "at", *"huber", "full_stop", *"example", "enter", "enter")
        await t.settle()
        assert t.notice == "✗ Bitte geben Sie Ihr Passwort ein."
        assert t.focused == "password"
        t.send("enter", *"demo", "enter")
        await t.settle()
        assert t.name == "HomeScreen"
    assert shop.rows(sign_in_failure) == []


async def test_a_sample_sign_in_fills_the_form(open_terminal: Opener) -> None:
    async with open_terminal() as t:
        await t.focus("samples")
        await t.press("down", "enter")
        assert (t.value("mail"), t.value("password")) == (LENA, "demo")
        await t.press("enter")
        assert "Huber & Co. KG · Lena Huber" in t.text


async def test_enter_pressed_twice_is_one_attempt(open_terminal: Opener, shop: Shop) -> None:
    async with open_terminal() as t:
        await t.fill("mail", ANNA)
        await t.fill("password", "wrong")
        t.send("enter", "enter")
        await t.settle()
        assert [row.failures for row in shop.rows(sign_in_failure)] == [1]


async def test_signing_out_keeps_the_mail_and_forgets_the_password(open_terminal: Opener) -> None:
    async with open_terminal() as t:
        await t.login.sign_in(ANNA)
        await t.press("escape")
        await t.question.answer("sign-out")
        assert t.name == "LoginScreen"
        assert (t.value("mail"), t.value("password"), t.focused) == (ANNA, "", "password")
        assert "Muster GmbH · Anna" not in t.text


async def test_a_pasted_mail_loses_its_line_break(open_terminal: Opener) -> None:
    async with open_terminal() as t:
        await t.paste(f"{ANNA}\r\n")
        assert t.value("mail") == ANNA


async def test_signing_out_asks_first(open_terminal: Opener) -> None:
    async with open_terminal(ANNA) as t:
        await t.push("sign-out")
        await t.question.answer("stay")
        assert t.name == "HomeScreen"
