"""`billing-center quote --offer change`: what a change of a running subscription would cost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.invoicing.model import InvoiceKind
from billing.storage.tables import account, subscription
from tests.command_line import DAY, assert_refused, document
from tests.service.quoted import run, words_for
from tests.service.shop import ANNA, LENA, MAX, WEBINAR
from tests.service.subscribed import bought
from tui.commands.rows import WIDTH

if TYPE_CHECKING:
    from tests.command_line import Run
    from tests.service.shop import Shop

__all__ = ["run"]

CHANGE = ("--offer", "change")
MEETING = (*CHANGE, "--product", "goto-meeting")


def test_the_document_of_a_change_holds_every_figure(run: Run, shop: Shop) -> None:
    session = shop.session()
    number = next(
        invoice.number
        for invoice in shop.service.invoices(session)
        if invoice.kind is InvoiceKind.INVOICE and invoice.lines[0].product == "goto-meeting"
    )
    found = document(run(*words_for(shop, session, *MEETING, "--seats", "15", "--json")))
    assert (found["offer"], found["trial_days"]) == ("change", None)
    assert [
        (line["product"], line["tier"], line["seats"], line["cycle"], line["amount"])
        for line in found["lines"]
    ] == [("goto-meeting", "business", 15, "annual", "2880.00")]
    assert found["lines"][0]["period"]["start"] == "2026-11-22"
    assert found["taxes"] == [{"rate": "19", "net": "2880.00", "tax": "547.20"}]
    assert (found["credit_used"], found["total_due"]) == ("841.31", "2585.89")
    assert found["next_invoice_date"] == "2027-11-22"
    # 2304.00 × 112 ÷ 365 is 706.981…, and 19 % of 706.98 are 134.326…
    assert found["change"] == {
        "old_next_invoice_date": "2027-03-14",
        "new_next_invoice_date": "2027-11-22",
        "old_period": {"start": "2026-03-14", "end": "2027-03-14", "last_day": "2027-03-13"},
        "credits": [
            {
                "invoice_number": number,
                "paid": "2304.00",
                "unused": {"start": "2026-11-22", "end": "2027-03-14", "last_day": "2027-03-13"},
                "unused_days": 112,
                "period_days": 365,
                "net": "706.98",
                "rate": "19",
                "tax": "134.33",
                "gross": "841.31",
            }
        ],
        "account_credit": "0.00",
        "credit_left": "0.00",
    }


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Pacific/Auckland", "Europe/Berlin", "Pacific/Pago_Pago"]
)
def test_today_is_that_day_where_the_account_is(run: Run, shop: Shop, zone: str) -> None:
    session = shop.session()
    shop.execute(update(account).values(time_zone=zone, expired_on=date(2026, 11, 23)))
    words = words_for(shop, session, *MEETING, "--seats", "15", "--json")
    found = document(run(*words, *DAY))
    assert found["lines"][0]["period"]["start"] == "2026-11-22"
    assert found["change"]["credits"][0]["unused_days"] == 112


@pytest.mark.parametrize(
    ("named", "selection"),
    [
        (("--seats", "15"), ("business", 15, "annual")),
        (("--tier", "professional"), ("professional", 12, "annual")),
        (("--cycle", "monthly"), ("business", 12, "monthly")),
    ],
)
def test_what_is_not_named_stays_as_it_is(
    run: Run, shop: Shop, named: tuple[str, ...], selection: tuple[object, ...]
) -> None:
    found = document(run(*words_for(shop, shop.session(), *MEETING, *named, "--json")))
    line = found["lines"][0]
    assert (line["tier"], line["seats"], line["cycle"]) == selection


def test_the_text_of_a_change_says_what_is_given_back_and_how_the_date_moves(
    run: Run, shop: Shop
) -> None:
    shop.execute(update(account).where(account.c.country == "DE").values(credit_minor=1000))
    words = words_for(shop, shop.session(), *MEETING, "--cycle", "monthly")
    text = " ".join(run("--lang", "de", *words).out.replace("─", " ").split())
    for part in (
        "GoTo Meeting · Business · Monatlich",
        "Abrechnungszeitraum bisher 14.03.2026 – 13.03.2027",
        "Rechnungsdatum 14.03.2027 → 22.12.2026",
        "Guthaben aus Rechnung RE-",
        "Nicht genutzte Tage 112 von 365 (22.11.2026 – 13.03.2027)",
        "Guthaben (netto) von bezahlten 2.304,00 € 706,98 €",
        "zzgl. 19 % USt 134,33 € Guthaben (brutto) 841,31 €",
        "Guthaben vor der Änderung 10,00 €",
        "Zwischensumme (netto) · Musterpreise 228,00 €",
        "Verrechnetes Guthaben -271,32 €",
        "Fälliger Gesamtbetrag 0,00 €",
        "Guthaben nach der Änderung 579,99 €",
        "Der Rest wird mit der nächsten Bestellung verrechnet; er wird nicht ausgezahlt.",
    ):
        assert part in text


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_text_of_a_change_fits_a_terminal(run: Run, shop: Shop, language: str) -> None:
    words = words_for(shop, shop.session(), *MEETING, "--seats", "500")
    shown = run("--lang", language, *words).out.splitlines()
    assert max(map(len, shown)) == WIDTH
    assert {len(line) for line in shown if line.endswith(("€", ".00"))} == {WIDTH}


def test_a_period_that_ends_today_gives_nothing_back(run: Run, shop: Shop) -> None:
    session = shop.session()
    bought(shop, session, days_ago=365)
    words = words_for(shop, session, *CHANGE, "--product", WEBINAR.product, "--seats", "6")
    change = document(run(*words, "--json"))["change"]
    assert change["credits"] == []
    assert change["old_next_invoice_date"] == change["old_period"]["end"] == "2027-11-22"
    text = run("--lang", "de", *words).out
    assert "Guthaben aus Rechnung" not in text
    assert "ausgezahlt" not in text


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--product", "goto-meeting"), "nothing would change"),
        (("--product", "goto-meeting", "--seats", "8"), "9 licences of GoTo Meeting"),
        (("--product", "goto-meeting", "--seats", "100000"), "are possible"),
        (("--product", "goto-meeting", "--tier", "none"), "business"),
        (("--product", "goto-training", "--seats", "3"), "GoTo Training is on trial"),
        (("--product", "goto-connect", "--seats", "9"), "GoTo Connect is cancelled already"),
        (("--product", "goto-webinar", "--seats", "9"), "no running subscription of GoTo Webinar"),
        (("--product", "goto-nowhere", "--seats", "9"), "There is no product goto-nowhere"),
    ],
)
def test_what_cannot_be_changed_is_refused_in_a_sentence(
    run: Run, shop: Shop, words: tuple[str, ...], named: str
) -> None:
    answer = run("--lang", "en", *words_for(shop, shop.session(), *CHANGE, *words), "--json")
    assert_refused(answer)
    assert named in answer.err


@pytest.mark.parametrize(
    ("state", "named"),
    [
        ("past_due", "A payment for GoTo Meeting is still open"),
        ("suspended", "A payment for GoTo Meeting is still open"),
        ("expired", "no running subscription of GoTo Meeting"),
    ],
)
def test_a_subscription_that_is_not_paid_for_is_not_changed(
    run: Run, shop: Shop, state: str, named: str
) -> None:
    mine = subscription.c.product == "goto-meeting"
    shop.execute(update(subscription).where(mine).values(state=state))
    answer = run("--lang", "en", *words_for(shop, shop.session(), *MEETING, "--seats", "15"))
    assert_refused(answer)
    assert named in answer.err


def test_a_change_waits_for_the_check_of_the_vat_id(run: Run, shop: Shop) -> None:
    shop.execute(update(account).where(account.c.country == "AT").values(vat_id_state="unknown"))
    session = shop.session(LENA)
    bought(shop, session)
    words = words_for(shop, session, *CHANGE, "--product", WEBINAR.product, "--seats", "6")
    answer = run("--lang", "en", *words)
    assert_refused(answer)
    assert "waits until your VAT number is checked" in answer.err


@pytest.mark.parametrize(
    ("mail", "named"),
    [(MAX, ANNA), ("karla@konzern.example", "Corporate Billing Portal"), ("egon@alt.example", "2")],
)
def test_who_may_not_order_may_not_change(run: Run, shop: Shop, mail: str, named: str) -> None:
    answer = run(
        *("quote", *MEETING, "--seats", "15", *DAY),
        *("--account", mail, "--database", shop.address),
    )
    assert_refused(answer)
    assert named in answer.err


def test_the_quote_of_a_change_changes_nothing(run: Run, shop: Shop) -> None:
    before = shop.everything()
    document(run(*words_for(shop, shop.session(), *MEETING, "--seats", "15", "--json")))
    assert shop.everything() == before
