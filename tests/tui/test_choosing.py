"""Produkt, Kaufen/Testen and Abostufe: what can be chosen, and why something cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.catalogue.model import Offer
from billing.errors import Problem, Refused
from billing.storage.tables import subscription, trial_use
from tests.service.life import bought, past_due, suspended
from tests.service.shop import ANNA, LENA, RESCUE
from tui.flow import Step
from tui.i18n import _
from tui.testing.terminal import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.catalogue.model import Catalogue
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener


async def test_the_picker_says_in_a_word_what_can_be_done(open_terminal: Opener) -> None:
    async with open_terminal(ANNA) as t:
        await t.home.add_subscription()
        shown = [" ".join(line.split("│")[0].split()) for line in t.lines()]
        assert "GoTo Meeting bereits abonniert" in shown
        assert "GoTo Training Testversion läuft" in shown
        assert "LogMeIn Rescue 14 Tage kostenlos" in shown
        assert "Hamachi nur Kauf" in shown


async def test_a_product_the_account_has_is_refused_with_what_to_do(open_terminal: Opener) -> None:
    async with open_terminal(ANNA) as t:
        await t.home.add_subscription()
        await t.product.choose("goto-meeting")
        assert t.name == "ProductScreen"
        refusal = Refused(Problem.ALREADY_SUBSCRIBED, product="GoTo Meeting")
        assert t.notice == said(refusal)
        assert "Business, 12 Lizenzen" in t.read("#pane")
        await t.press("down")
        assert t.notice == ""


def all_assigned(shop: Shop) -> None:
    bought(shop, RESCUE)
    session = shop.session(ANNA)
    held = shop.service.home(session).subscriptions[-1]
    assert held.product == RESCUE.product
    for user in shop.service.users(session)[: held.seats]:
        shop.service.assign(session, user.user_id, user.subscriptions | {held.subscription_id})


STATES: dict[str, tuple[Callable[[Shop], None], str, str]] = {
    "cancelled": (lambda _: None, "goto-connect", "abrechnung@beispiel-software.example."),
    "past-due": (past_due, "logmein-rescue", "offene Rechnung auf der Seite „Abrechnung“."),
    "suspended": (suspended, "logmein-rescue", "Rechnung offen ist. Bitte bezahlen Sie sie auf"),
    "assigned": (all_assigned, "logmein-rescue", "abrechnung@beispiel-software.example."),
}


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
@pytest.mark.parametrize("state", STATES)
async def test_a_product_that_is_held_in_another_way_says_what_to_do_next(
    open_terminal: Opener, shop: Shop, state: str, size: tuple[int, int]
) -> None:
    prepare, product, told = STATES[state]
    prepare(shop)
    async with open_terminal(ANNA, size=size) as t:
        await t.home.add_subscription()
        await t.product.choose(product)
        assert t.name == "ProductScreen"
        assert told in t.notice
        await t.press("escape")
        assert bool(t.page.query("#pay")) == ("Rechnung" in told)


async def test_a_product_not_sold_in_the_currency_is_refused_by_its_name(
    open_terminal: Opener, new_shop: Callable[..., Shop], catalogue: Catalogue
) -> None:
    only_dollars = new_shop(catalogue=_without_euros(catalogue, "hamachi"))
    async with open_terminal(LENA, service=only_dollars.service) as t:
        await t.home.add_subscription()
        await t.product.choose("hamachi")
        assert t.name == "ProductScreen"
        refusal = Refused(Problem.NOT_SOLD_IN_CURRENCY, product="Hamachi", currency="EUR")
        assert t.notice == said(refusal)


async def test_a_used_trial_is_said_where_the_product_is_picked(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.execute(update(subscription).values(state="expired"))
    async with open_terminal(ANNA) as t:
        await t.home.add_subscription()
        await t.point_at("products", "goto-training")
        assert "GoTo Training Testversion genutzt" in " ".join(t.text.split())
        assert "06.11.2026" in t.read("#pane")
        await t.press("enter")
        assert t.name == "TierScreen"
    assert len(shop.rows(trial_use)) == 1


async def test_a_running_trial_says_that_buying_ends_it(open_terminal: Opener) -> None:
    async with open_terminal(ANNA) as t:
        await t.home.add_subscription()
        await t.point_at("products", "goto-training")
        assert _("Your trial ends {day}.").format(day="06.12.2026") in t.read("#pane")
        assert _("Buying ends it: the paid period starts today.") in t.read("#pane")


@pytest.mark.parametrize("mail", [ANNA, LENA])
async def test_the_pointer_starts_at_a_product_that_can_be_had(
    open_terminal: Opener, mail: str
) -> None:
    async with open_terminal(mail) as t:
        await t.home.add_subscription()
        await t.press("enter")
        assert t.name == "OfferScreen"


async def test_a_product_that_is_only_sold_is_not_asked_to_be_tried(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.home.add_subscription()
        await t.product.choose("gotomypc")
        assert "Testen" not in t.read("#progress")
        assert "Schritt 2 von 3" in t.text


async def test_buying_and_trying_say_what_they_mean(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.home.add_subscription()
        await t.product.choose("goto-webinar")
        assert "Kaufen Abonnement, kostenpflichtig ab heute" in t.read("#offers")
        assert "Testen 7 Tage kostenlos, ohne Zahlungsdaten" in t.read("#offers")
        await t.offer.try_it()
        assert "Pläne vergleichen" in t.text


async def test_the_comparison_shows_only_what_differs(
    open_terminal: Opener, catalogue: Catalogue
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.TIER, product="goto-webinar", offer=Offer.BUY)
        await t.press("v")
        table = t.read("#comparison")
        assert t.name == "CompareScreen"
        assert t.read("#tier-names") == "Lite Standard Pro Enterprise"
        same, other = "Umfragen", "Eigenes Erscheinungsbild"
        assert same not in table
        assert other.split(maxsplit=1)[0] in table
        assert "588,00 €" in table
        await t.press("escape")
        assert t.name == "TierScreen"


async def test_the_comparison_keeps_the_tier_pointed_at(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.TIER, product="goto-webinar", offer=Offer.BUY)
        await t.point_at("tiers", "pro")
        await t.push("compare")
        await t.press("escape")
        await t.focus("tiers")
        await t.press("enter")
        assert "GoTo Webinar · Pro" in t.read("#pane")


async def test_prices_period_and_next_invoice_stand_beside_every_step_from_the_tier_on(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.TIER, product="goto-webinar", offer=Offer.BUY)
        for forth in (t.tier.choose("pro"), t.seats.set(5)):
            await forth
            pane = t.read("#pane")
            assert "Abrechnungszeitraum (ab heute)" in pane
            assert "22.11.2026 – 21.11.2027 Nächste Rechnung 22.11.2027" in pane
        assert "Jährlich 11.940,00 €" in pane
        assert "Monatlich 1.245,00 €" in pane


async def test_another_product_keeps_what_fits_and_names_what_does_not(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.PRODUCT, product="goto-webinar", offer=Offer.BUY, tier="pro", seats=450)
        await t.product.choose("logmein-resolve")
        assert "Abostufe Pro" in t.notice
        assert "450 Benutzerlizenzen" in t.notice
        draft = t.app.visit.flow.draft if t.app.visit.flow else None
        assert draft is not None
        assert (draft.tier, draft.seats) == (None, None)


async def test_an_answer_that_is_gone_is_called_by_its_name(open_terminal: Opener) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.PRODUCT, product="goto-connect", offer=Offer.BUY, tier="connect-cx")
        await t.product.choose("goto-webinar")
        assert "Abostufe Connect CX" in t.notice


async def test_nobody_is_asked_to_choose_again_where_there_is_no_choice(
    open_terminal: Opener,
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.PRODUCT, product="goto-webinar", offer=Offer.BUY, tier="pro")
        await t.product.choose("logmein-rescue")
        assert "wählen Sie neu" not in t.notice


def _without_euros(catalogue: Catalogue, product_id: str) -> Catalogue:
    products = []
    for product in catalogue.products:
        tiers = product.tiers
        if product.id == product_id:
            tiers = tuple(
                replace(
                    tier,
                    prices={key: price for key, price in tier.prices.items() if key[1] != "EUR"},
                )
                for tier in tiers
            )
        products.append(replace(product, tiers=tiers))
    return replace(catalogue, products=tuple(products))
