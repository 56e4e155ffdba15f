"""`billing-center invoice …`: an operator finds what is open, and records what has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import Answer, assert_refused, document, run
from tests.service.shop import ANNA, INVOICE, RESCUE, Shop, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.command_line import Run

__all__ = ["run"]


@pytest.fixture
def owed(shop: Shop) -> str:
    """The number of an invoice that is to be paid by bank transfer."""
    session = shop.session()
    shop.service.place_order(session, request(shop.checkout(session, RESCUE), INVOICE))
    return shop.service.invoices(session)[0].number


@pytest.fixture
def invoice(run: Run, shop: Shop) -> Callable[..., Answer]:
    """Runs `invoice …` on the database of the shop."""

    def answer(*words: str, language: str = "en") -> Answer:
        return run("--lang", language, "invoice", *words, "--database", shop.address)

    return answer


def test_an_open_invoice_is_found_and_paid(invoice: Callable[..., Answer], owed: str) -> None:
    listed = invoice("list", ANNA, "--open", language="de")
    assert listed.code == 0
    assert listed.out.startswith(f"{owed}  22.11.2026  ")
    assert "€  offen, fällig am " in listed.out
    paid = invoice("paid", ANNA, owed, language="de")
    assert paid.out.startswith(f"{owed} ist jetzt bezahlt: ")
    assert invoice("paid", ANNA, owed) == Answer(0, f"{owed} was paid already.\n", "")
    nothing = f"There are no such invoices of {ANNA}.\n"
    assert invoice("list", ANNA, "--open") == Answer(0, nothing, "")
    assert f"{owed}  " in invoice("list", ANNA).out


def test_the_list_is_one_json_document(invoice: Callable[..., Answer], owed: str) -> None:
    (found,) = document(invoice("list", ANNA, "--open", "--json"))["invoices"]
    assert found == {
        "number": owed,
        "kind": "invoice",
        "state": "open",
        "issued_on": "2026-11-22",
        "due_on": "2026-12-06",
        "total": "259.42",
        "currency": "EUR",
    }


def test_another_number_is_refused_and_the_ones_before_it_are_paid(
    invoice: Callable[..., Answer], owed: str
) -> None:
    answer = invoice("paid", ANNA, owed, "RE-0000000000-000009")
    assert answer.code == 1
    assert answer.out.startswith(f"{owed} is paid now")
    assert "This account has no invoice with this number." in answer.err
    assert_refused(invoice("paid", "nobody@muster.example", owed))
