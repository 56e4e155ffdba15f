"""Others that are away: after a few silences in a row a run stops asking them.

Else every account that is due would wait for its own timeout: of the gateway, and be left with an
unknown payment; of the tax authority; or of the mail server.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from billing.accounts.model import VatIdState
from billing.accounts.vat_authority import VatAnswer
from billing.mail.transport import MailNotTaken
from billing.payments.gateway import GatewayUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from billing.accounts.vat_authority import VatAuthority
    from billing.clock import Clock
    from billing.mail.transport import MailTransport
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


class WatchedAuthority:
    """A `VatAuthority` that counts, state by state, how often in a row it gave no answer.

    Each state answers for its own ids, so one may be away alone.
    """

    def __init__(self, authority: VatAuthority, clock: Clock) -> None:
        self._authority = authority
        self._clock = clock
        self._silences: Counter[str] = Counter()

    def check(self, vat_id: str, requester: str) -> VatAnswer:
        """As `VatAuthority.check`; a state that is away is not asked, which is no answer too."""
        country = vat_id[:2]
        if self._silences[country] >= ENOUGH_SILENCES:
            return VatAnswer(VatIdState.UNKNOWN, "", self._clock.now(), "left alone: no answers")
        answer = self._authority.check(vat_id, requester)
        self._silences[country] = 0 if answer.clean else self._silences[country] + 1
        return answer


class WatchedPost:
    """A `MailTransport` that counts how often in a row it took nothing, for what may pass."""

    def __init__(self, post: MailTransport) -> None:
        self._post = post
        self._silences = 0
        self.taken = 0

    @property
    def is_away(self) -> bool:
        """Whether giving it more mails is of no use now."""
        return self._silences >= ENOUGH_SILENCES

    def send(self, message: EmailMessage) -> None:
        """As `MailTransport.send`."""
        try:
            self._post.send(message)
        except MailNotTaken as refusal:
            self._silences = 0 if refusal.for_good else self._silences + 1
            raise
        self._silences = 0
        self.taken += 1
