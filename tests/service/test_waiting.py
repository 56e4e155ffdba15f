"""Orders that waited for the check of a VAT id: decided, captured and billed exactly once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from billing.accounts.model import VatIdState
from billing.accounts.vat_checks import LONGEST_WAIT
from billing.errors import DatabaseUnavailable, StorageCause
from billing.ordering.attempts import AttemptState
from billing.ordering.waiting import resolve_waiting
from billing.payments.gateway import GatewayAnswer, GatewayStatus
from billing.payments.model import DeclineReason
from billing.payments.testgateway import Fault
from billing.rating.tax import TaxTreatment
from billing.storage.invoice_tables import invoice, invoice_line, vat_check
from billing.storage.tables import (
    account,
    audit_event,
    order,
    order_tax,
    outbox,
    payment_attempt,
    subscription,
)
from billing.worker.vat_checks import settle_vat_checks
from tests.service.shop import GOOD_CARD, IBAN, INVOICE, LENA, RESCUE, WEBINAR, request
from tests.service.subscribed import change_of, held, with_changes
from tests.service.tax_office import LENAS_ID, TaxOffice, context_of, read, waiting_order

if TYPE_CHECKING:
    from billing.context import Context
    from billing.ordering.model import Selection
    from billing.ordering.orders import OrderRecord
    from billing.rating.money import Money
    from tests.service.shop import Shop

CONFIRMED, REFUTED, UNKNOWN = VatIdState.CONFIRMED, VatIdState.REFUTED, VatIdState.UNKNOWN
NET, GROSS = 1194000, 1432800


@dataclass
class Broken:
    """A gateway whose `capture` answers as it is told; everything else is the real one's."""

    behind: Any
    answer: GatewayAnswer | Exception

    def capture(self, key: str, amount: Money) -> GatewayAnswer:
        assert key
        assert amount.minor
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)


def settle(shop: Shop, context: Context, record: OrderRecord) -> OrderRecord:
    """The order after the worker looked at its account."""
    settle_vat_checks(context, record.account_id)
    return read(shop, record.account_id, record.order_id)


def credit(shop: Shop) -> int:
    account_id = shop.session(LENA).account.account_id
    (found,) = [row for row in shop.rows(account) if row.account_id == account_id]
    return int(found.credit_minor)


def give(shop: Shop, minor: int) -> None:
    account_id = shop.session(LENA).account.account_id
    shop.execute(
        update(account).where(account.c.account_id == account_id).values(credit_minor=minor)
    )


def bill(shop: Shop) -> Any:
    (found,) = shop.rows(invoice)
    return found


def attempt(shop: Shop) -> Any:
    (found,) = shop.rows(payment_attempt)
    return found


def mails(shop: Shop) -> list[str]:
    return sorted(row.kind for row in shop.rows(outbox))


def taken(shop: Shop) -> list[tuple[str, int]]:
    """What the gateway's own books say of every payment."""
    return [(each.status, each.taken_minor) for each in shop.bank.operations()]


def sums(record: OrderRecord) -> tuple[int, int, int, int]:
    return record.net.minor, record.tax.minor, record.credit.minor, record.total.minor


@pytest.mark.parametrize(
    ("state", "treatment", "total"),
    [
        (CONFIRMED, TaxTreatment.REVERSE_CHARGE, NET),
        (REFUTED, TaxTreatment.BUYERS_RATE, GROSS),
    ],
)
def test_the_answer_decides_the_tax_the_capture_and_the_invoice(
    *,
    shop: Shop,
    office: TaxOffice,
    context: Context,
    state: VatIdState,
    treatment: TaxTreatment,
    total: int,
) -> None:
    waited = waiting_order(shop)
    assert (attempt(shop).state, taken(shop)) == ("authorised", [("authorised", 0)])
    office.state = state
    decided = settle(shop, context, waited)
    assert (decided.treatment, decided.vat_id_state) == (treatment, state)
    assert sums(decided) == (NET, total - NET, 0, total)
    assert [row.tax_minor for row in shop.rows(order_tax)] == ([total - NET] if total > NET else [])
    assert (bill(shop).state, bill(shop).total_minor) == ("paid", total)
    assert bill(shop).tax_treatment == treatment
    assert (attempt(shop).state, attempt(shop).captured_minor) == ("succeeded", total)
    assert taken(shop) == [("succeeded", total)]
    assert mails(shop) == ["confirmation", "invoice"]
    (told,) = [row for row in shop.rows(audit_event) if row.action == "tax_decided"]
    assert (told.actor, told.contact_id) == ("worker", waited.contact_id)
    assert (told.old["treatment"], told.new["treatment"]) == ("undecided", treatment)


