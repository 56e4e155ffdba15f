"""`billing-center quote`: prices without ordering."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.settings import load_settings
from tui.commands.buyers import anonymous_buyer
from tui.commands.estimate import estimate
from tui.commands.output import say
from tui.commands.wanted import ToChange, wanted

if TYPE_CHECKING:
    from argparse import Namespace

    from tui.commands.estimate import Estimate


def quote(arguments: Namespace) -> int:
    """Print what the selection would cost, as text or with --json as `tui.commands.quote_json`."""
    made = _estimate(arguments)
    if arguments.json:
        from tui.commands.quote_json import quote_json  # noqa: PLC0415 - one of the two is needed

        return say(quote_json(made))
    from tui.commands.quote_text import quote_text  # noqa: PLC0415 - needs Babel

    return say(quote_text(made))


def _estimate(arguments: Namespace) -> Estimate:
    asked = wanted(arguments)
    settings = load_settings()
    if arguments.database:
        settings = replace(settings, database=arguments.database)
    if isinstance(asked, ToChange) or arguments.account is not None:
        from tui.commands.accounts import account_estimate  # noqa: PLC0415 - needs the database

        return account_estimate(asked, arguments, settings)
    return estimate(asked, anonymous_buyer(arguments, settings))
