"""The order as lines of text: the words of step 9 of the help article, with figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.formats import money, period
from tui.i18n import _, seats_text
from tui.order_words import title_of, unit_times_seats
from tui.table import Cell, label_and_value, line, lines, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.catalogue.model import Catalogue
    from billing.rating.money import Money
    from billing.rating.quote import Quote, QuoteLine

LABEL = 34
NARROW = 72
WIDEST_PERIOD = 33


def order_lines(quote: Quote, catalogue: Catalogue, width: int) -> Content:
    """One line in full, several in two rows each under common headings."""
    if len(quote.lines) == 1:
        return _in_full(quote.lines[0], catalogue, width)
    labels = (_("Billing period (beginning today)"), _("Number of user licences"), _("Plan price"))
    first = min(plain(labels[0]).cell_length + 2, WIDEST_PERIOD)
    parts = [_columns(labels, width, first).stylize("$muted")]
    for item in quote.lines:
        noun = catalogue.product(item.product).seat_noun
        title = plain(title_of(item, catalogue)).stylize("bold")
        amount = plain(money(item.amount))
        gap = max(width - title.cell_length - amount.cell_length, 1)
        parts.append(Content.assemble(title, " " * gap, amount))
        facts = (period(item.period), seats_text(item.seats, noun), unit_times_seats(item))
        parts.append(_columns(facts, width, first))
    return lines(parts)


def _columns(texts: tuple[str, str, str], width: int, first: int) -> Content:
    """Period, licences and price below each other; the price stands at the right edge."""
    second = 27
    cells = [Cell(texts[0], first), Cell(texts[1], second)]
    return line([*cells, Cell(texts[2], max(width - first - second, 16), right=True)], gap=0)


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
