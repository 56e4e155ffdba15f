"""`billing-center quote`: prices without ordering."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.settings import load_settings
from tui.commands.buyers import account_buyer, anonymous_buyer
from tui.commands.estimate import estimate
from tui.commands.output import say
from tui.commands.refusal import WrongUsage
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace

    from tui.commands.estimate import Estimate


def quote(arguments: Namespace) -> int:
    """Print what the selection would cost, as text or with --json as `tui.commands.quote_json`."""
    _check_usage(arguments)
    made = _estimate(arguments)
    if arguments.json:
        from tui.commands.quote_json import quote_json  # noqa: PLC0415 - one of the two is needed

        return say(quote_json(made))
    from tui.commands.quote_text import quote_text  # noqa: PLC0415 - needs Babel

    return say(quote_text(made))


def _check_usage(arguments: Namespace) -> None:
    if arguments.offer == "buy" and arguments.cycle is None:
        raise WrongUsage("quote", _("--cycle is needed to buy: monthly or annual"))
    if arguments.account is not None and (arguments.country or arguments.currency):
        raise WrongUsage(
            "quote", _("--country and --currency do not go with --account, which has its own")
        )


def _estimate(arguments: Namespace) -> Estimate:
    settings = load_settings()
    if arguments.database:
        settings = replace(settings, database=arguments.database)
    find = anonymous_buyer if arguments.account is None else account_buyer
    return estimate(arguments, find(arguments, settings))
