"""The program may leave at any time: whatever is under way is finished, and nothing begins."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING, cast

import pytest

from tui.desk import Desk

if TYPE_CHECKING:
    from billing.service import BillingService


class Service:
    """Something that can be closed."""

    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        """Note that it was."""
        self.is_closed = True


async def test_a_service_that_is_being_opened_is_closed_too() -> None:
    service, begun, may_go_on = Service(), Event(), Event()

    def connect() -> BillingService:
        begun.set()
        assert may_go_on.wait(60)
        return cast("BillingService", service)

    desk = Desk(connect)
    opening = desk.open()
    await asyncio.to_thread(begun.wait, 60)
    closing = asyncio.create_task(asyncio.to_thread(desk.close))
    may_go_on.set()
    await closing
    assert service.is_closed
    await opening


async def test_who_asks_when_it_is_closed_is_cancelled() -> None:
    service = Service()
    desk = Desk(lambda: cast("BillingService", service))
    await desk.service()
    await asyncio.to_thread(desk.close)
    with pytest.raises(asyncio.CancelledError):
        await desk.ask(lambda: 1)
    assert service.is_closed
