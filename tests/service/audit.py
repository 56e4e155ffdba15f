"""What must hold of a shop at every moment, whatever happened: its books against each other.

The checks are named after the invariants of the engine. `audit` makes them all, `audit_at_rest`
also those that hold only when nothing is under way: no payment unknown, no check of a VAT id open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from billing.catalogue.model import BillingCycle
from billing.invoicing.numbers import account_code
from billing.rating.periods import next_boundary, period_containing
from billing.storage.invoice_tables import invoice
from billing.storage.tables import (
    account,
    licence,
    order,
    order_credit,
    order_line,
    outbox,
    payment_attempt,
    subscription,
    subscription_event,
    trial_use,
)

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row

    from tests.service.books import Books

LIVE = {"created", "unknown", "requires_action"}
FIRM = {"succeeded", "authorised", "processing"}
UNDER_WAY = LIVE | {"processing", "authorised", "refund_due"}
_PAID_ON = ("active", "cancelling", "past_due", "suspended")
_MAIL_OF = {
    "purchase": "confirmation",
    "trial": "welcome",
    "change": "change_confirmation",
}
_IN_LOG = ("state", "product", "tier", "seats", "cycle", "anchor", "period_start", "period_end")
_LOGGED = (*_IN_LOG, "unit_price_minor", "currency", "order_id", "next_step_on")


def audit(books: Books) -> None:
    """All that holds at every moment; raises AssertionError with the invariant's name."""
    for check in (
        i01_an_invoice_is_the_sum_of_its_parts,
        i02_a_tax_is_its_rate_of_the_sum_rounded_once,
        i03_the_periods_of_a_subscription_tile,
        i04_credits_never_exceed_what_was_billed,
        i05_one_live_attempt_and_never_too_much_taken,
        i08_one_trial_ever,
        i09_the_next_invoice_is_on_the_next_boundary,
        i12_access_exactly_while_it_is_live,
        i13_the_log_replayed_is_the_row,
        i14_credit_is_what_was_given_less_what_was_used,
        i16_a_mail_for_every_order_and_no_other,
        numbers_have_no_gap,
        the_bank_knows_what_we_know,
        a_failed_order_keeps_nothing,
    ):
        check(books)


def audit_at_rest(books: Books) -> None:
    """All that holds when everybody has answered."""
    audit(books)
    everything_is_settled(books)
    what_is_paid_is_the_invoice(books)


def i01_an_invoice_is_the_sum_of_its_parts(books: Books) -> None:
    for row in books.rows(invoice):
        lines = sum(line.amount_minor for line in books.invoice_lines[row.invoice_id])
        taxes = sum(tax.tax_minor for tax in books.invoice_taxes[row.invoice_id])
        assert (row.net_minor, row.tax_minor) == (lines, taxes), f"I1 {row.number}"
        assert row.gross_minor == lines + taxes, f"I1 {row.number}"
        assert row.total_minor == row.gross_minor - row.credit_minor, f"I1 {row.number}"


def i02_a_tax_is_its_rate_of_the_sum_rounded_once(books: Books) -> None:
    for row in books.rows(invoice):
        lines = books.invoice_lines[row.invoice_id]
        for tax in books.invoice_taxes[row.invoice_id]:
            net = sum(line.amount_minor for line in lines if line.rate == tax.rate)
            exact = Fraction(abs(net)) * Fraction(Decimal(tax.rate)) / 100
            share = (2 * exact + 1) // 2
            assert tax.net_minor == net, f"I2 {row.number}"
            if abs(tax.tax_minor) != share:
                assert _is_the_rest(books, row, tax, share), f"I2 {row.number}"


