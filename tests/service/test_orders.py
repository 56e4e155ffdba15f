"""Orders: placed exactly once, at the price shown, whoever asks how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from billing.accounts.model import EntryKind, VatIdState
from billing.catalogue.model import BillingCycle, Offer
from billing.errors import (
    CartChanged,
    Field,
    InvalidInput,
    NotAllowed,
    OrderConflict,
    PriceChanged,
    Problem,
    Refused,
)
from billing.ordering.model import Confirmation, MailState, OrderedLine, Place, StoredDraft
from billing.payments.model import Card, PaymentKind, PaymentSummary, SepaDebit
from billing.rating.money import Money
from billing.storage.tables import (
    account,
    audit_event,
    contact,
    draft,
    idempotency,
    order,
    order_line,
    order_tax,
    outbox,
    payment_attempt,
    subscription,
)
from billing.subscriptions.model import SubscriptionState
from tests.service.shop import (
    ADA,
    ANNA,
    GOOD_CARD,
    IBAN,
    INVOICE,
    LENA,
    RESCUE,
    WEBINAR,
    repriced,
    request,
)

if TYPE_CHECKING:
    from billing.payments.model import PaymentInput
    from tests.service.shop import Shop


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def started(shop: Shop, product: str) -> list[tuple[object, ...]]:
    """State, seats, cycle and dates of what Anna's and Lena's accounts hold of a product."""
    mine = {shop.session(mail).account.account_id for mail in (ANNA, LENA)}
    return [
        (row.state, row.seats, row.cycle, row.anchor, row.period_start, row.period_end)
        for row in shop.rows(subscription)
        if row.product == product and row.account_id in mine
    ]


def test_the_confirmation_tells_everything(shop: Shop) -> None:
    session = shop.session()
    checkout = shop.checkout(session, WEBINAR)
    told = shop.service.place_order(session, request(checkout))
    assert told == Confirmation(
        order_id=told.order_id,
        order_number="B-2026-000001",
        lines=(
            OrderedLine(
                subscription_id=told.lines[0].subscription_id,
                product="goto-webinar",
                tier="pro",
                seats=5,
                offer=Offer.BUY,
                cycle=BillingCycle.ANNUAL,
                amount=euros("11940.00"),
                renews_on=date(2027, 11, 22),
                ends_on=None,
            ),
        ),
        total=euros("14208.60"),
        payment=PaymentSummary(PaymentKind.SEPA, "DE89 … 3000", "Commerzbank"),
        vat_id_state=VatIdState.UNKNOWN,
        mail_to="anna@muster.example",
        mail_state=MailState.WAITING,
        invoice_waits=False,
    )


def test_an_order_gives_access_at_once_from_today(shop: Shop) -> None:
    session = shop.session()
    told = shop.service.place_order(session, request(shop.checkout(session, WEBINAR)))
    today, end = date(2026, 11, 22), date(2027, 11, 22)
    assert started(shop, "goto-webinar") == [("active", 5, "annual", today, today, end)]
    (row,) = [row for row in shop.rows(subscription) if row.product == "goto-webinar"]
    assert (row.unit_price_minor, row.currency) == (238_800, "EUR")
    assert row.catalogue_version == shop.catalogue.version
    held = {held.product: held for held in shop.service.home(session).subscriptions}
    assert held["goto-webinar"].subscription_id == told.lines[0].subscription_id
    assert held["goto-webinar"].renews_on == end
    assert held["goto-webinar"].seats_free == 5


def test_everything_about_an_order_is_stored_and_nothing_secret(shop: Shop) -> None:
    session = shop.session()
    checkout = shop.checkout(session, WEBINAR, RESCUE)
    told = shop.service.place_order(session, request(checkout, GOOD_CARD))
    (stored,) = shop.rows(order)
    assert (stored.state, stored.number) == ("fulfilled", "B-2026-000001")
    assert (stored.net_minor, stored.tax_minor, stored.total_minor) == (
        1_215_800,
        231_002,
        1_446_802,
    )
    assert (stored.tax_treatment, stored.vat_id) == ("domestic", "DE136695976")
    assert stored.payment_label == "Visa •••• 4242"
    assert stored.quote_identity == checkout.quote.identity
    assert [line.amount_minor for line in shop.rows(order_line)] == [1_194_000, 21_800]
    assert [(tax.rate, tax.tax_minor) for tax in shop.rows(order_tax)] == [("19", 231_002)]
    (attempt,) = shop.rows(payment_attempt)
    assert (attempt.state, attempt.amount_minor, attempt.capture) == ("succeeded", 1_446_802, 1)
    assert [row.order_id for row in shop.rows(idempotency)] == [told.order_id]
    assert [row.action for row in shop.rows(audit_event)] == [
        "order_placed",
        "subscription_started",
        "subscription_started",
        "order_fulfilled",
    ]
    everything = repr(shop.everything())
    assert "4242424242424242" not in everything
    assert "4242 4242 4242 4242" not in everything


def test_an_order_empties_the_cart_and_ends_the_drafts_that_stood_there(shop: Shop) -> None:
    session = shop.session()
    at_cart, in_flow = (shop.service.new_draft(session) for _ in range(2))
    shop.service.save_draft(session, StoredDraft(at_cart, Place.CHECKOUT))
    shop.service.save_draft(session, StoredDraft(in_flow, "seats"))
    shop.service.place_order(session, request(shop.checkout(session, WEBINAR, RESCUE)))
    cart = shop.service.cart(session)
    assert (cart.version, cart.lines, cart.key) == (3, (), None)
    assert [row.draft_id for row in shop.rows(draft)] == [in_flow.draft_id]


@pytest.mark.parametrize(
    ("payment", "state"),
    [(IBAN, "processing"), (GOOD_CARD, "succeeded"), (INVOICE, None)],
)
def test_every_way_to_pay_gives_access(
    shop: Shop, payment: PaymentInput, state: str | None
) -> None:
    session = shop.session()
    told = shop.service.place_order(session, request(shop.checkout(session, WEBINAR), payment))
    assert not told.replayed
    assert [row.state for row in shop.rows(order)] == ["fulfilled"]
    assert [row.state for row in shop.rows(payment_attempt)] == ([state] if state else [])
    assert len(shop.bank.operations()) == (1 if state else 0)
    assert len(started(shop, "goto-webinar")) == 1
    assert len(shop.rows(outbox)) == 1


def test_an_undecided_tax_reserves_the_gross_sum_and_the_invoice_waits(shop: Shop) -> None:
    session = shop.session(LENA)
    shop.fill(session, WEBINAR)
    checkout = shop.service.open_checkout(session, "ATU33864707")
    told = shop.service.place_order(session, request(checkout, GOOD_CARD))
    assert told.invoice_waits
    assert told.vat_id_state is VatIdState.UNKNOWN
    (attempt,) = shop.rows(payment_attempt)
    assert (attempt.state, attempt.capture, attempt.amount_minor) == ("authorised", 0, 1_432_800)


def test_reverse_charge_charges_the_net_sum(shop: Shop) -> None:
    session = shop.session(LENA)
    told = shop.service.place_order(session, request(shop.checkout(session, WEBINAR), GOOD_CARD))
    assert (told.total, told.invoice_waits) == (euros("11940.00"), False)
    assert shop.rows(order_tax) == []
    assert [operation.amount_minor for operation in shop.bank.operations()] == [1_194_000]


def test_a_malformed_vat_id_or_payment_orders_nothing(shop: Shop) -> None:
    session = shop.session(LENA)
    good = request(shop.checkout(session, WEBINAR))
    before = shop.everything()
    for wrong, field in (
        (replace(good, vat_id="ATU14243103"), Field.VAT_ID),
        (replace(good, payment=SepaDebit("DE89", "Lena")), Field.IBAN),
        (replace(good, payment=Card("4242424242424242", "01/20", "123")), Field.CARD_EXPIRY),
    ):
        with pytest.raises(InvalidInput) as caught:
            shop.service.place_order(session, wrong)
        assert caught.value.field is field
    assert shop.everything() == before
    assert shop.bank.operations() == ()


def test_an_order_in_dollars_is_not_debited_by_sepa(shop: Shop) -> None:
    session = shop.session(ADA)
    asked = request(shop.checkout(session, WEBINAR), IBAN)
    before = shop.everything()
    for refuse in (
        lambda: shop.service.check_payment(session, IBAN),
        lambda: shop.service.place_order(session, asked),
    ):
        with pytest.raises(Refused) as caught:
            refuse()
        assert caught.value.problem is Problem.SEPA_IN_EURO_ONLY
        assert caught.value.facts == {"currency": "USD"}
    assert shop.everything() == before
    assert shop.bank.operations() == ()


def test_the_same_request_again_gives_the_same_confirmation(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    first = shop.service.place_order(session, asked)
    before = shop.everything()
    shop.clock.move_to(datetime(2027, 3, 1, tzinfo=UTC))
    again = shop.second().service.place_order(session, asked)
    assert again == replace(first, replayed=True)
    assert shop.everything() == before
    assert len(shop.bank.operations()) == 1


@pytest.mark.parametrize("other", ["payment", "vat_id", "lines"])
def test_another_request_under_a_used_key_orders_nothing(shop: Shop, other: str) -> None:
    session = shop.session(LENA)
    asked = request(shop.checkout(session, WEBINAR))
    first = shop.service.place_order(session, asked)
    next_quote = shop.checkout(session, RESCUE).quote
    changed = {
        "payment": replace(asked, payment=GOOD_CARD),
        "vat_id": replace(asked, vat_id=""),
        "lines": replace(asked, quote=next_quote, cart_version=3),
    }[other]
    before = shop.everything()
    with pytest.raises(OrderConflict) as caught:
        shop.service.place_order(session, changed)
    assert caught.value.order_number == first.order_number
    assert shop.everything() == before
    assert len(shop.bank.operations()) == 1


def test_order_numbers_count_per_account(shop: Shop) -> None:
    anna, lena = shop.session(), shop.session(LENA)
    numbers = [
        shop.service.place_order(who, request(shop.checkout(who, what), INVOICE)).order_number
        for who, what in ((anna, WEBINAR), (anna, RESCUE), (lena, WEBINAR))
    ]
    assert numbers == ["B-2026-000001", "B-2026-000002", "B-2026-000001"]


def test_a_price_that_changed_after_the_checkout_stops_the_order(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    later = shop.second(catalogue=repriced(shop.catalogue, "goto-webinar", 2))
    before = shop.everything()
    with pytest.raises(PriceChanged) as caught:
        later.service.place_order(session, asked)
    assert caught.value.old == asked.quote
    assert caught.value.new.net == euros("23880.00")
    assert shop.everything() == before
    assert shop.bank.operations() == ()
    told = later.service.place_order(session, replace(asked, quote=caught.value.new))
    assert told.total == euros("28417.20")


def test_midnight_between_checkout_and_order_is_a_change(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    shop.clock.move_to(datetime(2026, 11, 22, 23, tzinfo=UTC))
    with pytest.raises(PriceChanged) as caught:
        shop.service.place_order(session, asked)
    assert caught.value.new.today == date(2026, 11, 23)
    assert shop.rows(order) == []


def test_a_cart_that_another_session_changed_stops_the_order(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    other = shop.second()
    now = other.service.put_line(other.session(), 1, RESCUE)
    before = shop.everything()
    with pytest.raises(CartChanged) as caught:
        shop.service.place_order(session, asked)
    assert caught.value.cart == now
    assert shop.everything() == before
    assert shop.bank.operations() == ()


def test_a_key_that_nobody_gave_out_orders_nothing(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    before = shop.everything()
    with pytest.raises(CartChanged):
        shop.service.place_order(session, replace(asked, key="made-up"))
    assert shop.everything() == before


def test_an_empty_cart_orders_nothing(shop: Shop) -> None:
    session = shop.session()
    checkout = shop.checkout(session, WEBINAR)
    shop.service.remove_line(session, 1, checkout.cart.lines[0].line_id)
    emptied = replace(request(checkout), cart_version=2)
    before = shop.everything()
    with pytest.raises(Refused) as caught:
        shop.service.place_order(session, emptied)
    assert caught.value.problem is Problem.CART_EMPTY
    assert shop.everything() == before


def test_an_account_that_expired_meanwhile_orders_nothing(shop: Shop) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR))
    shop.execute(
        update(account)
        .where(account.c.account_id == session.account.account_id)
        .values(expired_on=date(2026, 11, 22))
    )
    before = shop.everything()
    with pytest.raises(NotAllowed) as caught:
        shop.service.place_order(session, asked)
    assert caught.value.entry.kind is EntryKind.EXPIRED
    assert shop.everything() == before


def test_a_contact_that_left_meanwhile_orders_nothing(shop: Shop) -> None:
    session = shop.session(ADA)
    asked = request(shop.checkout(session, WEBINAR), GOOD_CARD)
    shop.execute(contact.delete().where(contact.c.contact_id == session.contact_id))
    with pytest.raises(NotAllowed):
        shop.service.place_order(session, asked)
    assert shop.rows(order) == []


def test_a_failure_on_the_way_leaves_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    session = shop.session()
    asked = request(shop.checkout(session, WEBINAR), INVOICE)
    before = shop.everything()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no outbox")

    with monkeypatch.context() as patch:
        patch.setattr("billing.ordering.settling.write_mail", broken)
        with pytest.raises(RuntimeError):
            shop.service.place_order(session, asked)
    assert shop.everything() == before
    assert shop.service.place_order(session, asked).order_number == "B-2026-000001"


def test_credit_that_covers_everything_needs_no_gateway(shop: Shop) -> None:
    session = shop.session()
    mine = account.c.account_id == session.account.account_id
    shop.execute(update(account).where(mine).values(credit_minor=2_000_000))
    told = shop.service.place_order(session, request(shop.checkout(session, WEBINAR)))
    assert told.total == euros("0.00")
    assert shop.bank.operations() == ()
    assert shop.service.home(session).credit_balance == euros("5791.40")


def test_buying_turns_a_running_trial_into_the_paid_subscription(shop: Shop) -> None:
    session = shop.session()
    (trial,) = [
        held
        for held in shop.service.home(session).subscriptions
        if held.state is SubscriptionState.TRIALING
    ]
    smaller = replace(WEBINAR, product=trial.product, tier="starter", seats=1)
    told = shop.service.place_order(session, request(shop.checkout(session, smaller)))
    assert told.lines[0].subscription_id == trial.subscription_id
    today, end = date(2026, 11, 22), date(2027, 11, 22)
    assert started(shop, trial.product) == [("active", 1, "annual", today, today, end)]
    holders = [
        user.name
        for user in shop.service.users(session)
        if trial.subscription_id in user.subscriptions
    ]
    assert len(holders) == 1, "never more assigned than bought"
    assert "subscription_converted" in [row.action for row in shop.rows(audit_event)]


def test_what_ended_by_its_date_can_be_bought_again(shop: Shop) -> None:
    session = shop.session()
    shop.clock.move_to(datetime(2026, 12, 6, 12, tzinfo=UTC))
    phone = replace(WEBINAR, product="goto-connect", tier="phone", seats=3)
    shop.service.place_order(session, request(shop.checkout(session, phone)))
    assert sorted(row[:2] for row in started(shop, "goto-connect")) == [
        ("active", 3),
        ("expired", 8),
    ]
