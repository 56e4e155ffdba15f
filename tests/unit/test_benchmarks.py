"""The benchmarks' arithmetic and their lines; what they measure is not measured here."""

from __future__ import annotations

import os
import time
from contextlib import closing
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from benchmarks import __main__ as program
from benchmarks.crowd import EVERYBODY, crowd
from benchmarks.harness import Chunk, cpu_seconds, first_showing
from benchmarks.replay import BareDriver, Recorder, copy_of, statements
from benchmarks.report import (
    Figure,
    Goal,
    Note,
    Of,
    at_least_times,
    at_most,
    at_most_times,
    rounded,
)
from benchmarks.shop import LINES, Shop
from billing.accounts.model import EntryKind
from billing.storage.migrate import open_database
from billing.storage.tables import cart, cart_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def figure(goal: Goal | None, ours: list[float], theirs: list[float]) -> Figure:
    return Figure("moving", "ms", ours, "stock", theirs, goal)


def test_the_ratio_is_the_median_of_the_rounds_and_not_of_the_medians() -> None:
    drifting = figure(None, [2.0, 40.0, 6.0], [1.0, 20.0, 30.0])
    assert (drifting.value, drifting.yardstick, drifting.ratio) == (6.0, 20.0, 2.0)


def test_a_sample_without_a_partner_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        _ = figure(None, [1.0, 2.0], [1.0]).ratio


def test_a_yardstick_of_nothing_is_never_reached() -> None:
    assert figure(at_most_times(2), [1.0], [0.0]).verdict == "missed"


@pytest.mark.parametrize(
    ("goal", "ours", "verdict"),
    [
        (at_most_times(1.2), 12.0, "reached"),
        (at_most_times(1.2), 12.1, "missed"),
        (at_least_times(0.3), 3.0, "reached"),
        (at_least_times(0.3), 2.9, "missed"),
        (at_most(300), 300.0, "reached"),
        (at_most(300), 301.0, "missed"),
        (Goal(Of.VALUE, 5, at_least=True), 4.0, "missed"),
        (None, 1000.0, "no goal"),
    ],
)
def test_a_goal_is_reached_up_to_its_limit(goal: Goal | None, ours: float, verdict: str) -> None:
    assert figure(goal, [ours], [10.0]).verdict == verdict


def test_a_line_says_value_yardstick_ratio_goal_and_verdict() -> None:
    line = figure(at_most_times(1.2), [12.0], [10.0]).line()
    assert line.split() == [
        "moving",
        "12.0",
        "ms",
        "stock",
        "10.0",
        "ms",
        "1.20",
        "×",
        "goal",
        "≤",
        "1.20",
        "×",
        "reached",
    ]


def test_a_goal_for_the_value_is_said_in_its_unit() -> None:
    line = figure(at_most(300), [5120.0], [3503.0]).line()
    assert line.endswith("missed")
    assert "goal ≤ 300 ms" in line


def test_no_goal_is_said_too() -> None:
    assert figure(None, [1.0], [1.0]).line().endswith("no goal")


@pytest.mark.parametrize(
    ("number", "text"),
    [(5120.4, "5120"), (274.4, "274"), (37.44, "37.4"), (3.0, "3.00"), (0.0026, "0.0026")],
)
def test_numbers_show_about_three_digits(number: float, text: str) -> None:
    assert rounded(number) == text


def test_the_first_chunk_that_completes_the_texts_counts() -> None:
    outputs = [b"\x1b[1;1HMail", b"\x1b[2;1HPass", b"word", b"\x1b[3;1Hmore"]
    chunks = [Chunk(at, 0.0, data) for at, data in enumerate(outputs)]
    assert first_showing(chunks, "Mail", "Password") is chunks[2]
    with pytest.raises(LookupError, match="Sign in"):
        first_showing(chunks, "Sign in")


def test_cpu_time_of_a_process_is_what_it_says_of_itself() -> None:
    assert cpu_seconds(os.getpid()) == pytest.approx(time.process_time(), abs=0.05)


def test_a_missed_goal_is_printed_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measured(subject: str) -> Iterator[Figure | Note]:
        assert subject == "sign_in"
        yield figure(at_most_times(1.1), [20.0], [10.0])
        yield figure(at_most_times(1.1), [10.0], [10.0])
        yield Note("PostgreSQL is not measured: none is there")

    monkeypatch.setattr(program, "_figures", measured)
    monkeypatch.setattr(program, "compile_all", lambda: None)
    assert program.main(["sign_in"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("missed\n") == 1
    assert printed.count("reached\n") == 1
    assert "2 figures, 1 missed" in printed
    assert "none is there\n" in printed


def test_an_unknown_subject_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        program.main(["keys", "doors"])
    assert end.value.code == 2
    assert "doors" in capsys.readouterr().err


@pytest.mark.parametrize("subject", program.SUBJECTS)
def test_every_subject_is_a_module_with_figures(subject: str) -> None:
    assert callable(import_module(f"benchmarks.{subject}").figures)


def test_a_crowd_are_accounts_of_their_own_with_a_cart_that_can_be_ordered(tmp_path: Path) -> None:
    address = str(tmp_path / "billing.sqlite3")
    open_database(address).close()
    shop = Shop(address, tmp_path)
    shop.open_accounts(range(1))
    crowd(shop.file, 2, (*EVERYBODY, cart, cart_line))
    session = shop.service.sign_in_as("copy2@bench.example")
    assert session.entry.kind is EntryKind.OPEN
    assert len(shop.service.open_checkout(session).cart.lines) == len(LINES)
    shop.close()


def test_a_replay_changes_a_copy_as_the_service_changed_the_original(tmp_path: Path) -> None:
    address = str(tmp_path / "billing.sqlite3")
    open_database(address).close()
    shop = Shop(address, tmp_path)
    shop.open_accounts(range(1))
    order, recorder = shop.at_checkout(0), Recorder()
    copy = copy_of(shop.file, "copy.sqlite3")
    recorder.listen_to(shop.engine)
    shop.service.place_order(*order)
    shop.close()
    for file, sent in ((address, []), (copy, statements(recorder.taken()))):
        with closing(BareDriver(file)) as bare:
            bare.replay(sent)
            assert [bare.count(name) for name in ("invoice", "invoice_line")] == [1, len(LINES)]
