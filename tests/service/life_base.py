"""What the rules of a random life stand on: the shop, what was asked of it, and the audits."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from billing.accounts.model import VatIdState
from billing.errors import BillingError, Problem, Refused
from billing.ordering.model import ChangeRequest, OrderRequest, Selection
from billing.payments.model import Card, OnInvoice, SepaDebit
from billing.storage.tables import payment_attempt
from billing.subscriptions.model import LIVE_STATES, SubscriptionState
from tests.service.audit import LIVE, audit, audit_at_rest, is_under_way
from tests.service.books import Books
from tests.service.shop import ADA, ANNA, LENA

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Row

    from billing.accounts.model import Session
    from billing.invoicing.model import Invoice
    from billing.ordering.model import Availability, Confirmation
    from billing.payments.model import PaymentInput
    from billing.subscriptions.model import Subscription
    from tests.service.shop import Shop
    from tests.service.tax_office import TaxOffice

Answer = TypeVar("Answer")

BUYERS = (ANNA, LENA, ADA)
GOOD = "4242424242424242"
# How often everybody may be waited for at the end, four days each.
_MOST_WAITS = 40


@dataclass
class Sent:
    """A request that was sent, and the order that was confirmed for it."""

    session: Session
    request: OrderRequest | ChangeRequest
    order_id: str = ""

    @property
    def cart(self) -> tuple[str, int] | None:
        """Which cart it orders, in which version."""
        if isinstance(self.request, ChangeRequest):
            return None
        return self.session.account.account_id, self.request.cart_version


def attempt(
    call: Callable[[], Answer], *expected: type[BillingError]
) -> tuple[Answer, None] | tuple[None, BillingError]:
    """What a call answers, or which of the expected errors it raised."""
    try:
        return call(), None
    except expected as error:
        return None, error


def problem_of(error: BillingError | None) -> Problem | None:
    """The problem that a refusal names."""
    return error.problem if isinstance(error, Refused) else None


class Life(RuleBasedStateMachine):
    """A shop and its tax office, opened when the life begins and audited after every step."""

    def __init__(self, opened: Callable[[], tuple[Shop, TaxOffice]]) -> None:
        super().__init__()
        self.shop, self.office = opened()
        self.service = self.shop.service
        self.session = self.shop.session(ANNA)
        self.books = Books(self.shop)
        self.sent: list[Sent] = []
        self.keys = 0

    @invariant()
    def everything_agrees(self) -> None:
        """The books are read once; later steps look at them as they were then."""
        self.books = Books(self.shop)
        audit(self.books)
        self.assert_a_cart_was_ordered_once()
        self.assert_access_is_what_the_states_say()

    def assert_a_cart_was_ordered_once(self) -> None:
        """I7."""
        done = {(sent.cart, sent.order_id) for sent in self.sent if sent.cart and sent.order_id}
        assert len(done) == len({cart for cart, _ in done}), "I7"

    def assert_access_is_what_the_states_say(self) -> None:
        """I12."""
        today = self.service.today(self.session)
        live = set()
        for one in self.service.home(self.session).subscriptions:
            row = self.books.subscriptions[one.subscription_id]
            ended = row.state in {"trialing", "cancelling"} and row.period_end <= today
            off = row.state in {"suspended", "expired"} or ended
            assert (one.state in LIVE_STATES) is not off, "I12"
            if not off:
                live.add(one.subscription_id)
        for user in self.service.users(self.session):
            assert user.subscriptions <= live, "I12"

    def teardown(self) -> None:
        try:
            # Only a life without a failure goes on, or the first failure would not be seen.
            if sys.exception() is None:
                self.come_to_rest()
        finally:
            self.shop.close()

    def come_to_rest(self) -> None:
        """Everybody answers, what is owed is paid by card, and then every sum is final."""
        self.heal()
        self.office.state = VatIdState.CONFIRMED
        for days in (1, 61, *repeat(4, _MOST_WAITS)):
            self.shop.clock.advance(timedelta(days=days))
            assert self.service.run_worker().failed == 0
            self.everything_agrees()
            for bill_id in self.open_invoices():
                attempt(partial(self.pay, bill_id, self.payment(GOOD)), Refused)
            self.books = Books(self.shop)
            if days != 1 and not is_under_way(self.books):
                break
        audit_at_rest(self.books)

    def pay(self, bill_id: str, payment: PaymentInput) -> Invoice:
        """Pay an invoice, and ask for the same once more."""
        key = self.new_key()
        paid = self.service.pay_open_invoice(self.session, bill_id, key, payment)
        again = self.service.pay_open_invoice(self.session, bill_id, key, payment)
        assert again == paid, "I6"
        return paid

    def heal(self) -> None:
        """The gateway works again."""
        for planned in vars(self.shop.faults).values():
            planned.clear()

    def new_key(self) -> str:
        """An idempotency key."""
        self.keys += 1
        return f"00000000-0000-7000-8000-{self.keys:012d}"

    def payment(self, method: PaymentInput | str) -> PaymentInput:
        """A method, or the card of that number, which expires next year; no debit of dollars."""
        if isinstance(method, SepaDebit) and self.session.account.currency != "EUR":
            return OnInvoice()
        if not isinstance(method, str):
            return method
        year = self.shop.clock.now().year + 1
        return Card(method, f"12/{year % 100}", "123")

    def send(self, sent: Sent) -> Confirmation:
        """Send a request as it is."""
        if isinstance(sent.request, ChangeRequest):
            return self.service.change_subscription(sent.session, sent.request)
        return self.service.place_order(sent.session, sent.request)

    def remember(self, request: OrderRequest | ChangeRequest) -> Sent:
        """A request that is about to be sent."""
        self.sent.append(Sent(self.session, request))
        return self.sent[-1]

    def put_into_the_cart(self, selection: Selection) -> None:
        """Add a selection, or put it in the place of the product's line."""
        cart = self.service.cart(self.session)
        standing = [one for one in cart.lines if one.selection.product == selection.product]
        line_id = standing[0].line_id if standing else None
        after, refused = attempt(
            lambda: self.service.put_line(self.session, cart.version, selection, line_id), Refused
        )
        assert problem_of(refused) in {None, Problem.ALREADY_SUBSCRIBED}
        assert after is None or after.version == cart.version + 1

    def available(self, product: str) -> Availability:
        """What the account may do with a product."""
        shelf = self.service.availability(self.session)
        return next(one for one in shelf if one.product.id == product)

    def chosen(self, which: int, state: SubscriptionState) -> Subscription | None:
        """One of the account's subscriptions: mostly one in that state, if there is any."""
        held = self.service.home(self.session).subscriptions
        found = [one for one in held if one.state is state or not which] or held
        return found[which % len(found)] if found else None

    def open_invoices(self) -> list[str]:
        """The ids of what was to be paid after the last step."""
        mine = self.session.account.account_id
        bills = self.books.invoices.values()
        return [
            bill.invoice_id for bill in bills if (bill.account_id, bill.state) == (mine, "open")
        ]

    def waiting_at_the_bank(self) -> list[str]:
        """The keys of the payments that the buyer was to confirm after the last step."""
        rows = self.books.rows(payment_attempt)
        return [one.gateway_key for one in rows if one.state == "requires_action"]

    def awaits_payment(self) -> bool:
        """Whether an order waited for its payment after the last step."""
        return any(row.state == "awaiting_payment" for row in self.books.placed_here)

    def assert_charged_as_shown(self, told: Confirmation, due: int) -> None:
        """I11: order, attempt, ledger and invoice say what was shown."""
        books = Books(self.shop)
        attempts = books.attempts.get(told.order_id, [])
        assert told.total.minor == books.orders[told.order_id].total_minor == due, "I11"
        assert [one.amount_minor for one in attempts] in ([], [due]), "I11"
        for one in attempts:
            assert books.bank[one.gateway_key].amount_minor == due, "I11"
        bill = books.invoices.get(told.order_id)
        assert told.invoice_waits if bill is None else bill.total_minor == due, "I11"

    def assert_refused_with_reason(self, error: BillingError, one: Subscription) -> None:
        """What may not be changed or cancelled says why."""
        problem = problem_of(error)
        if one.state is not SubscriptionState.ACTIVE:
            assert problem in {
                Problem.SUBSCRIPTION_NOT_ACTIVE,
                Problem.ON_TRIAL,
                Problem.CANCELLATION_PENDING,
                Problem.PAYMENT_OPEN,
            }
            return
        assert problem in {
            Problem.PAYMENT_OPEN,
            Problem.TAX_PENDING,
            Problem.NOTHING_CHANGES,
            Problem.SEATS_ASSIGNED,
            Problem.SEATS_BELOW_MINIMUM,
        }

    def assert_nothing_is_overdue(self) -> None:
        """I9: after a run the next invoice lies ahead, unless a payment is waited for."""
        books = Books(self.shop)
        mine = self.session.account.account_id
        for row in books.subscriptions.values():
            if row.account_id != mine or _waits_for_a_payment(books, row):
                continue
            overdue = row.state == "active" and row.period_end <= books.today[mine]
            assert not overdue, f"I9 {row.subscription_id} is overdue"


def _waits_for_a_payment(books: Books, row: Row[Any]) -> bool:
    """Whether no period may be billed yet: an order of the subscription is not paid for sure."""
    for order_id, lines in books.order_lines.items():
        if all(line.subscription_id != row.subscription_id for line in lines):
            continue
        states = {one.state for one in books.attempts.get(order_id, [])}
        # A debit on its way counts as paid, unless it has come back before.
        returning = row.failed_payments > 0 and order_id == row.order_id and "processing" in states
        if books.orders[order_id].state == "awaiting_payment" or states & LIVE or returning:
            return True
    return False
