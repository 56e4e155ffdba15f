"""`billing-center account key …`: keys are registered, shown, removed and told to sshd."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.command_line import Answer, assert_refused, document, run
from tests.public_keys import ed25519, rsa
from tests.service.shop import ANNA, LENA

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command_line import Run

    KeyCommand = Run

__all__ = ["run"]

KEY = ed25519(1)


@pytest.fixture
def key(run: Run, sample_address: str) -> KeyCommand:
    """Runs `account key …` on a database with the sample data."""

    def answer(task: str, *words: str, language: str = "en") -> Answer:
        database = ("--database", sample_address)
        return run("--lang", language, "account", "key", task, *words, *database)

    return answer


def test_a_key_is_registered_shown_and_removed(key: KeyCommand) -> None:
    added = key("add", ANNA, f"{KEY.line} anna@laptop")
    named = f"{KEY.fingerprint} ssh-ed25519 anna@laptop"
    assert added == Answer(0, f"Registered for {ANNA}: {named}\n", "")
    listed = key("list", ANNA)
    assert listed.out.startswith(f"{named}  ·  added ")
    assert listed.out.endswith(", never used\n")
    assert key("remove", ANNA, KEY.fingerprint) == Answer(0, f"Removed for {ANNA}: {named}\n", "")
    assert key("list", ANNA) == Answer(0, f"No keys are registered for {ANNA}.\n", "")


def test_both_languages_have_the_words(key: KeyCommand) -> None:
    assert key("add", ANNA, KEY.line, language="de").out.startswith("Eingetragen für ")
    assert ", nie benutzt\n" in key("list", ANNA, language="de").out
    answer = key("add", LENA, KEY.line, language="de")
    assert_refused(answer)
    assert "Dieser Schlüssel gehört schon einem anderen Kontakt." in answer.err


def test_the_list_is_one_json_document(key: KeyCommand) -> None:
    key("add", ANNA, f"{KEY.line} laptop")
    (found,) = document(key("list", ANNA, "--json"))["keys"]
    assert found.pop("added_at").endswith("+00:00")
    assert found == {
        "fingerprint": KEY.fingerprint,
        "kind": "ssh-ed25519",
        "comment": "laptop",
        "last_used_at": None,
    }
    assert json.loads(key("list", LENA, "--json").out) == {"keys": []}


def test_a_key_may_be_several_words(key: KeyCommand) -> None:
    assert key("add", ANNA, *KEY.line.split(), "a", "laptop").code == 0
    assert " a laptop  ·" in key("list", ANNA).out


def test_a_key_may_be_in_a_file(key: KeyCommand, tmp_path: Path) -> None:
    file = tmp_path / "id.pub"
    file.write_text(f"{KEY.line} laptop\n")
    assert KEY.fingerprint in key("add", ANNA, str(file)).out


def test_a_key_may_come_from_standard_input(
    key: KeyCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{KEY.line}\n"))
    assert KEY.fingerprint in key("add", ANNA, "-").out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("no-such-file", "no-such-file cannot be read"),
        ("~nobody-here/id.pub", "cannot be read"),
        ("x" * 300, "cannot be read"),
        (f"command=ls {KEY.line}", "Options stand before this key"),
        (rsa(2048), "too weak: it needs at least 3072 bits"),
        ("ssh-dss AAAA", "Keys of kind ssh-dss are not taken"),
        ("ssh-ed25519 gibberish", "This is not a public key"),
        (f"{KEY.line}\n{ed25519(2).line}", "These are several lines"),
    ],
)
def test_what_is_no_key_is_refused_with_the_reason(key: KeyCommand, given: str, said: str) -> None:
    answer = key("add", ANNA, given)
    assert_refused(answer)
    assert said in answer.err


def test_a_private_key_is_refused_and_not_shown(key: KeyCommand, tmp_path: Path) -> None:
    file = tmp_path / "id"
    file.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n")
    answer = key("add", ANNA, str(file))
    assert_refused(answer)
    assert "This is a private key" in answer.err
    assert "c2VjcmV0" not in answer.err


@pytest.mark.parametrize("task", [("add", KEY.line), ("list",), ("remove", KEY.fingerprint)])
def test_an_unknown_contact_is_refused(key: KeyCommand, task: tuple[str, ...]) -> None:
    answer = key(task[0], "nobody@muster.example", *task[1:])
    assert_refused(answer)
    assert "There is no contact with this mail address." in answer.err


def test_a_key_that_is_not_there_cannot_be_removed(key: KeyCommand) -> None:
    answer = key("remove", ANNA, KEY.fingerprint)
    assert_refused(answer)
    assert "This contact has no such key." in answer.err


def test_sshd_is_told_the_line_of_a_registered_key_and_that_it_may_do_little(
    key: KeyCommand,
) -> None:
    key("add", ANNA, f"{KEY.line} laptop")
    assert key("authorized", KEY.fingerprint) == Answer(0, f"restrict,pty {KEY.line}\n", "")


@pytest.mark.parametrize("fingerprint", [ed25519(2).fingerprint, "SHA256:", "MD5:00", "x"])
def test_sshd_is_told_nothing_of_any_other(key: KeyCommand, fingerprint: str) -> None:
    key("add", ANNA, KEY.line)
    assert key("authorized", fingerprint) == Answer(0, "", "")


def test_no_database_is_made_where_there_is_none(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "mistyped.sqlite3"
    answer = run("--lang", "en", "--database", str(place), "account", "key", "list", ANNA)
    assert_refused(answer)
    assert not place.exists()
