"""The identity of a quote: equal when, and only when, everything that decides the sum is equal."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.rating.money import Money
    from billing.rating.quote import Quote, QuoteLine

_SCHEME = "billing-center quote 1"


def identity_of(quote: Quote) -> str:
    """SHA-256 (64 hex digits) over a canonical text of the quote; its own identity is left out."""
    facts = (
        _SCHEME,
        quote.catalogue_version,
        quote.today.isoformat(),
        tuple(_line_facts(line) for line in quote.lines),
        quote.treatment.value,
        quote.tax_country,
        tuple(
            (format(tax.rate.normalize(), "f"), _money_facts(tax.net), _money_facts(tax.tax))
            for tax in quote.taxes
        ),
        _money_facts(quote.net),
        _money_facts(quote.credit_used),
        _money_facts(quote.total_due),
    )
    # `ascii` of nested tuples of texts and numbers quotes and escapes: no two facts read the same.
    return sha256(ascii(facts).encode("ascii")).hexdigest()


def _line_facts(line: QuoteLine) -> tuple[object, ...]:
    return (
        line.line_id,
        line.product,
        line.tier,
        line.seats,
        line.cycle.value,
        _money_facts(line.unit_price),
        _money_facts(line.amount),
        line.period.start.isoformat(),
        line.period.end.isoformat(),
    )


def _money_facts(money: Money) -> tuple[int, str]:
    return money.minor, money.currency
