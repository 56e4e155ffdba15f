"""Asking the gateway to pay an attempt: under its key, so that it is paid once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.payments.gateway import KeyReused

if TYPE_CHECKING:
    from billing.context import Context
    from billing.ordering.attempts import Attempt
    from billing.payments.check import CheckedPayment
    from billing.payments.gateway import GatewayAnswer
    from billing.payments.model import StoredMethod


def authorise(
    context: Context, attempt: Attempt, payment: CheckedPayment | StoredMethod
) -> GatewayAnswer | None:
    """The gateway's answer to an attempt, paid with these details; raises GatewayUnreachable."""
    try:
        return context.gateway.authorise(
            key=attempt.gateway_key,
            amount=attempt.amount,
            payment=payment,
            capture=attempt.capture,
        )
    except KeyReused:
        # Another call came first with other details of payment; its outcome is the attempt's.
        return context.gateway.ask(attempt.gateway_key)
