"""Moments at which something may end a shop: around commits, calls of the gateway, and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.pool import PoolProxiedConnection

    from billing.payments.check import CheckedPayment
    from billing.payments.gateway import GatewayAnswer, PaymentGateway
    from billing.payments.model import StoredMethod
    from billing.rating.money import Money
    from billing.storage.database import Database

Answer = TypeVar("Answer")


class Moments:
    """The moments that were reached since `begin`, by name; at the one numbered `at` it happens."""

    def __init__(self, at: int | None, happens: Callable[[], object]) -> None:
        self.names: list[str] = []
        self._at = at
        self._happens = happens
        self._begun = False

    def begin(self) -> None:
        """Count from now on."""
        self._begun = True

    def reach(self, name: str) -> None:
        """Be there now."""
        if not self._begun:
            return
        self.names.append(name)
        if len(self.names) - 1 == self._at:
            self._happens()


class ObservedGateway:
    """A `PaymentGateway` that tells of its calls: before it moves money, and after it did."""

    def __init__(self, gateway: PaymentGateway, moments: Moments) -> None:
        self._gateway = gateway
        self._moments = moments

    def authorise(
        self, *, key: str, amount: Money, payment: CheckedPayment | StoredMethod, capture: bool
    ) -> GatewayAnswer:
        return self._told(
            "authorise",
            lambda: self._gateway.authorise(
                key=key, amount=amount, payment=payment, capture=capture
            ),
        )

    def ask(self, key: str) -> GatewayAnswer | None:
        return self._told("ask", lambda: self._gateway.ask(key))

    def capture(self, key: str, amount: Money) -> GatewayAnswer:
        return self._told("capture", lambda: self._gateway.capture(key, amount))

    def refund(self, key: str, refund_key: str, amount: Money) -> GatewayAnswer:
        return self._told("refund", lambda: self._gateway.refund(key, refund_key, amount))

    def _told(self, name: str, call: Callable[[], Answer]) -> Answer:
        self._moments.reach(f"before {name}")
        answer = call()
        self._moments.reach(f"after {name}")
        return answer


def observe_commits(database: Database, moments: Moments) -> None:
    """Tell of every commit of a transaction that writes: before it, and after it."""
    engine = database._writers
    commit = engine.dialect.do_commit
    writing = False

    @event.listens_for(engine, "commit")
    def before(_connection: Connection) -> None:
        nonlocal writing
        writing = True
        moments.reach("before a commit")

    def do_commit(connection: PoolProxiedConnection) -> None:
        nonlocal writing
        commit(connection)
        told, writing = writing, False
        if told:
            moments.reach("after a commit")

    engine.dialect.do_commit = do_commit  # type: ignore[assignment,method-assign]
