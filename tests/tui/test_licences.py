"""Lizenzen zuweisen: ticks, free licences, and what happens when there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.errors import Problem, Refused
from billing.storage.tables import draft
from tests.service.shop import ANNA, WEBINAR
from tui.messages import OpenCart, OpenCheckout, OpenHome, SignOut
from tui.testing.terminal import said

if TYPE_CHECKING:
    from textual.message import Message

    from billing.subscriptions.model import User
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener


@pytest.fixture
def meeting(shop: Shop) -> str:
    """The subscription with three free licences of twelve."""
    return _subscription(shop, "goto-meeting")


@pytest.fixture
def connect(shop: Shop) -> str:
    """The subscription whose eight licences are all assigned."""
    return _subscription(shop, "goto-connect")


async def test_a_tick_gives_a_licence_when_it_is_saved(
    open_terminal: Opener, shop: Shop, meeting: str
) -> None:
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        assert "3 frei" in t.read("#ticks")
        await t.licences.tick(felix.user_id, meeting)
        assert "[x] GoTo Meeting" in t.read("#ticks")
        assert "2 frei" in t.read("#ticks")
        assert meeting not in _user(shop, "Felix Sommer").subscriptions
        await t.press("ctrl+s")
        assert t.notice.startswith("✓ ")
        assert meeting in _user(shop, "Felix Sommer").subscriptions


async def test_the_ticks_replace_what_the_user_had(
    open_terminal: Opener, shop: Shop, meeting: str, connect: str
) -> None:
    anna = _user(shop, "Anna Muster")
    assert meeting in anna.subscriptions
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(anna.user_id, meeting)
        await t.push("save")
        assert _user(shop, "Anna Muster").subscriptions == anna.subscriptions - {meeting}


async def test_without_a_free_licence_nothing_is_assigned_and_the_tick_stays(
    open_terminal: Opener, shop: Shop, connect: str
) -> None:
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, connect)
        await t.press("ctrl+s")
        refusal = Refused(Problem.NO_FREE_LICENCE, product="GoTo Connect", seats=8)
        assert t.notice == said(refusal)
        assert "[x] GoTo Connect" in t.read("#ticks")
        assert connect not in _user(shop, "Felix Sommer").subscriptions


async def test_a_licence_can_move_from_one_user_to_another_in_one_saving(
    open_terminal: Opener, shop: Shop, connect: str
) -> None:
    giver = next(user for user in _users(shop) if connect in user.subscriptions)
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, connect)
        await t.press("shift+tab", "home")
        await t.licences.tick(giver.user_id, connect)
        await t.press("ctrl+s")
        assert t.notice.startswith("✓ ")
    holders = [user.name for user in _users(shop) if connect in user.subscriptions]
    assert felix.name in holders
    assert giver.name not in holders
    assert len(holders) == 8


async def test_several_users_are_saved_together(
    open_terminal: Opener, shop: Shop, meeting: str
) -> None:
    async with open_terminal(ANNA) as t:
        await t.press("l")
        for name in ("Felix Sommer", "Ida Krüger"):
            await t.licences.tick(_user(shop, name).user_id, meeting)
            await t.press("shift+tab")
        await t.push("save")
        assert t.notice.startswith("✓ ")
    assert meeting in _user(shop, "Felix Sommer").subscriptions
    assert meeting in _user(shop, "Ida Krüger").subscriptions


async def test_saving_without_a_change_says_so(open_terminal: Opener, shop: Shop) -> None:
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.push("save")
        assert t.notice.startswith("· ")


async def test_the_key_of_the_footer_saves_from_either_list(
    open_terminal: Opener, shop: Shop, meeting: str
) -> None:
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, meeting)
        await t.press("shift+tab")
        assert "s Speichern" in t.text
        await t.press("ctrl+s")
        assert meeting in _user(shop, "Felix Sommer").subscriptions


@pytest.mark.parametrize("key", ["escape", "f3", "ctrl+q", "ctrl+c"])
async def test_ticks_that_are_not_saved_are_not_thrown_away_without_asking(
    open_terminal: Opener, shop: Shop, meeting: str, key: str
) -> None:
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, meeting)
        await t.press(key)
        assert (t.name, t.focused) == ("QuestionScreen", "stay")
        assert "Felix Sommer" in t.read("#details")
        await t.press("enter")
        assert t.name == "LicencesScreen"
        assert "[x] GoTo Meeting" in t.read("#ticks")
        await t.press("ctrl+s", "escape")
        assert t.name == "HomeScreen"
    assert meeting in _user(shop, "Felix Sommer").subscriptions


@pytest.mark.parametrize("message", [OpenHome, OpenCart, OpenCheckout, SignOut])
async def test_no_way_out_of_the_palette_throws_ticks_away(
    open_terminal: Opener, shop: Shop, meeting: str, message: type[Message]
) -> None:
    shop.fill(shop.session(), WEBINAR)
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, meeting)
        t.page.post_message(message())
        await t.settle()
        assert (t.name, t.focused) == ("QuestionScreen", "stay")
        await t.question.answer("discard")
        assert t.name != "LicencesScreen"


async def test_ticks_are_thrown_away_when_that_is_the_answer(
    open_terminal: Opener, shop: Shop, meeting: str
) -> None:
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, meeting)
        await t.push("home")
        await t.question.answer("discard")
        assert t.name == "HomeScreen"
        await t.press("l", "escape")
        assert t.name == "HomeScreen"
    assert meeting not in _user(shop, "Felix Sommer").subscriptions


async def test_the_program_ends_without_the_ticks_when_that_is_the_answer(
    open_terminal: Opener, shop: Shop, meeting: str
) -> None:
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, meeting)
        await t.press("ctrl+q", "ctrl+q")
        assert t.name == "QuestionScreen"
        t.send("right", "enter")
        await t.gone()
    assert meeting not in _user(shop, "Felix Sommer").subscriptions


async def test_ticks_of_a_session_that_is_ended_from_outside_are_there_again(
    open_terminal: Opener, shop: Shop, meeting: str, connect: str
) -> None:
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, meeting)
        t.app.call_from_signal()
        await t.gone()
    later = shop.second()
    anna = _user(later, "Anna Muster")
    session = later.session(ANNA)
    later.service.assign(session, felix.user_id, felix.subscriptions - {connect})
    async with open_terminal(ANNA, service=later.service) as t:
        await t.press("l")
        assert t.notice == "! Noch nicht gespeichert: die Häkchen von Felix Sommer."
        await t.press("ctrl+s")
        assert t.notice.startswith("✓ ")
        await t.press("escape")
        assert t.name == "HomeScreen"
        await t.press("l")
        assert t.notice == ""
    assert _user(later, "Felix Sommer").subscriptions == (felix.subscriptions - {connect}) | {
        meeting
    }
    assert _user(later, "Anna Muster") == anna


async def test_ticks_that_were_thrown_away_do_not_come_again(
    open_terminal: Opener, shop: Shop, meeting: str
) -> None:
    felix = _user(shop, "Felix Sommer")
    async with open_terminal(ANNA) as t:
        await t.press("l")
        await t.licences.tick(felix.user_id, meeting)
        await t.press("ctrl+q")
        await t.question.answer("discard")
        await t.gone()
    later = shop.second()
    assert later.rows(draft) == []


def _users(shop: Shop) -> tuple[User, ...]:
    return shop.service.users(shop.session(ANNA))


def _user(shop: Shop, name: str) -> User:
    return next(user for user in _users(shop) if user.name == name)


def _subscription(shop: Shop, product: str) -> str:
    held = shop.service.home(shop.session(ANNA)).subscriptions
    return next(each.subscription_id for each in held if each.product == product)


async def test_where_nothing_can_be_assigned_the_page_says_so(open_terminal: Opener) -> None:
    async with open_terminal("egon@alt.example") as t:
        await t.press("l")
        assert t.read("#empty") == "Es gibt noch nichts zuzuweisen."
        assert "Speichern" not in t.text
        await t.press("enter")
        assert t.name == "HomeScreen"
