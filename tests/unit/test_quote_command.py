"""`billing-center quote` for anybody: prices without a database, and what is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from billing.catalogue.loader import sample_catalogue
from tests.cases_folder import cases_file
from tests.command_line import DAY, PRO, TRIAL, WEBINAR, assert_refused, document, run
from tui.commands import quote_text
from tui.commands.rows import WIDTH
from tui.i18n import set_language
from tui.order_words import sum_rows
from tui.tax_words import tax_note

if TYPE_CHECKING:
    from tests.command_line import Run

__all__ = ["run"]

MALFORMED = [
    row for row in json.loads(cases_file("vat_ids.json").read_text("utf-8")) if not row["valid"]
]

ONE = "--tier pro --seats 1 --cycle annual "
AUSTRIAN = ONE + "--country AT --vat-id ATU14243102 --vat-id-state "
GERMAN = ONE + "--vat-id DE136695976 --vat-id-state "


def squeezed(text: str) -> str:
    return " ".join(text.replace("─", " ").split())


def test_the_text_names_period_lines_tax_total_and_next_invoice(run: Run) -> None:
    answer = run("--lang", "de", *WEBINAR)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0] == "GoTo Webinar · Pro · Jährlich"
    text = squeezed(answer.out)
    for part in (
        "Abrechnungszeitraum (ab heute) 22.11.2026 – 21.11.2027",
        "Anzahl der Benutzerlizenzen 5 Organisatoren",
        "Preis des Plans 5 × 2.388,00 € 11.940,00 €",
        "Nächste Rechnung 22.11.2027",
        "Zwischensumme (netto) · Musterpreise 11.940,00 €",
        "zzgl. 19 % USt 2.268,60 €",
        "Fälliger Gesamtbetrag 14.208,60 €",
    ):
        assert part in text


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_line_of_the_text_is_wider_than_a_terminal_and_amounts_stand_below_each_other(
    run: Run, language: str
) -> None:
    lines = run("--lang", language, *WEBINAR, "--country", "AT", "--vat-id", "ATU14243102").out
    assert max(map(len, lines.splitlines())) == WIDTH
    ends = {len(line) for line in lines.splitlines() if line.endswith(("€", ".00"))}
    assert len(ends) == 1


def test_the_document_holds_every_figure(run: Run) -> None:
    assert document(run(*WEBINAR, "--json")) == {
        "offer": "buy",
        "country": "DE",
        "currency": "EUR",
        "vat_id": "",
        "vat_id_state": "none",
        "catalogue_version": sample_catalogue().version,
        "sample_prices": True,
        "lines": [
            {
                "product": "goto-webinar",
                "product_name": "GoTo Webinar",
                "tier": "pro",
                "tier_name": "Pro",
                "seats": 5,
                "cycle": "annual",
                "unit_price": "2388.00",
                "amount": "11940.00",
                "period": {"start": "2026-11-22", "end": "2027-11-22", "last_day": "2027-11-21"},
                "next_invoice_date": "2027-11-22",
            }
        ],
        "trial_days": None,
        "net": "11940.00",
        "taxes": [{"rate": "19", "net": "11940.00", "tax": "2268.60"}],
        "tax_treatment": "domestic",
        "tax_country": "DE",
        "credit_used": "0.00",
        "total_due": "14208.60",
        "next_invoice_date": "2027-11-22",
        "change": None,
    }


@pytest.mark.parametrize(
    ("words", "treatment", "tax", "total"),
    [
        # 177.00 at 25.5 % is 45.135: half up.
        ("--tier lite --seats 3 --cycle monthly --country FI", "buyers_rate", "45.14", "222.14"),
        ("--tier pro --seats 1 --cycle monthly --country DE", "domestic", "47.31", "296.31"),
        ("--tier pro --seats 1 --cycle monthly --country el", "buyers_rate", "59.76", "308.76"),
        ("--tier pro --seats 2 --cycle monthly --country US", "not_taxable", None, "524.00"),
        ("--tier pro --seats 2 --cycle monthly --country XI", "not_taxable", None, "524.00"),
        (
            "--tier pro --seats 2 --cycle monthly --country CH --currency eur",
            "not_taxable",
            None,
            "498.00",
        ),
        (
            "--tier pro --seats 1 --cycle annual --country AT --vat-id ATU14243102",
            "undecided",
            "477.60",
            "2865.60",
        ),
        (
            "--tier pro --seats 1 --cycle annual --vat-id DE136695976",
            "domestic",
            "453.72",
            "2841.72",
        ),
        (AUSTRIAN + "confirmed", "reverse_charge", None, "2388.00"),
        (AUSTRIAN + "refuted", "buyers_rate", "477.60", "2865.60"),
        (AUSTRIAN + "unknown", "undecided", "477.60", "2865.60"),
        (GERMAN + "confirmed", "domestic", "453.72", "2841.72"),
        (GERMAN + "refuted", "domestic", "453.72", "2841.72"),
    ],
)
def test_country_and_vat_id_decide_the_tax(
    run: Run, words: str, treatment: str, tax: str | None, total: str
) -> None:
    found = document(run("quote", "--product", "goto-webinar", *words.split(), *DAY, "--json"))
    assert found["tax_treatment"] == treatment
    assert [line["tax"] for line in found["taxes"]] == ([] if tax is None else [tax])
    assert found["total_due"] == total


def test_the_currency_follows_the_country(run: Run) -> None:
    currencies = [
        document(run(*WEBINAR, "--country", code, "--json"))["currency"] for code in ("FR", "us")
    ]
    assert currencies == ["EUR", "USD"]


def test_a_period_ends_with_its_month(run: Run) -> None:
    words = (*WEBINAR, "--cycle", "monthly", "--today", "2027-01-31", "--json")
    assert document(run(*words))["lines"][0]["period"] == {
        "start": "2027-01-31",
        "end": "2027-02-28",
        "last_day": "2027-02-27",
    }


def test_a_trial_costs_nothing_and_names_its_days(run: Run) -> None:
    found = document(run(*TRIAL, "--json"))
    assert found.keys() == document(run(*WEBINAR, "--json")).keys()
    assert (found["offer"], found["trial_days"]) == ("trial", 7)
    assert (found["total_due"], found["taxes"], found["next_invoice_date"]) == ("0.00", [], None)
    line = found["lines"][0]
    assert (line["cycle"], line["amount"]) == (None, "0.00")
    assert line["period"] == {"start": "2026-11-22", "end": "2026-11-29", "last_day": "2026-11-28"}
    text = squeezed(run("--lang", "de", *TRIAL).out)
    for part in ("7 Tage", "Testversion endet 29.11.2026", "Fälliger Gesamtbetrag 0,00 €"):
        assert part in text


def test_an_id_that_the_authority_refuted_is_named_with_the_tax_that_it_costs(run: Run) -> None:
    words = (*WEBINAR, "--country", "AT", "--vat-id", "ATU14243102", "--vat-id-state", "refuted")
    assert document(run(*words, "--json"))["vat_id_state"] == "refuted"
    shown = squeezed(run("--lang", "de", *words).out)
    assert "Die USt-IdNr. ATU14243102 wurde von der Behörde nicht bestätigt." in shown
    assert "zzgl. 20 % USt 2.388,00 €" in shown


def test_an_id_that_nobody_can_check_now_is_told_so(run: Run) -> None:
    answer = run("--lang", "en", *WEBINAR, "--country", "AT", "--vat-id", "ATU 142 43 102")
    assert "VAT Number ATU14243102" in squeezed(answer.out)
    assert "it cannot be checked right now" in squeezed(answer.out)


def test_the_words_are_those_of_the_screens(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui import order_text  # noqa: PLC0415 - loads Textual, which the command must not

    quoted = []

    def keep(made: Any) -> str:
        quoted.append(made)
        return ""

    huber = ("AT", "--vat-id", "ATU14243102")
    confirmed = (*huber, "--vat-id-state", "confirmed")
    places = (("DE",), ("US",), ("NL",), huber, confirmed)
    with monkeypatch.context() as patch:
        patch.setattr(quote_text, "quote_text", keep)
        for place in places:
            run(*WEBINAR, "--country", *place)
    assert len({made.quote.treatment for made in quoted}) == len(places)
    for language in ("de", "en"):
        set_language(language)
        for made in quoted:
            shown = squeezed(quote_text.quote_text(made))
            note = tax_note(made.quote, made.buyer.tax.vat_id_state, made.buyer.tax.vat_id)
            assert squeezed(note) in shown
            lines = order_text.order_lines(made.quote, made.buyer.catalogue, 78)
            sums = order_text.sums(sum_rows(made.quote, sample=made.buyer.catalogue.sample), 78)
            for line in (*lines.plain.splitlines(), *sums.plain.splitlines()):
                assert squeezed(line) in shown


@pytest.mark.parametrize("row", MALFORMED, ids=lambda row: ascii(row["id"])[:40])
def test_a_malformed_vat_id_is_refused(run: Run, row: dict[str, Any]) -> None:
    country = ("--country", row["country"]) if row["country"] else ()
    for form in ((), ("--json",)):
        # In one word, for an id may begin with a hyphen.
        code = 2 if row["id"] == "--" else 1
        assert_refused(run(*WEBINAR, f"--vat-id={row['id']}", *country, *form), code=code)


def test_an_id_of_another_country_is_refused(run: Run) -> None:
    answer = run(*WEBINAR, "--country", "FR", "--vat-id", "ATU14243102")
    assert_refused(answer)
    assert "AT" in answer.err
    assert "FR" in answer.err


@pytest.mark.parametrize("seats", ["0", "-1", "501", str(10**30), "9" * 100])
def test_seats_out_of_range_are_refused_with_the_limits(run: Run, seats: str) -> None:
    answer = run(*PRO, "--seats", seats, "--cycle", "monthly", "--json")
    assert_refused(answer)
    assert "1" in answer.err
    assert "500" in answer.err


def test_a_trial_has_fewer_seats(run: Run) -> None:
    answer = run(*TRIAL, "--seats", "6")
    assert_refused(answer)
    assert "5" in answer.err


def test_an_unknown_product_or_tier_is_refused_with_those_there_are(run: Run) -> None:
    product = run(*WEBINAR, "--product", "goto-nowhere")
    assert_refused(product)
    assert all(known.id in product.err for known in sample_catalogue().products)
    tier = run(*WEBINAR, "--tier", "gigantic")
    assert_refused(tier)
    assert all(known.id in tier.err for known in sample_catalogue().product("goto-webinar").tiers)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("--country XX", "XX"),
        ("--country Deutschland", "Deutschland"),
        ("--currency CHF", "EUR, USD"),
        ("--product gotomypc --offer trial", "GoToMyPC"),
    ],
)
def test_what_cannot_be_quoted_is_refused(run: Run, words: str, named: str) -> None:
    answer = run(*WEBINAR, *words.split(), "--json")
    assert_refused(answer)
    assert named in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("--seats", "five"),
        ("--seats", ""),
        ("--seats", "5.0"),
        ("--seats", "1_0"),
        ("--seats", "٥"),
        ("--seats", "9" * 5000),
        ("--today", "22.11.2026"),
        ("--today", "2026-02-30"),
        ("--today", "0001-01-01"),
        ("--today", "9999-12-31"),
        ("--cycle", "weekly"),
        ("--product", ""),
        ("--tier", " "),
        ("--country", ""),
        ("--account", "a" * 300),
        ("--account", "anna@muster.example", "--country", "DE"),
        ("--vat-id", "DE136695976", "--vat-id-state", "none"),
        ("--vat-id-state", "confirmed"),
        ("--database", ""),
        ("--database", "a\0b"),
        ("--database", "~nobody-of-this-name/x"),
        ("--vat-id",),
        *((f"--{name}=--",) for name in ("vat-id", "seats", "today", "country", "product", "line")),
        ("--prod", "goto-webinar"),
        ("--nonsense\x1b[2J",),
    ],
    ids=ascii,
)
def test_wrong_usage_is_named_with_the_way_to_the_help(run: Run, words: tuple[str, ...]) -> None:
    answer = run(*WEBINAR, *words)
    assert_refused(answer, code=2)
    assert re.search(r"billing-center( quote)? --help$", answer.err.splitlines()[1])
    assert len(answer.err) < 600


@pytest.mark.parametrize("name", ["product", "tier", "country", "currency", "vat-id", "account"])
@pytest.mark.parametrize("text", ["\x1b[31mred\x1b[0m", "a\nb\r\n", "\u202edlog", "\ud800", "a\0"])
def test_unprintable_arguments_never_reach_the_terminal(run: Run, name: str, text: str) -> None:
    assert_refused(run(*WEBINAR, f"--{name}", text))
