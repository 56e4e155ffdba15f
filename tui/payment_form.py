"""What was typed at the Kasse; it lives as long as the session, in memory only."""

from __future__ import annotations

from dataclasses import dataclass, field

from billing.errors import Field
from billing.payments.model import Card, OnInvoice, PaymentInput, PaymentKind, SepaDebit

FIELD_IDS = {
    Field.IBAN: "iban",
    Field.HOLDER: "holder",
    Field.CARD_NUMBER: "number",
    Field.CARD_EXPIRY: "expiry",
    Field.CARD_CVC: "cvc",
    Field.VAT_ID: "vat-id",
}
_ATTRIBUTES = {
    "iban": "iban",
    "holder": "holder",
    "number": "number",
    "expiry": "expiry",
    "cvc": "cvc",
    "vat-id": "vat_id",
}


@dataclass(slots=True)
class PaymentForm:
    """The fields as typed, right or wrong. `vat_id_applied` is the text the quote reckons with."""

    kind: PaymentKind = PaymentKind.SEPA
    iban: str = field(default="", repr=False)
    holder: str = ""
    number: str = field(default="", repr=False)
    expiry: str = ""
    cvc: str = field(default="", repr=False)
    vat_id: str = ""
    vat_id_applied: str = ""

    def text(self, field_id: str) -> str:
        """What stands in a field of the screen."""
        return str(getattr(self, _ATTRIBUTES[field_id]))

    def keep(self, field_id: str, text: str) -> bool:
        """Remember what is in a field of the screen; answers whether that is new."""
        attribute = _ATTRIBUTES.get(field_id)
        if attribute is None or getattr(self, attribute) == text:
            return False
        setattr(self, attribute, text)
        return True

    def payment(self) -> PaymentInput:
        """The payment details as typed, right or wrong."""
        match self.kind:
            case PaymentKind.SEPA:
                return SepaDebit(self.iban, self.holder)
            case PaymentKind.CARD:
                return Card(self.number, self.expiry, self.cvc)
            case PaymentKind.INVOICE:
                return OnInvoice()

    def forget_secrets(self) -> None:
        """Forget card and account numbers once they are no longer needed."""
        self.iban = self.number = self.expiry = self.cvc = ""
