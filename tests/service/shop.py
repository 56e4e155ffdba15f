"""A service on a database of its own, with a gateway and a letter box that can be made to fail."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from billing.catalogue.model import BillingCycle
from billing.ids import SeededIds
from billing.ordering.model import OrderRequest, Selection
from billing.payments.model import Card, OnInvoice, SepaDebit
from billing.payments.testgateway import Fault, TestGateway
from billing.service import BillingService
from billing.storage.invoice_tables import invoice, invoice_line, invoice_tax, payment_method
from billing.storage.migrate import open_database
from billing.storage.schema import metadata
from billing.storage.tables import order, order_line, order_tax, subscription_event

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from pathlib import Path

    from sqlalchemy import Table

    from billing.accounts.model import Session
    from billing.accounts.passwords import Passwords
    from billing.accounts.vat_authority import VatAuthority
    from billing.catalogue.model import Catalogue
    from billing.clock import FixedClock
    from billing.mail.transport import MailNotTaken
    from billing.ordering.model import Cart, Checkout
    from billing.payments.check import CheckedPayment
    from billing.payments.gateway import GatewayAnswer, PaymentGateway
    from billing.payments.model import PaymentInput, StoredMethod
    from billing.payments.testgateway import Call
    from billing.rating.money import Money

ANNA = "anna@muster.example"
LENA = "lena@huber.example"
ADA = "ada@byron.example"
MAX = "max@muster.example"

WEBINAR = Selection("goto-webinar", "pro", 5, BillingCycle.ANNUAL)
RESCUE = Selection("logmein-rescue", "rescue", 2, BillingCycle.MONTHLY)

IBAN = SepaDebit("DE89 3704 0044 0532 0130 00", "Anna Muster")
GOOD_CARD = Card("4242 4242 4242 4242", "12/30", "123")
POOR_CARD = Card("4000 0000 0000 9995", "12/30", "123")
INVOICE = OnInvoice()

# What the sample's subscriptions stand on; tests look at what they bring about themselves.
_HISTORY = (
    *(order, order_line, order_tax, subscription_event),
    *(invoice, invoice_line, invoice_tax, payment_method),
)


@dataclass
class LetterBox:
    """A transport that keeps what it takes, and takes nothing while `refusal` is set."""

    messages: list[EmailMessage] = field(default_factory=list)
    refusal: MailNotTaken | None = None

    def send(self, message: EmailMessage) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.messages.append(message)


@dataclass
class Faults:
    """Faults to put into the calls of a gateway, first come first served."""

    authorise: list[Fault | None] = field(default_factory=list)
    ask: list[Fault | None] = field(default_factory=list)
    capture: list[Fault | None] = field(default_factory=list)
    refund: list[Fault | None] = field(default_factory=list)

    def __call__(self, call: Call, _key: str) -> Fault | None:
        planned: list[Fault | None] = getattr(self, call.value)
        return planned.pop(0) if planned else None


class RealGateway:
    """A gateway whose bank nobody can play."""

    def __init__(self, shop: Shop) -> None:
        self._bank = shop.bank

    def authorise(
        self, *, key: str, amount: Money, payment: CheckedPayment | StoredMethod, capture: bool
    ) -> GatewayAnswer:
        return self._bank.authorise(key=key, amount=amount, payment=payment, capture=capture)

    def ask(self, key: str) -> GatewayAnswer | None:
        return self._bank.ask(key)

    def capture(self, key: str, amount: Money) -> GatewayAnswer:
        return self._bank.capture(key, amount)

    def refund(self, key: str, refund_key: str, amount: Money) -> GatewayAnswer:
        return self._bank.refund(key, refund_key, amount)


class Shop:
    """A running service and all that a test wants to see behind it.

    `file` is its SQLite database unless `address` names another; the gateway's books lie beside it.
    """

    def __init__(
        self,
        file: Path,
        *,
        catalogue: Catalogue,
        clock: FixedClock,
        passwords: Passwords,
        seed: int = 3,
        gateway: PaymentGateway | None = None,
        post: LetterBox | None = None,
        delay: Callable[[], None] = lambda: None,
        address: str | None = None,
        authority: VatAuthority | None = None,
    ) -> None:
        self.file = file
        self.address = address or str(file)
        self.catalogue = catalogue
        self.clock = clock
        self.passwords = passwords
        self.faults = Faults()
        self.bank = TestGateway(
            file.with_suffix(".ledger"), fault=self.faults, delay=delay, clock=clock
        )
        self.post = post or LetterBox()
        self.database = open_database(self.address)
        self.service = BillingService(
            catalogue=catalogue,
            database=self.database,
            clock=clock,
            ids=SeededIds(seed, clock),
            gateway=gateway or self.bank,
            post=self.post,
            passwords=passwords,
            authority=authority,
        )
        self._seed = seed
        self._history = {key for table in _HISTORY for key in map(_key(table), self._all(table))}
        self._others: list[Shop] = []

    def second(
        self,
        *,
        catalogue: Catalogue | None = None,
        gateway: PaymentGateway | None = None,
        delay: Callable[[], None] = lambda: None,
        authority: VatAuthority | None = None,
    ) -> Shop:
        """Another service on the same database, as another process or a restart would have it."""
        other = Shop(
            self.file,
            catalogue=catalogue or self.catalogue,
            clock=self.clock,
            passwords=self.passwords,
            seed=self._seed + 100 + len(self._others),
            gateway=gateway,
            post=self.post,
            delay=delay,
            address=self.address,
            authority=authority,
        )
        other._history = self._history
        self._others.append(other)
        return other

    def close(self) -> None:
        for other in self._others:
            other.close()
        self.service.close()

    def session(self, mail: str = ANNA) -> Session:
        return self.service.sign_in_as(mail)

    def fill(self, session: Session, *selections: Selection) -> Cart:
        cart = self.service.cart(session)
        for selection in selections:
            cart = self.service.put_line(session, cart.version, selection)
        return cart

    def checkout(self, session: Session, *selections: Selection) -> Checkout:
        self.fill(session, *selections)
        return self.service.open_checkout(session)

    def rows(self, table: Table) -> list[Any]:
        """The rows of a table, but for the orders and invoices that the sample came with."""
        key = _key(table)
        return [row for row in self._all(table) if key(row) not in self._history]

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table, to compare with later."""
        return {
            table.name: sorted((tuple(row) for row in self._all(table)), key=repr)
            for table in metadata.sorted_tables
        }

    def execute(self, statement: Any) -> None:
        self.database.work(None, lambda connection: connection.execute(statement))

    def _all(self, table: Table) -> list[Any]:
        return self.database.read(lambda connection: list(connection.execute(select(table))))


def _key(table: Table) -> Callable[[Any], tuple[object, ...]]:
    names = [column.name for column in table.primary_key]
    return lambda row: (table.name, *(getattr(row, name) for name in names))


def request(checkout: Checkout, payment: PaymentInput = IBAN) -> OrderRequest:
    return OrderRequest(
        key=checkout.key,
        cart_version=checkout.cart.version,
        quote=checkout.quote,
        vat_id=checkout.vat_id,
        payment=payment,
    )


def repriced(catalogue: Catalogue, product_id: str, factor: int) -> Catalogue:
    """The catalogue with every price of a product multiplied, as its next version."""
    products = []
    for product in catalogue.products:
        tiers = product.tiers
        if product.id == product_id:
            tiers = tuple(
                replace(tier, prices={key: price * factor for key, price in tier.prices.items()})
                for tier in tiers
            )
        products.append(replace(product, tiers=tiers))
    return replace(catalogue, version=catalogue.version + "+", products=tuple(products))


def without(catalogue: Catalogue, product_id: str) -> Catalogue:
    """The catalogue without a product, as its next version."""
    kept = tuple(product for product in catalogue.products if product.id != product_id)
    return replace(catalogue, version=catalogue.version + "-", products=kept)
