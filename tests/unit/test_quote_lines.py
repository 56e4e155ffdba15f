"""`billing-center quote` of several lines, and which arguments go together."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.command_line import DAY, PRO, WEBINAR, assert_refused, document, run
from tui.commands.rows import WIDTH

if TYPE_CHECKING:
    from tests.command_line import Run

__all__ = ["run"]

SEATS = ("--seats", "5")
RESCUE = ("--line", "logmein-rescue:rescue:2:monthly")
WEBINAR_LINE = ("--line", "goto-webinar:pro:5:annual")
ANNA = ("--account", "anna@muster.example")
CHANGE = ("quote", "--offer", "change", *ANNA, "--product", "goto-meeting")


@pytest.mark.parametrize("words", [(*WEBINAR, *RESCUE), ("quote", *DAY, *WEBINAR_LINE, *RESCUE)])
def test_lines_stand_in_the_order_they_were_named_and_are_billed_together(
    run: Run, words: tuple[str, ...]
) -> None:
    found = document(run(*words, "--json"))
    assert [
        (line["product"], line["seats"], line["cycle"], line["amount"], line["next_invoice_date"])
        for line in found["lines"]
    ] == [
        ("goto-webinar", 5, "annual", "11940.00", "2027-11-22"),
        ("logmein-rescue", 2, "monthly", "218.00", "2026-12-22"),
    ]
    assert found["net"] == "12158.00"
    assert found["taxes"] == [{"rate": "19", "net": "12158.00", "tax": "2310.02"}]
    assert found["total_due"] == "14468.02"
    assert found["next_invoice_date"] == "2026-12-22"


def test_the_text_names_every_line_by_its_own_product(run: Run) -> None:
    shown = run("--lang", "de", *WEBINAR, *RESCUE).out
    text = " ".join(shown.replace("─", " ").split())
    for part in (
        "GoTo Webinar · Pro · Jährlich",
        "5 Organisatoren",
        "LogMeIn Rescue · Rescue · Monatlich",
        "2 Techniker",
        "Nächste Rechnung 22.12.2026",
        "Fälliger Gesamtbetrag 14.468,02 €",
    ):
        assert part in text
    assert max(map(len, shown.splitlines())) == WIDTH


def test_tax_is_rounded_once_for_all_lines(run: Run) -> None:
    # 59.00 and 109.00 at 25.5 % are 15.045 and 27.795: 42.84 together, 42.85 one by one.
    lines = ("goto-webinar:lite:1:monthly", "logmein-rescue:rescue:1:monthly")
    found = document(
        run("quote", "--line", lines[0], "--line", lines[1], "--country", "FI", *DAY, "--json")
    )
    assert sum(Decimal(line["amount"]) for line in found["lines"]) == Decimal(found["net"])
    assert [tax["tax"] for tax in found["taxes"]] == ["42.84"]


@pytest.mark.parametrize(
    "words",
    [
        (*WEBINAR, "--line", "goto-webinar:lite:1:monthly"),
        ("quote", *RESCUE, *WEBINAR_LINE, *RESCUE),
    ],
)
def test_the_same_product_twice_is_refused_as_in_the_cart(run: Run, words: tuple[str, ...]) -> None:
    answer = run("--lang", "en", *words)
    assert_refused(answer)
    assert "is already in the cart" in answer.err


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("goto-nowhere:pro:5:annual", "goto-webinar"),
        ("goto-webinar:gigantic:5:annual", "lite"),
        ("goto-webinar:pro:501:annual", "500"),
        ("goto-webinar:pro:-1:annual", "500"),
    ],
)
def test_a_line_that_cannot_be_bought_is_refused(run: Run, line: str, named: str) -> None:
    answer = run("quote", *RESCUE, "--line", line)
    assert_refused(answer)
    assert named in answer.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("quote",), "--line"),
        ((*PRO, *SEATS), "--cycle"),
        ((*PRO, *RESCUE), "--seats, --cycle"),
        (("quote", "--cycle", "annual", *RESCUE), "--product, --tier, --seats"),
        ((*PRO, "--offer", "trial"), "--seats"),
        ((*PRO, *SEATS, "--offer", "trial", *RESCUE), "--line"),
        (("quote", "--offer", "trial", *RESCUE), "--line"),
        (("quote", "--offer", "change", "--product", "goto-meeting"), "--account"),
        (("quote", "--offer", "change", *ANNA), "--product"),
        ((*CHANGE, *RESCUE), "--line"),
        ((*CHANGE, "--vat-id", "DE136695976"), "--vat-id"),
        ((*CHANGE, "--country", "DE"), "--country"),
        (
            (*WEBINAR, *ANNA, "--vat-id", "DE136695976", "--vat-id-state", "refuted"),
            "--vat-id-state",
        ),
        ((*WEBINAR, "--vat-id-state", "refuted"), "--vat-id"),
        *(
            (("quote", "--line", line), "goto-webinar:pro:5:annual")
            for line in (
                "",
                "goto-webinar",
                "goto-webinar:pro:5",
                "goto-webinar:pro:5:annual:x",
                "goto-webinar:pro:5:weekly",
                "goto-webinar:pro:five:annual",
                "goto-webinar:pro:٥:annual",
                ":pro:5:annual",
                "\x1b[2J",
            )
        ),
        (("quote", "--line", " :pro:5:annual"), "--line"),
        (("quote", "--line", f"{'a' * 300}:pro:5:annual"), "254"),
    ],
    ids=ascii,
)
def test_arguments_that_are_missing_or_do_not_go_together_are_named(
    run: Run, words: tuple[str, ...], named: str
) -> None:
    answer = run(*words)
    assert_refused(answer, code=2)
    first, second = answer.err.splitlines()
    assert named in first
    assert second.endswith("billing-center quote --help")


def test_a_change_is_only_priced_with_a_database(run: Run) -> None:
    answer = run(*CHANGE)
    assert_refused(answer)
    assert "billing-center database upgrade" in answer.err
