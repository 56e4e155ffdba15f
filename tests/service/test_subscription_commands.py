"""`billing-center subscription …`: an operator records what a customer wrote about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.audit import Actor
from billing.storage.tables import audit_event
from tests.command_line import Answer, assert_refused, document, run
from tests.service.shop import ANNA, MAX, Shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.command_line import Run

__all__ = ["run"]


@pytest.fixture
def subscription(run: Run, shop: Shop) -> Callable[..., Answer]:
    """Runs `subscription …` on the database of the shop."""

    def answer(*words: str, language: str = "de") -> Answer:
        return run("--lang", language, "subscription", *words, "--database", shop.address)

    return answer


def test_every_subscription_is_a_row_in_the_words_of_the_start_page(
    subscription: Callable[..., Answer],
) -> None:
    listed = subscription("list", ANNA)
    assert (listed.code, listed.err) == (0, "")
    rows = [row.split() for row in listed.out.splitlines()]
    assert rows[0][:5] == ["goto-meeting", "GoTo", "Meeting", "Business", "12"]
    assert rows[2][-3:] == ["Kündigung", "zum", "02.12.2026"]


def test_the_list_is_one_json_document(subscription: Callable[..., Answer]) -> None:
    meeting, training, connect = document(subscription("list", ANNA, "--json"))["subscriptions"]
    assert meeting == {
        "product": "goto-meeting",
        "tier": "business",
        "seats": 12,
        "seats_free": 3,
        "state": "active",
        "cycle": "annual",
        "next_invoice_date": "2027-03-14",
        "next_invoice_net": "2304.00",
        "currency": "EUR",
        "ends_on": None,
    }
    assert (training["state"], training["cycle"], training["ends_on"]) == (
        "trialing",
        None,
        "2026-12-06",
    )
    assert (connect["state"], connect["next_invoice_date"]) == ("cancelling", None)


def test_a_cancellation_is_recorded_and_taken_back_by_the_operator(
    subscription: Callable[..., Answer], shop: Shop
) -> None:
    ended = subscription("cancel", ANNA, "goto-meeting")
    told = "GoTo Meeting ist zum 14.03.2027 gekündigt; bis dahin bleibt alles, wie es ist.\n"
    assert ended == Answer(0, told, "")
    resumed = subscription("resume", ANNA, "goto-meeting")
    assert resumed.out.startswith("GoTo Meeting läuft weiter. Nächste Rechnung: 14.03.2027  2.304")
    acted = {(row.action, row.actor) for row in shop.rows(audit_event)}
    assert ("subscription_cancelled", Actor.OPERATOR) in acted
    assert ("subscription_cancellation_undone", Actor.OPERATOR) in acted


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("cancel", ANNA, "goto-connect"), "schon gekündigt"),
        (("cancel", ANNA, "goto-training"), "Sie endet von selbst"),
        (("cancel", ANNA, "goto-webinar"), "kein laufendes Abonnement"),
        (("cancel", ANNA, "fax"), "kein Produkt fax"),
        (("cancel", MAX, "goto-meeting"), "Nur der Abrechnungskontakt"),
        (("cancel", "nobody@muster.example", "goto-meeting"), "keinen Kontakt"),
        (("resume", ANNA, "goto-meeting"), "nicht gekündigt"),
        (("list", "nobody@muster.example"), "keinen Kontakt"),
    ],
)
def test_what_cannot_be_done_says_why(
    subscription: Callable[..., Answer], words: tuple[str, ...], why: str
) -> None:
    refused = subscription(*words)
    assert_refused(refused)
    assert why in refused.err
