"""What the service needs of a payment gateway, whichever company or test stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.payments.check import CheckedPayment
    from billing.payments.model import DeclineReason
    from billing.rating.money import Money


class GatewayStatus(StrEnum):
    """What became of a request; PROCESSING: the bank has it, the outcome is known days later."""

    SUCCEEDED = "succeeded"
    AUTHORISED = "authorised"
    PROCESSING = "processing"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """An answer. `reference` is the gateway's own name for it; `reason` is given when DECLINED."""

    status: GatewayStatus
    reference: str
    reason: DeclineReason | None = None


class GatewayUnreachable(Exception):
    """No answer came: whether money moved is unknown until the gateway is asked by the key."""


class KeyReused(Exception):
    """The key stands for another request; nothing was done for this one."""


class PaymentGateway(Protocol):
    """Takes payments, each under a key: however often it is asked, it pays once per key."""

    def authorise(
        self, *, key: str, amount: Money, payment: CheckedPayment, capture: bool
    ) -> GatewayAnswer:
        """Take the amount, or only reserve it on a card when `capture` is False.

        Raises:
            GatewayUnreachable: no answer; ask again with the same key.
            KeyReused: the key was used for another amount, payment or `capture`.
            ValueError: the amount is not positive, or the payment is on invoice.
        """
        ...

    def ask(self, key: str) -> GatewayAnswer | None:
        """What became of the request under that key; None: the gateway never heard of it.

        Raises:
            GatewayUnreachable: no answer.
        """
        ...
