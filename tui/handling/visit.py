"""One sign-in's state, and the few things every handler does with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from billing.errors import DatabaseUnavailable
from billing.ordering.model import Cart, StoredDraft
from tui.frame import Frame
from tui.i18n import _
from tui.payment_form import PaymentForm
from tui.sentences import sentence
from tui.summary import Pricing

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.accounts.model import Session
    from billing.catalogue.model import Catalogue
    from billing.errors import BillingError
    from billing.ordering.model import Checkout, Home, PriceChange, Selection
    from billing.rating.quote import Quote
    from billing.service import BillingService
    from tui.app import BillingApp
    from tui.desk import Desk
    from tui.flow import Flow
    from tui.screens.page import Page, Sentence

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

SAVING_SECONDS = 1.0


def said(error: BillingError) -> Sentence:
    """The sentence about a refusal, made anew whenever the language changes."""
    return lambda: sentence(error)


class NobodySignedIn(RuntimeError):
    """A message came that only a signed-in contact's page can send."""


class Visit:
    """Who is signed in, what they have chosen so far, and the page they see."""

    def __init__(self, app: BillingApp, desk: Desk) -> None:
        self.app, self.desk = app, desk
        self._service: BillingService | None = None
        self.forget()

    def forget(self) -> None:
        """Nobody is signed in."""
        self._session: Session | None = None
        self.home: Home | None = None
        self.flow: Flow | None = None
        self.cart = Cart(0, ())
        self.checkout: Checkout | None = None
        self.checkout_from_cart = False
        self.price_changes: dict[str, PriceChange] = {}
        self.form = PaymentForm()

    def begin(self, session: Session) -> None:
        """Somebody signed in."""
        self.forget()
        self._session = session
        self.form.holder = session.account.name
        self.form.vat_id = self.form.vat_id_applied = session.account.vat_id

    async def open(self) -> None:
        """Wait until the service is there."""
        self._service = await self.desk.service()

    @property
    def service(self) -> BillingService:
        """The service, which is open once somebody is signed in."""
        if self._service is None:
            raise NobodySignedIn
        return self._service

    @property
    def session(self) -> Session:
        """Who is signed in."""
        if self._session is None:
            raise NobodySignedIn
        return self._session

    @property
    def signed_in(self) -> bool:
        """Whether somebody is."""
        return self._session is not None

    @property
    def catalogue(self) -> Catalogue:
        """What is for sale."""
        return self.service.catalogue

    @property
    def frame(self) -> Frame:
        """What stands around every page now."""
        return Frame(
            account=self.session.account.name,
            contact=self.session.contact.name,
            cart_lines=len(self.cart.lines),
            sample=self.catalogue.sample,
        )

    @property
    def pricing(self) -> Pricing:
        """How the screens get prices."""
        session, service = self.session, self.service

        def quote(selections: tuple[Selection, ...]) -> Quote:
            return service.preview(session, selections)

        return Pricing(
            quote, service.today(session), session.account.currency, self.catalogue.sample
        )

    @property
    def other_lines(self) -> int:
        """How many lines the cart holds beside the one being changed."""
        own = self.flow.draft.line_id if self.flow else None
        return sum(line.line_id != own for line in self.cart.lines)

    async def ask(
        self,
        request: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Ask the service, away from the event loop."""
        return await self.desk.ask(request, *args, **kwargs)

    async def show(self, page: Page) -> None:
        """Put another page on the screen."""
        await self.app.show_page(page)

    def complain(self, error: BillingError) -> None:
        """Say at the page at hand why something was refused."""
        self.app.page.say(said(error), "error")

    async def save(self, place: str) -> None:
        """Store the draft with the place where the user stands; what is shown next is stored.

        A database that does not answer within a second does not hold the user up: the draft is
        stored as soon as it can be, and the page says so.
        """
        if self.flow is None:
            return
        stored = StoredDraft(self.flow.draft, place)
        saving = asyncio.ensure_future(self.ask(self.service.save_draft, self.session, stored))
        done, _pending = await asyncio.wait({saving}, timeout=SAVING_SECONDS)
        if not done:
            saving.add_done_callback(self._saved_late)
            return
        if isinstance(error := saving.exception(), DatabaseUnavailable):
            self._not_saved(error)
        elif error is not None:
            raise error

    def _saved_late(self, saving: asyncio.Future[None]) -> None:
        if not saving.cancelled() and isinstance(error := saving.exception(), DatabaseUnavailable):
            self._not_saved(error)

    def _not_saved(self, error: DatabaseUnavailable) -> None:
        def text() -> str:
            return _("Your answers could not be stored yet.") + " " + sentence(error)

        self.app.call_after_refresh(lambda: self.app.page.say(text, "warning"))
