"""The program without a screen: the same flow as prompts line by line, for screen readers."""

from tui.plain.session import run

__all__ = ["run"]
