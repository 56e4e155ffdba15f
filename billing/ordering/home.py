"""The start page: what the account has, and where its contact can go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.accounts.entry import read_credit
from billing.ordering.carts import read_cart
from billing.ordering.drafts import newest_draft
from billing.ordering.model import Home
from billing.ordering.owing import unpaid_invoices
from billing.subscriptions.subscriptions import in_shop_order, read_subscriptions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from billing.accounts.model import Session
    from billing.context import Context


def read_home(context: Context, session: Session) -> Home:
    """All that the start page shows, from one consistent view."""
    account = session.account
    today = context.today(account)

    def step(connection: Connection) -> Home:
        cart = read_cart(connection, account.account_id)
        held = read_subscriptions(connection, account.account_id, today)
        return Home(
            today=today,
            subscriptions=in_shop_order(held, context.catalogue),
            cart=cart,
            draft=newest_draft(connection, context.catalogue, session, cart, context.clock.now()),
            credit_balance=read_credit(connection, account),
            unpaid=unpaid_invoices(connection, account.account_id),
        )

    return context.database.read(step)
