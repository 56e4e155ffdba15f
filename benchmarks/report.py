"""A figure beside its yardstick: medians, their ratio, the goal, and one line that says it all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME, _BESIDE, _VALUE, _RATIO, _GOAL = 45, 37, 12, 10, 16


class Of(Enum):
    """What a goal is set for."""

    RATIO = "×"
    VALUE = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that is allowed of a ratio or a value, or with `at_least` the fewest."""

    of: Of
    limit: float
    at_least: bool = False

    def reached_by(self, number: float) -> bool:
        """Whether a number meets the goal; the limit itself does."""
        return number >= self.limit if self.at_least else number <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """Samples of one run: `ours[i]` was measured right beside `theirs[i]`, in the same unit.

    `beside` names the yardstick that `theirs` belong to.
    """

    name: str
    unit: str
    ours: Sequence[float]
    beside: str
    theirs: Sequence[float]
    goal: Goal | None = None

    @property
    def value(self) -> float:
        """The median of ours."""
        return median(self.ours)

    @property
    def yardstick(self) -> float:
        """The median of the yardstick."""
        return median(self.theirs)

    @property
    def ratio(self) -> float:
        """The median of the ratios of the rounds, so that a slow minute counts for both sides.

        Raises:
            ValueError: a sample has no partner.
        """
        return median(
            one / other if other else float("inf")
            for one, other in zip(self.ours, self.theirs, strict=True)
        )

    @property
    def verdict(self) -> str:
        """„reached“, „missed“, or that there is no goal."""
        if self.goal is None:
            return "no goal"
        number = self.ratio if self.goal.of is Of.RATIO else self.value
        return "reached" if self.goal.reached_by(number) else "missed"

    def line(self) -> str:
        """The figure in one line of text."""
        parts = (
            f"{self.name:<{_NAME}}",
            f"{self._text(self.value):>{_VALUE}}",
            f"   {self.beside:<{_BESIDE}}",
            f"{self._text(self.yardstick):>{_VALUE}}",
            f"{_ratio(self.ratio):>{_RATIO}}",
            f"   {self._goal_text():<{_GOAL}}",
            self.verdict,
        )
        return "".join(parts).rstrip()

    def _text(self, value: float) -> str:
        return f"{rounded(value)} {self.unit}"

    def _goal_text(self) -> str:
        if self.goal is None:
            return ""
        sign = "≥" if self.goal.at_least else "≤"
        limit = _ratio(self.goal.limit) if self.goal.of is Of.RATIO else self._text(self.goal.limit)
        return f"goal {sign} {limit}"


@dataclass(frozen=True, slots=True)
class Note:
    """What could not be measured, and why."""

    text: str
    verdict: str = "not measured"

    def line(self) -> str:
        """The note itself."""
        return self.text


def at_most_times(limit: float) -> Goal:
    """A goal for the ratio to the yardstick."""
    return Goal(Of.RATIO, limit)


def at_least_times(limit: float) -> Goal:
    """A goal for the ratio to the yardstick, where more is better."""
    return Goal(Of.RATIO, limit, at_least=True)


def at_most(limit: float) -> Goal:
    """A goal for the value itself, whatever the yardstick."""
    return Goal(Of.VALUE, limit)


def rounded(value: float) -> str:
    """A number with about three digits that count."""
    if value >= 100:
        return f"{value:.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.2g}"


def _ratio(value: float) -> str:
    return f"{value:.2f} ×"
