"""What a quote is asked for: the arguments of `billing-center quote`, checked to go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.catalogue.model import BillingCycle
from billing.ordering.model import Selection
from tui.commands.refusal import WrongUsage
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace


@dataclass(frozen=True, slots=True)
class ToBuy:
    """Lines to be bought in one order, at least one."""

    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class ToTry:
    """A trial to be started."""

    product: str
    tier: str
    seats: int


@dataclass(frozen=True, slots=True)
class ToChange:
    """A running subscription to be changed; what is None stays as it is."""

    product: str
    tier: str | None
    seats: int | None
    cycle: BillingCycle | None


def wanted(arguments: Namespace) -> ToBuy | ToTry | ToChange:
    """What the arguments ask for.

    Raises:
        WrongUsage: some are missing, or do not go together.
    """
    _check_buyer(arguments)
    if arguments.offer == "buy":
        return _to_buy(arguments)
    if arguments.line:
        raise _wrong(_("--line is for buying; a trial and a change have one product"))
    if arguments.offer == "trial":
        _require(arguments, "product", "tier", "seats")
        return ToTry(arguments.product, arguments.tier, arguments.seats)
    _require(arguments, "account", "product")
    if arguments.vat_id is not None:
        raise _wrong(_("--vat-id does not go with a change, which is taxed by the account's own"))
    cycle = None if arguments.cycle is None else BillingCycle(arguments.cycle)
    return ToChange(arguments.product, arguments.tier, arguments.seats, cycle)


def _check_buyer(arguments: Namespace) -> None:
    if arguments.account is not None and (arguments.country or arguments.currency):
        raise _wrong(_("--country and --currency do not go with --account, which has its own"))
    if arguments.vat_id_state is None:
        return
    if arguments.account is not None:
        raise _wrong(_("--vat-id-state does not go with --account: what is stored of an id counts"))
    if arguments.vat_id is None:
        raise _wrong(_("--vat-id-state says what is known of a VAT number: --vat-id is missing"))


def _to_buy(arguments: Namespace) -> ToBuy:
    """The line of the single arguments first, then those of --line."""
    names = ("product", "tier", "seats", "cycle")
    selections = [
        Selection(product, tier, seats, BillingCycle(cycle))
        for product, tier, seats, cycle in arguments.line
    ]
    if all(getattr(arguments, name) is None for name in names):
        if not selections:
            raise _wrong(
                _("nothing to quote: give --product, --tier, --seats and --cycle, or --line")
            )
        return ToBuy(tuple(selections))
    _require(arguments, *names)
    cycle = BillingCycle(arguments.cycle)
    first = Selection(arguments.product, arguments.tier, arguments.seats, cycle)
    return ToBuy((first, *selections))


def _require(arguments: Namespace, *names: str) -> None:
    missing = [f"--{name}" for name in names if getattr(arguments, name) is None]
    if missing:
        message = _("the following arguments are required: %s") % ", ".join(missing)
        raise _wrong(message)


def _wrong(reason: str) -> WrongUsage:
    return WrongUsage("quote", reason)
