"""The outbox: written once for each occasion, sent by one, tried anew when somebody asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from billing.errors import NotAllowed
from billing.mail.outbox import MailKind, write_mail
from billing.mail.transport import MailNotTaken
from billing.ordering.model import MailState
from billing.storage.tables import contact, outbox, subscription
from tests.service.billed import context_of
from tests.service.shop import ANNA, INVOICE, LENA, RESCUE, WEBINAR, request

if TYPE_CHECKING:
    from email.message import EmailMessage

    from billing.accounts.model import Session
    from tests.service.shop import Shop

ORDER = "00000000-0000-7000-8000-00000000000a"


def subscription_of(shop: Shop, session: Session) -> str:
    mine = (row for row in shop.rows(subscription) if row.account_id == session.account.account_id)
    return str(next(mine).subscription_id)


def write(
    shop: Shop, session: Session, kind: MailKind, ids: dict[str, str], seed: int = 50
) -> None:
    account_id = session.account.account_id
    context = context_of(shop, seed)
    shop.database.work(
        account_id,
        lambda connection: write_mail(
            connection,
            context,
            account_id=account_id,
            contact_id=session.contact_id,
            kind=kind,
            **ids,
        ),
    )


def keys(shop: Shop) -> list[str]:
    return sorted(row.dedupe_key for row in shop.rows(outbox))


def test_a_mail_about_an_order_is_written_once(shop: Shop) -> None:
    session = shop.session()
    write(shop, session, MailKind.INVOICE, {"order_id": ORDER})
    write(shop, session, MailKind.INVOICE, {"order_id": ORDER}, 51)
    assert keys(shop) == [f"order-{ORDER}.invoice"]
    assert shop.rows(outbox)[0].payload == {"order_id": ORDER}


def test_what_happens_again_is_told_again_once(shop: Shop) -> None:
    session = shop.session()
    known = subscription_of(shop, session)
    ids = {"subscription_id": known}
    for seed in (50, 51):
        write(shop, session, MailKind.CANCELLATION, ids, seed)
    before = keys(shop)
    assert len(before) == 1
    shop.execute(update(subscription).values(version=subscription.c.version + 1))
    write(shop, session, MailKind.CANCELLATION, ids, 52)
    assert len(keys(shop)) == 2
    assert all(key.startswith(f"subscription-{known}.cancellation.") for key in keys(shop))


def test_an_occasion_of_the_callers_own_tells_mails_apart(shop: Shop) -> None:
    session = shop.session()
    known = subscription_of(shop, session)
    for seed, day in enumerate(("2026-11-22", "2026-11-22", "2026-11-25")):
        ids = {"order_id": ORDER, "subscription_id": known, "occasion": day}
        write(shop, session, MailKind.PAYMENT_FAILED, ids, seed)
    assert len(keys(shop)) == 2
    assert all(len(key) <= 100 for key in keys(shop))


@pytest.mark.parametrize(
    "ids",
    [
        {},
        {"occasion": "2026-11-22"},
        {"order_id": ORDER, "occasion": "a day"},
        {"order_id": ORDER, "occasion": ">\r\nBcc: victim@example.org"},
    ],
)
def test_a_mail_without_an_id_or_with_no_plain_occasion_is_not_written(
    shop: Shop, ids: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="a mail needs"):
        write(shop, shop.session(), MailKind.INVOICE, ids)
    assert keys(shop) == []


def bought(shop: Shop, session: Session) -> None:
    shop.service.place_order(session, request(shop.checkout(session, WEBINAR), INVOICE))


def failed_for_good(shop: Shop, session: Session) -> None:
    bought(shop, session)
    shop.post.refusal = MailNotTaken("550 no such mailbox", for_good=True)
    assert shop.service.deliver_mail(session) is MailState.FAILED
    shop.post.refusal = None


def test_a_mail_that_failed_for_good_is_sent_when_somebody_asks(shop: Shop) -> None:
    session = shop.session()
    failed_for_good(shop, session)
    shop.clock.advance(timedelta(days=2))
    assert shop.service.deliver_mail(session) is MailState.FAILED
    assert shop.service.resend_mail(session) is MailState.SENT
    (row,) = shop.rows(outbox)
    assert (row.state, row.attempts, row.last_error) == ("sent", 1, "")
    (message,) = shop.post.messages
    assert message["Message-ID"].startswith(f"<{row.dedupe_key}@")


def test_a_mail_that_was_sent_is_not_sent_again_by_asking(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)
    shop.service.deliver_mail(session)
    assert shop.service.resend_mail(session) is MailState.SENT
    assert len(shop.post.messages) == 1


def test_the_state_told_is_that_of_the_mail_of_the_order_asked_for(shop: Shop) -> None:
    session = shop.session()
    first = shop.service.place_order(session, request(shop.checkout(session, WEBINAR), INVOICE))
    shop.service.deliver_mail(session)
    shop.post.refusal = MailNotTaken("550 no such mailbox", for_good=True)
    shop.clock.advance(timedelta(minutes=1))
    second = shop.service.place_order(session, request(shop.checkout(session, RESCUE), INVOICE))
    told = [shop.service.deliver_mail(session, one.order_id) for one in (first, second)]
    assert told == [MailState.SENT, MailState.FAILED]
    shop.post.refusal = None
    assert shop.service.resend_mail(session, second.order_id) is MailState.SENT


def test_asking_is_for_the_own_account_and_its_contacts_only(shop: Shop) -> None:
    anna, lena = shop.session(ANNA), shop.session(LENA)
    failed_for_good(shop, anna)
    assert shop.service.resend_mail(lena) is MailState.SENT
    assert shop.post.messages == []
    before = shop.rows(outbox)
    shop.execute(delete(contact).where(contact.c.contact_id == anna.contact_id))
    with pytest.raises(NotAllowed):
        shop.service.resend_mail(anna)
    assert shop.rows(outbox) == before


def test_a_second_sender_leaves_a_claimed_mail_alone(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)
    other = shop.second()
    states = []
    taken = shop.post.messages.append

    def slowly(message: EmailMessage) -> None:
        states.append(other.service.deliver_mail(session))
        taken(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop.post, "send", slowly)
        assert shop.service.deliver_mail(session) is MailState.SENT
    assert states == [MailState.WAITING]
    assert len(shop.post.messages) == 1


def test_a_mail_behind_slow_ones_is_sent_once_though_it_was_due_long_ago(shop: Shop) -> None:
    session = shop.session()
    bought(shop, session)
    shop.service.place_order(session, request(shop.checkout(session, RESCUE), INVOICE))
    other = shop.second()
    taken = shop.post.messages.append

    def slowly(message: EmailMessage) -> None:
        taken(message)
        if len(shop.post.messages) == 1:
            shop.clock.advance(timedelta(seconds=29))
            other.service.deliver_mail(session)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop.post, "send", slowly)
        assert shop.service.deliver_mail(session) is MailState.SENT
    assert len({message["Message-ID"] for message in shop.post.messages}) == 2
    assert len(shop.post.messages) == 2
