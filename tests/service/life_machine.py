"""A random life of an account: all that its buyer, the bank, the tax office and time may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from billing.accounts.model import VatIdState
from billing.catalogue.model import BillingCycle, Offer
from billing.errors import (
    CartChanged,
    InvalidInput,
    OrderConflict,
    PaymentActionNeeded,
    PaymentDeclined,
    PaymentUnknown,
    PriceChanged,
    Problem,
    Refused,
)
from billing.ordering.model import Change, ChangeRequest, OrderRequest, Selection
from billing.payments.model import OnInvoice, SepaDebit
from billing.payments.testgateway import Fault
from billing.storage.tables import payment_attempt
from billing.subscriptions.model import LIVE_STATES, SubscriptionState
from tests.service.books import Books
from tests.service.life_base import BUYERS, GOOD, Life, attempt, problem_of
from tests.service.shop import IBAN, INVOICE
from tests.service.tax_office import LENAS_ID, OTHER_ID

if TYPE_CHECKING:
    from billing.payments.model import PaymentInput

PRODUCTS = {
    "goto-webinar": ("lite", "pro"),
    "logmein-rescue": ("rescue",),
    "goto-training": ("pro",),
}
# Good, poor, declined when charged later, confirmed with the bank, and both of these.
CARDS = (
    *(GOOD, "4000000000009995", "4000000000000341"),
    *("4000002500003155", "4000002760003184"),
)
# A debit that comes back in the end.
RETURNED = SepaDebit("DE62370400440532013001", "Anna Muster")
# Days after the sample's: the 29th, 30th and 31st of some months, and both ends of February.
MONTH_ENDS = (8, 39, 68, 69, 70, 98, 129, 435, 464)
DAYS = (0, 0, 1, 1, 2, 3, 5, 8, 14, 27, 28, 29, 30, 31, 31, 45, 200, 370)
TO_THE_MONTH_S_END = -1

# What may come of a payment, and of a request that was sent before.
PAYING = (PaymentDeclined, PaymentUnknown, PaymentActionNeeded)
OVERTAKEN = (CartChanged, OrderConflict, PriceChanged)
REPEATED = (*PAYING, *OVERTAKEN, Refused, InvalidInput)

few = st.integers(0, 5)
cycles = st.sampled_from(BillingCycle)
faults = st.sampled_from((None, None, None, *Fault))
methods = st.sampled_from((*CARDS, CARDS[0], IBAN, RETURNED, INVOICE))
changes = st.builds(Change, few.map(str), st.integers(1, 5), cycles)
products = st.sampled_from(sorted(PRODUCTS))
picks = st.tuples(products, few, st.integers(1, 5), cycles)


class LifeMachine(Life):
    """Its rules are named after what happens."""

    @initialize(
        who=st.sampled_from(BUYERS),
        day=st.sampled_from(MONTH_ENDS) | st.integers(0, 800),
        hour=st.integers(0, 23),
        wanted=st.lists(picks, max_size=3),
        method=methods,
    )
    def begin(
        self,
        who: str,
        day: int,
        hour: int,
        wanted: list[tuple[str, int, int, BillingCycle]],
        method: PaymentInput | str,
    ) -> None:
        """Some day within two years, so that leap days and month ends come."""
        self.session = self.shop.session(who)
        self.shop.clock.advance(timedelta(days=day, hours=hour))
        assert self.service.run_worker().failed == 0
        self.buy(wanted, method, None, None)

    @rule(
        wanted=st.lists(picks, min_size=1, max_size=3),
        method=methods,
        vat_id=st.sampled_from((None, "", OTHER_ID)),
        fault=faults,
    )
    def buy(
        self,
        wanted: list[tuple[str, int, int, BillingCycle]],
        method: PaymentInput | str,
        vat_id: str | None,
        fault: Fault | None,
    ) -> None:
        for product, which, seats, cycle in wanted:
            tiers = PRODUCTS[product]
            self.put_into_the_cart(Selection(product, tiers[which % len(tiers)], seats, cycle))
        typed = vat_id if self.session.account.country == "AT" else None
        checkout, refused = attempt(
            lambda: self.service.open_checkout(self.session, typed), Refused
        )
        if checkout is None:
            assert problem_of(refused) in {Problem.CART_EMPTY, Problem.ALREADY_SUBSCRIBED}
            return
        sent = self.remember(
            OrderRequest(
                checkout.key,
                checkout.cart.version,
                checkout.quote,
                checkout.vat_id,
                self.payment(method),
            )
        )
        pending = self.awaits_payment()
        self.shop.faults.authorise[:] = [fault]
        told, error = attempt(lambda: self.send(sent), *PAYING, *OVERTAKEN)
        self.heal()
        # Only an earlier order whose payment is not known yet may come before this one.
        assert pending or not isinstance(error, OVERTAKEN), repr(error)
        if told is not None:
            sent.order_id = told.order_id
            if not pending:
                self.assert_charged_as_shown(told, checkout.quote.total_due.minor)

    @rule(product=products, seats=st.integers(1, 3))
    def start_a_trial(self, product: str, seats: int) -> None:
        draft = replace(
            self.service.new_draft(self.session),
            product=product,
            offer=Offer.TRIAL,
            tier=PRODUCTS[product][0],
            seats=seats,
        )
        problem = self.available(product).trial
        told, refused = attempt(lambda: self.service.start_trial(self.session, draft), Refused)
        assert problem_of(refused) is problem
        if told is not None:
            again = self.service.start_trial(self.session, draft)
            assert again == replace(told, replayed=True), "I6"

    @precondition(lambda self: self.sent)
    @rule(which=few, lost=faults, fault=faults)
    def send_the_same_request_again(
        self, which: int, lost: Fault | None, fault: Fault | None
    ) -> None:
        sent = self.sent[-1 - which % len(self.sent)]
        self.shop.faults.ask[:] = [lost]
        self.shop.faults.authorise[:] = [fault]
        told, error = attempt(lambda: self.send(sent), *REPEATED)
        self.heal()
        if told is not None:
            assert sent.order_id in {"", told.order_id}, "I6: one order for one request"
            sent.order_id = told.order_id
        # A card may have expired since.
        assert told or not sent.order_id or isinstance(error, InvalidInput), f"I6: {error!r}"

    @precondition(lambda self: any(sent.order_id for sent in self.sent))
    @rule(which=few)
    def send_another_request_under_a_key_that_was_used(self, which: int) -> None:
        done = [sent for sent in self.sent if sent.order_id]
        sent = done[-1 - which % len(done)]
        paid = sent.request.payment
        other = self.payment(GOOD) if isinstance(paid, OnInvoice) else OnInvoice()
        asked = replace(sent, request=replace(sent.request, payment=other))
        _, error = attempt(lambda: self.send(asked), OrderConflict)
        assert error is not None, "I6: another request under the same key is refused"

    @rule(which=few, wanted=changes, method=st.none() | methods, fault=faults)
    def change(
        self, which: int, wanted: Change, method: PaymentInput | str | None, fault: Fault | None
    ) -> None:
        one = self.chosen(which, SubscriptionState.ACTIVE)
        if one is None:
            return
        tiers = self.shop.catalogue.product(one.product).tiers
        wanted = replace(wanted, tier=tiers[int(wanted.tier) % len(tiers)].id)
        quote, refused = attempt(
            lambda: self.service.preview_change(self.session, one.subscription_id, wanted), Refused
        )
        if quote is None:
            assert refused is not None
            self.assert_refused_with_reason(refused, one)
            return
        payment = None if method is None else self.payment(method)
        sent = self.remember(
            ChangeRequest(self.new_key(), one.subscription_id, one.version, wanted, quote, payment)
        )
        self.shop.faults.authorise[:] = [fault]
        told, error = attempt(lambda: self.send(sent), *PAYING, Refused)
        self.heal()
        assert problem_of(error) in {None, Problem.NO_PAYMENT_METHOD}
        if told is None:
            return
        sent.order_id = told.order_id
        self.assert_charged_as_shown(told, quote.total_due.minor)
        assert self.service.home(self.session).credit_balance == quote.credit_left, "I14"
        row = Books(self.shop).subscriptions[one.subscription_id]
        today = max(self.service.today(self.session), quote.old_period.start)
        assert row.anchor == quote.today == today, "I10"
        assert row.period_end == quote.new_billing_date, "I9"

    @rule(which=few)
    def cancel(self, which: int) -> None:
        one = self.chosen(which, SubscriptionState.ACTIVE)
        if one is None:
            return
        after, refused = attempt(
            lambda: self.service.cancel(self.session, one.subscription_id), Refused
        )
        if refused is not None:
            self.assert_refused_with_reason(refused, one)
        assert after is None or after.ends_on == one.renews_on

    @rule(which=few)
    def undo_a_cancellation(self, which: int) -> None:
        one = self.chosen(which, SubscriptionState.CANCELLING)
        if one is None:
            return
        after, _ = attempt(
            lambda: self.service.undo_cancellation(self.session, one.subscription_id), Refused
        )
        assert (after is not None) is (one.state is SubscriptionState.CANCELLING)
        assert after is None or after.renews_on == one.ends_on

    @rule(who=few, ticks=st.sets(few))
    def assign_licences(self, who: int, ticks: set[int]) -> None:
        users = self.service.users(self.session)
        found = self.service.home(self.session).subscriptions
        wanted = {found[tick % len(found)] for tick in ticks} if found else set()
        ids = frozenset(one.subscription_id for one in wanted)
        user_id = users[who % len(users)].user_id
        after, refused = attempt(lambda: self.service.assign(self.session, user_id, ids), Refused)
        if all(one.state in LIVE_STATES for one in wanted):
            assert problem_of(refused) in {None, Problem.NO_FREE_LICENCE}, "I12"
        else:
            assert refused is not None, "I12"
        for user in after or ():
            assert user.user_id != user_id or user.subscriptions == ids

    @precondition(lambda self: self.open_invoices())
    @rule(which=few, method=methods, fault=faults)
    def pay_an_open_invoice(
        self, which: int, method: PaymentInput | str, fault: Fault | None
    ) -> None:
        bills = self.open_invoices()
        bill_id, payment = bills[which % len(bills)], self.payment(method)
        self.shop.faults.authorise[:] = [fault]
        _, error = attempt(lambda: self.pay(bill_id, payment), *PAYING, Refused)
        self.heal()
        assert problem_of(error) in {None, Problem.NOTHING_TO_PAY, Problem.PAYMENT_OPEN}

    @precondition(lambda self: self.open_invoices())
    @rule(which=few)
    def a_transfer_arrives(self, which: int) -> None:
        bills = self.open_invoices()
        number = next(
            bill.number
            for bill in self.books.invoices.values()
            if bill.invoice_id == bills[which % len(bills)]
        )
        mail = self.session.contact.mail
        told, refused = attempt(lambda: self.service.record_transfer(mail, number), Refused)
        assert problem_of(refused) in {None, Problem.PAYMENT_UNDER_WAY}
        assert told is None or told.now
        again, _ = attempt(lambda: self.service.record_transfer(mail, number), Refused)
        assert told is None or (again is not None and not again.now), "I6"

    @rule(
        lost=st.lists(faults, max_size=2),
        taken=st.lists(faults, max_size=2),
        days=st.sampled_from((0, 0, 1, 3, 5, 7, 31)),
    )
    def the_worker_runs(
        self, lost: list[Fault | None], taken: list[Fault | None], days: int
    ) -> None:
        """Twice: what the first run did is not done again."""
        self.shop.clock.advance(timedelta(days=days))
        self.shop.faults.ask[:] = lost
        self.shop.faults.authorise[:] = taken
        self.shop.faults.capture[:] = taken[::-1]
        self.shop.faults.refund[:] = lost[::-1]
        assert self.service.run_worker().failed == 0
        self.heal()
        self.assert_nothing_is_overdue()
        again = self.service.run_worker()
        assert again.failed == again.renewals == again.retries == again.expiries == 0, again

    @precondition(lambda self: self.waiting_at_the_bank())
    @rule(accepted=st.booleans())
    def the_buyer_answers_on_the_bank_s_page(self, accepted: bool) -> None:
        for key in self.waiting_at_the_bank():
            self.shop.bank.authenticate(key, accepted=accepted)

    @precondition(lambda self: self.shop.bank.notices)
    @rule(which=few)
    def the_bank_tells_late(self, which: int) -> None:
        """An answer arrives: perhaps once more, perhaps in another order."""
        notices = self.shop.bank.notices
        notice = notices[-1 - which % len(notices)]
        for one in self.books.rows(payment_attempt):
            if one.gateway_key == notice.key:
                self.service.gateway_answered(one.account_id, notice.key, notice.answer)

    @rule(state=st.sampled_from((VatIdState.UNKNOWN, VatIdState.CONFIRMED, VatIdState.REFUTED)))
    def the_tax_office_answers(self, state: VatIdState) -> None:
        self.office.state = state
        if self.session.account.country == "AT":
            for vat_id in (LENAS_ID, OTHER_ID):
                self.service.check_vat_id(self.session, vat_id)

    @rule(days=st.sampled_from((TO_THE_MONTH_S_END, *DAYS)), minutes=st.integers(1, 1439))
    def time_passes(self, days: int, minutes: int) -> None:
        now = self.shop.clock.now()
        if days == TO_THE_MONTH_S_END:
            first = (now.replace(day=28) + timedelta(days=4)).replace(day=1)
            last = first - timedelta(days=1)
            self.shop.clock.move_to(last if last > now else first + timedelta(days=27))
        else:
            self.shop.clock.advance(timedelta(days=days, minutes=minutes))

    @rule(hours=st.integers(1, 30))
    def the_clock_is_set_back(self, hours: int) -> None:
        self.shop.clock.advance(-timedelta(hours=hours))
