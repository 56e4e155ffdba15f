"""The letters about what happens to a subscription: trials, cancellations and failed payments."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.mail.letter import Block, Facts, Letter, Paragraph
from billing.mail.pen import Pen
from billing.subscriptions.dunning import RETRY_AFTER
from billing.subscriptions.model import SubscriptionState

if TYPE_CHECKING:
    from datetime import date

    from billing.mail.history import Event, Then
    from billing.mail.matter import Matter
    from billing.mail.pen import Rows


def cancellation_letter(matter: Matter) -> Letter:
    """A cancellation: when the subscription ends, and until when that can be undone."""
    pen, now = Pen(matter), _event(matter).now
    life, last_day = pen.words.life, pen.day(now.period.last_day)
    product, _ = pen.names(now)
    rows = (
        *_about(pen, now),
        (life.cancelled_to, pen.day(now.period.end)),
        (pen.words.last_day, last_day),
    )
    return pen.letter(
        life.cancellation.subject.format(product=product),
        life.cancellation.opening.format(day=pen.day(now.on)),
        (
            pen.head(),
            Facts(rows),
            Paragraph(life.until_cancelled.format(product=product)),
            Paragraph(life.undo_cancellation.format(day=last_day)),
        ),
    )


def undone_letter(matter: Matter) -> Letter:
    """A cancellation that was undone: the subscription goes on, and when it is billed next."""
    pen, now = Pen(matter), _event(matter).now
    life = pen.words.life
    product, _ = pen.names(now)
    return pen.letter(
        life.undone.subject.format(product=product),
        life.undone.opening.format(day=pen.day(now.on)),
        (pen.head(), Facts((*_about(pen, now), *_next_invoice(pen, now)))),
    )


def trial_reminder_letter(matter: Matter) -> Letter:
    """A trial ends soon: on which day, that nothing is charged, and how to subscribe."""
    pen, now = Pen(matter), _event(matter).now
    words, life = pen.words, pen.words.life
    product, _ = pen.names(now)
    return pen.letter(
        life.trial_reminder.subject.format(product=product),
        life.trial_reminder.opening.format(product=product, day=pen.day(now.period.end)),
        (
            pen.head(),
            Facts((*_about(pen, now), *pen.trial_end(now.period))),
            Paragraph(words.trial_end.format(product=product)),
            Paragraph(life.licences_stay),
        ),
    )


def trial_ended_letter(matter: Matter) -> Letter:
    """A trial has ended: nothing was charged, and how to buy the product."""
    pen, now = Pen(matter), _event(matter).now
    life = pen.words.life
    product, _ = pen.names(now)
    end, last_day = pen.day(now.period.end), pen.day(now.period.last_day)
    return pen.letter(
        life.trial_ended.subject.format(product=product),
        life.trial_ended.opening.format(product=product, day=end),
        (
            pen.head(),
            Facts((*_about(pen, now), (pen.words.last_day, last_day))),
            Paragraph(life.buy_after_trial.format(product=product)),
        ),
    )


def payment_failed_letter(matter: Matter) -> Letter:
    """A payment has failed: of which invoice, when it is tried again, and what to do."""
    pen, now = Pen(matter), _event(matter).now
    life = pen.words.life
    product, _ = pen.names(now)
    rows = [*_about(pen, now), *_owed(pen, matter)]
    blocks: list[Block] = [pen.head(invoice=matter.invoice)]
    next_try, until = now.next_step_on, _access_until(now)
    if now.state is SubscriptionState.PAST_DUE and next_try is not None and until is not None:
        rows += [(life.next_try, pen.day(next_try)), (life.access_until, pen.day(until))]
        to_do = life.before_next_try.format(day=pen.day(next_try), mail=pen.sellers_mail)
        then = life.after_last_try.format(day=pen.day(until))
        blocks += [Facts(tuple(rows)), Paragraph(to_do), Paragraph(then)]
    else:
        blocks += [Facts(tuple(rows)), Paragraph(life.not_tried.format(mail=pen.sellers_mail))]
    return pen.letter(
        life.payment_failed.subject.format(product=product),
        life.payment_failed.opening.format(product=product),
        blocks,
    )


def suspended_letter(matter: Matter) -> Letter:
    """All tries have failed: access is suspended, what remains, and when the subscription ends."""
    pen, now = Pen(matter), _event(matter).now
    life = pen.words.life
    product, _ = pen.names(now)
    rows = [*_about(pen, now), *_owed(pen, matter)]
    blocks = [Paragraph(life.while_suspended.format(mail=pen.sellers_mail))]
    if now.next_step_on is not None:
        ends = pen.day(now.next_step_on)
        rows.append((life.ends_unpaid, ends))
        blocks.append(Paragraph(life.suspension_ends.format(day=ends)))
    return pen.letter(
        life.suspended.subject.format(product=product),
        life.suspended.opening.format(product=product, day=pen.day(now.on)),
        (pen.head(invoice=matter.invoice), Facts(tuple(rows)), *blocks),
    )


def recovered_letter(matter: Matter) -> Letter:
    """A payment was made after all: the subscription goes on."""
    pen, event = Pen(matter), _event(matter)
    life = pen.words.life
    product, _ = pen.names(event.now)
    rows = (*_about(pen, event.now), *_owed(pen, matter), *_next_invoice(pen, event.now))
    blocks: list[Block] = [pen.head(invoice=matter.invoice), Facts(rows)]
    if event.before is not None and event.before.state is SubscriptionState.SUSPENDED:
        blocks.append(Paragraph(life.access_again))
    return pen.letter(
        life.recovered.subject.format(product=product),
        life.recovered.opening.format(product=product),
        blocks,
    )


def _about(pen: Pen, now: Then) -> Rows:
    return (pen.words.life.subscription, pen.title(now)), (pen.words.seats, pen.seats(now))


def _next_invoice(pen: Pen, now: Then) -> Rows:
    price = pen.words.plan_price_value.format(
        seats=pen.number(now.seats),
        price=pen.money(now.unit_price),
        amount=pen.money(now.unit_price * now.seats),
    )
    return (pen.words.plan_price, price), (pen.words.next_invoice, pen.day(now.period.end))


def _owed(pen: Pen, matter: Matter) -> Rows:
    bill = matter.invoice or matter.order
    if bill is None:
        return ()
    return (pen.words.total, pen.money(bill.total)), *pen.payment(bill)


def _access_until(now: Then) -> date | None:
    """The day of the last try, as far as each that is left comes on its day."""
    if now.next_step_on is None:
        return None
    return now.next_step_on + sum(RETRY_AFTER[now.failed_payments :], timedelta())


def _event(matter: Matter) -> Event:
    if matter.event is None:
        raise LookupError("a letter about a subscription has none")
    return matter.event
