"""The help article as data: its paragraphs, their labels and addresses, and what to mark where.

Pure: no Textual. The German article is the specification of the purchase and is shown verbatim,
also where it lost a blank or a word; the English one is a translation, line by line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

BILLING_CENTER = "https://billing.logmeininc.com"
CORPORATE_BILLING_PORTAL = "https://link.logmeininc.com/corp-billing"

_LABELS = {
    "de": (
        "Abrechnung",
        "Neues Abonnement hinzufügen",
        "Kaufen",
        "Testen",
        "Abostufe",
        "Benutzerlizenzen",
        "Weiter",
        "Monatlich",
        "Jährlich",
        "Zur Kasse",
        "Testversion starten",
        "Warenkorb",
        "In den Warenkorb",
        "Kasse",
        "Abrechnungszeitraum (ab heute)",
        "Anzahl der Benutzerlizenzen",
        "Preis des Plans",
        "fälligen Gesamtbetrag",
        "Bestellung ändern",
        "Zahlungsdaten",
        "Umsatzsteuer-Identifikationsnummer",
        "Bestellung aufgeben",
        "Rechnungsdatum",
    ),
    "en": (
        "Billing Center",
        "Add New Subscription",
        "Buy",
        "Try",
        "plan tier",
        "user licences",
        "Next",
        "Monthly",
        "Annual",
        "Proceed to Checkout",
        "Start Trial",
        "cart",
        "Add to Cart",
        "Checkout",
        "billing period (beginning today)",
        "number of user licences",
        "plan price",
        "total due",
        "Edit Order",
        "payment details",
        "VAT Number",
        "Place Order",
        "billing date",
    ),
}

_STEPS = {
    "login": (1,),
    "home": (2,),
    "product": (3,),
    "offer": (4,),
    "tier": (5,),
    "seats": (6,),
    "cycle": (7,),
    "cart": (8,),
    "checkout": (9, 10),
}

_LINE = re.compile(r"(?P<indent> *)(?P<text>[^\n]+)(?P<breaks>\n*)")
_STEP = re.compile(r"(\d+)\. ")
_NOTE = re.compile(r"\w+:\s")
# Only the known addresses, not whatever follows http: one of them is glued to the next word.
_ADDRESS = re.compile("|".join(map(re.escape, (BILLING_CENTER, CORPORATE_BILLING_PORTAL))))


class Kind(StrEnum):
    """What a paragraph is. The result at the end of the steps is a note."""

    HEADER = "header"
    TITLE = "title"
    TEXT = "text"
    STEP = "step"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a paragraph's text, half-open, in characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a paragraph's text: where it stands and where it leads."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the article.

    `text` lacks the `indent` leading blanks and the `breaks` line ends behind it; a step's text
    begins with its number. `step` is None for all but steps.
    """

    kind: Kind
    step: int | None
    indent: int
    text: str
    labels: tuple[Span, ...]
    links: tuple[Link, ...]
    breaks: int

    @property
    def verbatim(self) -> str:
        """The paragraph as it stands in the article, blanks and line ends included."""
        return " " * self.indent + self.text + "\n" * self.breaks


@dataclass(frozen=True, slots=True)
class Article:
    """The help article in one language; `text` is the verbatim whole."""

    text: str
    paragraphs: tuple[Paragraph, ...]

    def marked(self, place: str) -> tuple[int, ...]:
        """Indices of the paragraphs to mark at a place of the program; empty for others."""
        notes = [index for index, part in enumerate(self.paragraphs) if part.kind is Kind.NOTE]
        match place:
            case "corporate":
                return (notes[0],)
            case "confirmation":
                return (notes[-1],)
            case "licences":
                return (len(self.paragraphs) - 1,)
            case _:
                steps = _STEPS.get(place, ())
                return tuple(i for i, part in enumerate(self.paragraphs) if part.step in steps)


def step_for(place: str) -> int | None:
    """The first step of the article that belongs to a place of the program; None for others."""
    return _STEPS[place][0] if place in _STEPS else None


@cache
def load_article(language: str) -> Article:
    """The article in a language the program speaks.

    Raises:
        KeyError: the program does not speak it.
    """
    labels = _pattern_of(_LABELS[language])
    path = files("locales").joinpath(language, "help", "artikel.txt")
    text = path.read_bytes().decode("utf-8")
    return Article(text, _paragraphs(text, labels))


def _paragraphs(text: str, labels: re.Pattern[str]) -> tuple[Paragraph, ...]:
    """The article's lines; the first is the header, the second the title."""
    paragraphs = []
    for index, line in enumerate(_LINE.finditer(text)):
        content = line["text"]
        step = _STEP.match(content)
        if index < 2:
            kind = (Kind.HEADER, Kind.TITLE)[index]
        elif step:
            kind = Kind.STEP
        else:
            kind = Kind.NOTE if _NOTE.match(content) else Kind.TEXT
        paragraphs.append(
            Paragraph(
                kind=kind,
                step=int(step[1]) if step else None,
                indent=len(line["indent"]),
                text=content,
                labels=_spans(content, labels) if kind in {Kind.STEP, Kind.NOTE} else (),
                links=tuple(Link(*found.span(), found[0]) for found in _ADDRESS.finditer(content)),
                breaks=len(line["breaks"]),
            )
        )
    return tuple(paragraphs)


def _pattern_of(labels: tuple[str, ...]) -> re.Pattern[str]:
    """Finds labels as whole words, the longest where one is a part of another."""
    longest_first = sorted(labels, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _spans(text: str, labels: re.Pattern[str]) -> tuple[Span, ...]:
    return tuple(Span(*found.span()) for found in labels.finditer(text))
