"""Signing in with mail and password, beside the comparison of the password alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import argon2

from benchmarks.report import Figure
from benchmarks.shop import PASSWORD, PASSWORD_HASH, mail_of, shop
from benchmarks.timing import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 15


def figures() -> Iterator[Figure]:
    """The password of one contact, compared by the service and by the hasher."""
    hasher = argon2.PasswordHasher()
    with shop(1) as running:
        rounds = [
            (
                milliseconds(lambda: running.service.sign_in(mail_of(0), PASSWORD)),
                milliseconds(lambda: hasher.verify(PASSWORD_HASH, PASSWORD)),
            )
            for _ in range(1 + ROUNDS)
        ][1:]
    yield Figure(
        "sign-in with mail and password",
        "ms",
        [ours for ours, _ in rounds],
        "argon2id alone",
        [theirs for _, theirs in rounds],
    )
