"""Books of the test gateway in memory."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.payments.ledger import Books, KeptMethod, Operation

Answer = TypeVar("Answer")


class MemoryLedger:
    """Books that end with the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._operations: dict[str, Operation] = {}
        self._methods: dict[str, KeptMethod] = {}

    def work(self, step: Callable[[Books], Answer]) -> Answer:
        """As `Ledger.work`."""
        with self._lock:
            written = _MemoryBooks(self._operations, self._methods)
            answer = step(written)
            written.commit()
        return answer

    def read(self, step: Callable[[Books], Answer]) -> Answer:
        """As `Ledger.read`."""
        with self._lock:
            return step(_MemoryBooks(self._operations, self._methods))


class _MemoryBooks:
    def __init__(self, operations: dict[str, Operation], methods: dict[str, KeptMethod]) -> None:
        self._operations, self._methods = operations, methods
        self._new_operations: dict[str, Operation] = {}
        self._new_methods: dict[str, KeptMethod] = {}

    def find(self, key: str) -> Operation | None:
        return self._new_operations.get(key) or self._operations.get(key)

    def put(self, operation: Operation) -> None:
        self._new_operations[operation.key] = operation

    def operations(self) -> tuple[Operation, ...]:
        return tuple((self._operations | self._new_operations).values())

    def method(self, token: str) -> KeptMethod | None:
        return self._methods.get(token)

    def keep(self, method: KeptMethod) -> None:
        self._new_methods[method.token] = method

    def commit(self) -> None:
        self._operations.update(self._new_operations)
        self._methods.update(self._new_methods)
