"""What the service needs of a payment gateway, whichever company or test stands behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.payments.check import CheckedPayment
    from billing.payments.model import DeclineReason, StoredMethod
    from billing.rating.money import Money


class GatewayStatus(StrEnum):
    """What became of a request.

    AUTHORISED: reserved, to be captured. PROCESSING: the bank has it, the outcome is known days
    later. REQUIRES_ACTION: the bank asks the buyer first.
    """

    SUCCEEDED = "succeeded"
    AUTHORISED = "authorised"
    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """An answer. `reference` is the gateway's own name for it; `reason` is given when DECLINED.

    `token` stands for the payment details at later payments; `address` is where the buyer confirms
    when the status is REQUIRES_ACTION.
    """

    status: GatewayStatus
    reference: str
    reason: DeclineReason | None = None
    token: str = field(default="", repr=False)
    address: str = ""


class GatewayUnreachable(Exception):
    """No answer came: whether money moved is unknown until the gateway is asked by the key."""


class KeyReused(Exception):
    """The key stands for another request; nothing was done for this one."""


class PaymentGateway(Protocol):
    """Takes payments, each under a key: however often it is asked, it pays once per key."""

    def authorise(
        self,
        *,
        key: str,
        amount: Money,
        payment: CheckedPayment | StoredMethod,
        capture: bool,
    ) -> GatewayAnswer:
        """Take the amount, or only reserve it when `capture` is False.

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

    def capture(self, key: str, amount: Money) -> GatewayAnswer:
        """Take what was authorised under that key, or less of it; asked again, it answers the same.

        Raises:
            GatewayUnreachable: no answer; ask again.
            KeyReused: another amount was captured under the key.
            ValueError: nothing is authorised under the key, or less than the amount.
        """
        ...

    def refund(self, key: str, refund_key: str, amount: Money) -> GatewayAnswer:
        """Give back some of what was taken under `key`, once per `refund_key`.

        Raises:
            GatewayUnreachable: no answer; ask again.
            KeyReused: the refund key was used for another refund.
            ValueError: more than is left of what was taken.
        """
        ...
