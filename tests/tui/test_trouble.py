"""Bad luck: the database is busy or closed, an error nobody foresaw."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from textual.css.query import NoMatches

from billing.catalogue.model import BillingCycle, Offer
from billing.errors import DatabaseUnavailable, StorageCause
from billing.payments.model import PaymentKind
from billing.storage.tables import order
from tests.service.shop import ANNA, LENA, WEBINAR
from tui.app import BillingApp
from tui.crash import CrashReport
from tui.flow import Step
from tui.screens.product import ProductScreen
from tui.testing.terminal import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from billing.service import BillingService
    from tests.service.shop import Shop
    from tui.testing.terminal import Opener

PLACE = "/srv/billing.sqlite3"
BUSY = said(DatabaseUnavailable(StorageCause.LOCKED, PLACE))
ANSWERS = {"product": "goto-webinar", "offer": Offer.BUY, "tier": "pro", "seats": 5}


@pytest.fixture(autouse=True)
def impatient(shop: Shop) -> None:
    """A busy database is waited for ten milliseconds instead of five seconds."""

    def hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 10")

    event.listen(shop.database._readers, "connect", hurry)
    shop.database._readers.dispose()
    shop.database.place = PLACE


@contextmanager
def locked(shop: Shop) -> Iterator[None]:
    """Another program holds the database."""
    other = sqlite3.connect(shop.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


async def test_a_busy_database_at_the_last_step_is_said_and_the_step_stays(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.CYCLE, **ANSWERS)
        with locked(shop):
            await t.cycle.choose(BillingCycle.ANNUAL)
            assert t.name == "CycleScreen"
            assert t.notice == BUSY
        await t.press("enter")
        assert t.name == "CheckoutScreen"


async def test_a_draft_that_cannot_be_stored_does_not_hold_anybody_up(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal(LENA) as t:
        await t.begin(Step.TIER, product="goto-webinar", offer=Offer.BUY)
        with locked(shop):
            await t.tier.choose("pro")
            assert t.name == "SeatsScreen"
            assert t.notice.startswith("! ")
            assert BUSY.removeprefix("✗ ") in t.notice
            await t.seats.set(5)
        await t.cycle.choose(BillingCycle.ANNUAL)
        assert t.name == "CheckoutScreen"


async def test_a_busy_database_at_the_order_says_so_and_the_next_press_orders(
    open_terminal: Opener, shop: Shop
) -> None:
    shop.fill(shop.session(LENA), WEBINAR)
    async with open_terminal(LENA) as t:
        await t.home.open_checkout()
        await t.checkout.pay_by(PaymentKind.INVOICE)
        with locked(shop):
            await t.checkout.place_order()
            assert t.name == "CheckoutScreen"
            assert t.notice == BUSY
            assert not t.page.waiting
        await t.press("enter")
        assert t.name == "ConfirmationScreen"
    assert len(shop.second().rows(order)) == 1


async def test_a_busy_database_at_the_sign_in_keeps_what_was_typed(
    open_terminal: Opener, shop: Shop
) -> None:
    async with open_terminal() as t:
        with locked(shop):
            await t.login.sign_in(ANNA)
            assert t.notice == BUSY
        assert (t.value("mail"), t.value("password")) == (ANNA, "demo")
        await t.press("enter")
        assert t.name == "HomeScreen"


async def test_a_read_only_database_says_so_at_every_writing_step(
    open_terminal: Opener, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = DatabaseUnavailable(StorageCause.READ_ONLY, PLACE)

    def refuse(*_: object, **__: object) -> None:
        raise error

    async with open_terminal(LENA) as t:
        for method in ("save_draft", "put_line", "start_trial", "place_order"):
            monkeypatch.setattr(shop.service, method, refuse)
        await t.begin(Step.SEATS, **ANSWERS)
        await t.press("enter")
        assert PLACE in t.notice
        await t.press("enter")
        assert (t.name, t.notice) == ("CycleScreen", said(error))
        flow = t.app.visit.flow
        assert flow is not None
        assert (flow.draft.tier, flow.draft.seats) == ("pro", 5)


async def test_a_service_that_does_not_open_is_said_at_the_login_and_tried_again(
    open_terminal: Opener, shop: Shop
) -> None:
    error = DatabaseUnavailable(StorageCause.MISSING_FOLDER, "/nowhere/billing.sqlite3")
    attempts: list[int] = []

    def connect() -> BillingService:
        attempts.append(1)
        if len(attempts) < 3:
            raise error
        return shop.service

    async with open_terminal() as t:
        t.app.desk._connect = connect
        t.app.desk._opening = t.app.desk._opened = None
        await t.login.sign_in(ANNA)
        assert t.notice == said(error)
        assert t.value("mail") == ANNA
        await t.login.sign_in(ANNA)
        await t.login.sign_in(ANNA)
        assert t.name == "HomeScreen"


async def test_an_unforeseen_error_leaves_a_reference_and_no_source(
    open_terminal: Opener,
    shop: Shop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret = "DE89370400440532013000"

    def burst(*_: object) -> None:
        raise RuntimeError("what nobody foresaw " + secret)

    monkeypatch.setattr(shop.service, "availability", burst)
    report = CrashReport(tmp_path / "log")
    with pytest.raises(RuntimeError, match="nobody foresaw"):
        await _crash(open_terminal, report.record)
    text = report.text()
    printed = capfd.readouterr()
    assert report.reference
    assert report.reference in text
    assert "nobody foresaw" not in text + printed.out + printed.err
    assert "Traceback" not in text + printed.out + printed.err
    (log,) = (tmp_path / "log").iterdir()
    written = log.read_text("utf-8")
    assert report.reference in written
    assert "nobody foresaw" in written
    assert secret not in written
    _forget_log_handlers()


async def test_an_error_in_a_screen_ends_the_same_way(
    open_terminal: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(_: object) -> str:
        raise RuntimeError("in a widget")

    monkeypatch.setattr(ProductScreen, "question", burst)
    seen: list[BaseException] = []
    with pytest.raises(RuntimeError, match="in a widget"):
        await _crash(open_terminal, seen.append)
    assert str(seen[0]) == "in a widget"


async def test_a_page_that_is_taken_down_while_it_is_built_is_no_crash(
    monkeypatch: pytest.MonkeyPatch, shop: Shop
) -> None:
    app = BillingApp(lambda: shop.service)
    monkeypatch.setattr(app, "_close_messages_no_wait", lambda: None)
    told: list[BaseException] = []
    app.on_crash = told.append
    app._exception = NoMatches("#mail")
    app._fatal_error()
    assert told == []
    app._running = True
    app._fatal_error()
    assert told == [app._exception]


async def _crash(open_terminal: Opener, on_crash: Callable[[BaseException], None]) -> None:
    """Open the product picker, which breaks; nothing may be left to print at the end."""
    told: list[BaseException] = []

    def tell(error: BaseException) -> None:
        on_crash(error)
        told.append(error)

    async with open_terminal(LENA) as t:
        t.app.on_crash = tell
        t.send("n")
        await t.until(lambda: bool(told))
        assert t.app._exit_renderables == []


def _forget_log_handlers() -> None:
    root = logging.getLogger()
    for handler in [each for each in root.handlers if hasattr(each, "maxBytes")]:
        root.removeHandler(handler)
        handler.close()
