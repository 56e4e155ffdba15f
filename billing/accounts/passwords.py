"""Passwords: hashed with argon2id, compared in the same time whether or not there is a hash."""

from __future__ import annotations

import base64
import unicodedata
from typing import TYPE_CHECKING

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LONGEST_PASSWORD = 1000


class Passwords:
    """Hashes and compares passwords; without a hasher, with the parameters argon2-cffi advises."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._nobodys_hash = _hash_of_nothing(self._hasher)

    def hash(self, password: str) -> str:
        """The encoded hash to store, with a salt of its own."""
        return self._hasher.hash(_encoded(password))

    def match(self, stored_hash: str | None, password: str) -> bool:
        """Whether a password belongs to a stored hash.

        None, for an unknown sign-in, takes the time of a comparison and never matches; neither
        does an empty password, nor one of more than LONGEST_PASSWORD characters.
        """
        acceptable = 0 < len(password) <= LONGEST_PASSWORD
        try:
            self._hasher.verify(
                stored_hash or self._nobodys_hash, _encoded(password[:LONGEST_PASSWORD])
            )
        except (VerificationError, InvalidHashError):
            return False
        return acceptable and stored_hash is not None

    def is_outdated(self, stored_hash: str) -> bool:
        """Whether a hash was made with other parameters than new ones are."""
        return self._hasher.check_needs_rehash(stored_hash)


def _encoded(password: str) -> bytes:
    # One password in UTF-8, however the keyboard composed its accents; pasted halves of
    # surrogate pairs must not fail here.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """A hash of the hasher's parameters that no password is known for, made without hashing."""
    salt = _unpadded(bytes(hasher.salt_len))
    digest = _unpadded(bytes(hasher.hash_len))
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii").rstrip("=")
