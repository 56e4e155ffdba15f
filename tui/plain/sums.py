"""What the order at the Kasse costs, and the words that its tax asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.formats import money
from tui.i18n import _
from tui.order_words import sum_rows
from tui.tax_words import checkout_note

if TYPE_CHECKING:
    from tui.plain.visit import Visit


def say_sums(visit: Visit) -> None:
    """Subtotal, tax, and what is due, with the words that the tax asks for."""
    checkout = visit.checkout
    if checkout is None:
        return
    rows = sum_rows(checkout.quote, sample=visit.catalogue.sample)
    visit.talk.say(*(f"{label}: {money(amount)}" for label, amount in rows))
    if checkout.vat_id:
        visit.talk.say(f"{_('VAT Number')}: {checkout.vat_id}")
    if note := checkout_note(checkout, shown=bool(checkout.vat_id)):
        visit.talk.say(note)
