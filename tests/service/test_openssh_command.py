"""`serve openssh`: what sshd tells decides who is in the program, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import run
from tests.public_keys import ed25519
from tests.service.shop import ANNA, LENA
from tui.commands.openssh import asked_door, proven_holder
from tui.launcher import Door

if TYPE_CHECKING:
    from pathlib import Path

    from billing.accounts.model import KeyHolder
    from tests.command_line import Run
    from tests.service.shop import Shop

__all__ = ["run"]

KEY, SECOND, OTHERS, UNKNOWN = map(ed25519, range(1, 5))


def holder_of(shop: Shop, tmp_path: Path, *lines: str) -> KeyHolder | None:
    shop.service.add_key(ANNA, KEY.line)
    shop.service.add_key(ANNA, SECOND.line)
    shop.service.add_key(LENA, OTHERS.line)
    told = tmp_path / "auth"
    told.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    return proven_holder(shop.service, {"SSH_USER_AUTH": str(told)})


def test_whoever_proved_a_key_is_its_holder(shop: Shop, tmp_path: Path) -> None:
    holder = holder_of(shop, tmp_path, "password", f"publickey {KEY.line}")
    assert holder == shop.service.contact_of_key(KEY.fingerprint)
    assert holder is not None


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("password",),
        (f"publickey {UNKNOWN.line}",),
        (f"publickey {KEY.line}", f"publickey {OTHERS.line}"),
        (f"publickey {KEY.line}", f"publickey {UNKNOWN.line}"),
        (f"hostbased {KEY.line}",),
        (f"publickey restrict {KEY.line}",),
        ("publickey", "publickey ", "\udcff\udcfe"),
    ],
)
def test_anything_else_proves_nobody(shop: Shop, tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert holder_of(shop, tmp_path, *lines) is None


@pytest.mark.parametrize("environment", [{}, {"SSH_USER_AUTH": ""}, {"SSH_USER_AUTH": "/gone"}])
def test_without_what_sshd_tells_nobody_is_proven(shop: Shop, environment: dict[str, str]) -> None:
    shop.service.add_key(ANNA, KEY.line)
    assert proven_holder(shop.service, environment) is None


@pytest.mark.parametrize(
    ("asked", "door"),
    [
        *(
            ("", None),
            ("  ", None),
            ("neu", Door.NEW),
            ("new", Door.NEW),
            (" Kasse ", Door.CHECKOUT),
        ),
        *(("warenkorb", Door.CART), ("checkout", Door.CHECKOUT), ("help", Door.HELP)),
    ],
)
def test_a_page_is_asked_for_in_either_language(asked: str, door: Door | None) -> None:
    assert asked_door({"SSH_ORIGINAL_COMMAND": asked}) is door


@pytest.mark.parametrize("asked", ["sh", "neu kasse", "neu;sh", "\0", "../neu"])
def test_there_are_no_other_pages(asked: str) -> None:
    with pytest.raises(KeyError):
        asked_door({"SSH_ORIGINAL_COMMAND": asked})


def test_whoever_asks_for_something_else_is_told_what_there_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "ls")
    answer = run("--lang", "en", "serve", "openssh")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines()[1:] == [
        "  neu, new: add a subscription",
        "  warenkorb, cart: the cart",
        "  kasse, checkout: the checkout",
        "  hilfe, help: the help article",
    ]


def test_without_a_terminal_it_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_ORIGINAL_COMMAND", raising=False)
    answer = run("--lang", "en", "serve", "openssh")
    assert answer.err == "billing-center: This program needs a terminal: ssh -t …\n"


def test_a_broken_server_is_not_described_to_guests(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{name}.isatty", lambda: True)
    monkeypatch.delenv("SSH_ORIGINAL_COMMAND", raising=False)
    place = str(tmp_path / "no folder" / "billing.sqlite3")
    answer = run("--lang", "en", "--database", place, "serve", "openssh")
    assert answer.code == 1
    assert answer.err == (
        "billing-center: No session can begin at the moment; please connect again soon.\n"
    )
    (log,) = (tmp_path / "log").iterdir()
    assert place in log.read_text()


def test_sshd_hears_nothing_of_a_broken_server_but_the_log_does(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "database"
    place.write_bytes(b"no database" * 1000)
    answer = run("--database", str(place), "account", "key", "authorized", KEY.fingerprint)
    assert (answer.code, answer.out) == (1, "")
    (log,) = (tmp_path / "log").iterdir()
    assert str(place) in log.read_text()
