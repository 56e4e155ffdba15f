"""One sign-in's state: who it is, what they have chosen so far. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import InvalidInput, Refused
from billing.ordering.model import Cart
from billing.payments.ways import ways_in
from billing.rating.tax import TaxTreatment
from tui.frame import Frame
from tui.payment_form import PaymentForm
from tui.pricing import Pricing
from tui.sentences import price_change_sentence

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.catalogue.model import Catalogue
    from billing.ordering.model import Checkout, Home, PriceChange, Selection
    from billing.rating.quote import Quote
    from billing.service import BillingService
    from tui.flow import Flow


_DECIDED_BY_VAT_ID = frozenset(
    {TaxTreatment.UNDECIDED, TaxTreatment.BUYERS_RATE, TaxTreatment.REVERSE_CHARGE}
)


class NobodySignedIn(RuntimeError):
    """A message came that only a signed-in contact's page can send."""


class VisitState:
    """What a session knows between two pages, whatever the pages are made of."""

    def __init__(self) -> None:
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
        self.vat_id_error: InvalidInput | None = None
        self.form = PaymentForm()

    def begin(self, session: Session) -> None:
        """Somebody signed in."""
        self.forget()
        self._session = session
        self.form.kind, *_others = ways_in(session.account.currency)
        self.form.holder = session.account.name
        self.form.vat_id = self.form.vat_id_applied = session.account.vat_id

    def opened(self, service: BillingService) -> None:
        """The service is there."""
        self._service = service

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
            quote,
            service.today(session),
            session.account.currency,
            self.catalogue.sample,
            self.catalogue.seller.mail,
        )

    @property
    def other_lines(self) -> int:
        """How many lines the cart holds beside the one being changed."""
        own = self.flow.draft.line_id if self.flow else None
        return sum(line.line_id != own for line in self.cart.lines)

    def open_checkout(self) -> Checkout:
        """The checkout with the VAT id typed."""
        return self.reckon_with(self.form.vat_id)

    def reckon_with(self, vat_id: str) -> Checkout:
        """The checkout with a VAT id; with none while it is wrong, for a wrong one decides nothing.

        `vat_id_error` is what is wrong with it.
        """
        wrong = None
        try:
            checkout = self.service.open_checkout(self.session, vat_id.strip())
        except InvalidInput as error:
            wrong, vat_id = error, ""
            checkout = self.service.open_checkout(self.session, vat_id)
        self.vat_id_error, self.form.vat_id_applied = wrong, vat_id
        return checkout

    def new_prices(self, checkout: Checkout) -> bool:
        """Remember what got another price until the order: the service tells each change once."""
        self.price_changes |= {change.line_id: change for change in checkout.price_changes}
        return any(line.line_id in self.price_changes for line in checkout.cart.lines)

    def price_notice(self) -> str:
        """What got another price since it went into the cart."""
        return " ".join(
            price_change_sentence(
                self.catalogue.product_name(line.selection.product), change.old, change.new
            )
            for line in self.cart.lines
            if (change := self.price_changes.get(line.line_id)) is not None
        )

    def vat_id_decides(self, checkout: Checkout) -> bool:
        """Whether the tax authority's answer about the VAT id decides the tax, and can be had."""
        asked = bool(checkout.vat_id) and self.service.checks_vat_ids
        return asked and checkout.quote.treatment in _DECIDED_BY_VAT_ID

    @property
    def came_by_cart(self) -> bool:
        """Whether one step back from the Kasse is the cart, and not the last step."""
        in_flow = self.flow is not None and self.flow.draft.line_id is not None
        return self.checkout_from_cart or not in_flow


def line_in_the_way(refused: Refused) -> str:
    """The line of the cart that cannot be bought any more.

    Raises:
        Refused: it is about something else.
    """
    line_id = refused.facts.get("line_id")
    if not isinstance(line_id, str):
        raise refused
    return line_id
