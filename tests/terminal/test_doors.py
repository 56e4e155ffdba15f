"""Who may not order is told so after the sign-in, with who or what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import ANNA, EGON, KARLA, MAX, Buyer

if TYPE_CHECKING:
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

EXPIRED = "This account expired on {day}. Please renew it before you add anything."
PORTAL = "https://link.logmeininc.com/corp-billing"


def test_each_closed_door_says_who_helps(speaking: Machine) -> None:
    terminal = speaking.demo()
    buyer = Buyer(terminal, speaking.language)
    words = buyer.words

    buyer.sign_in(MAX)
    terminal.wait_for(words("You are not the billing contact of this account."))
    terminal.wait_for(f"Anna Muster {ANNA}")
    assert not terminal.shows(words("Add New Subscription"))
    buyer.sign_out()

    buyer.sign_in_again(KARLA)
    terminal.wait_for(words("This is a corporate account."))
    terminal.wait_for(PORTAL)
    assert terminal.shows("Corporate Account Services")
    assert terminal.hyperlinks == [PORTAL]
    assert not terminal.shows(words("Add New Subscription"))
    buyer.sign_out()

    buyer.sign_in_again(EGON)
    terminal.wait_for(words.beginning(EXPIRED))
    assert not terminal.shows(words("Add New Subscription"))
    terminal.press("n")
    terminal.wait_quiet()
    assert terminal.shows(words("Subscriptions"))


def test_a_wrong_password_keeps_the_mail_and_says_nothing_of_which(speaking: Machine) -> None:
    terminal = speaking.demo()
    buyer = Buyer(terminal, speaking.language)
    buyer.sign_in(ANNA, "wrong")
    terminal.wait_for(buyer.words("Mail or password is not right. Please try again."))
    assert terminal.shows(f"{buyer.words('Mail')} {ANNA}")
    assert not terminal.shows("wrong")
    terminal.wait_quiet()
    terminal.type("demo")
    terminal.press("enter")
    buyer.at_home()
