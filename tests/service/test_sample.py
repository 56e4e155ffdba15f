"""The sample data, as design sections 3 and 6 show it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select
from stdnum.eu import vat

from billing.accounts.model import AccountKind, EntryKind, Role, Session, VatIdState
from billing.accounts.passwords import Passwords
from billing.accounts.sign_in import SignIn
from billing.bootstrap import connect_demo
from billing.catalogue.model import BillingCycle
from billing.clock import FixedClock
from billing.ids import SeededIds
from billing.rating.periods import add_months
from billing.sample import SAMPLE_HASH, seed_sample
from billing.sample_people import SAMPLE_PASSWORD, SAMPLE_SIGN_INS
from billing.storage.tables import account_user, licence, subscription, trial_use
from tests.service.shop import without
from tests.service.stock import NOON

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from billing.catalogue.model import Catalogue
    from billing.storage.database import Database

PORTAL = "https://portal.example/corp"


@pytest.fixture
def desk(database: Database, clock: FixedClock, passwords: Passwords) -> SignIn:
    return SignIn(database, clock, passwords, PORTAL)


def _subscriptions(database: Database, session: Session) -> list[tuple[object, ...]]:
    def read(connection: Connection) -> list[tuple[object, ...]]:
        s = subscription.c
        assigned = (
            select(func.count())
            .select_from(licence)
            .where(
                licence.c.account_id == s.account_id,
                licence.c.subscription_id == s.subscription_id,
            )
            .scalar_subquery()
        )
        rows = connection.execute(
            select(
                s.product,
                s.tier,
                s.seats,
                (s.seats - assigned).label("free"),
                s.state,
                s.cycle,
                s.anchor,
                s.period_start,
                s.period_end,
                s.seats * s.unit_price_minor,
            )
            .where(s.account_id == session.account.account_id)
            .order_by(s.subscription_id)
        )
        return [tuple(row) for row in rows]

    return database.read(read)


def test_the_six_sign_ins_are_those_of_the_design(desk: SignIn) -> None:
    expected = [
        ("anna@muster.example", Role.BILLING_CONTACT, "Muster GmbH", "Berlin", "DE", "EUR"),
        ("lena@huber.example", Role.BILLING_CONTACT, "Huber & Co. KG", "Wien", "AT", "EUR"),
        ("ada@byron.example", Role.BILLING_CONTACT, "Byron Analytics Inc.", "Boston", "US", "USD"),
        ("max@muster.example", Role.ADMIN, "Muster GmbH", "Berlin", "DE", "EUR"),
        ("karla@konzern.example", Role.BILLING_CONTACT, "Konzern AG", None, "DE", "EUR"),
        ("egon@alt.example", Role.BILLING_CONTACT, "Alt & Söhne", None, "DE", "EUR"),
    ]
    assert [person.mail for person in SAMPLE_SIGN_INS] == [row[0] for row in expected]
    for person, (mail, role, name, city, country, currency) in zip(
        SAMPLE_SIGN_INS, expected, strict=True
    ):
        session = desk.sign_in(mail, SAMPLE_PASSWORD)
        account = session.account
        assert (session.role, account.name) == (role, name) == (person.role, person.account)
        assert session.contact.name == person.name
        assert (account.country, account.currency) == (country, currency)
        assert city in (None, account.city)
        assert all((account.street, account.postcode, account.city))


def test_each_finds_the_door_it_should(desk: SignIn) -> None:
    kinds = {person.mail: desk.sign_in_as(person.mail).entry.kind for person in SAMPLE_SIGN_INS}
    assert kinds == {
        "anna@muster.example": EntryKind.OPEN,
        "lena@huber.example": EntryKind.OPEN,
        "ada@byron.example": EntryKind.OPEN,
        "max@muster.example": EntryKind.NOT_BILLING_CONTACT,
        "karla@konzern.example": EntryKind.CORPORATE,
        "egon@alt.example": EntryKind.EXPIRED,
    }
    told = desk.sign_in_as("max@muster.example").entry.billing_contact
    assert told is not None
    assert (told.name, told.mail) == ("Anna Muster", "anna@muster.example")


def test_nobody_subscribes_to_what_the_catalogue_does_not_sell(
    tmp_path: Path, catalogue: Catalogue, passwords: Passwords
) -> None:
    service = connect_demo(
        tmp_path / "other.sqlite3",
        catalogue=without(catalogue, "goto-meeting"),
        clock=FixedClock(NOON),
        passwords=passwords,
    )
    home = service.home(service.sign_in_as("anna@muster.example"))
    assert {each.product for each in home.subscriptions} == {"goto-training", "goto-connect"}
    service.close()


def test_muster_has_the_subscriptions_of_the_picture(
    database: Database, desk: SignIn, catalogue: Catalogue
) -> None:
    monthly = catalogue.product("goto-connect").tier("phone").price(BillingCycle.MONTHLY, "EUR")
    today = date(2026, 11, 22)
    meeting, training, connect = (
        date(2026, 3, 14),
        today - timedelta(days=16),
        date(2026, 5, 2),
    )
    assert _subscriptions(database, desk.sign_in_as("anna@muster.example")) == [
        (
            *("goto-meeting", "business", 12, 3, "active", "annual"),
            *(meeting, meeting, date(2027, 3, 14), 230_400),
        ),
        (
            *("goto-training", "pro", 2, 0, "trialing", None),
            *(training, training, date(2026, 12, 6), 0),
        ),
        (
            *("goto-connect", "phone", 8, 0, "cancelling", "monthly"),
            *(connect, date(2026, 11, 2), date(2026, 12, 2)),
            8 * monthly.minor,
        ),
    ]


def test_the_ready_made_hash_is_the_sample_passwords() -> None:
    passwords = Passwords()
    assert passwords.match(SAMPLE_HASH, SAMPLE_PASSWORD)
    assert not passwords.is_outdated(SAMPLE_HASH)


def test_the_trial_is_used_up(database: Database) -> None:
    uses = database.read(
        lambda c: c.execute(select(trial_use.c.product, trial_use.c.started_on)).all()
    )
    assert [tuple(use) for use in uses] == [("goto-training", date(2026, 11, 6))]


def test_empty_accounts_are_empty(database: Database, desk: SignIn) -> None:
    for mail in ("lena@huber.example", "ada@byron.example"):
        assert _subscriptions(database, desk.sign_in_as(mail)) == []


def test_vat_ids_pass_their_checksums(desk: SignIn) -> None:
    lena = desk.sign_in_as("lena@huber.example").account
    assert lena.vat_id_state is VatIdState.CONFIRMED
    for person in SAMPLE_SIGN_INS:
        vat_id = desk.sign_in_as(person.mail).account.vat_id
        assert vat_id == "" or vat.is_valid(vat_id)


def test_the_corporate_account_has_subscriptions_and_the_expired_one_had(
    database: Database, desk: SignIn
) -> None:
    karla, egon = (desk.sign_in_as(m) for m in ("karla@konzern.example", "egon@alt.example"))
    assert karla.account.kind is AccountKind.CORPORATE
    assert {row[4] for row in _subscriptions(database, karla)} == {"active"}
    (ended,) = _subscriptions(database, egon)
    assert (ended[4], ended[8]) == ("expired", egon.account.expired_on)


@pytest.mark.parametrize(
    "today", [date(2024, 2, 29), date(2026, 3, 31), date(2027, 1, 31), date(2100, 12, 31)]
)
def test_the_sample_never_grows_stale(
    empty_database: Database, catalogue: Catalogue, passwords: Passwords, today: date
) -> None:
    clock = FixedClock(datetime(today.year, today.month, today.day, 12, tzinfo=UTC))
    seed_sample(empty_database, catalogue, clock, SeededIds(1), passwords)
    desk = SignIn(empty_database, clock, passwords, PORTAL)
    assert desk.sign_in_as("egon@alt.example").entry.kind is EntryKind.EXPIRED
    for person in SAMPLE_SIGN_INS:
        for row in _subscriptions(empty_database, desk.sign_in_as(person.mail)):
            state, cycle, anchor, start, end = row[4:9]
            assert isinstance(anchor, date)
            assert isinstance(start, date)
            assert isinstance(end, date)
            assert start <= today
            assert (end > today) is (state != "expired")
            boundaries = [add_months(anchor, months) for months in range(13)]
            assert cycle is None or {start, end} <= set(boundaries)


def test_a_second_start_keeps_what_the_user_did(
    database: Database, catalogue: Catalogue, clock: FixedClock, passwords: Passwords
) -> None:
    database.work(None, lambda connection: connection.execute(delete(licence)))
    assert not seed_sample(database, catalogue, clock, SeededIds(9), passwords)
    counts = database.read(
        lambda c: (
            c.scalar(select(func.count()).select_from(licence)),
            c.scalar(select(func.count()).select_from(account_user)),
        )
    )
    assert counts[0] == 0
    assert counts[1] == 27


def test_the_login_screen_can_list_them_without_the_heavy_libraries() -> None:
    program = (
        "import sys, billing.sample_people\n"
        "heavy = {'sqlalchemy', 'alembic', 'argon2', 'pydantic', 'stdnum', 'schwifty'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "[]\n"
