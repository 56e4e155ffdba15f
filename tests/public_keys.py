"""Public keys made of nothing but numbers: right in form, and nobody holds their other half."""

from __future__ import annotations

import base64
from functools import cache

from billing.accounts.public_keys import PublicKey, read_public_key


def part(data: bytes) -> bytes:
    """A string of RFC 4251."""
    return len(data).to_bytes(4, "big") + data


def number(value: int) -> bytes:
    """A positive mpint of RFC 4251."""
    return part(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def line(kind: str, *parts: bytes) -> str:
    """A line of a kind and parts that are already strings."""
    return f"{kind} {base64.b64encode(part(kind.encode()) + b''.join(parts)).decode()}"


def ed25519(seed: int) -> PublicKey:
    return read_public_key(line("ssh-ed25519", part(seed.to_bytes(32, "big"))))


@cache
def rsa(bits: int) -> str:
    return line("ssh-rsa", number(65537), number((1 << (bits - 1)) | 1))