def test_without_an_answer_the_order_waits_and_is_looked_at_again(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    waited = waiting_order(shop)
    assert settle(shop, context, waited) == waited
    assert shop.rows(invoice) == []
    (check,) = shop.rows(vat_check)
    assert check.next_ask_at == shop.clock.now() + timedelta(minutes=1)
    assert len(office.asked) == 1


def test_a_decided_order_is_done_with(shop: Shop, office: TaxOffice, context: Context) -> None:
    waited = waiting_order(shop)
    office.state = CONFIRMED
    settle(shop, context, waited)
    (check,) = shop.rows(vat_check)
    assert check.next_ask_at is None
    before = shop.everything()
    settle(shop, context, waited)
    resolve_waiting(context, waited.account_id, waited.order_id)
    assert shop.everything() == before


def test_an_order_on_invoice_is_billed_without_the_gateway(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    waited = waiting_order(shop, INVOICE)
    office.state = CONFIRMED
    settle(shop, context, waited)
    assert (bill(shop).state, bill(shop).total_minor) == ("open", NET)
    assert (shop.rows(payment_attempt), taken(shop)) == ([], [])


def test_a_debit_is_submitted_with_the_sum_decided_and_open_until_the_bank_answers(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    waited = waiting_order(shop, IBAN)
    office.state = CONFIRMED
    settle(shop, context, waited)
    assert (attempt(shop).state, attempt(shop).next_ask_at is None) == ("processing", False)
    assert (bill(shop).state, bill(shop).total_minor) == ("open", NET)
    shop.clock.advance(timedelta(days=4))
    shop.service.run_worker()
    assert (bill(shop).state, attempt(shop).state) == ("paid", "succeeded")
    assert taken(shop) == [("succeeded", NET)]


def test_two_workers_at_once_decide_and_capture_once(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    waited = waiting_order(shop)
    office.state = CONFIRMED

    class Meanwhile(Broken):
        def capture(self, key: str, amount: Money) -> GatewayAnswer:
            resolve_waiting(context, waited.account_id, waited.order_id)
            answer: GatewayAnswer = self.behind.capture(key, amount)
            return answer

    slow = replace(context, gateway=Meanwhile(shop.bank, RuntimeError()))
    settle(shop, slow, waited)
    assert (bill(shop).total_minor, taken(shop)) == (NET, [("succeeded", NET)])
    assert mails(shop) == ["confirmation", "invoice"]


def test_a_crash_before_the_capture_is_gone_on_from(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    waited = waiting_order(shop)
    office.state = CONFIRMED
    crashing = replace(context, gateway=Broken(shop.bank, MemoryError()))
    with pytest.raises(MemoryError):
        settle(shop, crashing, waited)
    assert (attempt(shop).state, attempt(shop).captured_minor) == ("authorised", NET)
    assert shop.rows(invoice) == []
    settle(shop, context, waited)
    assert (bill(shop).state, taken(shop)) == ("paid", [("succeeded", NET)])
    assert mails(shop) == ["confirmation", "invoice"]


def test_a_crash_after_the_capture_takes_nothing_twice(
    shop: Shop, office: TaxOffice, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = waiting_order(shop)
    office.state = CONFIRMED
    works = context.database.work

    def failing(account_id: str | None, step: Any) -> Any:
        if taken(shop) == [("succeeded", NET)]:
            raise DatabaseUnavailable(StorageCause.UNREACHABLE, "here")
        return works(account_id, step)

    with monkeypatch.context() as patch:
        patch.setattr(context.database, "work", failing)
        with pytest.raises(DatabaseUnavailable):
            settle(shop, context, waited)
    assert shop.rows(invoice) == []
    settle(shop, context, waited)
    assert (bill(shop).state, taken(shop)) == ("paid", [("succeeded", NET)])


def test_an_answer_of_the_gateway_that_was_lost_is_asked_for_again(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    waited = waiting_order(shop)
    office.state = REFUTED
    shop.faults.capture = [Fault.ANSWER_LOST]
    settle(shop, context, waited)
    assert (shop.rows(invoice), taken(shop)) == ([], [("succeeded", GROSS)])
    (check,) = shop.rows(vat_check)
    assert check.next_ask_at == shop.clock.now() + LONGEST_WAIT
    shop.clock.advance(LONGEST_WAIT)
    settle(shop, context, waited)
    assert (bill(shop).state, taken(shop)) == ("paid", [("succeeded", GROSS)])
    assert len(office.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        GatewayAnswer(GatewayStatus.DECLINED, "r", DeclineReason.INSUFFICIENT_FUNDS),
        ValueError("the authorisation lapsed"),
    ],
    ids=["declined", "lapsed"],
)
def test_a_declined_capture_leaves_an_open_invoice_and_goes_to_dunning(
    shop: Shop, office: TaxOffice, context: Context, answer: GatewayAnswer | Exception
) -> None:
    waited = waiting_order(shop)
    office.state = CONFIRMED
    settle(shop, replace(context, gateway=Broken(shop.bank, answer)), waited)
    assert attempt(shop).state == AttemptState.DECLINED
    assert (bill(shop).state, bill(shop).total_minor) == ("open", NET)
    (held,) = [row for row in shop.rows(subscription) if row.order_id == waited.order_id]
    assert held.state == "past_due"
    assert mails(shop) == ["confirmation", "invoice", "payment_failed"]
    shop.clock.advance(timedelta(days=3))
    shop.service.run_worker()
    assert bill(shop).state == "paid"
    assert sum(minor for _, minor in taken(shop)) == NET


@pytest.mark.parametrize(
    ("had", "used_first", "used", "left"),
    [
        (2_000_000, GROSS, NET, 2_000_000 - NET),
        (1_300_000, 1_300_000, NET, 1_300_000 - NET),
        (NET, NET, NET, 0),
        (100_000, 100_000, 100_000, 0),
    ],
)
def test_credit_is_used_up_to_what_is_owed_and_the_rest_goes_back(
    *,
    shop: Shop,
    office: TaxOffice,
    context: Context,
    had: int,
    used_first: int,
    used: int,
    left: int,
) -> None:
    give(shop, had)
    waited = waiting_order(shop)
    assert (waited.credit.minor, credit(shop)) == (used_first, had - used_first)
    office.state = CONFIRMED
    decided = settle(shop, context, waited)
    assert sums(decided) == (NET, 0, used, NET - used)
    assert credit(shop) == left
    assert (bill(shop).state, bill(shop).credit_minor) == ("paid", used)
    assert sum(minor for _, minor in taken(shop)) == NET - used
    before = shop.everything()
    settle(shop, context, waited)
    assert shop.everything() == before


def test_a_refuted_id_leaves_the_credit_as_it_was_used(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    give(shop, 2_000_000)
    waited = waiting_order(shop)
    office.state = REFUTED
    assert sums(settle(shop, context, waited)) == sums(waited)
    assert credit(shop) == 2_000_000 - GROSS


def test_what_a_gateway_took_too_much_becomes_credit_once_it_is_there(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    waited = waiting_order(shop)
    office.state = CONFIRMED
    shop.execute(update(payment_attempt).values(state=AttemptState.PROCESSING))
    assert settle(shop, context, waited) == waited
    shop.execute(update(payment_attempt).values(state=AttemptState.SUCCEEDED))
    settle(shop, context, waited)
    assert (bill(shop).state, bill(shop).total_minor) == ("paid", NET)
    assert credit(shop) == GROSS - NET


def test_a_payment_under_way_is_waited_for(shop: Shop, office: TaxOffice, context: Context) -> None:
    waited = waiting_order(shop)
    shop.execute(update(payment_attempt).values(state=AttemptState.UNKNOWN))
    office.state = CONFIRMED
    assert settle(shop, context, waited) == waited
    (check,) = shop.rows(vat_check)
    assert check.next_ask_at == shop.clock.now() + LONGEST_WAIT
    shop.execute(update(payment_attempt).values(state=AttemptState.AUTHORISED))
    shop.clock.advance(LONGEST_WAIT)
    settle(shop, context, waited)
    assert bill(shop).total_minor == NET


def test_an_order_that_failed_is_never_decided(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    waited = waiting_order(shop)
    shop.execute(update(order).values(state="failed"))
    office.state = CONFIRMED
    assert settle(shop, context, waited).treatment is TaxTreatment.UNDECIDED
    assert shop.rows(invoice) == []


def test_nobody_is_asked_about_an_id_that_nothing_waits_for(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    asking = shop.second(authority=office)
    session = asking.session(LENA)
    asking.service.check_vat_id(session, "ATU33864707")
    shop.clock.advance(LONGEST_WAIT)
    settle_vat_checks(context, session.account.account_id)
    assert len(office.asked) == 1
    (check,) = shop.rows(vat_check)
    assert check.next_ask_at is None


def test_without_an_authority_the_worker_looks_again_later_and_harms_nothing(shop: Shop) -> None:
    waited = waiting_order(shop)
    assert settle(shop, context_of(shop, None), waited) == waited
    (check,) = shop.rows(vat_check)
    assert check.next_ask_at == shop.clock.now() + LONGEST_WAIT


def test_an_id_proven_by_other_means_decides_too(shop: Shop) -> None:
    waited = waiting_order(shop)
    proven = {"vat_id": waited.vat_id, "vat_id_state": CONFIRMED}
    shop.execute(update(account).where(account.c.account_id == waited.account_id).values(proven))
    assert settle(shop, context_of(shop, None), waited).treatment is TaxTreatment.REVERSE_CHARGE


def test_a_renewal_with_a_confirmation_too_old_waits_and_is_billed_after_the_answer(
    shop: Shop, office: TaxOffice
) -> None:
    asking = shop.second(authority=office)
    session = asking.session(LENA)
    office.state = CONFIRMED
    asking.service.check_vat_id(session, LENAS_ID)
    bought = held_after(asking, RESCUE)
    office.state = UNKNOWN
    asking.clock.advance(timedelta(days=62))
    asking.service.run_worker()
    renewals = [row for row in asking.rows(order) if row.kind == "renewal"]
    assert {row.tax_treatment for row in renewals} == {"undecided"}
    billed = len(asking.rows(invoice))
    assert billed == 1
    office.state = CONFIRMED
    asking.clock.advance(LONGEST_WAIT)
    asking.service.run_worker()
    lines = [row for row in asking.rows(invoice_line) if row.kind == "renewal"]
    assert len(lines) == len(renewals) == 2
    assert {row.subscription_id for row in lines} == {bought}
    assert {row.state for row in asking.rows(invoice)} == {"paid"}
    assert {row.tax_minor for row in asking.rows(invoice)} == {0}


def held_after(shop: Shop, selection: Selection) -> str:
    """The subscription that Lena buys now with her own id."""
    session = shop.session(LENA)
    told = shop.service.place_order(session, request(shop.checkout(session, selection), GOOD_CARD))
    assert not told.invoice_waits
    return told.lines[0].subscription_id


def test_a_change_that_waited_is_billed_with_its_correction_and_gives_the_rest_back(
    shop: Shop, office: TaxOffice, context: Context
) -> None:
    asking = shop.second(authority=office)
    session = asking.session(LENA)
    office.state = CONFIRMED
    asking.service.check_vat_id(session, LENAS_ID)
    held_after(asking, WEBINAR)
    asking.clock.advance(timedelta(days=61))
    one = held(asking, session)
    wanted = change_of(asking, session, one, with_changes(one, seats=4))
    told = asking.service.change_subscription(session, wanted)
    assert told.invoice_waits
    waited = read(asking, session.account.account_id, told.order_id)
    before = credit(asking)
    office.state = CONFIRMED
    decided = settle(asking, context, waited)
    assert decided.credit == min(waited.credit, decided.net)
    assert credit(asking) - before == (waited.credit - decided.credit).minor
    documents = {row.kind: row for row in asking.rows(invoice) if row.order_id == told.order_id}
    assert sorted(documents) == ["correction", "invoice"]
    assert decided.credit.minor + credit(asking) == -documents["correction"].gross_minor
