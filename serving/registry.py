"""The front's questions to the service: whose key this is, and the record of every session."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from billing.errors import BillingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing.accounts.model import KeyHolder, SessionRecord
    from billing.service import BillingService

_log = logging.getLogger("billing_center.serving")

Result = TypeVar("Result")

_PATIENCE = 5.0


class Registry:
    """Asks the service in a thread; a database that is away never keeps anybody from signing in."""

    def __init__(self, connect: Callable[[], BillingService]) -> None:
        self._connect = connect
        self._service: BillingService | None = None
        self._thread = ThreadPoolExecutor(1, "registry")
        self._writing: set[asyncio.Future[None]] = set()

    async def open(self) -> None:
        """Open the service, which creates or migrates the database when it has to.

        Raises:
            BillingError: it cannot be used.
        """
        await self._run(self._opened)

    async def contact_of_key(self, fingerprint: str) -> KeyHolder | None:
        """Whom a key belongs to; nobody while the database does not answer."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._run(lambda: self._opened().contact_of_key(fingerprint))
        except (BillingError, TimeoutError) as error:
            _log.warning("no answer about a key: %s", error)
            return None

    def key_used(self, holder: KeyHolder) -> None:
        """Have it stored that a key was proven, without waiting for it."""
        self._write(lambda: self._opened().key_used(holder))

    def record(self, record: SessionRecord) -> None:
        """Have a session stored that has ended, without waiting for it."""
        self._write(lambda: self._opened().record_session(record))

    async def close(self) -> None:
        """Finish writing and close the service."""
        while self._writing:
            await asyncio.wait(self._writing)
        if self._service is not None:
            await self._run(self._service.close)
        self._thread.shutdown()

    def _opened(self) -> BillingService:
        if self._service is None:
            self._service = self._connect()
        return self._service

    def _write(self, work: Callable[[], None]) -> None:
        writing = asyncio.ensure_future(self._run(work))
        self._writing.add(writing)
        writing.add_done_callback(self._written)

    def _written(self, writing: asyncio.Future[None]) -> None:
        self._writing.discard(writing)
        if (error := writing.exception()) is not None:
            _log.warning("not recorded: %s", error)

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
