"""Others that are away keep a run of the worker waiting a few times only, not for every account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from billing.accounts.model import VatIdState
from billing.accounts.vat_authority import VatAnswer
from billing.clock import FixedClock
from billing.mail.transport import MailNotTaken
from billing.storage.tables import outbox
from billing.worker import outage
from billing.worker.outage import WatchedAuthority, WatchedPost
from tests.service.life import bought, run
from tests.service.shop import ADA, ANNA, LENA, RESCUE

if TYPE_CHECKING:
    from tests.service.shop import Shop

AUSTRIAN, FRENCH, SELLER = "ATU14243102", "FR53000004605", "DE136695976"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class States:
    """A tax authority whose states answer as they are told, and which keeps what it was asked."""

    answers: dict[str, VatIdState]
    asked: list[str] = field(default_factory=list)

    def check(self, vat_id: str, requester: str) -> VatAnswer:
        assert requester == SELLER
        self.asked.append(vat_id)
        return VatAnswer(self.answers[vat_id[:2]], "", NOON, "said so")


class Refusing:
    """A transport that takes nothing."""

    def __init__(self, *, for_good: bool) -> None:
        self.for_good = for_good

    def send(self, message: EmailMessage) -> None:
        raise MailNotTaken("no", for_good=self.for_good)


def test_a_mail_server_that_is_away_is_left_alone_until_the_next_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "ENOUGH_SILENCES", 1)
    for mail in (ANNA, LENA, ADA):
        bought(shop, RESCUE, mail=mail)
    shop.post.refusal = MailNotTaken("ConnectionRefusedError")
    assert run(shop).mails == 0
    assert sorted(row.attempts for row in shop.rows(outbox)) == [0, 0, 1]
    shop.post.refusal = None
    shop.clock.advance(timedelta(minutes=1))
    assert run(shop).mails == 3
    assert {row.state for row in shop.rows(outbox)} == {"sent"}


@pytest.mark.parametrize("for_good", [False, True])
def test_what_is_refused_for_good_does_not_mean_that_the_server_is_away(*, for_good: bool) -> None:
    post = WatchedPost(Refusing(for_good=for_good))
    for _ in range(outage.ENOUGH_SILENCES):
        assert not post.is_away
        with pytest.raises(MailNotTaken):
            post.send(EmailMessage())
    assert post.is_away is not for_good
    assert post.taken == 0


def test_a_state_that_gives_no_answers_is_asked_a_few_times_and_the_others_always() -> None:
    states = States({"AT": VatIdState.UNKNOWN, "FR": VatIdState.CONFIRMED})
    watched = WatchedAuthority(states, FixedClock(NOON))
    answers = [watched.check(vat_id, SELLER) for vat_id in (AUSTRIAN, FRENCH) * 9]
    assert states.asked.count(AUSTRIAN) == outage.ENOUGH_SILENCES
    assert states.asked.count(FRENCH) == 9
    assert [answer.state for answer in answers] == [VatIdState.UNKNOWN, VatIdState.CONFIRMED] * 9
    assert {answer.asked_at for answer in answers} == {NOON}


def test_an_answer_in_between_begins_the_count_anew() -> None:
    states = States({"AT": VatIdState.UNKNOWN})
    watched = WatchedAuthority(states, FixedClock(NOON))
    times = outage.ENOUGH_SILENCES - 1
    for state in (VatIdState.UNKNOWN, VatIdState.REFUTED, VatIdState.UNKNOWN):
        states.answers["AT"] = state
        for _ in range(times):
            watched.check(AUSTRIAN, SELLER)
    assert len(states.asked) == 3 * times
