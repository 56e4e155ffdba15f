"""All tables together: whoever needs the whole schema imports it from here."""

from __future__ import annotations

from billing.storage import access_tables, invoice_tables, tables
from billing.storage.columns import metadata

__all__ = ["access_tables", "invoice_tables", "metadata", "tables"]
