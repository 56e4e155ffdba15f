"""The help article: verbatim, cut into paragraphs, its labels and addresses found."""

from __future__ import annotations

import pytest

from tui.article import (
    BILLING_CENTER,
    CORPORATE_BILLING_PORTAL,
    Article,
    Kind,
    Paragraph,
    load_article,
    step_for,
)

LANGUAGES = ("de", "en")
SHAPE = (
    [Kind.HEADER, Kind.TITLE, Kind.TEXT, Kind.NOTE]
    + [Kind.STEP] * 8
    + [Kind.NOTE]
    + [Kind.STEP] * 2
    + [Kind.NOTE, Kind.TEXT]
)


def step(article: Article, number: int) -> Paragraph:
    return next(part for part in article.paragraphs if part.step == number)


def labels_of(part: Paragraph) -> list[str]:
    return [part.text[span.start : span.end] for span in part.labels]


@pytest.fixture(params=LANGUAGES)
def article(request: pytest.FixtureRequest) -> Article:
    return load_article(request.param)


def test_joined_paragraphs_are_the_article(article: Article) -> None:
    assert "".join(part.verbatim for part in article.paragraphs) == article.text


def test_paragraphs_have_the_shape_of_the_article(article: Article) -> None:
    assert [part.kind for part in article.paragraphs] == SHAPE


def test_steps_are_numbered_one_to_ten(article: Article) -> None:
    assert [part.step for part in article.paragraphs if part.step] == list(range(1, 11))


def test_a_step_begins_with_its_number(article: Article) -> None:
    steps = [part for part in article.paragraphs if part.kind is Kind.STEP]
    assert all(part.text.startswith(f"{part.step}. ") for part in steps)


def test_translation_goes_with_the_german_line_by_line() -> None:
    german, english = (
        [(part.kind, part.step, part.indent, part.breaks) for part in load_article(name).paragraphs]
        for name in LANGUAGES
    )
    assert english == german


def test_known_faults_of_the_german_article_are_kept() -> None:
    text = load_article("de").text
    assert "Alternativ können sie auch )kontaktieren." in text
    assert "Self -Service-Website" in text
    assert "corp-billingzu verwalten" in text
    assert "genannt)\N{NO-BREAK SPACE}arbeiten" in text
    assert not text.endswith("\n")


def test_three_addresses_in_their_order(article: Article) -> None:
    assert [link.target for part in article.paragraphs for link in part.links] == [
        BILLING_CENTER,
        CORPORATE_BILLING_PORTAL,
        BILLING_CENTER,
    ]


def test_no_address_is_without_a_link(article: Article) -> None:
    links = sum(len(part.links) for part in article.paragraphs)
    assert article.text.count("http") == links


def test_a_link_shows_its_target_and_nothing_else(article: Article) -> None:
    for part in article.paragraphs:
        for link in part.links:
            assert part.text[link.start : link.end] == link.target


def test_the_link_ends_before_the_word_glued_to_it() -> None:
    note = load_article("de").paragraphs[3]
    assert note.text[note.links[1].end :].startswith("zu verwalten.")


@pytest.mark.parametrize(
    ("number", "german", "english"),
    [
        (1, ["Abrechnung"], ["Billing Center"]),
        (2, ["Neues Abonnement hinzufügen"], ["Add New Subscription"]),
        (3, [], []),
        (4, ["Kaufen", "Testen"], ["Buy", "Try"]),
        (5, ["Abostufe"], ["plan tier"]),
        (6, ["Benutzerlizenzen", "Weiter"], ["user licences", "Next"]),
        (7, ["Abrechnung", "Monatlich", "Jährlich"], ["Monthly", "Annual"]),
        (8, ["Zur Kasse", "Testversion starten"], ["Proceed to Checkout", "Start Trial"]),
        (
            10,
            ["Zahlungsdaten", "Umsatzsteuer-Identifikationsnummer", "Bestellung aufgeben"],
            ["payment details", "VAT Number", "Place Order"],
        ),
    ],
)
def test_labels_of_a_step(number: int, german: list[str], english: list[str]) -> None:
    assert labels_of(step(load_article("de"), number)) == german
    assert labels_of(step(load_article("en"), number)) == english


def test_labels_of_the_step_at_the_checkout() -> None:
    assert labels_of(step(load_article("de"), 9)) == [
        "Abrechnungszeitraum (ab heute)",
        "Anzahl der Benutzerlizenzen",
        "Preis des Plans",
        "fälligen Gesamtbetrag",
        "Kasse",
        "Bestellung ändern",
    ]
    assert labels_of(step(load_article("en"), 9)) == [
        "Checkout",
        "billing period (beginning today)",
        "number of user licences",
        "plan price",
        "total due",
        "Edit Order",
    ]


def test_labels_of_the_note_about_the_cart() -> None:
    german = ["Warenkorb", "Zur Kasse", "In den Warenkorb", "In den Warenkorb", "Zur Kasse"]
    english = ["cart", "Add to Cart", "Proceed to Checkout", "Add to Cart", "Proceed to Checkout"]
    assert labels_of(load_article("de").paragraphs[12]) == german
    assert labels_of(load_article("en").paragraphs[12]) == english


def test_plain_text_and_titles_have_no_labels(article: Article) -> None:
    plain = [p for p in article.paragraphs if p.kind in {Kind.HEADER, Kind.TITLE, Kind.TEXT}]
    assert not any(part.labels for part in plain)


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("login", 1),
        ("home", 2),
        ("product", 3),
        ("offer", 4),
        ("tier", 5),
        ("seats", 6),
        ("cycle", 7),
        ("cart", 8),
        ("checkout", 9),
        ("confirmation", None),
        ("licences", None),
        ("nowhere", None),
    ],
)
def test_step_of_a_place(place: str, number: int | None) -> None:
    assert step_for(place) == number


@pytest.mark.parametrize(
    ("place", "openings"),
    [
        ("login", ["1. Melden Sie sich"]),
        ("cycle", ["7. Wählen Sie"]),
        ("checkout", ["9. Überprüfen Sie", "10. Geben Sie"]),
        ("confirmation", ["Ergebnis: "]),
        ("licences", ["Wenn Sie die Anzahl"]),
        ("corporate", ["Hinweis: "]),
        ("nowhere", []),
    ],
)
def test_paragraphs_marked_at_a_place(place: str, openings: list[str]) -> None:
    german = load_article("de")
    marked = [german.paragraphs[index].text for index in german.marked(place)]
    assert len(marked) == len(openings)
    assert all(text.startswith(start) for text, start in zip(marked, openings, strict=True))


def test_both_languages_mark_the_same_paragraphs() -> None:
    german, english = (load_article(name) for name in LANGUAGES)
    for place in ("login", "checkout", "confirmation", "licences", "corporate"):
        assert english.marked(place) == german.marked(place) != ()


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError):
        load_article("fr")
