"""The cases of other billing systems; what this product does not have is skipped by name."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.rating.tax import TaxTreatment
from tests.cases_folder import cases_file
from tests.unit.rating.case_amounts import treatment_named
from tests.unit.rating.case_operations import OPERATIONS
from tests.unit.rating.case_rows import NotOurs, Row

_CASES: list[dict[str, Any]] = json.loads(cases_file("rating_cases.json").read_text("utf-8"))


def _same(expected: Any, answer: Any) -> bool:
    """Compare a JSON value with a typed answer; amounts by value, everything else exactly."""
    if isinstance(answer, list):
        return len(expected) == len(answer) and all(map(_same, expected, answer))
    if isinstance(answer, Decimal):
        return isinstance(expected, str) and Decimal(expected) == answer
    if isinstance(answer, TaxTreatment):
        return treatment_named(expected) is answer
    if isinstance(answer, date):
        return bool(expected == answer.isoformat())
    return type(expected) is type(answer) and bool(expected == answer)


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_case_of_another_billing_system(case: dict[str, Any]) -> None:
    operation = case["input"]["op"]
    if not case["recommended"]:
        pytest.skip(f"{operation}: follows another convention, {case['convention']}")
    if operation not in OPERATIONS:
        pytest.skip(f"{operation}: this product has no such operation")
    try:
        answer = OPERATIONS[operation](Row(case["input"]))
        for name, expected in case["expected"].items():
            assert name in answer, f"{name} is not answered"
            assert _same(expected, answer[name]), (
                f"{name}: {expected} expected, {answer[name]} answered"
            )
    except NotOurs as reason:
        pytest.skip(f"{operation}: {reason}")
