"""The bank's page, where a buyer confirms a payment, as far as a gateway lets us play it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sqlalchemy import select

from billing.errors import PaymentUnknown, Problem, Refused
from billing.ordering.attempts import last_attempt
from billing.ordering.buyer import require_payer
from billing.payments.gateway import GatewayUnreachable
from billing.storage.tables import order

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.context import Context
    from billing.payments.gateway import GatewayAnswer, PaymentGateway


@runtime_checkable
class _PlaysBank(Protocol):
    def authenticate(self, key: str, *, accepted: bool) -> GatewayAnswer: ...


def plays_bank(gateway: PaymentGateway) -> bool:
    """Whether `confirm_at_bank` can answer: the bank is a gateway's for tests."""
    return isinstance(gateway, _PlaysBank)


def confirm_at_bank(
    context: Context, session: Session, order_number: str, *, accepted: bool
) -> None:
    """Answer on the test bank's page for the buyer; the same request again then goes on.

    Raises:
        NotAllowed: paying is not open to the contact.
        Refused: CONFIRMED_ELSEWHERE, the bank is a real one; NOTHING_TO_CONFIRM, no payment of such
            an order waits for the buyer.
        PaymentUnknown: the gateway did not answer.
    """
    gateway = context.gateway
    if not isinstance(gateway, _PlaysBank):
        raise Refused(Problem.CONFIRMED_ELSEWHERE)
    key = context.database.read(lambda connection: _key(connection, context, session, order_number))
    try:
        gateway.authenticate(key, accepted=accepted)
    except GatewayUnreachable:
        raise PaymentUnknown(order_number) from None
    except ValueError:
        # The payment never reached the bank.
        raise Refused(Problem.NOTHING_TO_CONFIRM) from None


def _key(connection: Connection, context: Context, session: Session, order_number: str) -> str:
    account_id = require_payer(connection, context, session).account_id
    order_id = connection.execute(
        select(order.c.order_id).where(
            order.c.account_id == account_id, order.c.number == order_number
        )
    ).scalar_one_or_none()
    attempt = None if order_id is None else last_attempt(connection, account_id, order_id)
    if attempt is None or not attempt.unsettled:
        raise Refused(Problem.NOTHING_TO_CONFIRM)
    return attempt.gateway_key
