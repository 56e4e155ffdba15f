"""The order as lines of text: the words of step 9 of the help article, with figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from tui.formats import money, period
from tui.i18n import _, seats_text
from tui.order_words import title_of, unit_times_seats
from tui.table import label_and_value, lines, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.catalogue.model import Catalogue
    from billing.rating.money import Money
    from billing.rating.quote import Quote, QuoteLine

LABEL = 34
NARROW = 72
WIDEST_PERIOD = 33

Facts: TypeAlias = "tuple[str, str, str]"
"""Period, licences and price of a line, or what these are called."""


def order_lines(quote: Quote, catalogue: Catalogue, width: int) -> Content:
    """One line in full, several in two rows each under common headings."""
    if len(quote.lines) == 1:
        return _in_full(quote.lines[0], catalogue, width)
    labels = (_("Billing period (beginning today)"), _("Number of user licences"), _("Plan price"))
    facts = [
        (
            period(item.period),
            seats_text(item.seats, catalogue.product(item.product).seat_noun),
            unit_times_seats(item),
        )
        for item in quote.lines
    ]
    heading, *rows = _in_columns([labels, *facts], width) or _in_two_columns(
        [labels, *facts], width
    )
    parts = [heading.stylize("$muted")]
    for item, row in zip(quote.lines, rows, strict=True):
        title = plain(title_of(item, catalogue)).stylize("bold")
        parts += [title_and_amount(title, money(item.amount), width), row]
    return lines(parts)


def title_and_amount(title: Content, amount: str, width: int) -> Content:
    """What is paid for, shortened where there is no room, and its amount at the right."""
    title = title.truncate(max(width - len(amount) - 1, 1), ellipsis=True)
    return Content.assemble(title, " " * (width - title.cell_length - len(amount)), amount)


def _in_columns(rows: Sequence[Facts], width: int) -> list[Content]:
    """Period, licences and price below each other, the price at the right; [] without room."""
    first = min(plain(rows[0][0]).cell_length + 2, WIDEST_PERIOD)
    pairs = [(f"{when:<{first}}{seats}", price) for when, seats, price in rows]
    if any(len(left) + len(right) >= width for left, right in pairs):
        return []
    return [label_and_value(left, right, width) for left, right in pairs]


def _in_two_columns(rows: Sequence[Facts], width: int) -> list[Content]:
    """Period at the left, licences times price at the right, which name the licences' number."""
    (when, seats, price), *facts = rows
    factors = f"{seats} × {price}"
    heading = lines([plain(when), label_and_value("", factors, width)])
    return [heading, *(label_and_value(when, price, width) for when, _seats, price in facts)]


def _in_full(item: QuoteLine, catalogue: Catalogue, width: int) -> Content:
    noun = catalogue.product(item.product).seat_noun
    facts = (
        (_("Billing period (beginning today)"), period(item.period), ""),
        (_("Number of user licences"), seats_text(item.seats, noun), ""),
        (_("Plan price"), unit_times_seats(item), money(item.amount)),
    )
    roomy = width >= NARROW
    widest = max(len(label) for label, _, _ in facts)
    parts = [plain(title_of(item, catalogue)).stylize("bold")]
    for label, value, amount in facts:
        left = f"  {label:<{LABEL}} {value}" if roomy else f"{label:<{widest}} {value}"
        if len(left) > width:
            parts += [plain(label), plain(f"  {value}")]
            continue
        fits = amount and len(left) + len(amount) < width
        parts.append(label_and_value(left, amount, width) if fits else plain(left))
    return lines(parts)


def sums(rows: Sequence[tuple[str, Money]], width: int) -> Content:
    """The rows of `sum_rows` below a rule; the last one is what is due."""
    parts = [Content("─" * width).stylize("$rule")]
    parts += [label_and_value("  " + label, money(amount), width) for label, amount in rows]
    parts[-1] = parts[-1].stylize("bold $accent")
    return lines(parts)
