"""F1: the help article in the terminal, its addresses as hyperlinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.buyer import Buyer

if TYPE_CHECKING:
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal

TITLES = {
    "de": "Wie kann ich ein Abonnement oder eine kostenlose Testversion für ein anderes Produkt "
    "hinzufügen?",
    "en": "free trial",
}
CENTER = "https://billing.logmeininc.com"
PORTAL = "https://link.logmeininc.com/corp-billing"


def test_f1_shows_the_article_with_its_three_addresses_as_hyperlinks(speaking: Machine) -> None:
    terminal = speaking.demo(size=(120, 36))
    buyer = Buyer(terminal, speaking.language)
    buyer.at_login()
    terminal.wait_quiet()
    terminal.react("f1")
    terminal.wait_for("10. ")
    terminal.react("home")
    terminal.wait_for(TITLES[speaking.language])
    assert sorted(terminal.hyperlinks) == [CENTER, CENTER, PORTAL]
    terminal.press("f1")
    buyer.at_login()
