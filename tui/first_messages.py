"""What the login page and the frame of every page tell; all other messages load behind them."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


class Request(Message):
    """What a page asks for; `tui.handling` answers it."""


class FirstFocus(Message):
    """The login page has its focus; keys can be meant for it."""


@dataclass
class SignInSubmitted(Request):
    """Mail and password were entered."""

    mail: str
    password: str


class StepBack(Request):
    """One step back, whatever the screen."""
