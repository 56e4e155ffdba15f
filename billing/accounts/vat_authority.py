"""What the service needs of a tax authority that knows which VAT ids are registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from billing.accounts.model import VatIdState

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """What an authority said: CONFIRMED, REFUTED, or UNKNOWN for everything else.

    `reference` is the authority's own number of the enquiry, or "". `raw` is its answer as it was
    sent, kept as evidence; when there is none it says why.
    """

    state: VatIdState
    reference: str
    asked_at: datetime
    raw: str

    @property
    def clean(self) -> bool:
        """Whether it is an answer at all."""
        return self.state in {VatIdState.CONFIRMED, VatIdState.REFUTED}


class VatAuthority(Protocol):
    """Answers whether a VAT id is registered."""

    def check(self, vat_id: str, requester: str) -> VatAnswer:
        """Ask for a stored VAT id, on behalf of the seller's; never raises: no answer is UNKNOWN.

        Blocks for a bounded time, so it is called outside any transaction.
        """
        ...
