"""Every session at a terminal leaves a row with its account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from billing.accounts.model import SessionRecord
from billing.storage.access_tables import terminal_session
from tests.public_keys import ed25519
from tests.service.shop import ANNA

if TYPE_CHECKING:
    from tests.service.shop import Shop


def record_of(shop: Shop) -> SessionRecord:
    session = shop.session(ANNA)
    began = shop.clock.now()
    return SessionRecord(
        account_id=session.account.account_id,
        contact_id=session.contact_id,
        fingerprint=ed25519(1).fingerprint,
        address="192.0.2.7",
        terminal="xterm-256color",
        width=80,
        height=24,
        began_at=began,
        ended_at=began + timedelta(minutes=5),
        end="idle",
    )


def test_who_came_from_where_and_how_it_ended_is_kept(shop: Shop) -> None:
    record = record_of(shop)
    shop.service.record_session(record)
    shop.service.record_session(replace(record, fingerprint="", end="quit"))
    by_key, by_password = shop.rows(terminal_session)
    told = SessionRecord(*(getattr(by_key, name) for name in _COLUMNS))
    assert told == record
    assert (by_password.fingerprint, by_password.ending) == ("", "quit")


def test_what_the_other_side_made_up_is_cut_to_what_fits(shop: Shop) -> None:
    hostile = replace(
        record_of(shop),
        address="a" * 500,
        terminal="\x1b[31m\0\ud800" + "x" * 500,
        width=10**30,
        height=-1,
    )
    shop.service.record_session(hostile)
    (row,) = shop.rows(terminal_session)
    assert (len(row.address), len(row.terminal)) == (64, 64)
    assert row.terminal.isprintable()
    assert (row.width, row.height) == (1_000_000, 0)


_COLUMNS = (
    *("account_id", "contact_id", "fingerprint", "address", "terminal", "width", "height"),
    *("began_at", "ended_at", "ending"),
)