def _is_the_rest(books: Books, row: Row[Any], tax: Row[Any], share: int) -> bool:
    """Whether a correction takes back less than its share because nothing more was left.

    What other orders had promised to take back was not left either, though they may have failed.
    """
    if row.kind != "correction" or not 0 <= -tax.tax_minor < share:
        return False
    taxes = books.invoice_taxes[row.corrects_id]
    charged: int = sum(one.tax_minor for one in taxes if one.rate == tax.rate)
    credits_ = [one for one in books.rows(order_credit) if one.corrects_id == row.corrects_id]
    promised: int = sum(one.tax_minor for one in credits_ if one.rate == tax.rate)
    return charged <= promised


def i03_the_periods_of_a_subscription_tile(books: Books) -> None:
    """Counting of a period that was given back only what was used of it."""
    given_back = _given_back(books)
    spans: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for line in books.rows(order_line):
        if not _in_effect(books.orders[line.order_id]):
            continue
        _assert_billed_as_ordered(books, line)
        end = given_back.get((line.order_id, line.subscription_id), line.period_end)
        if line.period_start < end:
            spans[line.subscription_id].append((line.period_start, end))
    for subscription_id, found in spans.items():
        found.sort()
        for earlier, later in pairwise(found):
            assert earlier[1] == later[0], f"I3 {subscription_id}: {earlier} {later}"
        row = books.subscriptions[subscription_id]
        assert found[-1][1] == row.period_end, f"I3 {subscription_id}: {found[-1]}"


def _given_back(books: Books) -> dict[tuple[str, str], date]:
    """The first day that was given back, by the order that had paid it and the subscription."""
    documents = {row.invoice_id: row for row in books.rows(invoice)}
    first: dict[tuple[str, str], date] = {}
    for credit in books.rows(order_credit):
        if books.orders[credit.order_id].state != "fulfilled":
            continue
        key = (documents[credit.corrects_id].order_id, credit.subscription_id)
        first[key] = min(credit.unused_start, first.get(key, credit.unused_start))
    return first


def _in_effect(placed: Row[Any]) -> bool:
    """Whether an order gave a paid period: a renewal does before it is paid."""
    if placed.kind == "trial":
        return False
    return bool(placed.state == "fulfilled" or placed.kind == "renewal")


def _assert_billed_as_ordered(books: Books, line: Row[Any]) -> None:
    bill = books.invoices.get(line.order_id)
    if bill is None:
        placed = books.orders[line.order_id]
        deciding = any(one.state == "authorised" for one in books.attempts[line.order_id])
        assert placed.tax_treatment == "undecided" or deciding, f"I3 {placed.number} has no invoice"
        return
    facts = ("subscription_id", "amount_minor", "period_start", "period_end")
    ordered = tuple(getattr(line, fact) for fact in facts)
    billed = {
        tuple(getattr(one, fact) for fact in facts) for one in books.invoice_lines[bill.invoice_id]
    }
    assert ordered in billed, f"I3 {bill.number}"


def i04_credits_never_exceed_what_was_billed(books: Books) -> None:
    billed: Counter[tuple[str, str]] = Counter()
    credited: Counter[tuple[str, str]] = Counter()
    for row in books.rows(invoice):
        for line in books.invoice_lines[row.invoice_id]:
            if row.kind == "correction":
                credited[row.corrects_id, line.subscription_id] -= line.amount_minor
            else:
                billed[row.invoice_id, line.subscription_id] += line.amount_minor
    for key, amount in credited.items():
        assert 0 < amount <= billed[key], f"I4 {key}"
    taxes: Counter[tuple[str, str]] = Counter()
    for row in books.rows(invoice):
        for tax in books.invoice_taxes[row.invoice_id]:
            taxes[row.corrects_id or row.invoice_id, tax.rate] += tax.tax_minor
    for owner, left in taxes.items():
        assert left >= 0, f"I4 {owner}: more tax is given back than was charged"


def i05_one_live_attempt_and_never_too_much_taken(books: Books) -> None:
    for order_id, attempts in books.attempts.items():
        states = Counter(one.state for one in attempts)
        live = sum(states[state] for state in LIVE)
        firm = sum(states[state] for state in FIRM)
        assert live + firm <= 1, f"I5 {books.orders[order_id].number}: {states}"
        most = max((one.amount_minor for one in attempts), default=0)
        assert books.taken(order_id) <= most, f"I5 {books.orders[order_id].number}"


