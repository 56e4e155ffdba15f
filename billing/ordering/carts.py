"""The account's cart: changed only by whoever saw its newest version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, select, update

from billing.catalogue.model import BillingCycle
from billing.errors import CartChanged, Problem, Refused
from billing.ordering.buyer import require_buyer
from billing.ordering.model import Cart, CartLine, Selection
from billing.rating.money import Money
from billing.storage.sending import expect, run
from billing.storage.statements import insert_into
from billing.storage.tables import cart, cart_line, order_line
from billing.subscriptions.shelf import read_shelf

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from billing.accounts.model import Session
    from billing.context import Context

_MINE = cart.c.account_id == bindparam("owner")
_READ = (
    select(cart.c.version, cart.c.checkout_key, cart_line)
    .outerjoin(cart_line, cart_line.c.account_id == cart.c.account_id)
    .where(_MINE)
    .order_by(cart_line.c.position, cart_line.c.line_id)
)
_CHANGE = update(cart).where(_MINE)
_CLOSE = _CHANGE.values(version=cart.c.version + 1, checkout_key=None)
_THIS_LINE = and_(
    cart_line.c.account_id == bindparam("owner"), cart_line.c.line_id == bindparam("this")
)
_CHANGE_LINE = update(cart_line).where(_THIS_LINE)
_DELETE_LINE = delete(cart_line).where(_THIS_LINE)
_DELETE_ORDERED = delete(cart_line).where(
    cart_line.c.account_id == bindparam("owner"),
    cart_line.c.product.in_(
        select(order_line.c.product).where(
            order_line.c.account_id == bindparam("owner"),
            order_line.c.order_id == bindparam("ordered"),
        )
    ),
)
_LAST_POSITION = select(func.max(cart_line.c.position)).where(
    cart_line.c.account_id == bindparam("owner")
)


def expect_cart(connection: Connection, account_id: str) -> None:
    """Have what `read_cart` needs sent with the next trip."""
    expect(connection, _READ, {"owner": account_id})


def read_cart(connection: Connection, account_id: str) -> Cart:
    """The cart of an account; version 0 before anything was ever put into it."""
    rows = run(connection, _READ, {"owner": account_id}).all()
    if not rows:
        return Cart(version=0, lines=())
    lines = tuple(_line(row) for row in rows if row.line_id is not None)
    return Cart(version=rows[0].version, lines=lines, key=rows[0].checkout_key)


def put_line(
    context: Context, session: Session, cart_version: int, selection: Selection, line_id: str | None
) -> Cart:
    """Add a line, or replace the one named; answers with the new cart.

    Raises:
        NotAllowed, CartChanged: the buyer may not, or the cart is another than the one seen.
        Refused: the selection cannot be bought, is in the cart already, or the line is gone.
    """

    def step(connection: Connection) -> Cart:
        account = require_buyer(connection, context, session)
        before = _seen_cart(connection, account.account_id, cart_version)
        shelf = read_shelf(
            connection,
            context.catalogue,
            account.account_id,
            account.currency,
            context.today(account),
        )
        price = shelf.price_to_buy(selection)
        _check_place(before, selection, line_id, shelf.catalogue.product(selection.product).name)
        if line_id is None:
            line = CartLine(context.ids.new(), selection, price)
            _insert_line(connection, account.account_id, line)
        else:
            line = CartLine(line_id, selection, price)
            _update_line(connection, account.account_id, line)
        return _raise_version(connection, account.account_id, before)

    return context.database.work(session.account.account_id, step)


def remove_line(context: Context, session: Session, cart_version: int, line_id: str) -> Cart:
    """Take a line out; answers with the new cart.

    Raises:
        NotAllowed, CartChanged: the buyer may not, or the cart is another than the one seen.
        Refused: LINE_GONE.
    """

    def step(connection: Connection) -> Cart:
        account = require_buyer(connection, context, session)
        before = _seen_cart(connection, account.account_id, cart_version)
        this = {"owner": account.account_id, "this": line_id}
        removed = run(connection, _DELETE_LINE, this)
        if not removed.rowcount:
            raise Refused(Problem.LINE_GONE, line_id=line_id)
        return _raise_version(connection, account.account_id, before)

    return context.database.work(session.account.account_id, step)


def take_out(connection: Connection, account_id: str, order_id: str) -> None:
    """Empty the cart of the products of an order and close its checkout."""
    run(connection, _DELETE_ORDERED, {"owner": account_id, "ordered": order_id})
    run(connection, _CLOSE, {"owner": account_id})


def store_checkout_key(connection: Connection, account_id: str, key: str) -> None:
    """Give the checkout of a cart that exists a new idempotency key."""
    run(connection, _CHANGE, {"owner": account_id, "checkout_key": key})


def store_price_seen(
    connection: Connection, account_id: str, seen: Cart, prices: dict[str, Money]
) -> Cart:
    """The cart with the unit prices (by line id) that its reader now sees, stored."""
    lines = []
    for line in seen.lines:
        shown = prices.get(line.line_id, line.price_seen)
        if shown != line.price_seen:
            price = {"price_seen_minor": shown.minor, "currency": shown.currency}
            this = {"owner": account_id, "this": line.line_id}
            run(connection, _CHANGE_LINE, this | price)
        lines.append(replace(line, price_seen=shown))
    return replace(seen, lines=tuple(lines))


def _seen_cart(connection: Connection, account_id: str, version: int) -> Cart:
    found = read_cart(connection, account_id)
    if found.version != version:
        raise CartChanged(found)
    return found


def _check_place(before: Cart, selection: Selection, line_id: str | None, name: str) -> None:
    """Refuse a line that is gone, and a product that another line holds already."""
    if line_id is not None and all(line.line_id != line_id for line in before.lines):
        raise Refused(Problem.LINE_GONE, line_id=line_id, product=name)
    for line in before.lines:
        if line.selection.product == selection.product and line.line_id != line_id:
            raise Refused(Problem.ALREADY_IN_CART, product=name, line_id=line.line_id)


def _raise_version(connection: Connection, account_id: str, before: Cart) -> Cart:
    version = before.version + 1
    raised = run(connection, _CHANGE, {"owner": account_id, "version": version})
    if not raised.rowcount:
        run(connection, insert_into(cart), {"account_id": account_id, "version": version})
    return read_cart(connection, account_id)


def _insert_line(connection: Connection, account_id: str, line: CartLine) -> None:
    last = run(connection, _LAST_POSITION, {"owner": account_id}).scalar_one()
    place = {"account_id": account_id, "line_id": line.line_id, "position": (last or 0) + 1}
    run(connection, insert_into(cart_line), place | _line_values(line))


def _update_line(connection: Connection, account_id: str, line: CartLine) -> None:
    this = {"owner": account_id, "this": line.line_id}
    run(connection, _CHANGE_LINE, this | _line_values(line))


def _line_values(line: CartLine) -> dict[str, object]:
    return {
        "product": line.selection.product,
        "tier": line.selection.tier,
        "seats": line.selection.seats,
        "cycle": line.selection.cycle,
        "price_seen_minor": line.price_seen.minor,
        "currency": line.price_seen.currency,
    }


def _line(row: Row[Any]) -> CartLine:
    return CartLine(
        line_id=row.line_id,
        selection=Selection(row.product, row.tier, row.seats, BillingCycle(row.cycle)),
        price_seen=Money.from_minor(row.price_seen_minor, row.currency),
    )
