"""Calls to the service from the application: one at a time, in order, never on the event loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor
    from types import ModuleType

    from billing.service import BillingService

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

_HANDLERS = "tui.handling.dispatch"


class Desk:
    """Opens the service in the background and passes it one request after the other."""

    def __init__(self, connect: Callable[[], BillingService]) -> None:
        self._connect = connect
        self._loading: asyncio.Future[ModuleType] | None = None
        self._opening: asyncio.Future[BillingService] | None = None
        self._opened: BillingService | None = None
        self._closed = False

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - after the first paint

        return ThreadPoolExecutor(1, "billing")

    async def loaded(self) -> None:
        """Wait until what answers messages is imported, so that no key waits for it."""
        if self._loading is None:
            self._loading = self._run(lambda: import_module(_HANDLERS))
        await asyncio.shield(self._loading)

    def open(self) -> asyncio.Future[BillingService]:
        """Start connecting if that has not begun or has failed, and return what becomes of it."""
        if self._opening is None or (self._opening.done() and not _succeeded(self._opening)):
            self._opening = self._run(self._connect_and_warm)
        return self._opening

    def _connect_and_warm(self) -> BillingService:
        """Connect, and load what formats money and dates, so that no page waits for it."""
        from tui.formats import warm  # noqa: PLC0415 - Babel is not needed for the first paint

        self._opened = self._opened or self._connect()
        warm()
        return self._opened

    async def service(self) -> BillingService:
        """The service, once it is open."""
        return await asyncio.shield(self.open())

    async def ask(
        self,
        request: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Run a method of the service in its thread; what it raises is raised here."""
        return await asyncio.shield(self._run(lambda: request(*args, **kwargs)))

    def leave_behind(self, request: Callable[[], object]) -> None:
        """Have something done before the service is closed, whoever is still there to hear of it.

        Whoever leaves cannot wait for an answer, and a refusal has nobody to be told to.
        """
        with suppress(RuntimeError):
            self._thread.submit(request)

    def close(self) -> None:
        """Finish what is under way and close the service; whoever asks later is cancelled."""
        self._closed = True
        self._thread.submit(self._close)
        self._thread.shutdown(wait=True)

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _run(self, step: Callable[[], Result]) -> asyncio.Future[Result]:
        """Have the thread do something when it has done all before.

        Raises:
            CancelledError: the program is leaving.
        """
        try:
            return asyncio.get_running_loop().run_in_executor(self._thread, step)
        except RuntimeError:
            if self._closed:
                raise asyncio.CancelledError from None
            raise


def _succeeded(opening: asyncio.Future[BillingService]) -> bool:
    return opening.done() and not opening.cancelled() and opening.exception() is None
