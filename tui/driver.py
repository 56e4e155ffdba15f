"""Tells of the window's sizes in their order, and of every Enter.

Textual's signal handler can be interrupted by itself, between reading a size and telling of it: the
older size would be told last, and stay. And until the program has taken over the terminal, the
terminal turns Enter into the end of a line, which Textual takes for another key.
"""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, cast

from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key

if TYPE_CHECKING:
    from textual.message import Message

    from tui.app import BillingApp

_ENTER = "\x1b[?1049h"


def one_at_a_time(number: signal.Signals) -> None:
    """Let the running loop call the handler that a signal has, which then never interrupts itself.

    Must be called in the main thread; a handler that is not Python's is left alone.
    """
    handler = signal.getsignal(number)
    if callable(handler):
        asyncio.get_running_loop().add_signal_handler(number, handler, number, None)


class OrderlyDriver(LinuxDriver):
    """Textual's driver for terminals, but every size comes in its order and every Enter as one."""

    _has_entered = False

    def write(self, data: str) -> None:
        """Write to the terminal; the second screen is not entered where it is shown already."""
        # Some terminals would clear it.
        if data != _ENTER or not self._has_entered:
            super().write(data)

    def process_message(self, message: Message) -> None:
        """Hand on what the terminal sent; the end of a line is Enter too."""
        if isinstance(message, Key) and message.key == "ctrl+j":
            message = Key("enter", "\r")
        super().process_message(message)

    def start_application_mode(self) -> None:
        """Take over the terminal, also after the program was suspended."""
        picture = cast("BillingApp", self._app).first_picture
        modes = None if picture is None else picture.hand_over()
        self._has_entered = modes is not None
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual gives no types
        if modes is not None:
            self.attrs_before = modes
        one_at_a_time(signal.SIGWINCH)
