"""The operations of `rating_cases.json` on who may try a product, and on what a trial ends as."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from billing.catalogue.loader import sample_catalogue
from billing.errors import Problem, Refused
from billing.subscriptions.model import SubscriptionState
from billing.subscriptions.shelf import Shelf
from billing.subscriptions.subscriptions import state_on
from tests.unit.rating.case_rows import NotOurs, Row

_A_DAY = date(2026, 11, 22)
_WORDS = {SubscriptionState.EXPIRED: "canceled"}


def eligible(row: Row) -> dict[str, Any]:
    """Whether an account may try a product; a mail address there stands for an account here."""
    asked = Row(row["request"])
    earlier = [Row(use) for use in row["previous"]]
    mail, wanted = asked["email"].casefold(), asked["product"]
    cards = {use.get("card") for use in earlier if use["email"].casefold() != mail}
    if asked.get("card") in cards - {None}:
        raise NotOurs("a trial refused by its card")
    if "+" in mail or any("+" in use["email"] for use in earlier):
        raise NotOurs("a trial refused by an alias of a mail address")
    tried = {use["product"]: _A_DAY for use in earlier if use["email"].casefold() == mail}
    catalogue = sample_catalogue()
    product = next(one for one in catalogue.products if one.trial is not None)
    shop = replace(catalogue, products=(replace(product, id=wanted),))
    shelf = Shelf(shop, "EUR", held={}, tried=tried)
    try:
        shelf.check_trial(wanted, product.tiers[0].id, 1)
    except Refused as refused:
        if refused.problem is not Problem.TRIAL_USED:
            raise
        return {"eligible": False}
    return {"eligible": True}


def end_status(row: Row) -> dict[str, Any]:
    """What a trial is on the day it ends; without a buyer it is never charged."""
    if row["has_payment_method"] or row["missing_payment_method"] != "cancel":
        raise NotOurs("a trial that becomes a paid subscription by itself")
    return {"status": _WORDS[state_on(SubscriptionState.TRIALING, _A_DAY, _A_DAY)]}
