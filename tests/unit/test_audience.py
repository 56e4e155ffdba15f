"""Guests are told nothing of the machine that serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.errors import DatabaseUnavailable, NobodyYet, SignInRefused, StorageCause
from tui.audience import speak_to
from tui.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def guests() -> Iterator[None]:
    """The program speaks to guests."""
    speak_to(guests=True)
    yield
    speak_to(guests=False)


@pytest.mark.usefixtures("guests")
def test_a_guest_hears_neither_where_the_database_is_nor_how_accounts_are_opened() -> None:
    assert sentence(NobodyYet()) == sentence(SignInRefused())
    assert "db.example" not in sentence(DatabaseUnavailable(StorageCause.LOCKED, "db.example"))


def test_the_machine_s_own_user_hears_both() -> None:
    assert "billing-center account open" in sentence(NobodyYet())
    assert "db.example" in sentence(DatabaseUnavailable(StorageCause.LOCKED, "db.example"))
