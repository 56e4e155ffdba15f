"""What a contact of an account may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a contact may do; only the billing contact buys."""

    BILLING_CONTACT = "billing_contact"
    ADMIN = "admin"
