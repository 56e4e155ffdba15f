"""Somebody at the keyboard: reads the screen in one language and knows the way to an order."""

from __future__ import annotations

import gettext
import re
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.terminal.harness import Terminal

ANNA = "anna@muster.example"
ADA = "ada@byron.example"
LENA = "lena@huber.example"
MAX = "max@muster.example"
KARLA = "karla@konzern.example"
EGON = "egon@alt.example"
PASSWORD = "demo"

IBAN = "DE89 3704 0044 0532 0130 00"

PRODUCT, OFFER, TIER, SEATS, CYCLE = (
    "Product",
    "Buy / Try",
    "Plan tier",
    "User licences",
    "Billing cycle",
)
_FURTHEST = 15
_SETTLED = 0.06


class _NoSuchMessage(gettext.NullTranslations):
    """The end of a catalog: what is not in it is a mistake of the test."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)


class Words:
    """The words of the program in a language, by their English source texts."""

    def __init__(self, language: str) -> None:
        self.language = language
        path = files("locales").joinpath(language, "LC_MESSAGES", "billing_center.mo")
        with path.open("rb") as file:
            self._catalog = gettext.GNUTranslations(file)
        self._catalog.add_fallback(_NoSuchMessage())

    def __call__(self, message: str, **blanks: object) -> str:
        """A message with its blanks filled in.

        Raises:
            KeyError: no catalog has it.
        """
        return self._catalog.gettext(message).format(**blanks)

    def beginning(self, message: str) -> str:
        """A message up to its first blank."""
        return self._catalog.gettext(message).partition("{")[0].strip()


class Buyer:
    """Presses keys in one terminal and waits for what they lead to."""

    def __init__(self, terminal: Terminal, language: str) -> None:
        self.terminal = terminal
        self.words = Words(language)

    # Entering

    def sign_in(self, mail: str, password: str = PASSWORD) -> None:
        """Type mail and password."""
        self.at_login()
        self.terminal.type(mail)
        # The mail alone also stands in the list of the samples.
        self.terminal.wait_for(f"{self.words('Mail')} {mail}")
        self.go_to(self.words("Password"), "enter")
        self.terminal.type(password)
        self.terminal.press("enter")

    def sign_out(self) -> None:
        """„Abmelden“, and Enter at the question."""
        self.press_button(self.words("Sign out"))
        self.terminal.wait_for(self.words("Sign out?"))
        self.terminal.wait_quiet(_SETTLED)
        self.terminal.press("enter")

    def sign_in_again(self, mail: str) -> None:
        """Put another mail into the place of the one that signed out."""
        self.at_login()
        self.go_to(self.words("Mail"), "shift+tab")
        self.terminal.press("ctrl+u")
        self.terminal.wait_for(re.compile(rf"^ *{self.words('Mail')}[ │]*$", re.MULTILINE))
        self.sign_in(mail)

    def resume(self) -> None:
        """„Weitermachen, wo Sie waren?“ – „Fortfahren“."""
        self.terminal.wait_for(self.words("Continue where you left off?"))
        self.wait_for_button(self.words("Continue"))
        self.terminal.press("enter")

    def enter(self, mail: str) -> None:
        """Sign in as a billing contact and wait for the start page."""
        self.sign_in(mail)
        self.at_home()

    def at_login(self) -> None:
        """Wait for the login page."""
        self.terminal.wait_for(self.words("Sign in to billing"))
        self.terminal.wait_quiet(_SETTLED)

    def at_home(self) -> None:
        """Wait for the start page with its main button under the focus."""
        self.wait_for_button(self.words("Add New Subscription"))

    # The flow

    def begin(self) -> None:
        """„Neues Abonnement hinzufügen“, which has the focus on the start page."""
        self.terminal.press("enter")
        self.at(PRODUCT)

    def at(self, step: str) -> None:
        """Wait for a step of the flow, named by the source text of its name."""
        names = {self.words(step)}
        if step == OFFER:
            names |= {self.words("Buy"), self.words("Try")}
        alternatives = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        # The row of the steps also holds what is done or still open; lists and buttons do not.
        self.terminal.wait_for(
            re.compile(rf"^(?=.*[✓·] ).*▸ (?:{alternatives})(?:  |$)", re.MULTILINE)
        )

    def choose(self, label: str) -> None:
        """Take a line of the list at hand."""
        self.point_at(label)
        self.terminal.press("enter")

    def point_at(self, label: str) -> None:
        """Move down the list until the pointer stands at a line."""
        pointed = re.compile(rf"▸ {re.escape(label)}(?:  | *│|$)", re.MULTILINE)
        self.terminal.wait_for(label)
        self.terminal.wait_quiet(_SETTLED)
        for _ in range(_FURTHEST):
            if self._stays(pointed):
                return
            self._move("down")
        raise AssertionError(f"no {label!r} to choose:\n{self.terminal.screen_text()}")

    def choose_product(self, name: str) -> None:
        """Step 1."""
        self.at(PRODUCT)
        self.choose(name)

    def choose_offer(self, offer: str) -> None:
        """Step 2, „Buy“ or „Try“."""
        self.at(OFFER)
        self.choose(self.words(offer))

    def choose_tier(self, name: str) -> None:
        """Step 3."""
        self.at(TIER)
        self.choose(name)

    def choose_seats(self, number: int) -> None:
        """Step 4."""
        self.at(SEATS)
        self.terminal.type(str(number))
        self.terminal.press("enter")

    def choose_cycle(self, cycle: str) -> None:
        """Step 5, „Monthly“ or „Annual“."""
        self.at(CYCLE)
        self.choose(self.words(cycle))

    def buy_webinar(self) -> None:
        """From the start page to the end of the flow: GoTo Webinar, Pro, 5, yearly."""
        self.begin()
        self.choose_product("GoTo Webinar")
        self.choose_offer("Buy")
        self.choose_tier("Pro")
        self.choose_seats(5)
        self.choose_cycle("Annual")

    # Kasse

    def at_checkout(self) -> None:
        """Wait for the Kasse."""
        self.terminal.wait_for(f"[ {self.words('Place Order')} ]")
        self.terminal.wait_quiet(_SETTLED)

    def at_cart(self) -> None:
        """Wait for the cart with its way on under the focus."""
        self.wait_for_button(self.words("Proceed to Checkout"))

    def pay_by_sepa(self) -> None:
        """Type the IBAN, which is the next field on the Kasse."""
        self.at_checkout()
        self.go_to(self.words("IBAN"), "tab")
        before = self.terminal.keys_pressed
        self.terminal.type(IBAN)
        self.terminal.keys_pressed = before  # payment data do not count
        self.terminal.wait_for(f"{self.words('IBAN')} {IBAN}")

    def place_order(self) -> None:
        """„Bestellung aufgeben“, and wait for the confirmation."""
        self.focus_button(self.words("Place Order"))
        self.terminal.press("enter")
        self.at_confirmation()

    def at_confirmation(self) -> None:
        """Wait for the confirmation."""
        self.terminal.wait_for(self.words("Order number"))
        self.wait_for_button(self.words("Assign licences"))

    # Buttons

    def press_button(self, label: str) -> None:
        """Go to a button and press it."""
        self.focus_button(label)
        self.terminal.press("enter")

    def focus_button(self, label: str) -> None:
        """Press Tab until a button has the focus."""
        for _ in range(_FURTHEST):
            if self._stays(f"▸ {label} ◂"):
                return
            self._move("tab")
        raise AssertionError(f"no button {label!r}:\n{self.terminal.screen_text()}")

    def wait_for_button(self, label: str) -> None:
        """Wait until a button has the focus."""
        self.terminal.wait_for(f"▸ {label} ◂")

    # Moving

    def go_to(self, label: str, key: str) -> None:
        """Press a key until the field beside a label shows that it has the focus."""
        before = self.terminal.look(label)
        for _ in range(_FURTHEST):
            self._move(key)
            if self.terminal.look(label) != before:
                return
        raise AssertionError(f"no field {label!r}:\n{self.terminal.screen_text()}")

    def _move(self, key: str) -> None:
        """Press a key that moves the focus or the pointer, and wait until it has moved."""
        before = self.terminal.look()
        self.terminal.press(key)
        self.terminal.wait_until(lambda: self.terminal.look() != before, f"no move by {key!r}")
        self.terminal.wait_quiet(_SETTLED)

    def _stays(self, text: str | re.Pattern[str]) -> bool:
        """Whether a text is there and stays when all keys have had their effect."""
        if not self.terminal.shows(text):
            return False
        self.terminal.wait_quiet(_SETTLED)
        return self.terminal.shows(text)
