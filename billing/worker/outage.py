"""A gateway that is away: after a few silences in a row a run stops asking it.

Else every account that is due would wait for its own timeout, and be left with an unknown payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from billing.payments.gateway import GatewayUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.payments.check import CheckedPayment
    from billing.payments.gateway import GatewayAnswer, PaymentGateway
    from billing.payments.model import StoredMethod
    from billing.rating.money import Money

ENOUGH_SILENCES = 5

Answer = TypeVar("Answer")


class WatchedGateway:
    """A `PaymentGateway` that counts how often in a row it did not answer."""

    def __init__(self, gateway: PaymentGateway) -> None:
        self._gateway = gateway
        self._silences = 0

    @property
    def is_away(self) -> bool:
        """Whether asking on is of no use now."""
        return self._silences >= ENOUGH_SILENCES

    def authorise(
        self, *, key: str, amount: Money, payment: CheckedPayment | StoredMethod, capture: bool
    ) -> GatewayAnswer:
        """As `PaymentGateway.authorise`."""
        return self._heard(
            lambda: self._gateway.authorise(
                key=key, amount=amount, payment=payment, capture=capture
            )
        )

    def ask(self, key: str) -> GatewayAnswer | None:
        """As `PaymentGateway.ask`."""
        return self._heard(lambda: self._gateway.ask(key))

    def capture(self, key: str, amount: Money) -> GatewayAnswer:
        """As `PaymentGateway.capture`."""
        return self._heard(lambda: self._gateway.capture(key, amount))

    def refund(self, key: str, refund_key: str, amount: Money) -> GatewayAnswer:
        """As `PaymentGateway.refund`."""
        return self._heard(lambda: self._gateway.refund(key, refund_key, amount))

    def _heard(self, call: Callable[[], Answer]) -> Answer:
        try:
            answer = call()
        except GatewayUnreachable:
            self._silences += 1
            raise
        self._silences = 0
        return answer