def i08_one_trial_ever(books: Books) -> None:
    begun = Counter(
        (row.account_id, books.subscriptions[row.subscription_id].product)
        for row in books.rows(subscription_event)
        if row.kind == "trial_started"
    )
    assert all(number == 1 for number in begun.values()), "I8"
    assert set(begun) == {(row.account_id, row.product) for row in books.rows(trial_use)}, "I8"


def i09_the_next_invoice_is_on_the_next_boundary(books: Books) -> None:
    for row in books.rows(subscription):
        if row.state not in _PAID_ON:
            continue
        months = BillingCycle(row.cycle).months
        period = period_containing(row.anchor, months, row.period_start)
        assert period.start == row.period_start, f"I9 {row.subscription_id}"
        due = next_boundary(row.anchor, months, row.period_start)
        assert row.period_end == due, f"I9 {row.subscription_id}"
        if row.state in {"active", "cancelling"}:
            assert row.next_step_on == row.period_end, f"I9 {row.subscription_id}"


def i12_access_exactly_while_it_is_live(books: Books) -> None:
    """Licences never exceed the seats, and what is not live or past due for long has ended."""
    held = Counter(row.subscription_id for row in books.rows(licence))
    products = Counter(
        (row.account_id, row.product) for row in books.rows(subscription) if row.state != "expired"
    )
    assert all(number == 1 for number in products.values()), "a product is held once"
    for row in books.rows(subscription):
        assert held[row.subscription_id] <= row.seats, f"I12 {row.subscription_id}"
        assert (row.next_step_on is None) is (row.state == "expired"), f"I12 {row.subscription_id}"
        if row.state in {"past_due", "suspended"}:
            bill = books.invoices.get(row.order_id)
            assert bill is None or bill.state == "open", f"I12 {row.subscription_id} is paid"


def i13_the_log_replayed_is_the_row(books: Books) -> None:
    states: dict[str, dict[str, Any]] = defaultdict(dict)
    versions: Counter[str] = Counter()
    for event in sorted(books.rows(subscription_event), key=lambda event: event.version):
        versions[event.subscription_id] += 1
        assert event.version == versions[event.subscription_id], "I13 a version is missing"
        states[event.subscription_id] |= event.changed
    assert set(states) == set(books.subscriptions), "I13"
    for subscription_id, row in books.subscriptions.items():
        assert row.version == versions[subscription_id], f"I13 {subscription_id}"
        for name in _LOGGED:
            value = getattr(row, name)
            stored = value.isoformat() if hasattr(value, "isoformat") else value
            assert states[subscription_id].get(name) == stored, f"I13 {subscription_id}: {name}"


def i14_credit_is_what_was_given_less_what_was_used(books: Books) -> None:
    """Every cent came from a correction, or from a payment of more than was owed in the end."""
    balance: Counter[str] = Counter()
    for row in books.rows(order):
        gross = row.net_minor + row.tax_minor
        assert row.total_minor == gross - row.credit_minor >= 0, f"I14 {row.number}"
        if row.state == "fulfilled":
            balance[row.account_id] += row.correction_minor - row.credit_minor
        elif row.state == "awaiting_payment":
            balance[row.account_id] -= max(0, row.credit_minor - row.correction_minor)
    for one in books.rows(payment_attempt):
        total = books.orders[one.order_id].total_minor
        if one.state == "succeeded" and one.captured_minor > total:
            balance[one.account_id] += one.captured_minor - total
    for owner in books.rows(account):
        assert owner.credit_minor == balance[owner.account_id] >= 0, f"I14 {owner.name}"


