"""The payment details: a way to pay and its fields, each checked as soon as it is typed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from billing.errors import Field, InvalidInput
from billing.payments.model import PaymentKind
from tui.i18n import _
from tui.payment_form import FIELD_IDS
from tui.payment_words import in_fours, ways_to_pay
from tui.plain.talk import Back
from tui.plain.wizard import in_order
from tui.sentences import flaw_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.plain.visit import Visit

_FIELDS = {
    PaymentKind.SEPA: (Field.IBAN, Field.HOLDER),
    PaymentKind.CARD: (Field.CARD_NUMBER, Field.CARD_EXPIRY, Field.CARD_CVC),
    PaymentKind.INVOICE: (),
}


def ask_payment(visit: Visit, transfer: str) -> None:
    """Ask until there are payment details that are right in form; `transfer`: when it is expected.

    Raises:
        Back: at the choice of the way to pay.
    """
    visit.paid_by = None
    while True:
        ways = list(ways_to_pay(visit.session.account.currency).items())
        visit.form.kind = visit.talk.choose("", ways, default=visit.form.kind)
        _say_remark(visit, transfer)
        fields: list[Callable[[Visit], None]] = [
            partial(_ask_field, field) for field in _FIELDS[visit.form.kind]
        ]
        try:
            in_order(fields, visit)
            while (error := _flaw(visit)) is not None:
                visit.talk.say(flaw_sentence(error))
                _ask_field(error.field, visit)
        except Back:
            continue
        visit.paid_by = visit.service.check_payment(visit.session, visit.form.payment())
        return


def _say_remark(visit: Visit, transfer: str) -> None:
    match visit.form.kind:
        case PaymentKind.SEPA:
            visit.talk.say(_("with SEPA mandate"))
        case PaymentKind.CARD:
            visit.talk.say(_("Test gateway: published test cards only, never a real one."))
        case PaymentKind.INVOICE:
            visit.talk.say(transfer)


def _ask_field(field: Field, visit: Visit) -> None:
    """One field, asked again while it is the one that is wrong; Enter keeps what was right."""
    before = replace(visit.form)
    while True:
        _read_field(field, visit)
        error = _flaw(visit)
        if error is None or error.field is not field:
            return
        visit.talk.say(flaw_sentence(error))
        if visit.form == before:
            before.keep(FIELD_IDS[field], "")
        visit.form = replace(before)


def _read_field(field: Field, visit: Visit) -> None:
    talk, form = visit.talk, visit.form
    match field:
        case Field.IBAN:
            form.iban = in_fours(talk.ask(_("IBAN"), default=form.iban, longest=60))
        case Field.HOLDER:
            form.holder = talk.ask(_("Account holder"), default=form.holder, longest=70)
        case Field.CARD_NUMBER:
            shown = _("what was typed before") if form.number else ""
            number = talk.ask(_("Card number"), default=form.number, shown=shown, longest=40)
            form.number = number
        case Field.CARD_EXPIRY:
            what = f"{_('Expiry')}, {_('MM/YY')}"
            form.expiry = talk.ask(what, default=form.expiry, longest=9)
        case _:
            form.cvc = talk.secret(_("CVC, not shown"))[:6]


def _flaw(visit: Visit) -> InvalidInput | None:
    """What is wrong with the payment details so far."""
    try:
        visit.service.check_payment(visit.session, visit.form.payment())
    except InvalidInput as error:
        return error
    return None
