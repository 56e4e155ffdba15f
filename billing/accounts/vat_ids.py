"""VAT ids as typed: brought to the form that is stored, or refused with the reason.

Only the form is checked. A well-formed id is not a registered one: that the authority says.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from stdnum.eu import vat
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.util import clean

from billing.errors import Field, Flaw, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_TEXT = 40

# What an id of each state looks like, by its prefix; the digits stand for any.
VAT_ID_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "AT": "ATU12345678",
        "BE": "BE0123456789",
        "BG": "BG123456789",
        "CY": "CY10123456X",
        "CZ": "CZ12345678",
        "DE": "DE123456789",
        "DK": "DK12345678",
        "EE": "EE123456789",
        "EL": "EL123456789",
        "ES": "ESA12345678",
        "FI": "FI12345678",
        "FR": "FR12345678901",
        "HR": "HR12345678901",
        "HU": "HU12345678",
        "IE": "IE1234567A",
        "IT": "IT12345670018",
        "LT": "LT123456719",
        "LU": "LU12345678",
        "LV": "LV41234567890",
        "MT": "MT12345678",
        "NL": "NL123456789B01",
        "PL": "PL1234567890",
        "PT": "PT123456780",
        "RO": "RO12345678",
        "SE": "SE123456789001",
        "SI": "SI12345678",
        "SK": "SK1234567890",
        "XI": "XI123456789",
    }
)

# Countries (ISO 3166-1) whose ids carry another prefix: Greece, Monaco, Northern Ireland's state.
_PREFIX_OF_COUNTRY = {"GR": "EL", "MC": "FR", "GB": "XI"}

# Numbers of the one-stop shops begin with EU or IM and name no state; the library takes them for
# ids. IM is a country of its own as well, and stands among the others.
_ONE_STOP_SHOP = "EU"

# The other codes of ISO 3166-1: known countries that give no EU VAT ids.
_OTHER_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AU AW AX AZ BA BB BD BF BH BI BJ BL BM BN BO BQ BR BS BT BV BW
BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX DJ DM DO DZ EC EG EH ER ET FJ FK FM FO
GA GB GD GE GF GG GH GI GL GM GN GP GQ GS GT GU GW GY HK HM HN HT ID IL IM IN IO IQ IR IS JE JM
JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LY MA MC MD ME MF MG MH MK ML MM MN
MO MP MQ MR MS MU MV MW MX MY MZ NA NC NE NF NG NI NO NP NR NU NZ OM PA PE PF PG PH PK PM PN PR
PS PW PY QA RE RS RU RW SA SB SC SD SG SH SJ SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ
TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
_OTHER_COUNTRIES = frozenset(_OTHER_CODES.split())

# How ids of other countries begin: GB123…, GBHA501, CHE-107…, or the bare code.
_FOREIGN_ID = re.compile(r"[A-Z]{2}(?:[- .]*[A-Z]{0,2}[- .]*[0-9].*)?")


def normalise_vat_id(text: str, account_country: str) -> str:
    """The stored form of a typed VAT id, such as "ATU14243102"; its prefix must have been typed.

    `account_country` is the ISO 3166-1 alpha-2 code of the account; "" allows every state.

    Raises:
        InvalidInput: MISSING, TOO_LONG, UNKNOWN_COUNTRY (no prefix of a country), NOT_EU,
            WRONG_LENGTH, WRONG_FORMAT, WRONG_CHECKSUM, or OTHER_COUNTRY (well-formed, of another
            state than the account's). Always with the facts `country` (the prefix typed, "" when
            it is none), `expected` (the account's prefix, "" when its country has none) and
            `example` (the form of an id of the country typed, else of the account's, else "").
    """
    expected = _prefix_of(account_country)
    typed = text.strip()
    if not typed:
        raise _refusal(Flaw.MISSING, "", expected)
    if len(typed) > _LONGEST_TEXT:
        raise _refusal(Flaw.TOO_LONG, "", expected)
    number = clean(typed)
    # Before upper(), which makes ASCII letters of some that are none.
    if not (number.isascii() and number.isprintable()):
        raise _refusal(Flaw.WRONG_FORMAT, "", expected)
    number = number.upper()
    prefix = _known_prefix(number, expected)
    normal = _validated(number)
    if isinstance(normal, Flaw):
        raise _refusal(normal, prefix, expected)
    if account_country and prefix != expected:
        raise _refusal(Flaw.OTHER_COUNTRY, prefix, expected)
    return prefix + normal


def _prefix_of(country: str) -> str:
    prefix = _PREFIX_OF_COUNTRY.get(country, country)
    return prefix if prefix in VAT_ID_EXAMPLES else ""


def _known_prefix(number: str, expected: str) -> str:
    """The prefix of an EU state that the number begins with, the Greek one as EL."""
    code = number[:2]
    if code in VAT_ID_EXAMPLES:
        return code
    if code == "GR":
        return "EL"
    if (code == _ONE_STOP_SHOP or code in _OTHER_COUNTRIES) and _FOREIGN_ID.fullmatch(number):
        raise _refusal(Flaw.NOT_EU, code, expected)
    raise _refusal(Flaw.UNKNOWN_COUNTRY, "", expected)


def _validated(number: str) -> str | Flaw:
    """What follows the prefix, or what is wrong; as a value, for the library's errors say less."""
    try:
        normal = vat.validate(number)
    except InvalidChecksum:
        return Flaw.WRONG_CHECKSUM
    except InvalidLength:
        return Flaw.WRONG_LENGTH
    except ValidationError:
        return Flaw.WRONG_FORMAT
    # A French key may be the letters FR themselves; then the library adds no prefix.
    if number.startswith("FR") and len(normal) == 11:
        return normal
    return normal[2:]


def _refusal(flaw: Flaw, country: str, expected: str) -> InvalidInput:
    example = VAT_ID_EXAMPLES.get(country) or VAT_ID_EXAMPLES.get(expected, "")
    return InvalidInput(Field.VAT_ID, flaw, country=country, expected=expected, example=example)
