"""One conversation's state, and the few things every page does with it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from billing.errors import DatabaseUnavailable
from billing.ordering.model import StoredDraft
from tui.sentences import not_saved_sentence
from tui.visit_state import VisitState

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.ordering.model import Confirmation
    from billing.payments.model import PaymentSummary
    from billing.service import BillingService
    from tui.launcher import Door, SignedIn, SignInFailed
    from tui.plain.talk import Talk
    from tui.samples import SampleSignIn


class At(StrEnum):
    """The pages; each one answers which comes next."""

    LOGIN = "login"
    ENTRANCE = "entrance"
    RESUME = "resume"
    HOME = "home"
    SIGN_OUT = "sign_out"
    STEP = "step"
    CART = "cart"
    CHECKOUT = "checkout"
    CONFIRMATION = "confirmation"
    LICENCES = "licences"
    DUE = "due"
    END = "end"


class Visit(VisitState):
    """Who is signed in, what they have chosen so far, and how to talk with them."""

    def __init__(
        self,
        talk: Talk,
        connect: Callable[[], BillingService],
        *,
        sign_in_as: str | None = None,
        samples: tuple[SampleSignIn, ...] = (),
        sample_password: str = "",
        door: Door | None = None,
        tell: Callable[[SignedIn | SignInFailed], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self.talk, self.tell = talk, tell
        self.sign_in_as, self.door = sign_in_as, door
        self.samples, self.sample_password = samples, sample_password
        self.at = At.LOGIN
        self._connect = connect

    def forget(self) -> None:
        """Nobody is signed in."""
        super().forget()
        self.paid_by: PaymentSummary | None = None
        self.done: Confirmation | None = None
        self.invoice_id = ""

    def ordered(self) -> None:
        """An order was placed: nothing of what led to it is wanted any more."""
        self.flow, self.checkout, self.paid_by, self.price_changes = None, None, None, {}
        self.form.forget_secrets()

    def open(self) -> None:
        """Connect to the service, once."""
        if self._service is None:
            self.opened(self._connect())

    def close(self) -> None:
        """Close the service if it was opened."""
        if self._service is not None:
            self._service.close()

    def save(self, place: str) -> None:
        """Store the draft with the place where the user stands, or say that it is not stored."""
        if self.flow is None:
            return
        stored = StoredDraft(self.flow.draft, place)
        try:
            self.service.save_draft(self.session, stored)
        except DatabaseUnavailable as error:
            self.talk.say(not_saved_sentence(error))
