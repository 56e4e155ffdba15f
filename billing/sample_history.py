"""What the subscriptions of the sample data stand on: orders, invoices and logs since they began.

The orders are those of an earlier system, numbered V-000001 and on, and were paid on invoice; an
account's first order here is number 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from billing.accounts.entry import read_account
from billing.catalogue.model import Offer
from billing.invoicing.drafting import Issue, draft_invoice
from billing.invoicing.store import write_invoice
from billing.ordering.orders import (
    LineRecord,
    OrderKind,
    OrderRecord,
    OrderState,
    insert_order,
)
from billing.payments.model import PaymentKind, PaymentSummary
from billing.rating.money import Money
from billing.rating.periods import BillingPeriod, periods
from billing.rating.quote import TaxLine
from billing.rating.tax import decide_tax
from billing.rating.trials import reminder_day
from billing.storage.invoice_tables import payment_method
from billing.storage.tables import subscription, subscription_event
from billing.subscriptions.model import EventKind, SubscriptionState
from billing.subscriptions.transitions import TRANSITIONS, plain_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from billing.accounts.model import Account
    from billing.catalogue.model import Catalogue
    from billing.ids import IdFactory
    from billing.sample_companies import Holding

_NOON = time(12)
_CANCELLED_AFTER = timedelta(days=3)
_CANCELLED = frozenset({SubscriptionState.CANCELLING, SubscriptionState.EXPIRED})
_ORDER_KINDS = {
    EventKind.TRIAL_STARTED: OrderKind.TRIAL,
    EventKind.STARTED: OrderKind.PURCHASE,
    EventKind.RENEWED: OrderKind.RENEWAL,
}
_ON_INVOICE = PaymentSummary(PaymentKind.INVOICE)


@dataclass(frozen=True, slots=True)
class _Step:
    """An event in the life of a subscription; one with a period was ordered."""

    day: date
    subscription_id: str
    holding: Holding
    event: EventKind
    period: BillingPeriod | None = None


def write_history(
    connection: Connection,
    catalogue: Catalogue,
    ids: IdFactory,
    *,
    account_id: str,
    contact_id: str,
    holdings: Mapping[str, Holding],
) -> None:
    """Write the subscriptions of an account, by their ids, and all that made them what they are."""
    account = read_account(connection, account_id)
    if account is None or not holdings:
        return
    writer = _Writer(connection, account, contact_id, catalogue, ids)
    steps = [step for key, holding in holdings.items() for step in _steps(key, holding)]
    writer.write(sorted(steps, key=lambda step: step.day))


def _steps(subscription_id: str, holding: Holding) -> Iterator[_Step]:
    trial = holding.cycle is None
    first, *later = _periods(holding)
    begun = EventKind.TRIAL_STARTED if trial else EventKind.STARTED
    yield _Step(first.start, subscription_id, holding, begun, first)
    for period in later:
        yield _Step(period.start, subscription_id, holding, EventKind.RENEWED, period)
    if holding.state in _CANCELLED:
        cancelled_on = holding.start + _CANCELLED_AFTER
        yield _Step(cancelled_on, subscription_id, holding, EventKind.CANCELLED)
    if holding.state is SubscriptionState.EXPIRED:
        yield _Step(holding.end, subscription_id, holding, EventKind.EXPIRED)


def _periods(holding: Holding) -> list[BillingPeriod]:
    if holding.cycle is None:
        return [BillingPeriod(holding.start, holding.end)]
    return list(periods(holding.anchor, holding.cycle.months, holding.anchor, holding.start))


class _Writer:
    """Writes the steps of one account in the order in which they happened."""

    def __init__(
        self,
        connection: Connection,
        account: Account,
        contact_id: str,
        catalogue: Catalogue,
        ids: IdFactory,
    ) -> None:
        self._connection = connection
        self._account = account
        self._contact_id = contact_id
        self._catalogue = catalogue
        self._ids = ids
        self._orders = 0
        self._rows: dict[str, dict[str, Any]] = {}
        self._events: list[dict[str, Any]] = []

    def write(self, steps: list[_Step]) -> None:
        for step in steps:
            self._log(step, self._changed(step))
        self._connection.execute(insert(subscription_event), self._events)
        self._connection.execute(insert(subscription), list(self._rows.values()))
        self._keep_method(steps[0].day)

    def _changed(self, step: _Step) -> dict[str, Any]:
        """What the step makes of its subscription, in the columns that its event writes."""
        state = TRANSITIONS[step.event][1]
        if step.period is None:
            ends = None if state is SubscriptionState.EXPIRED else step.holding.end
            return {"next_step_on": ends, "state": state}
        record = self._order(step, step.period)
        line = record.lines[0]
        trial = line.offer is Offer.TRIAL
        period = {
            "period_start": line.period.start,
            "period_end": line.period.end,
            "order_id": record.order_id,
            "next_step_on": reminder_day(line.period) if trial else line.period.end,
            "state": state,
        }
        if record.kind is OrderKind.RENEWAL:
            return period
        return {
            "product": line.product,
            "tier": line.tier,
            "seats": line.seats,
            "cycle": line.cycle,
            "anchor": line.period.start,
            "unit_price_minor": line.unit_price.minor,
            "currency": line.unit_price.currency,
            "catalogue_version": record.catalogue_version,
            **period,
        }

    def _log(self, step: _Step, changed: dict[str, Any]) -> None:
        key = {"account_id": self._account.account_id, "subscription_id": step.subscription_id}
        row = self._rows.setdefault(step.subscription_id, {**key, "version": 0})
        row |= changed
        row["version"] += 1
        self._events.append(
            {
                **key,
                "version": row["version"],
                "kind": step.event,
                "at": _noon(step.day),
                "on_day": step.day,
                "contact_id": self._contact_id,
                "changed": plain_values(changed),
            }
        )

    def _order(self, step: _Step, period: BillingPeriod) -> OrderRecord:
        """The order of a period, stored with its invoice; a trial has none."""
        record = self._record(step, period)
        insert_order(self._connection, record)
        if record.kind is not OrderKind.TRIAL:
            issue = Issue(self._account, self._catalogue, record.placed_at)
            draft = draft_invoice(issue, record, self._ids.new(), paid=True)
            write_invoice(self._connection, draft)
        return record

    def _record(self, step: _Step, period: BillingPeriod) -> OrderRecord:
        account, nothing = self._account, Money.zero(self._account.currency)
        decision = decide_tax(
            self._catalogue.seller.country,
            account.country,
            account.vat_id,
            account.vat_id_state,
            step.day,
        )
        kind = _ORDER_KINDS[step.event]
        line = self._line(step, period)
        taxes: tuple[TaxLine, ...] = ()
        if decision.rate and kind is not OrderKind.TRIAL:
            taxes = (TaxLine(decision.rate, line.amount, line.amount.percent(decision.rate)),)
        tax = Money.total((tax.tax for tax in taxes), account.currency)
        self._orders += 1
        return OrderRecord(
            account_id=account.account_id,
            order_id=self._ids.new(),
            number=f"V-{self._orders:06d}",
            kind=kind,
            contact_id=self._contact_id,
            state=OrderState.FULFILLED,
            placed_at=_noon(step.day),
            placed_on=step.day,
            net=line.amount,
            tax=tax,
            credit=nothing,
            correction=nothing,
            total=line.amount + tax,
            treatment=decision.treatment,
            tax_country=decision.country,
            vat_id=account.vat_id,
            vat_id_state=account.vat_id_state,
            payment=None if kind is OrderKind.TRIAL else _ON_INVOICE,
            quote_identity="",
            catalogue_version=self._catalogue.version,
            lines=(line,),
            taxes=taxes,
        )

    def _line(self, step: _Step, period: BillingPeriod) -> LineRecord:
        holding, currency = step.holding, self._account.currency
        unit_price = Money.zero(currency)
        if holding.cycle is not None:
            tier = self._catalogue.product(holding.product).tier(holding.tier)
            unit_price = tier.price(holding.cycle, currency)
        return LineRecord(
            line_id=self._ids.new(),
            subscription_id=step.subscription_id,
            offer=Offer.TRIAL if holding.cycle is None else Offer.BUY,
            product=holding.product,
            tier=holding.tier,
            seats=holding.seats,
            cycle=holding.cycle,
            unit_price=unit_price,
            amount=unit_price * holding.seats,
            period=period,
        )

    def _keep_method(self, since: date) -> None:
        self._connection.execute(
            insert(payment_method).values(
                account_id=self._account.account_id,
                method_id=self._ids.new(),
                kind=_ON_INVOICE.kind,
                label=_ON_INVOICE.label,
                bank=_ON_INVOICE.bank,
                token="",
                since=_noon(since),
            )
        )


def _noon(day: date) -> datetime:
    return datetime.combine(day, _NOON, UTC)
