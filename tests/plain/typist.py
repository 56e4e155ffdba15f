"""Somebody who types line after line and listens to what is said in between."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.sample_people import SAMPLE_PASSWORD
from tests.terminal.buyer import Words
from tui.plain import run
from tui.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing.service import BillingService
    from tests.service.shop import Shop
    from tui.launcher import Door, SignedIn, SignInFailed

IBAN = "DE89 3704 0044 0532 0130 00"


@dataclass(frozen=True)
class Pick:
    """The number of the option that begins so, in the list said last."""

    label: str


Line = str | Pick


class Typist(io.StringIO):
    """A reader that types its lines and hears what is said in between; it is no terminal."""

    def __init__(self, lines: Sequence[Line], heard: io.StringIO) -> None:
        super().__init__()
        self._lines, self._heard = list(lines), heard
        self._before = 0
        self.prompts: list[str] = []

    def readline(self, _size: int = -1, /) -> str:  # type: ignore[override]  # a base has bytes
        """The next line, or the end of all lines."""
        said = self._heard.getvalue()
        self.prompts.append(said[self._before :])
        self._before = len(said)
        if not self._lines:
            return ""
        line = self._lines.pop(0)
        return f"{_number(line.label, said) if isinstance(line, Pick) else line}\n"


def _number(label: str, said: str) -> str:
    found = re.findall(rf"^(\d+)\. {re.escape(label)}", said, re.MULTILINE)
    assert found, f"no {label!r} to choose in:\n{said}"
    return str(found[-1])


@dataclass
class Talked:
    """A conversation that is over."""

    said: str
    prompts: list[str]
    status: int
    told: list[SignedIn | SignInFailed] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that was said, without line ends."""
        return squeezed(self.said)

    def answer_to(self, line: int) -> str:
        """What was said after the line typed at this place, without line ends."""
        return squeezed(self.prompts[line + 1 :][0])


def squeezed(text: str) -> str:
    """A text with single blanks only."""
    return " ".join(text.split())


class Conversation:
    """Talks with the program in one language; what it says must be fit for a screen reader."""

    def __init__(self, shop: Shop, language: str) -> None:
        self.shop, self.words = shop, Words(language)
        self.connect: Callable[[], BillingService] = lambda: shop.second().service

    def talk(
        self, mail: str | None, *lines: Line, demo: bool = False, door: Door | None = None
    ) -> Talked:
        """Type lines to the program; with a mail, somebody is signed in already."""
        heard = io.StringIO()
        typist = Typist(lines, heard)
        told: list[SignedIn | SignInFailed] = []
        status = run(
            self.connect,
            language=self.words.language,
            sign_in_as=mail,
            samples=SAMPLES if demo else (),
            sample_password=SAMPLE_PASSWORD,
            door=door,
            tell=told.append,
            reader=typist,
            writer=heard,
        )
        said = heard.getvalue()
        assert not typist._lines, f"nobody asked for {typist._lines}:\n{said}"
        harmless(said)
        return Talked(said, typist.prompts, status, told)

    def pick(self, message: str, **blanks: object) -> Pick:
        """An option by the source text of its name."""
        return Pick(self.words(message, **blanks))

    def webinar(self) -> tuple[Line, ...]:
        """From the start page to the Kasse: GoTo Webinar, Pro, 5, yearly."""
        buy = self.pick("Buy")
        product = (self.pick("Add New Subscription"), Pick("GoTo Webinar"), buy)
        return (*product, Pick("Pro"), "5", self.pick("Annual"))

    def by_sepa(self) -> tuple[Line, ...]:
        """The payment details, and the VAT id as it stands there."""
        return (self.pick("SEPA direct debit"), IBAN, "", "")

    def by_card(self, number: str) -> tuple[Line, ...]:
        """The fields of a card."""
        return (self.pick("Card"), number, "12/30", "123")


def harmless(said: str) -> None:
    """Nothing moves a cursor or rings a bell, and no line is longer than it has to be."""
    wrong = {c for c in said if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"}}
    assert wrong == set()
    assert [line for line in said.split("\n") if len(line) > 80 and " " in line.strip()] == []