def i16_a_mail_for_every_order_and_no_other(books: Books) -> None:
    told = Counter(
        (row.kind, row.payload["order_id"])
        for row in books.rows(outbox)
        if row.kind in _MAIL_OF.values()
    )
    expected = Counter(
        (_MAIL_OF[row.kind], row.order_id)
        for row in books.placed_here
        if row.state == "fulfilled" and row.kind in _MAIL_OF
    )
    assert told == expected, f"I16 {told - expected} {expected - told}"


def numbers_have_no_gap(books: Books) -> None:
    for owner in books.rows(account):
        mine = [row for row in books.rows(invoice) if row.account_id == owner.account_id]
        for kind, prefix, count in (
            ("invoice", "RE", owner.invoice_count),
            ("correction", "RK", owner.correction_count),
        ):
            code = account_code(owner.account_id)
            found = sorted(row.number for row in mine if row.kind == kind)
            assert found == [f"{prefix}-{code}-{n + 1:06d}" for n in range(count)], owner.name


def the_bank_knows_what_we_know(books: Books) -> None:
    """What we believe of a payment is what the bank's ledger says of it; nobody paid unasked."""
    ours = {one.gateway_key: one for one in books.rows(payment_attempt)}
    for key, operation in books.bank.items():
        assert operation.kind == "refund" or key in ours, f"the bank took {key} unasked"
    for key, one in ours.items():
        line = books.bank.get(key)
        if one.state in {"created", "unknown"}:
            continue
        number = books.orders[one.order_id].number
        if one.state == "lost":
            assert line is None, f"{number} is given up and charged"
            continue
        assert line is not None, f"the bank does not know {number}"
        assert line.amount_minor == one.amount_minor, number
        if one.state == "succeeded":
            assert (line.status, line.taken_minor) == ("succeeded", one.captured_minor), number
        if one.state == "declined":
            assert line.taken_minor == line.refunded_minor, f"{number} is declined and charged"
        if one.state == "refunded":
            assert line.taken_minor == line.refunded_minor > 0, f"{number} is not paid back"


def a_failed_order_keeps_nothing(books: Books) -> None:
    """Money for an order that was given up is on its way back."""
    for row in books.placed_here:
        if row.state != "failed":
            continue
        assert row.order_id not in books.invoices, f"{row.number} failed and is billed"
        due = any(one.state in {"refund_due", "processing"} for one in books.attempts[row.order_id])
        late = any(one.state in LIVE for one in books.attempts[row.order_id])
        assert due or late or not books.taken(row.order_id), f"{row.number} failed and is paid"


def is_under_way(books: Books) -> bool:
    """Whether the outcome of a payment is still to come."""
    return any(one.state in UNDER_WAY for one in books.rows(payment_attempt))


def everything_is_settled(books: Books) -> None:
    for one in books.rows(payment_attempt):
        number = books.orders[one.order_id].number
        assert one.state not in UNDER_WAY, f"{number} is {one.state} for ever"
    for row in books.placed_here:
        owed = row.kind == "renewal" and row.state == "awaiting_payment"
        assert owed or row.state in {"fulfilled", "failed"}, f"{row.number} is {row.state} for ever"
        if row.kind != "trial" and row.state != "failed":
            assert row.order_id in books.invoices, f"{row.number} was never billed"


def what_is_paid_is_the_invoice(books: Books) -> None:
    """Captured and credit used are the invoice's gross sum, or the invoice is open and unpaid."""
    for row in books.placed_here:
        taken = books.taken(row.order_id)
        bill = books.invoices.get(row.order_id)
        if bill is None or bill.state == "open":
            assert not taken, f"{row.number} is paid and not told"
            continue
        assert bill.total_minor == row.total_minor, row.number
        if bill.invoice_id in books.transferred:
            assert not taken, f"{row.number} is paid twice"
            continue
        most = max((one.amount_minor for one in books.attempts[row.order_id]), default=0)
        assert taken in {bill.total_minor, most}, f"{row.number}: {taken} of {bill.total_minor}"
        assert taken >= bill.total_minor, f"{row.number}: {taken} of {bill.total_minor}"
