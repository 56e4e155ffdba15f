"""The screens as those see them who use them: one thin class a screen says what people do there.

Ids are the ones in `tui.screens`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.payments.model import PaymentKind
from billing.sample_people import SAMPLE_PASSWORD

if TYPE_CHECKING:
    from billing.catalogue.model import BillingCycle
    from tui.testing.terminal import Terminal


class OnScreen:
    """What people do on one screen."""

    def __init__(self, terminal: Terminal) -> None:
        self.t = terminal


class Login(OnScreen):
    """Anmelden."""

    async def sign_in(self, mail: str, password: str = SAMPLE_PASSWORD) -> None:
        """Fill in both fields and press Enter."""
        await self.t.fill("mail", mail)
        await self.t.fill("password", password)
        await self.t.press("enter")


class Home(OnScreen):
    """Abrechnung."""

    async def add_subscription(self) -> None:
        """„Neues Abonnement hinzufügen“, by its letter."""
        await self.t.press("n")

    async def open_cart(self) -> None:
        """„Warenkorb“, by its letter."""
        await self.t.press("w")

    async def open_checkout(self) -> None:
        """To the Kasse by way of the cart."""
        await self.t.press("w", "enter")


class ProductStep(OnScreen):
    """Step 1."""

    async def choose(self, product: str) -> None:
        """Take a product of the list."""
        await self.t.point_at("products", product)
        await self.t.press("enter")


class OfferStep(OnScreen):
    """Step 2."""

    async def buy(self) -> None:
        """„Kaufen“."""
        await self.t.point_at("offers", "buy")
        await self.t.press("enter")

    async def try_it(self) -> None:
        """„Testen“."""
        await self.t.point_at("offers", "trial")
        await self.t.press("enter")


class TierStep(OnScreen):
    """Step 3."""

    async def choose(self, tier: str) -> None:
        """Take a tier of the list."""
        await self.t.point_at("tiers", tier)
        await self.t.press("enter")


class SeatsStep(OnScreen):
    """Step 4."""

    async def set(self, seats: int) -> None:
        """Type a number in place of the one that is there, and go on."""
        await self.t.press("delete")
        await self.t.type(str(seats))
        await self.t.press("enter")

    @property
    def shown(self) -> str:
        """What stands between − and +."""
        return (
            self.t.read("#stepper").strip("▸ ").removeprefix("[ − ]").removesuffix("[ + ]").strip()
        )


class CycleStep(OnScreen):
    """Step 5."""

    async def choose(self, cycle: BillingCycle) -> None:
        """Take a billing cycle."""
        await self.t.point_at("cycles", cycle.value)
        await self.t.press("enter")


class CartPage(OnScreen):
    """Warenkorb."""

    async def point_at(self, index: int) -> None:
        """Move the pointer to a line, counted from 0."""
        await self.t.focus("lines")
        await self.t.press("home", *["down"] * index)


class CheckoutPage(OnScreen):
    """Kasse."""

    async def pay_by(self, kind: PaymentKind) -> None:
        """Pick a kind of payment in the row of kinds."""
        await self.t.focus("kind")
        for _ in PaymentKind:
            if self.t.page.form.kind is kind:  # type: ignore[attr-defined]
                return
            await self.t.press("right")
        raise AssertionError(f"{kind} is not offered")

    async def card(self, number: str, expiry: str = "12/30", cvc: str = "123") -> None:
        """Fill in a card."""
        await self.t.fill("number", number)
        await self.t.fill("expiry", expiry)
        await self.t.fill("cvc", cvc)

    async def place_order(self) -> None:
        """„Bestellung aufgeben“."""
        await self.t.push("place-order")


class LicencesPage(OnScreen):
    """Lizenzen zuweisen."""

    async def tick(self, user: str, subscription: str) -> None:
        """Tick a licence of a user, or take the tick away."""
        await self.t.point_at("users", user)
        await self.t.point_at("ticks", subscription)
        await self.t.press("space")


class Question(OnScreen):
    """A question above a page."""

    async def answer(self, key: str) -> None:
        """Push one of its buttons."""
        await self.t.push(key)
