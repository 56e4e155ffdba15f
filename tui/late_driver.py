"""A driver for a program that is there before its terminal is."""

from __future__ import annotations

import os
import signal

from textual.events import Resize
from textual.geometry import Size

from tui.driver import OrderlyDriver


class LateDriver(OrderlyDriver):
    """Shows nothing and hears nothing until the terminal comes, and then is Textual's own."""

    _has_come = False

    @property
    def is_headless(self) -> bool:
        """Whether there is nobody to show anything to."""
        return not self._has_come

    def write(self, data: str) -> None:
        """Write what somebody can see."""
        if self._has_come:
            super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal, or without one have the first page laid out for the expected size."""
        if self._has_come:
            super().start_application_mode()
        elif self._size is not None:
            size = Size(*self._size)
            self.send_message(Resize(size, size))

    def stop_application_mode(self) -> None:
        """Leave the terminal, if it has ever come."""
        if self._has_come:
            super().stop_application_mode()

    def come(self) -> None:
        """The terminal is there, on the standard descriptors; its size is told to the program."""
        self._has_come = True
        self.input_tty = os.isatty(self.fileno)
        signal.signal(signal.SIGTSTP, self._sigtstp_application)
        signal.signal(signal.SIGCONT, self._sigcont_application)
        self.start_application_mode()
