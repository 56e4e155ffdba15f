"""Drafts: flows begun and not finished, stored so that a dropped connection loses nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Text, and_, bindparam, cast, delete, insert, or_, select, update

from billing.catalogue.model import BillingCycle, Offer
from billing.errors import Refused
from billing.ordering.buyer import require_buyer
from billing.ordering.model import Draft, Place, StoredDraft
from billing.storage.sending import run
from billing.storage.tables import draft as draft_table

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import ColumnElement, Connection

    from billing.accounts.model import Session
    from billing.catalogue.model import Catalogue
    from billing.context import Context
    from billing.ordering.model import Cart

Choice = TypeVar("Choice", bound=StrEnum)

KEPT_FOR = timedelta(days=30)
_CART_PLACES = (Place.CART, Place.CHECKOUT)
_DELETE_CART_PLACES = delete(draft_table).where(
    draft_table.c.account_id == bindparam("owner"),
    or_(*(draft_table.c.place == place.value for place in _CART_PLACES)),
)
_LONGEST_PLACE = 20
_MOST_SEATS = 2**31 - 1


def new_draft(context: Context) -> Draft:
    """A draft without answers, not stored yet."""
    return Draft(draft_id=context.ids.new(), key=context.ids.new())


def save_draft(context: Context, session: Session, stored: StoredDraft) -> None:
    """Store a draft in place of its earlier state, and throw away this contact's old ones.

    Raises:
        NotAllowed: ordering is not open to the contact.
        ValueError: the place is no name of a step.
    """
    if not 0 < len(stored.place) <= _LONGEST_PLACE:
        raise ValueError("a place is the name of a step")

    def step(connection: Connection) -> None:
        require_buyer(connection, context, session)
        mine = _of_contact(session)
        now = context.clock.now()
        connection.execute(delete(draft_table).where(mine, draft_table.c.saved_at < now - KEPT_FOR))
        values = {"place": str(stored.place), "answers": _answers(stored.draft), "saved_at": now}
        this = draft_table.c.draft_id == stored.draft.draft_id
        replaced = connection.execute(update(draft_table).where(mine, this).values(**values))
        if not replaced.rowcount:
            connection.execute(
                insert(draft_table).values(
                    account_id=session.account.account_id,
                    contact_id=session.contact_id,
                    draft_id=stored.draft.draft_id,
                    **values,
                )
            )

    context.database.work(session.account.account_id, step)


def drop_draft(context: Context, session: Session, draft_id: str) -> None:
    """Forget a draft of this contact; one that is gone already is no error."""

    def step(connection: Connection) -> None:
        delete_draft(connection, session, draft_id)

    context.database.work(session.account.account_id, step)


def delete_draft(connection: Connection, session: Session, draft_id: str) -> None:
    """Forget a draft within a transaction."""
    connection.execute(
        delete(draft_table).where(_of_contact(session), draft_table.c.draft_id == draft_id)
    )


def delete_cart_drafts(connection: Connection, account_id: str) -> None:
    """Forget every draft of an account that stands at its cart or checkout."""
    run(connection, _DELETE_CART_PLACES, {"owner": account_id})


def newest_draft(
    connection: Connection, catalogue: Catalogue, session: Session, cart: Cart, now: datetime
) -> StoredDraft | None:
    """Where this contact can go on, without answers that the catalogue or cart no longer knows."""
    rows = connection.execute(
        # As text: a damaged document must not break reading the row.
        select(
            draft_table.c.draft_id,
            draft_table.c.place,
            cast(draft_table.c.answers, Text).label("answers"),
        )
        .where(_of_contact(session), draft_table.c.saved_at >= now - KEPT_FOR)
        .order_by(draft_table.c.saved_at.desc(), draft_table.c.draft_id.desc())
    )
    for row in rows:
        if row.place in _CART_PLACES and not cart.lines:
            continue
        found = _draft(row.draft_id, row.answers, catalogue)
        if found is not None:
            lines = {line.line_id for line in cart.lines}
            line_id = found.line_id if found.line_id in lines else None
            return StoredDraft(replace(found, line_id=line_id), row.place)
    return None


def _of_contact(session: Session) -> ColumnElement[bool]:
    return and_(
        draft_table.c.account_id == session.account.account_id,
        draft_table.c.contact_id == session.contact_id,
    )


def _answers(draft: Draft) -> dict[str, object]:
    return {
        "key": draft.key,
        "product": draft.product,
        "offer": draft.offer,
        "tier": draft.tier,
        "seats": draft.seats,
        "cycle": draft.cycle,
        "line_id": draft.line_id,
    }


def _draft(draft_id: str, document: str, catalogue: Catalogue) -> Draft | None:
    """The draft in a stored document; None when it is damaged."""
    try:
        answers = json.loads(document)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answers, dict) or not isinstance(answers.get("key"), str):
        return None
    product, tier = _known(answers, catalogue)
    return Draft(
        draft_id=draft_id,
        key=answers["key"],
        product=product,
        offer=_one_of(Offer, answers.get("offer")),
        tier=tier,
        seats=_number(answers.get("seats")),
        cycle=_one_of(BillingCycle, answers.get("cycle")),
        line_id=_text(answers.get("line_id")),
    )


def _known(answers: dict[str, Any], catalogue: Catalogue) -> tuple[str | None, str | None]:
    """Product and tier of the answers, as far as the catalogue still has them."""
    product_id, tier_id = _text(answers.get("product")), _text(answers.get("tier"))
    if product_id is None:
        return None, None
    try:
        product = catalogue.product(product_id)
    except Refused:
        return None, None
    return product_id, tier_id if any(tier.id == tier_id for tier in product.tiers) else None


def _one_of(kind: type[Choice], value: object) -> Choice | None:
    return next((choice for choice in kind if choice == value), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 < value <= _MOST_SEATS else None
