"""The VAT number at the Kasse: asked, checked for form, and asked of the authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import InvalidInput
from billing.rating.tax import TaxTreatment
from tui.i18n import _
from tui.plain.sums import say_sums
from tui.sentences import flaw_sentence
from tui.tax_words import tax_note

if TYPE_CHECKING:
    from billing.ordering.model import Checkout
    from tui.plain.visit import Visit

NONE = "-"


def vat_id_needed(visit: Visit) -> bool:
    """Whether a VAT number has anything to do with the tax of this buyer."""
    quote = visit.checkout.quote if visit.checkout else None
    return quote is not None and quote.treatment is not TaxTreatment.NOT_TAXABLE


def ask_vat_id(visit: Visit) -> None:
    """Ask for it until it is right in form, and tell the sums when it changed them."""
    if not vat_id_needed(visit):
        visit.talk.say(f"{_('VAT Number')}: {_('not needed outside the EU')}")
        return
    form, before = visit.form, visit.checkout
    what = _("VAT Number, or - for none")
    while True:
        typed = visit.talk.ask(what, default=form.vat_id or NONE, longest=60)
        form.vat_id = "" if typed == NONE else typed
        try:
            _apply(visit)
        except InvalidInput as error:
            form.vat_id = form.vat_id_applied
            visit.talk.say(flaw_sentence(error))
            continue
        check_vat_id(visit)
        if _decisive(visit.checkout) != _decisive(before):
            say_sums(visit)
        return


def _decisive(checkout: Checkout | None) -> tuple[object, ...]:
    """What of a checkout is worth telling again when it has changed."""
    return (checkout.quote, checkout.vat_id, checkout.vat_id_state) if checkout else ()


def _apply(visit: Visit) -> None:
    form = visit.form
    visit.checkout = visit.service.open_checkout(visit.session, form.vat_id.strip())
    visit.cart = visit.checkout.cart
    form.vat_id_applied = form.vat_id


def check_vat_id(visit: Visit) -> None:
    """Have the authority asked, if its answer decides the tax, and reckon with what it says."""
    checkout = visit.checkout
    if checkout is None or not visit.vat_id_decides(checkout):
        return
    state = checkout.vat_id_state
    visit.talk.say(tax_note(checkout.quote, state, checkout.vat_id, checking=True))
    visit.service.check_vat_id(visit.session, checkout.vat_id)
    visit.checkout = visit.open_checkout()
    visit.cart = visit.checkout.cart
