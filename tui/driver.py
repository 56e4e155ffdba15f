"""Tells of the window's sizes in their order.

Textual's signal handler can be interrupted by itself, between reading a size and telling of it: the
older size would be told last, and stay.
"""

from __future__ import annotations

import asyncio
import signal

from textual.drivers.linux_driver import LinuxDriver


def one_at_a_time(number: signal.Signals) -> None:
    """Let the running loop call the handler that a signal has, which then never interrupts itself.

    Must be called in the main thread; a handler that is not Python's is left alone.
    """
    handler = signal.getsignal(number)
    if callable(handler):
        asyncio.get_running_loop().add_signal_handler(number, handler, number, None)


class OrderlyDriver(LinuxDriver):
    """Textual's driver for terminals, told of one change of the window's size after the other."""

    def start_application_mode(self) -> None:
        """Take over the terminal, also after the program was suspended."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual gives no types
        one_at_a_time(signal.SIGWINCH)
