"""Public keys as OpenSSH writes them: one line of kind, data and comment, read strictly.

The data is read to its last byte (RFC 4253, 5656, 8709 and OpenSSH's PROTOCOL.u2f), so that what is
stored and printed for a server again is nothing but a key. No signature is checked here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.errors import Field, Flaw, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_LINE = 8192
LONGEST_COMMENT = 200
LEAST_RSA_BITS = 3072
MOST_RSA_BITS = 16384

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_ED25519_SIZE = 32
_COORDINATE_SIZES = {"nistp256": 32, "nistp384": 48, "nistp521": 66}
_UNCOMPRESSED = 4
# Certificates and DSA have lines of the same make.
_KIND_LIKE = re.compile(r"(?:sk-)?(?:ssh|ecdsa-sha2)-[a-z0-9-]+(?:@openssh\.com)?")
_PRIVATE = re.compile(r"PRIVATE KEY|PuTTY-User-Key-File")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that can be registered; `line` is its kind and data without the comment."""

    kind: str
    line: str
    fingerprint: str
    comment: str = ""


def read_public_key(text: str) -> PublicKey:
    """The key that one line of an `id_….pub` or `authorized_keys` file holds.

    Raises:
        InvalidInput: of field PUBLIC_KEY; the flaw says why (fact `kind`: what is not supported).
    """
    text = text.strip(" \t\r\n")
    _refuse_other_files(text)
    kind, _, rest = text.partition(" ")
    _refuse_other_kinds(kind, rest)
    encoded, _, comment = rest.strip(" ").partition(" ")
    comment = comment.strip(" ")
    if len(comment) > LONGEST_COMMENT:
        raise _flawed(Flaw.TOO_LONG)
    data = _decoded(encoded)
    reader = _Reader(data)
    if reader.string() != kind.encode():
        raise _flawed(Flaw.WRONG_FORMAT)
    _READERS[kind](reader, kind)
    reader.end()
    return PublicKey(kind, f"{kind} {encoded}", fingerprint_of(data), comment)


def fingerprint_of(data: bytes) -> str:
    """The SHA-256 fingerprint of a key's data, as OpenSSH prints it."""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode("ascii")
    return f"SHA256:{digest.rstrip('=')}"


def is_fingerprint(text: str) -> bool:
    """Whether a text is made like a SHA-256 fingerprint."""
    return _FINGERPRINT.fullmatch(text) is not None


def _refuse_other_files(text: str) -> None:
    """What is not one printable line."""
    if not text:
        raise _flawed(Flaw.MISSING)
    if _PRIVATE.search(text[:LONGEST_LINE]):
        raise _flawed(Flaw.PRIVATE_KEY)
    if "\n" in text or "\r" in text:
        raise _flawed(Flaw.SEVERAL_LINES)
    if len(text) > LONGEST_LINE:
        raise _flawed(Flaw.TOO_LONG)
    if not text.isprintable():
        raise _flawed(Flaw.WRONG_FORMAT)


def _refuse_other_kinds(kind: str, rest: str) -> None:
    if kind in _READERS:
        return
    if _KIND_LIKE.fullmatch(kind):
        raise InvalidInput(Field.PUBLIC_KEY, Flaw.NOT_SUPPORTED, kind=kind[:64])
    if any(_KIND_LIKE.fullmatch(word) for word in rest.split(" ")):
        raise _flawed(Flaw.HAS_OPTIONS)
    raise _flawed(Flaw.WRONG_FORMAT)


def _decoded(encoded: str) -> bytes:
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise _flawed(Flaw.WRONG_FORMAT) from None
    # Spare bits at the end would make several texts of one key.
    if base64.b64encode(data).decode("ascii") != encoded:
        raise _flawed(Flaw.WRONG_FORMAT)
    return data


class _Reader:
    """Reads the parts of a key's data one after the other."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def string(self) -> bytes:
        """The next part."""
        size = int.from_bytes(self._rest[:4], "big")
        part, rest = self._rest[4 : 4 + size], self._rest[4 + size :]
        if len(self._rest) < 4 or len(part) < size:
            raise _flawed(Flaw.WRONG_FORMAT)
        self._rest = rest
        return part

    def number(self) -> int:
        """The next part as a positive number, written as short as it can be."""
        part = self.string()
        if not part or part[0] & 0x80 or part == b"\0" or (part[0] == 0 and not part[1] & 0x80):
            raise _flawed(Flaw.WRONG_FORMAT)
        return int.from_bytes(part, "big")

    def end(self) -> None:
        """Nothing may be left."""
        if self._rest:
            raise _flawed(Flaw.WRONG_FORMAT)


def _ed25519(reader: _Reader, _kind: str) -> None:
    if len(reader.string()) != _ED25519_SIZE:
        raise _flawed(Flaw.WRONG_FORMAT)


def _ecdsa(reader: _Reader, kind: str) -> None:
    curve = kind.removeprefix("sk-").removeprefix("ecdsa-sha2-").removesuffix("@openssh.com")
    named, point = reader.string(), reader.string()
    right_size = len(point) == 1 + 2 * _COORDINATE_SIZES[curve]
    if named != curve.encode() or not right_size or point[0] != _UNCOMPRESSED:
        raise _flawed(Flaw.WRONG_FORMAT)


def _rsa(reader: _Reader, _kind: str) -> None:
    exponent, modulus = reader.number(), reader.number()
    if exponent < 3 or not exponent & 1 or not modulus & 1 or exponent >= modulus:
        raise _flawed(Flaw.WRONG_FORMAT)
    if modulus.bit_length() < LEAST_RSA_BITS:
        raise InvalidInput(Field.PUBLIC_KEY, Flaw.TOO_WEAK, bits=LEAST_RSA_BITS)
    if modulus.bit_length() > MOST_RSA_BITS:
        raise _flawed(Flaw.TOO_LONG)


def _with_application(read: Callable[[_Reader, str], None]) -> Callable[[_Reader, str], None]:
    """A key held by a security key, which also names what it is for."""

    def read_both(reader: _Reader, kind: str) -> None:
        read(reader, kind)
        if not reader.string():
            raise _flawed(Flaw.WRONG_FORMAT)

    return read_both


_READERS: dict[str, Callable[[_Reader, str], None]] = {
    "ssh-ed25519": _ed25519,
    "ecdsa-sha2-nistp256": _ecdsa,
    "ecdsa-sha2-nistp384": _ecdsa,
    "ecdsa-sha2-nistp521": _ecdsa,
    "ssh-rsa": _rsa,
    "sk-ssh-ed25519@openssh.com": _with_application(_ed25519),
    "sk-ecdsa-sha2-nistp256@openssh.com": _with_application(_ecdsa),
}


def _flawed(flaw: Flaw) -> InvalidInput:
    return InvalidInput(Field.PUBLIC_KEY, flaw)
