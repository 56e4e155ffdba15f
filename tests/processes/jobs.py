"""Jobs: what processes do with a shop. Each prepares, and answers what is left to be done."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tests.service.shop import GOOD_CARD, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.ordering.model import ChangeRequest, Draft, OrderRequest
    from billing.payments.model import PaymentInput
    from tests.processes.crew import Job
    from tests.service.shop import Shop

    Act = Callable[[], object]


def place(mail: str, asked: OrderRequest) -> Job:
    """Press „Bestellung aufgeben“ at a checkout that somebody opened; answers the number."""
    return partial(_place, mail, asked)


def _place(mail: str, asked: OrderRequest, shop: Shop) -> Act:
    session = shop.session(mail)
    shop.service.cart(session)
    return lambda: shop.service.place_order(session, asked).order_number


def check_out(mail: str, payment: PaymentInput = GOOD_CARD, *, key: str = "") -> Job:
    """Open the checkout, perhaps make a key up, and press „Bestellung aufgeben“."""
    return partial(_check_out, mail, payment, key)


def _check_out(mail: str, payment: PaymentInput, key: str, shop: Shop) -> Act:
    session = shop.session(mail)
    asked = request(shop.service.open_checkout(session), payment)
    asked = replace(asked, key=key or asked.key)
    return lambda: shop.service.place_order(session, asked).order_number


def change(mail: str, asked: ChangeRequest) -> Job:
    """Change a subscription; answers the number of the order."""
    return partial(_change, mail, asked)


def _change(mail: str, asked: ChangeRequest, shop: Shop) -> Act:
    session = shop.session(mail)
    return lambda: shop.service.change_subscription(session, asked).order_number


def cancel(mail: str, subscription_id: str) -> Job:
    """Cancel a subscription; answers its state."""
    return partial(_cancel, mail, subscription_id)


def _cancel(mail: str, subscription_id: str, shop: Shop) -> Act:
    session = shop.session(mail)
    return lambda: shop.service.cancel(session, subscription_id).state.value


def try_out(mail: str, draft: Draft) -> Job:
    """Start a trial; answers the number of the order."""
    return partial(_try_out, mail, draft)


def _try_out(mail: str, draft: Draft, shop: Shop) -> Act:
    session = shop.session(mail)
    return lambda: shop.service.start_trial(session, draft).order_number


def assign(mail: str, user_id: str, subscription_ids: frozenset[str]) -> Job:
    """Give a user these subscriptions."""
    return partial(_assign, mail, user_id, subscription_ids)


def _assign(mail: str, user_id: str, subscription_ids: frozenset[str], shop: Shop) -> Act:
    session = shop.session(mail)
    shop.service.users(session)
    return lambda: len(shop.service.assign(session, user_id, subscription_ids))


def pay(mail: str, invoice_id: str, key: str, payment: PaymentInput) -> Job:
    """Pay an open invoice; answers its state."""
    return partial(_pay, mail, invoice_id, key, payment)


def _pay(mail: str, invoice_id: str, key: str, payment: PaymentInput, shop: Shop) -> Act:
    session = shop.session(mail)
    return lambda: shop.service.pay_open_invoice(session, invoice_id, key, payment).state.value


def deliver(mail: str) -> Job:
    """Send the mails of an account; answers the state of the newest."""
    return partial(_deliver, mail)


def _deliver(mail: str, shop: Shop) -> Act:
    session = shop.session(mail)
    return lambda: shop.service.deliver_mail(session).value


def work() -> Job:
    """A run of the worker; answers its report."""
    return _work


def _work(shop: Shop) -> Act:
    return shop.service.run_worker
