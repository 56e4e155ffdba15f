"""The commands that open a database: quotes for an account, and the upgrade."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.command_line import DAY, Answer, assert_refused, document, run
from tests.service.shop import ADA, ANNA, LENA, MAX

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command_line import Run

__all__ = ["run"]

WEBINAR = ("quote", "--product", "goto-webinar", "--tier", "pro", "--seats", "5", *DAY)
ANNUAL = (*WEBINAR, "--cycle", "annual")


@pytest.fixture
def file(sample_file: Path, tmp_path: Path) -> Path:
    """A database with the sample data."""
    path = tmp_path / "billing.sqlite3"
    shutil.copyfile(sample_file, path)
    return path


def refusal(answer: Answer) -> str:
    assert_refused(answer)
    return answer.err


@pytest.mark.parametrize(
    ("mail", "decided"),
    [
        (ANNA, ("DE", "EUR", "domestic", "14208.60")),
        (LENA, ("AT", "EUR", "reverse_charge", "11940.00")),
        (ADA, ("US", "USD", "not_taxable", "12540.00")),
    ],
)
def test_an_account_decides_country_currency_and_tax(
    run: Run, file: Path, mail: str, decided: tuple[str, ...]
) -> None:
    found = document(run(*ANNUAL, "--account", mail, "--database", str(file), "--json"))
    keys = ("country", "currency", "tax_treatment", "total_due")
    assert tuple(found[key] for key in keys) == decided


def test_reverse_charge_is_told_in_its_words(run: Run, file: Path) -> None:
    answer = run("--lang", "de", "--database", str(file), *ANNUAL, "--account", LENA)
    assert "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)" in answer.out
    assert "ATU" in answer.out


def test_another_id_of_the_account_is_not_confirmed(run: Run, file: Path) -> None:
    words = (*ANNUAL, "--account", LENA, "--database", str(file), "--vat-id", "ATU28560205")
    found = document(run(*words, "--json"))
    assert (found["vat_id"], found["vat_id_state"]) == ("ATU28560205", "unknown")
    assert (found["tax_treatment"], found["total_due"]) == ("undecided", "14328.00")


def test_the_credit_of_the_account_is_used(run: Run, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE account SET credit_minor = 100000 WHERE country = 'DE'")
        connection.commit()
    words = (*ANNUAL, "--account", ANNA, "--database", str(file))
    found = document(run(*words, "--json"))
    assert (found["credit_used"], found["total_due"]) == ("1000.00", "13208.60")
    assert "-1.000,00 €" in run("--lang", "de", *words).out


def test_the_configured_database_is_used_when_none_is_named(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_CENTER_DATABASE", str(file))
    assert document(run(*ANNUAL, "--account", ANNA, "--json"))["country"] == "DE"


def test_a_trial_that_the_account_may_start_is_quoted(run: Run, file: Path) -> None:
    words = (*WEBINAR, "--offer", "trial", "--account", ANNA, "--database", str(file), "--json")
    found = document(run(*words))
    assert (found["trial_days"], found["total_due"]) == (7, "0.00")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--product", "goto-meeting", "--tier", "business", "--cycle", "annual"), "GoTo Meeting"),
        (("--product", "goto-training", "--offer", "trial"), "GoTo Training"),
        (("--product", "goto-nowhere", "--cycle", "annual"), "goto-webinar"),
        (("--seats", "501", "--cycle", "annual"), "500"),
        (("--vat-id", "", "--cycle", "annual"), "--vat-id"),
        (("--vat-id", "FR40303265045", "--cycle", "annual"), "FR"),
    ],
)
def test_what_the_account_cannot_have_is_refused(
    run: Run, file: Path, words: tuple[str, ...], named: str
) -> None:
    answer = run(*WEBINAR, "--account", ANNA, "--database", str(file), *words, "--json")
    assert named in refusal(answer)


@pytest.mark.parametrize(
    ("mail", "named"),
    [
        (MAX, ANNA),
        ("karla@konzern.example", "Corporate Billing Portal"),
        ("egon@alt.example", "2026"),
        ("nobody@muster.example", "nobody@muster.example"),
        ("\x1b[2J", "�[2J"),
    ],
)
def test_who_may_not_order_is_told_why(run: Run, file: Path, mail: str, named: str) -> None:
    assert named in refusal(run(*ANNUAL, "--account", mail, "--database", str(file)))


def test_a_quote_changes_nothing(run: Run, file: Path) -> None:
    before = dump(file)
    document(run(*ANNUAL, "--account", ANNA, "--database", str(file), "--json"))
    assert dump(file) == before


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def test_a_quote_makes_no_database_where_there_is_none(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing.sqlite3"
    assert str(missing) in refusal(run(*ANNUAL, "--account", ANNA, "--database", str(missing)))
    assert "upgrade" in refusal(run(*ANNUAL, "--account", ANNA))
    assert not list(tmp_path.iterdir())


def test_a_database_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Anna, this is long enough to be no SQLite file." * 100)
    for words in ((*ANNUAL, "--account", ANNA), ("database", "upgrade")):
        assert str(file) in refusal(run(*words, "--database", str(file)))


def test_an_address_is_named_without_its_password(run: Run) -> None:
    address = "nonsense://anna:secret@localhost/billing"
    assert "secret" not in refusal(run("database", "upgrade", "--database", address))


@pytest.mark.parametrize("before", [True, False])
def test_an_upgrade_creates_the_database_and_tells_its_version(
    run: Run, tmp_path: Path, *, before: bool
) -> None:
    file = tmp_path / "new.sqlite3"
    place, command = ("--database", str(file)), ("database", "upgrade")
    words = (*place, *command) if before else (*command, *place)
    first = run("--lang", "en", *words)
    assert first == Answer(0, f"{file}: created with version 0001\n", "")
    assert run("--lang", "en", *words).out == f"{file}: version 0001 is up to date already\n"


def test_an_upgrade_without_a_name_creates_the_configured_database(
    run: Run, tmp_path: Path
) -> None:
    answer = run("database", "upgrade")
    assert (answer.code, answer.err) == (0, "")
    assert (tmp_path / "data" / "billing-center.sqlite3").exists()


def test_a_migration_tells_both_versions(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from billing.storage.migrate import Upgrade  # noqa: PLC0415 - beside its only use

    monkeypatch.setattr("billing.bootstrap.upgrade", lambda _settings: Upgrade("0001", "0002"))
    answer = run("--lang", "en", "database", "upgrade", "--database", str(file))
    assert answer == Answer(0, f"{file}: migrated from version 0001 to 0002\n", "")


def test_a_database_of_a_newer_program_is_refused(run: Run, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert str(file) in refusal(run("database", "upgrade", "--database", str(file)))
