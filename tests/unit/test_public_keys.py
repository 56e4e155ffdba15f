"""Public keys of one line: what may be registered, and what is refused for which reason."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.accounts.public_keys import (
    LONGEST_COMMENT,
    LONGEST_LINE,
    PublicKey,
    is_fingerprint,
    read_public_key,
)
from billing.errors import Field, Flaw, InvalidInput
from tests.public_keys import ed25519, line, number, part, rsa

if TYPE_CHECKING:
    from pathlib import Path

ED = ed25519(7).line
POINTS = {"nistp256": 64, "nistp384": 96, "nistp521": 132}


def ecdsa(curve: str, *, first: bytes = b"\4", size: int | None = None) -> str:
    size = POINTS[curve] if size is None else size
    return line(f"ecdsa-sha2-{curve}", part(curve.encode()), part(first + bytes(size)))


RIGHT = [
    ED,
    rsa(3072),
    rsa(16384),
    *map(ecdsa, POINTS),
    line("sk-ssh-ed25519@openssh.com", part(bytes(32)), part(b"ssh:")),
    line(
        "sk-ecdsa-sha2-nistp256@openssh.com", part(b"nistp256"), part(b"\4" + bytes(64)), part(b"s")
    ),
]


def flaw_of(text: str) -> Flaw:
    with pytest.raises(InvalidInput) as caught:
        read_public_key(text)
    assert caught.value.field is Field.PUBLIC_KEY
    return caught.value.flaw


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[:30])
def test_keys_of_these_kinds_may_be_registered(text: str) -> None:
    key = read_public_key(f"  {text}   somebody on a laptop \r\n")
    assert (key.line, key.comment) == (text, "somebody on a laptop")
    assert key.kind == text.partition(" ")[0]
    assert is_fingerprint(key.fingerprint)
    assert read_public_key(key.line) == PublicKey(key.kind, key.line, key.fingerprint)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.MISSING),
        (" \n", Flaw.MISSING),
        ("hello", Flaw.WRONG_FORMAT),
        (f"{ED}\n{ED}", Flaw.SEVERAL_LINES),
        (f"{ED}\r{ED}", Flaw.SEVERAL_LINES),
        (f"{ED} a\x1b[31m", Flaw.WRONG_FORMAT),
        (f"{ED} a\0", Flaw.WRONG_FORMAT),
        (f"{ED} \u202e", Flaw.WRONG_FORMAT),
        (f"{ED} {'x' * (LONGEST_COMMENT + 1)}", Flaw.TOO_LONG),
        (f"ssh-ed25519 {'A' * LONGEST_LINE}", Flaw.TOO_LONG),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n", Flaw.PRIVATE_KEY),
        ("PuTTY-User-Key-File-3: ssh-ed25519", Flaw.PRIVATE_KEY),
        (f'command="ls" {ED}', Flaw.HAS_OPTIONS),
        (f"restrict,pty {ED}", Flaw.HAS_OPTIONS),
        (f'command="a b" {ED} comment', Flaw.HAS_OPTIONS),
        (f"# {ED}", Flaw.HAS_OPTIONS),
        (line("ssh-dss", number(3)), Flaw.NOT_SUPPORTED),
        (line("ssh-ed25519-cert-v01@openssh.com", part(b"x")), Flaw.NOT_SUPPORTED),
        (line("ssh-ed448", part(bytes(57))), Flaw.NOT_SUPPORTED),
        ("ssh-ed25519", Flaw.WRONG_FORMAT),
        ("ssh-ed25519 ####", Flaw.WRONG_FORMAT),
        (ED[:-4], Flaw.WRONG_FORMAT),
        (ED + "AAAA", Flaw.WRONG_FORMAT),
        (ED.replace("ssh-ed25519", "ssh-rsa", 1), Flaw.WRONG_FORMAT),
        (rsa(3072).replace("ssh-rsa", "ssh-ed25519", 1), Flaw.WRONG_FORMAT),
        (line("ssh-ed25519", part(bytes(31))), Flaw.WRONG_FORMAT),
        (line("ssh-ed25519", part(bytes(32)), part(b"")), Flaw.WRONG_FORMAT),
        (line("ssh-ed25519", (1 << 31).to_bytes(4, "big")), Flaw.WRONG_FORMAT),
        (line("sk-ssh-ed25519@openssh.com", part(bytes(32))), Flaw.WRONG_FORMAT),
        (line("sk-ssh-ed25519@openssh.com", part(bytes(32)), part(b"")), Flaw.WRONG_FORMAT),
        (rsa(3071), Flaw.TOO_WEAK),
        (rsa(1024), Flaw.TOO_WEAK),
        (rsa(16385), Flaw.TOO_LONG),
        (line("ssh-rsa", number(2), number((1 << 3071) | 1)), Flaw.WRONG_FORMAT),
        (line("ssh-rsa", number(1), number((1 << 3071) | 1)), Flaw.WRONG_FORMAT),
        (line("ssh-rsa", number(65537), number(1 << 3071)), Flaw.WRONG_FORMAT),
        (line("ssh-rsa", part(b"\0\1\0\1"), number((1 << 3071) | 1)), Flaw.WRONG_FORMAT),
        (line("ssh-rsa", part(b"\x81"), number((1 << 3071) | 1)), Flaw.WRONG_FORMAT),
        (line("ssh-rsa", part(b""), number((1 << 3071) | 1)), Flaw.WRONG_FORMAT),
        (ecdsa("nistp256", first=b"\2"), Flaw.WRONG_FORMAT),
        (ecdsa("nistp256", size=63), Flaw.WRONG_FORMAT),
        (ecdsa("nistp384", size=64), Flaw.WRONG_FORMAT),
        (
            line("ecdsa-sha2-nistp256", part(b"nistp384"), part(b"\4" + bytes(64))),
            Flaw.WRONG_FORMAT,
        ),
    ],
)
def test_anything_else_is_refused_for_its_reason(text: str, flaw: Flaw) -> None:
    assert flaw_of(text) is flaw


def test_spare_bits_make_no_second_text_of_one_key() -> None:
    text = line("sk-ssh-ed25519@openssh.com", part(bytes(32)), part(b"s"))
    assert text.endswith("M=")
    assert flaw_of(text.removesuffix("M=") + "N=") is Flaw.WRONG_FORMAT


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        key = read_public_key(text)
    except InvalidInput:
        return
    assert key.line in text


@given(st.sampled_from(RIGHT), st.data())
def test_a_key_with_one_changed_byte_is_another_key_or_none(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.characters(codec="ascii")) + text[place + 1 :]
    try:
        key = read_public_key(changed)
    except InvalidInput:
        return
    if key.line != text:
        assert key.fingerprint != read_public_key(text).fingerprint


@pytest.mark.parametrize("kind", [("ed25519",), ("ecdsa", "-b", "521"), ("rsa", "-b", "3072")])
def test_the_fingerprint_is_the_one_that_openssh_prints(
    tmp_path: Path, kind: tuple[str, ...]
) -> None:
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("ssh-keygen is not installed")
    file = tmp_path / "id"
    subprocess.run(
        [program, "-q", "-t", *kind, "-N", "", "-C", "a comment", "-f", file], check=True
    )
    public = file.with_suffix(".pub")
    told = subprocess.run(
        [program, "-l", "-f", public], check=True, capture_output=True, text=True
    ).stdout
    key = read_public_key(public.read_text())
    assert key.fingerprint == told.split()[1]
    assert key.comment == "a comment"
    assert flaw_of(file.read_text()) is Flaw.PRIVATE_KEY
