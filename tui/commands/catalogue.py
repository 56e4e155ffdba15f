"""`billing-center catalogue check`: whether a catalogue file is all right, and if not, why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from billing.catalogue.loader import load_catalogue
from billing.errors import CatalogueInvalid
from tui.commands.output import say
from tui.commands.refusal import refuse_flaws
from tui.i18n import _, ngettext

if TYPE_CHECKING:
    from argparse import Namespace


def check(arguments: Namespace) -> int:
    """Say what the file holds, or on standard error every flaw as `key: reason`."""
    try:
        catalogue = load_catalogue(Path(arguments.file))
    except CatalogueInvalid as error:
        return refuse_flaws(error.flaws)
    products = len(catalogue.products)
    tiers = sum(len(product.tiers) for product in catalogue.products)
    return say(
        _("all right: version {version}, {products}, {tiers}").format(
            version=catalogue.version,
            products=ngettext("{n} product", "{n} products", products).format(n=products),
            tiers=ngettext("{n} plan tier", "{n} plan tiers", tiers).format(n=tiers),
        )
    )
