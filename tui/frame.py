"""What every page shows around its content: who is signed in, how full the cart is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """The facts of the title line; empty before sign-in."""

    account: str = ""
    contact: str = ""
    cart_lines: int = 0
    sample: bool = False

    @property
    def who(self) -> str:
        """„Muster GmbH · Anna Muster“."""
        return " · ".join(name for name in (self.account, self.contact) if name)
