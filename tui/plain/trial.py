"""„Testversion starten“: at once, without payment data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.cart_moves import try_product
from tui.i18n import _
from tui.plain.confirmation import confirm

if TYPE_CHECKING:
    from tui.flow import Flow
    from tui.plain.visit import At, Visit


def start_trial(visit: Visit, flow: Flow) -> At:
    """Start it, and on to the confirmation."""
    visit.talk.say(_("Starting the trial …"))
    return confirm(visit, try_product(visit, flow.draft))
