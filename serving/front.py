"""The SSH server: lets clients in, gives each a session, and ends in order when it is told to."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import asyncssh

from serving.admission import Doorkeeper
from serving.hostkey import host_key
from serving.house import House
from serving.launching import Launching
from serving.limits import Occupancy
from serving.metrics import NoMetrics, PrometheusMetrics
from serving.registry import Registry
from serving.waits import Waits
from tui.launcher import End

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing.service import BillingService
    from billing.ssh_settings import SshSettings
    from serving.metrics import Metrics
    from serving.plan import Plan

_log = logging.getLogger("billing_center.serving")

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# A client may send so much ahead of what its session takes; more waits on the client's side.
_WINDOW = 65536
_KEEP_ALIVES_UNANSWERED = 3
_BACKLOG = 128
_EXTRA_SECONDS = 5.0


class Front:
    """One SSH server with its launcher."""

    def __init__(
        self,
        settings: SshSettings,
        plan: Plan,
        connect: Callable[[], BillingService],
        host_key_file: Path,
    ) -> None:
        self._settings, self._plan, self._connect = settings, plan, connect
        self._host_key_file = host_key_file

    async def serve(self, started: Callable[[int, str], None]) -> None:
        """Serve until a signal comes; `started` gets the port and the host key's fingerprint.

        Raises:
            BillingError: the database cannot be used.
            NoLauncher: the launcher does not start.
            HostKeyUnusable: there is no host key.
            OSError: the port cannot be used.
        """
        # What it says of every request is the clients' text, unmasked, and there is no end of it.
        asyncssh.set_log_level(logging.WARNING)
        async with AsyncExitStack() as stack:
            house = await self._open(stack)
            # The launcher has started before this key is anywhere in memory.
            key = host_key(self._host_key_file)
            server = await self._listen(house, key)
            stack.callback(server.close)
            stopped = _on_signals(asyncio.get_running_loop(), stack)
            started(server.get_port(), key.get_fingerprint())
            await stopped.wait()
            server.close()
            await self._close(house)

    async def _open(self, stack: AsyncExitStack) -> House:
        registry = Registry(self._connect)
        stack.push_async_callback(registry.close)
        await registry.open()
        metrics = self._metrics()
        stack.callback(metrics.close)
        launching = Launching(self._plan, metrics.launcher_restarted)
        stack.callback(launching.stop)
        await launching.start()
        return House(
            settings=self._settings,
            launching=launching,
            registry=registry,
            occupancy=Occupancy(self._settings),
            waits=Waits(asyncio.get_running_loop().time),
            metrics=metrics,
        )

    def _metrics(self) -> Metrics:
        port = self._settings.metrics_port
        return PrometheusMetrics(port) if port else NoMetrics()

    async def _listen(self, house: House, key: asyncssh.SSHKey) -> asyncssh.SSHAcceptor:
        settings = self._settings
        return await asyncssh.create_server(
            lambda: Doorkeeper(house),
            settings.host,
            settings.port,
            server_host_keys=[key],
            server_version="BillingCenter",
            config=None,
            encoding=None,
            line_editor=False,
            window=_WINDOW,
            compression_algs=["zlib@openssh.com", "none"],
            agent_forwarding=False,
            x11_forwarding=False,
            allow_scp=False,
            gss_host=None,
            login_timeout=settings.grace_seconds,
            keepalive_interval=settings.keep_alive_seconds,
            keepalive_count_max=_KEEP_ALIVES_UNANSWERED,
            backlog=_BACKLOG,
        )

    async def _close(self, house: House) -> None:
        """Tell everybody, and wait for them no longer than was said."""
        house.closing = True
        seconds = self._settings.shutdown_seconds
        sessions = list(house.sessions)
        _log.info("ending %d sessions", len(sessions))
        if sessions:
            goings = [
                asyncio.ensure_future(session.close(End.SHUTDOWN, seconds)) for session in sessions
            ]
            await asyncio.wait(goings, timeout=seconds + _EXTRA_SECONDS)
        await asyncio.gather(*(session.let_go() for session in sessions))


def _on_signals(loop: asyncio.AbstractEventLoop, stack: AsyncExitStack) -> asyncio.Event:
    stopped = asyncio.Event()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stopped.set)
        stack.callback(loop.remove_signal_handler, number)
    return stopped
