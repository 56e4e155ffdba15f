"""The composition root: where things are put, and what is left behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from billing import bootstrap
from billing.catalogue.model import Offer
from billing.errors import DatabaseUnavailable, SignInRefused, StorageCause
from billing.ordering.model import MailState
from billing.settings import DATABASE_NAME, Settings
from billing.storage.migrate import REVISIONS, open_database
from billing.storage.tables import account
from tests.service.shop import WEBINAR, request

if TYPE_CHECKING:
    from billing.accounts.passwords import Passwords
    from tests.service.stock import Databases

ANNA = "anna@muster.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "share" / "billing", tmp_path / "log", tmp_path / "cache")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where throw-away folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_data_folder_is_made_for_its_owner(settings: Settings) -> None:
    bootstrap.connect(settings).close()
    assert (settings.data_folder / DATABASE_NAME).is_file()
    assert settings.data_folder.stat().st_mode & 0o777 == 0o700


def test_a_new_database_knows_nobody(settings: Settings) -> None:
    service = bootstrap.connect(settings)
    with pytest.raises(SignInRefused):
        service.sign_in_as(ANNA)
    service.close()


@pytest.mark.parametrize(("authority", "checks"), [("http://127.0.0.1:9/", True), ("", False)])
def test_vat_ids_are_checked_where_an_authority_is_set(
    settings: Settings, authority: str, *, checks: bool
) -> None:
    service = bootstrap.connect(replace(settings, vat_authority=authority))
    assert service.checks_vat_ids is checks
    service.close()


def test_a_demo_asks_no_authority(temporary: Path, passwords: Passwords) -> None:
    assert temporary.is_dir()
    service = bootstrap.connect_demo(None, passwords=passwords)
    assert not service.checks_vat_ids
    service.close()


def test_the_folder_of_a_named_database_is_not_made(settings: Settings, tmp_path: Path) -> None:
    named = replace(settings, database=str(tmp_path / "no" / "x.sqlite3"))
    with pytest.raises(DatabaseUnavailable) as caught:
        bootstrap.connect(named)
    assert caught.value.cause is StorageCause.MISSING_FOLDER
    assert not (tmp_path / "no").exists()


def test_a_file_in_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "share").touch()
    with pytest.raises(DatabaseUnavailable) as caught:
        bootstrap.connect(Settings(tmp_path / "share", tmp_path, tmp_path))
    assert caught.value.cause is StorageCause.MISSING_FOLDER


def test_an_upgrade_says_what_it_did(settings: Settings) -> None:
    first, second = bootstrap.upgrade(settings), bootstrap.upgrade(settings)
    assert (first.before, first.after) == (None, REVISIONS[-1])
    assert (second.before, second.after) == (REVISIONS[-1], REVISIONS[-1])


def test_a_throw_away_demo_leaves_nothing_behind(temporary: Path, passwords: Passwords) -> None:
    service = bootstrap.connect_demo(None, passwords=passwords)
    assert service.sign_in(ANNA, "demo").contact.mail == ANNA
    assert len(list(temporary.iterdir())) == 1
    service.close()
    assert list(temporary.iterdir()) == []


def test_a_demo_that_ends_without_closing_leaves_nothing_behind(tmp_path: Path) -> None:
    program = "from billing.bootstrap import connect_demo; service = connect_demo(None)"
    subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert list(tmp_path.iterdir()) == []


def test_a_named_demo_stays_as_it_was_left(tmp_path: Path, passwords: Passwords) -> None:
    path = tmp_path / "demo.sqlite3"
    account_ids = set()
    for _ in range(2):
        service = bootstrap.connect_demo(path, passwords=passwords)
        account_ids.add(service.sign_in_as(ANNA).account.account_id)
        service.close()
    assert len(account_ids) == 1
    assert path.is_file()


def test_a_named_demo_keeps_its_mail_beside_it(tmp_path: Path, passwords: Passwords) -> None:
    service = bootstrap.connect_demo(tmp_path / "demo.sqlite3", passwords=passwords)
    session = service.sign_in_as("lena@huber.example")
    draft = replace(
        service.new_draft(session),
        product="goto-training",
        offer=Offer.TRIAL,
        tier="pro",
        seats=1,
    )
    service.start_trial(session, draft)
    assert service.deliver_mail(session) is MailState.SENT
    service.close()
    assert len(list((tmp_path / "demo.sqlite3-mail" / "new").iterdir())) == 1


def test_a_database_with_accounts_of_its_own_gets_no_sample_sign_ins(
    tmp_path: Path, passwords: Passwords
) -> None:
    path = str(tmp_path / "real.sqlite3")
    real = open_database(path)
    real.work(
        None,
        lambda connection: connection.execute(
            insert(account).values(
                account_id="a",
                name="Echt GmbH",
                kind="online",
                country="DE",
                currency="EUR",
                time_zone="Europe/Berlin",
                street="s",
                postcode="p",
                city="c",
            )
        ),
    )
    real.close()
    service = bootstrap.connect_demo(path, passwords=passwords)
    with pytest.raises(SignInRefused):
        service.sign_in_as(ANNA)
    service.close()


def test_a_server_keeps_the_books_and_mails_in_the_data_folder(
    settings: Settings, databases: Databases, tmp_path: Path
) -> None:
    with databases.sample(tmp_path) as address:
        service = bootstrap.connect(replace(settings, database=address))
        session = service.sign_in_as(ANNA)
        service.put_line(session, 0, WEBINAR)
        service.place_order(session, request(service.open_checkout(session)))
        assert service.deliver_mail(session) is MailState.SENT
        service.close()
    beside = {path.name for path in settings.data_folder.iterdir()}
    assert beside == {f"{DATABASE_NAME}-gateway", f"{DATABASE_NAME}-mail"}


def test_a_demo_on_a_server_shows_the_sample_data(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passwords: Passwords
) -> None:
    monkeypatch.setenv("BILLING_CENTER_DATA_FOLDER", str(tmp_path / "share"))
    with databases.bare(tmp_path) as address:
        service = bootstrap.connect_demo(address, passwords=passwords)
        assert service.sign_in_as(ANNA).contact.mail == ANNA
        service.close()
    assert (tmp_path / "share").stat().st_mode & 0o777 == 0o700
