"""`billing-center account open|password`: a company comes in, and its people sign in."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from billing.accounts.model import EntryKind
from billing.errors import SignInBlocked, SignInRefused
from billing.storage.tables import account, audit_event
from tests.command_line import Answer, assert_refused, run
from tests.service.shop import ANNA, RESCUE, Shop, request
from tests.unit.test_account_file import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.command_line import Run

__all__ = ["run"]

INA, WORD = "ina@nordlicht.example", "ein langes Wort"
NEW = GOOD.replace("anna@muster", "Ina@Nordlicht").replace("max@muster", "jo@nordlicht")


@pytest.fixture
def commands(run: Run, shop: Shop) -> Callable[..., Answer]:
    """Runs `account …` on the database of the shop."""
    return lambda *words: run("--lang", "en", "account", *words, "--database", shop.address)


@pytest.fixture
def opened(commands: Callable[..., Answer], tmp_path: Path) -> Answer:
    """What opening an account said."""
    (tmp_path / "new.toml").write_text(NEW, "utf-8")
    return commands("open", str(tmp_path / "new.toml"))


@pytest.fixture
def set_password(
    commands: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], Answer]:
    """Gives a contact a password by standard input."""

    def answer(mail: str, password: str) -> Answer:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        return commands("password", mail)

    return answer


def test_an_opened_account_buys_as_soon_as_its_contact_has_a_password(
    opened: Answer, set_password: Callable[[str, str], Answer], shop: Shop
) -> None:
    assert (opened.code, opened.err) == (0, "")
    assert opened.out.startswith("Muster GmbH is opened: 2 contacts, 1 user.")
    with pytest.raises(SignInRefused):
        shop.service.sign_in(INA, "")
    told = f"{INA} can sign in with the new password.\n"
    assert set_password(INA, WORD) == Answer(0, told, "")
    session = shop.service.sign_in(INA, WORD)
    assert session.entry.kind is EntryKind.OPEN
    assert [user.mail for user in shop.service.users(session)] == ["jo@nordlicht.example"]
    done = shop.service.place_order(session, request(shop.checkout(session, RESCUE)))
    assert done.mail_to == "Ina@Nordlicht.example"


def test_a_mail_that_signs_in_already_opens_nothing(
    opened: Answer, commands: Callable[..., Answer], tmp_path: Path, shop: Shop
) -> None:
    assert opened.code == 0
    before = shop.everything()
    mixed = NEW.replace("Ina@Nordlicht", "other@nordlicht").replace("jo@nordlicht", "JO@nordlicht")
    (tmp_path / "again.toml").write_text(mixed, "utf-8")
    again = commands("open", str(tmp_path / "again.toml"))
    assert_refused(again)
    assert "JO@nordlicht.example can sign in to an account already" in again.err
    assert shop.everything() == before


def test_a_wrong_file_opens_nothing_and_names_every_flaw(
    commands: Callable[..., Answer], tmp_path: Path, shop: Shop
) -> None:
    accounts = len(shop.rows(account))
    (tmp_path / "wrong.toml").write_text(NEW.replace('"DE"', '"XX"').replace("EUR", "CHF"), "utf-8")
    wrong = commands("open", str(tmp_path / "wrong.toml"))
    assert (wrong.code, wrong.out) == (1, "")
    assert [line.partition(":")[0] for line in wrong.err.splitlines()] == ["country", "currency"]
    assert len(shop.rows(account)) == accounts


def test_a_new_password_replaces_the_old_one_and_ends_the_wait(
    set_password: Callable[[str, str], Answer], shop: Shop
) -> None:
    for _ in range(4):
        with pytest.raises(SignInRefused):
            shop.service.sign_in(ANNA, "wrong")
    with pytest.raises(SignInBlocked):
        shop.service.sign_in(ANNA, WORD)
    assert set_password(ANNA, WORD).code == 0
    assert shop.service.sign_in(ANNA, WORD)
    with pytest.raises(SignInRefused):
        shop.service.sign_in(ANNA, "demo")
    assert [row.action for row in shop.rows(audit_event) if row.actor == "operator"] == [
        "password_set"
    ]


@pytest.mark.parametrize(
    ("mail", "password", "why"),
    [
        (ANNA, "1234567", "at least 8 characters"),
        (ANNA, "", "at least 8 characters"),
        (ANNA, "x" * 1001, "at most 1000 characters"),
        ("nobody@muster.example", WORD, "no contact"),
    ],
)
def test_what_is_no_password_or_nobody_changes_nothing(
    set_password: Callable[[str, str], Answer], shop: Shop, mail: str, password: str, why: str
) -> None:
    before = shop.everything()
    refused = set_password(mail, password)
    assert_refused(refused)
    assert why in refused.err
    assert shop.everything() == before


class Keyboard(io.StringIO):
    """Standard input of somebody at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [((WORD, WORD), 0), ((WORD, WORD + "!"), 1)])
def test_at_a_terminal_it_is_typed_twice(
    commands: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
    typed: tuple[str, str],
    code: int,
) -> None:
    words = list(typed)
    monkeypatch.setattr(sys, "stdin", Keyboard())
    monkeypatch.setattr("tui.commands.opening.getpass", lambda _prompt: words.pop(0))
    answer = commands("password", ANNA)
    assert answer.code == code
    assert ("two passwords" in answer.err) == bool(code)
