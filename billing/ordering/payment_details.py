"""The payment details of a request, checked before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.payments.check import check_payment
from billing.payments.ways import require_way

if TYPE_CHECKING:
    from billing.accounts.model import Session
    from billing.context import Context
    from billing.payments.check import CheckedPayment
    from billing.payments.model import PaymentInput


def check_details(context: Context, session: Session, payment: PaymentInput) -> CheckedPayment:
    """The payment details in checked form, of a way that there is in the account's currency.

    Raises:
        Refused: SEPA_IN_EURO_ONLY.
        InvalidInput: as `check_payment`.
    """
    require_way(payment, session.account.currency)
    return check_payment(payment, context.today(session.account))
