"""Counters in the text format of Prometheus, on a port of this machine only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from serving.terminals import Terminal
    from tui.launcher import End

_HERE = "127.0.0.1"


class Metrics(Protocol):
    """What is counted."""

    def refused(self, reason: str) -> None:
        """Somebody was turned away."""

    def began(self, terminal: Terminal, *, by_key: bool, seconds: float) -> None:
        """A session began, so many seconds after it was asked for."""

    def ended(self, terminal: Terminal, end: End, seconds: float) -> None:
        """A session ended after so many seconds."""

    def launcher_restarted(self) -> None:
        """The launcher was started again."""

    def close(self) -> None:
        """Count no more."""


class NoMetrics:
    """Counts nothing."""

    def refused(self, reason: str) -> None:
        """Nothing."""

    def began(self, terminal: Terminal, *, by_key: bool, seconds: float) -> None:
        """Nothing."""

    def ended(self, terminal: Terminal, end: End, seconds: float) -> None:
        """Nothing."""

    def launcher_restarted(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class PrometheusMetrics:
    """Serves the counters on a port of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        """Raises ImportError without the extra `metrics`, and OSError when the port is taken."""
        from prometheus_client import (  # noqa: PLC0415 - an extra
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            start_http_server,
        )

        registry = CollectorRegistry()
        prefix = "billing_center_ssh"
        self._refused = Counter(
            f"{prefix}_refused", "Turned away, by reason", ["reason"], registry=registry
        )
        self._begun = Counter(
            f"{prefix}_sessions", "Sessions begun", ["terminal", "method"], registry=registry
        )
        self._open = Gauge(f"{prefix}_sessions_open", "Sessions at the moment", registry=registry)
        self._ended = Counter(
            f"{prefix}_sessions_ended", "Sessions ended, by reason", ["end"], registry=registry
        )
        self._seconds = Counter(
            f"{prefix}_session_seconds", "Seconds of all sessions", ["terminal"], registry=registry
        )
        self._start = Histogram(
            f"{prefix}_begin_seconds", "From the request to the process", registry=registry
        )
        self._restarts = Counter(
            f"{prefix}_launcher_restarts", "Starts of another launcher", registry=registry
        )
        try:
            self._server, self._thread = start_http_server(port, addr=_HERE, registry=registry)
        except OSError as error:
            reason = f"{error.strerror} (the counters' port, {port})"
            raise OSError(error.errno, reason) from error

    def refused(self, reason: str) -> None:
        """Somebody was turned away."""
        self._refused.labels(reason).inc()

    def began(self, terminal: Terminal, *, by_key: bool, seconds: float) -> None:
        """A session began."""
        self._begun.labels(terminal.counted_as, "key" if by_key else "login page").inc()
        self._open.inc()
        self._start.observe(seconds)

    def ended(self, terminal: Terminal, end: End, seconds: float) -> None:
        """A session ended."""
        self._open.dec()
        self._ended.labels(end.value).inc()
        self._seconds.labels(terminal.counted_as).inc(seconds)

    def launcher_restarted(self) -> None:
        """The launcher was started again."""
        self._restarts.inc()

    def close(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
