"""Where the tax authority is asked, as settings give it; light enough to be read at every start."""

from __future__ import annotations

from urllib.parse import urlsplit

VIES_ADDRESS = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"


class AuthorityInvalid(ValueError):
    """A setting names no authority; the message never contains it."""


def read_authority(setting: str) -> str:
    """The address that a setting stands for: "vies", "none" (the answer is ""), or an address.

    Raises:
        AuthorityInvalid: it is none of them.
    """
    if setting in {"vies", "none"}:
        return VIES_ADDRESS if setting == "vies" else ""
    try:
        parts = urlsplit(setting)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not setting.isascii() or not setting.isprintable() or " " in setting:
        raise AuthorityInvalid("must be vies, none or an http(s) address")
    return setting
