"""The commands that open a database: quotes for an account, and the upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from billing.storage.engine import safe_place
from billing.storage.migrate import REVISIONS, open_database, version_table
from billing.storage.schema import metadata
from billing.storage.tables import account
from tests.command_line import DAY, Answer, assert_refused, document, run
from tests.service.shop import ADA, ANNA, LENA, MAX

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Update

    from tests.command_line import Run

__all__ = ["run"]

WEBINAR = ("quote", "--product", "goto-webinar", "--tier", "pro", "--seats", "5", *DAY)
ANNUAL = (*WEBINAR, "--cycle", "annual")


@pytest.fixture
def place(sample_address: str) -> str:
    """The address of a database with the sample data."""
    return sample_address


def change(place: str, statement: Update) -> None:
    database = open_database(place)
    database.work(None, lambda connection: connection.execute(statement))
    database.close()


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
    run: Run, place: str, mail: str, decided: tuple[str, ...]
) -> None:
    found = document(run(*ANNUAL, "--account", mail, "--database", place, "--json"))
    keys = ("country", "currency", "tax_treatment", "total_due")
    assert tuple(found[key] for key in keys) == decided


def test_reverse_charge_is_told_in_its_words(run: Run, place: str) -> None:
    answer = run("--lang", "de", "--database", place, *ANNUAL, "--account", LENA)
    assert "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)" in answer.out
    assert "ATU" in answer.out


def test_another_id_of_the_account_is_not_confirmed(run: Run, place: str) -> None:
    words = (*ANNUAL, "--account", LENA, "--database", place, "--vat-id", "ATU28560205")
    found = document(run(*words, "--json"))
    assert (found["vat_id"], found["vat_id_state"]) == ("ATU28560205", "unknown")
    assert (found["tax_treatment"], found["total_due"]) == ("undecided", "14328.00")


def test_the_credit_of_the_account_is_used(run: Run, place: str) -> None:
    change(place, update(account).where(account.c.country == "DE").values(credit_minor=100000))
    words = (*ANNUAL, "--account", ANNA, "--database", place)
    found = document(run(*words, "--json"))
    assert (found["credit_used"], found["total_due"]) == ("1000.00", "13208.60")
    assert "-1.000,00 €" in run("--lang", "de", *words).out


def test_the_configured_database_is_used_when_none_is_named(
    run: Run, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_CENTER_DATABASE", place)
    assert document(run(*ANNUAL, "--account", ANNA, "--json"))["country"] == "DE"


def test_a_trial_that_the_account_may_start_is_quoted(run: Run, place: str) -> None:
    words = (*WEBINAR, "--offer", "trial", "--account", ANNA, "--database", place, "--json")
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
    run: Run, place: str, words: tuple[str, ...], named: str
) -> None:
    answer = run(*WEBINAR, "--account", ANNA, "--database", place, *words, "--json")
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
def test_who_may_not_order_is_told_why(run: Run, place: str, mail: str, named: str) -> None:
    assert named in refusal(run(*ANNUAL, "--account", mail, "--database", place))


def test_a_quote_changes_nothing(run: Run, place: str) -> None:
    before = dump(place)
    document(run(*ANNUAL, "--account", ANNA, "--database", place, "--json"))
    assert dump(place) == before


def dump(place: str) -> list[list[str]]:
    database = open_database(place)
    tables = database.read(
        lambda connection: [
            sorted(map(str, connection.execute(select(table)))) for table in metadata.sorted_tables
        ]
    )
    database.close()
    return tables


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
    run: Run, bare_address: str, *, before: bool
) -> None:
    option, command = ("--database", bare_address), ("database", "upgrade")
    words = (*option, *command) if before else (*command, *option)
    named, newest = safe_place(bare_address), REVISIONS[-1]
    first = run("--lang", "en", *words)
    assert first == Answer(0, f"{named}: created with version {newest}\n", "")
    assert run("--lang", "en", *words).out == f"{named}: version {newest} is up to date already\n"


def test_an_upgrade_without_a_name_creates_the_configured_database(
    run: Run, tmp_path: Path
) -> None:
    answer = run("database", "upgrade")
    assert (answer.code, answer.err) == (0, "")
    assert (tmp_path / "data" / "billing-center.sqlite3").exists()


def test_a_migration_tells_both_versions(
    run: Run, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from billing.storage.migrate import Upgrade  # noqa: PLC0415 - beside its only use

    monkeypatch.setattr("billing.bootstrap.upgrade", lambda _settings: Upgrade("0001", "0002"))
    answer = run("--lang", "en", "database", "upgrade", "--database", place)
    assert answer == Answer(0, f"{safe_place(place)}: migrated from version 0001 to 0002\n", "")


def test_a_database_of_a_newer_program_is_refused(run: Run, place: str) -> None:
    change(place, update(version_table).values(version_num="9999"))
    assert safe_place(place) in refusal(run("database", "upgrade", "--database", place))
