"""The letters about orders and invoices: what was ordered, changed, renewed or billed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.mail.letter import Block, Facts, Heading, Letter, Paragraph
from billing.mail.pen import Pen
from billing.mail.plain import plain
from billing.payments.model import PaymentKind
from billing.rating.tax import TaxTreatment

if TYPE_CHECKING:
    from billing.invoicing.model import Invoice
    from billing.mail.matter import Matter
    from billing.mail.pen import Plan
    from billing.ordering.orders import OrderRecord


def confirmation_letter(matter: Matter) -> Letter:
    """The confirmation of a purchase, with every line, the taxes, the payment and what is next."""
    pen, order = Pen(matter), _order(matter)
    words = pen.words
    opening = words.confirmation_opening.format(day=pen.day(order.placed_on))
    blocks: list[Block] = [pen.head(order, matter.invoice), Heading(words.order_heading)]
    for line in order.lines:
        blocks += pen.bought(line)
    blocks += [*pen.billed(matter.invoice or order), Paragraph(words.next_steps)]
    return pen.letter(
        words.confirmation_subject.format(number=order.number), opening, tuple(blocks)
    )


def welcome_letter(matter: Matter) -> Letter:
    """The welcome to a trial: what it is, how long it lasts, and that nothing is charged."""
    pen, order = Pen(matter), _order(matter)
    words, line = pen.words, order.lines[0]
    product, _ = pen.names(line)
    one, many = words.trial_days
    days = line.period.days
    length = (one if days == 1 else many).format(days=pen.number(days))
    rows = (
        (words.seats, pen.seats(line)),
        (words.trial_length, length),
        *pen.trial_end(line.period),
    )
    opening = words.welcome_opening.format(product=product, day=pen.day(order.placed_on))
    blocks = (
        pen.head(order),
        Paragraph(pen.title(line)),
        Facts(rows),
        Paragraph(words.trial_end.format(product=product)),
        Paragraph(words.next_steps_trial),
    )
    return pen.letter(words.welcome_subject.format(product=product), opening, blocks)


def change_letter(matter: Matter) -> Letter:
    """The confirmation of a change: old and new, the new billing date, credit and sums."""
    pen, order = Pen(matter), _order(matter)
    words, life, line = pen.words, pen.words.life, order.lines[0]
    opening = life.change.opening.format(day=pen.day(order.placed_on))
    blocks: list[Block] = [
        pen.head(order, matter.invoice),
        Heading(life.change_heading),
        *pen.bought(line),
        *_from_old_to_new(matter, pen),
        *pen.billed(matter.invoice or order),
        *_credited(matter, pen),
    ]
    before = matter.event.before if matter.event else None
    if before is not None and line.seats > before.seats:
        blocks.append(Paragraph(words.next_steps))
    return pen.letter(life.change.subject.format(number=order.number), opening, blocks)


def renewal_letter(matter: Matter) -> Letter:
    """The invoice of a renewal: its number, period and sums, and how it is paid."""
    pen, invoice = Pen(matter), _invoice(matter)
    life = pen.words.life
    product, _ = pen.names(invoice.lines[0])
    blocks: list[Block] = [pen.head(invoice=invoice), Heading(life.invoice_heading)]
    for line in invoice.lines:
        blocks += pen.bought(line)
    blocks += [*pen.billed(invoice), Paragraph(_to_do(invoice, pen))]
    facts = {"number": invoice.number, "product": product, "day": pen.day(invoice.issued_on)}
    return pen.letter(
        life.renewal.subject.format(**facts), life.renewal.opening.format(**facts), blocks
    )


def invoice_letter(matter: Matter) -> Letter:
    """The invoice that waited for the check of the VAT id, and what the check has changed."""
    pen, order, invoice = Pen(matter), _order(matter), _invoice(matter)
    life = pen.words.life
    opening = life.invoice.opening.format(
        number=invoice.number, order=order.number, day=pen.day(order.placed_on)
    )
    confirmed = invoice.treatment is TaxTreatment.REVERSE_CHARGE
    outcome = life.vat_id_confirmed if confirmed else life.vat_id_refuted
    blocks: list[Block] = [
        Paragraph(outcome.format(vat_id=plain(order.vat_id))),
        pen.head(order, invoice),
        Heading(life.invoice_heading),
    ]
    for line in invoice.lines:
        blocks += pen.bought(line)
    blocks += [*pen.billed(invoice), Paragraph(_to_do(invoice, pen))]
    return pen.letter(life.invoice.subject.format(number=invoice.number), opening, blocks)


def _from_old_to_new(matter: Matter, pen: Pen) -> tuple[Block, ...]:
    before, line = matter.event.before if matter.event else None, _order(matter).lines[0]
    if before is None:
        return ()
    life = pen.words.life

    def plan(of: Plan) -> str:
        cycle = pen.words.cycles[of.cycle] if of.cycle else ""
        return " · ".join(filter(None, (pen.names(of)[1], pen.seats(of), cycle)))

    return (
        Facts(
            (
                (life.old_plan, plan(before)),
                (life.new_plan, plan(line)),
                (life.old_billing_date, pen.day(before.period.end)),
                (life.new_billing_date, pen.day(line.period.end)),
            )
        ),
    )


def _credited(matter: Matter, pen: Pen) -> tuple[Block, ...]:
    """What the unused days of the old period gave, and what of it is left."""
    order, life = _order(matter), pen.words.life
    if not order.correction.minor:
        return ()
    rows = [
        (
            life.unused_days,
            life.days_of.format(
                unused=pen.number(credit.unused.days), days=pen.number(credit.period_days)
            ),
        )
        for credit in order.credits
    ]
    rows.append((life.credited, pen.money(order.correction)))
    rows += [(life.correction, correction.number) for correction in matter.corrections]
    blocks: list[Block] = [Heading(life.credit_heading), Facts(tuple(rows))]
    if order.credit_given.minor:
        blocks.append(Paragraph(life.credit_left.format(amount=pen.money(order.credit_given))))
    return tuple(blocks)


def _to_do(invoice: Invoice, pen: Pen) -> str:
    life = pen.words.life
    if not invoice.total.minor:
        return life.covered_by_credit
    if invoice.payment is not None and invoice.payment.kind is PaymentKind.INVOICE:
        return life.please_transfer.format(
            amount=pen.money(invoice.total), day=pen.day(invoice.due_on), number=invoice.number
        )
    return life.collected


def _order(matter: Matter) -> OrderRecord:
    if matter.order is None:
        raise LookupError("a letter about an order has none")
    return matter.order


def _invoice(matter: Matter) -> Invoice:
    if matter.invoice is None:
        raise LookupError("a letter about an invoice has none")
    return matter.invoice
