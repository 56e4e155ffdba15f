"""The three checks at the door: who cannot order sees who or what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.shop import MAX

if TYPE_CHECKING:
    from tui.testing.terminal import Opener

KARLA = "karla@konzern.example"
EGON = "egon@alt.example"


async def test_an_admin_is_told_the_billing_contact_by_name_and_mail(open_terminal: Opener) -> None:
    async with open_terminal(MAX) as t:
        assert t.read("#why") == "Sie sind nicht der Abrechnungskontakt dieses Kontos."
        assert "Anna Muster anna@muster.example" in t.read("#help")


async def test_an_admin_can_assign_licences_and_come_back(open_terminal: Opener) -> None:
    async with open_terminal(MAX) as t:
        await t.push("licences")
        assert t.name == "LicencesScreen"
        await t.press("escape")
        assert t.name == "ClosedScreen"


async def test_a_corporate_account_is_sent_to_its_portal(open_terminal: Opener) -> None:
    async with open_terminal(KARLA) as t:
        assert t.read("#why") == "Dies ist ein Unternehmenskonto."
        assert "https://link.logmeininc.com/corp-billing" in t.read("#help")
        assert "Corporate Account Services" in t.read("#help")


async def test_an_expired_account_says_since_when_and_what_to_do(open_terminal: Opener) -> None:
    async with open_terminal(EGON) as t:
        assert "29.10.2026 abgelaufen" in t.read("#closed")
        assert "verlängert" in t.read("#closed")


async def test_an_expired_account_has_no_way_to_add_anything(open_terminal: Opener) -> None:
    async with open_terminal(EGON) as t:
        await t.press("n")
        assert t.name == "HomeScreen"
        assert "Neues Abonnement hinzufügen" not in t.text


@pytest.mark.parametrize("mail", [MAX, KARLA])
async def test_a_closed_door_has_a_way_out(open_terminal: Opener, mail: str) -> None:
    async with open_terminal(mail) as t:
        await t.press("escape", "enter")
        assert t.name == "LoginScreen"
