"""What a change of a running subscription costs: a full new period, less what is not used up.

The new price and the credit are never netted before tax: each is taxed on its own, at its own rate,
and account credit (the correction's gross and what was there before) is taken off the gross sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from billing.rating.money import Money
from billing.rating.periods import BillingPeriod
from billing.rating.proration import plan_change
from billing.rating.quote import quote

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from billing.rating.quote import Quote, QuoteItem
    from billing.rating.tax import BuyerTax

_SCHEME = "billing-center change 1"


@dataclass(frozen=True, slots=True)
class PaidPeriod:
    """What an invoice charged for a whole period: `net`, and the tax `rate` in percent.

    `tax_left` is what was charged at that rate and not yet given back; None: all that `net` makes.
    """

    invoice_id: str
    net: Money
    rate: Decimal
    period: BillingPeriod
    tax_left: Money | None = None


@dataclass(frozen=True, slots=True)
class ChangeCredit:
    """What is given back of an invoice: `net` = `paid` × days of `unused` ÷ `old_days`.

    `tax` is `rate` percent of `net`; each was rounded half up once. All amounts are positive.
    """

    invoice_id: str
    paid: Money
    unused: BillingPeriod
    old_days: int
    net: Money
    rate: Decimal
    tax: Money

    @property
    def gross(self) -> Money:
        """Net and tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class ChangeQuote:
    """A priced change.

    `charge` is the new period at its full price; its `credit_used` is what of the `credits` and of
    the account's own credit it takes. `account_credit` is what the account had before, and
    `credit_left` what it has after the change. `identity` is a hash of everything that decides the
    sum.
    """

    charge: Quote
    credits: tuple[ChangeCredit, ...]
    account_credit: Money
    credit_left: Money
    old_period: BillingPeriod
    identity: str

    @property
    def correction(self) -> Money:
        """The gross sum of the credits, which the change itself brings."""
        return Money.total((credit.gross for credit in self.credits), self.total_due.currency)

    @property
    def credit_used(self) -> Money:
        """All credit taken off the gross sum."""
        return self.charge.credit_used

    @property
    def total_due(self) -> Money:
        """What is to be paid for the change now."""
        return self.charge.total_due

    @property
    def new_period(self) -> BillingPeriod:
        """The period that the change begins."""
        return self.charge.lines[0].period

    @property
    def old_billing_date(self) -> date:
        """When the next invoice was due before the change."""
        return self.old_period.end

    @property
    def new_billing_date(self) -> date:
        """When the next invoice is due after the change."""
        return self.new_period.end

    @property
    def today(self) -> date:
        """The day of the change."""
        return self.charge.today

    @property
    def catalogue_version(self) -> str:
        """The catalogue that the new price stands in."""
        return self.charge.catalogue_version


def change_quote(
    item: QuoteItem,
    *,
    old_period: BillingPeriod,
    paid: PaidPeriod | None,
    today: date,
    buyer: BuyerTax,
    seller_country: str,
    catalogue_version: str,
    account_credit: Money,
) -> ChangeQuote:
    """Price a change that takes effect today; `paid` None: nothing was paid for the old period.

    Raises:
        ValueError: for amounts in two currencies, fewer than one seat, a negative price or credit.
        LookupError: when the seller's country is no EU state.
    """
    credits_ = () if paid is None else _credits(item, paid, today)
    currency = account_credit.currency
    available = Money.total((account_credit, *(credit.gross for credit in credits_)), currency)
    charge = quote(
        (item,),
        today=today,
        currency=currency,
        buyer=buyer,
        seller_country=seller_country,
        catalogue_version=catalogue_version,
        credit=available,
    )
    unsigned = ChangeQuote(
        charge=charge,
        credits=credits_,
        account_credit=account_credit,
        credit_left=available - charge.credit_used,
        old_period=old_period,
        identity="",
    )
    return replace(unsigned, identity=_identity_of(unsigned))


def _credits(item: QuoteItem, paid: PaidPeriod, today: date) -> tuple[ChangeCredit, ...]:
    """The unused days of what was paid; none when they are worth nothing."""
    change = plan_change(
        paid=paid.net,
        old_period=paid.period,
        price=item.unit_price * item.seats,
        cycle_months=item.cycle.months,
        today=today,
    )
    if not change.credit.minor:
        return ()
    unused = BillingPeriod(max(today, paid.period.start), paid.period.end)
    tax = change.credit.percent(paid.rate)
    return (
        ChangeCredit(
            invoice_id=paid.invoice_id,
            paid=paid.net,
            unused=unused,
            old_days=change.old_days,
            net=change.credit,
            rate=paid.rate,
            # Tax was rounded once on the sum of the lines; their shares may make a cent more.
            tax=tax if paid.tax_left is None else min(tax, paid.tax_left),
        ),
    )


def _identity_of(change: ChangeQuote) -> str:
    facts = (
        _SCHEME,
        change.charge.identity,
        _period_facts(change.old_period),
        tuple(_credit_facts(credit) for credit in change.credits),
    )
    return sha256(ascii(facts).encode("ascii")).hexdigest()


def _credit_facts(credit: ChangeCredit) -> tuple[object, ...]:
    return (
        credit.invoice_id,
        (credit.paid.minor, credit.paid.currency),
        _period_facts(credit.unused),
        credit.old_days,
        credit.net.minor,
        format(credit.rate.normalize(), "f"),
        credit.tax.minor,
    )


def _period_facts(period: BillingPeriod) -> tuple[str, str]:
    return period.start.isoformat(), period.end.isoformat()
