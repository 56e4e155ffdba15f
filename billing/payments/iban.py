"""IBANs as typed: checked for country, length, structure and check digits; the bank is named.

National check digits are not checked: the banks' own published examples fail them.
"""

from __future__ import annotations

from schwifty import IBAN
from schwifty.exceptions import InvalidChecksumDigits, SchwiftyException

from billing.errors import Field, Flaw, InvalidInput
from billing.payments.model import Iban
from billing.payments.typed import trimmed, without_spaces

# The longest IBAN has 34 characters; this leaves room for a space after each.
_LONGEST_TEXT = 80
# A bank's full name is used up to here, beyond it the shorter of its two names.
_FITTING_NAME = 30
_LONGEST_NAME = 60
# States that joined the payments area in 2024 and 2025, which the library does not know yet.
_JOINED_SEPA = frozenset({"AL", "MD", "ME", "MK", "RS"})


def check_iban(text: str) -> Iban:
    """A well-formed IBAN of any country, from typed text with spaces in either case.

    Raises:
        InvalidInput: MISSING, TOO_LONG, UNKNOWN_COUNTRY, WRONG_LENGTH (facts `country`, `length`),
            WRONG_FORMAT or WRONG_CHECKSUM (fact `country`).
    """
    return _value(_parsed(text))


def check_debit_iban(text: str) -> Iban:
    """A well-formed IBAN of an account that a SEPA direct debit can be drawn on.

    Raises:
        InvalidInput: as `check_iban`, or NOT_SUPPORTED (fact `country`) outside SEPA.
    """
    parsed = _parsed(text)
    if not parsed.in_sepa_zone and parsed.country_code not in _JOINED_SEPA:
        raise InvalidInput(Field.IBAN, Flaw.NOT_SUPPORTED, country=parsed.country_code)
    return _value(parsed)


def _parsed(text: str) -> IBAN:
    compact = without_spaces(trimmed(text, Field.IBAN, _LONGEST_TEXT))
    if not (compact.isascii() and compact.isalnum()):
        raise InvalidInput(Field.IBAN, Flaw.WRONG_FORMAT)
    parsed = IBAN(compact, allow_invalid=True)
    country, length = parsed.country_code, _length_in_country(parsed)
    if length is None:
        raise InvalidInput(Field.IBAN, Flaw.UNKNOWN_COUNTRY)
    if len(parsed) != length:
        raise InvalidInput(Field.IBAN, Flaw.WRONG_LENGTH, country=country, length=length)
    flaw = _flaw(parsed)
    if flaw is not None:
        raise InvalidInput(Field.IBAN, flaw, country=country)
    return parsed


# schwifty's messages hold the IBAN. These two turn its exceptions into values, so that none of them
# becomes the context of ours.
def _length_in_country(parsed: IBAN) -> int | None:
    try:
        return parsed.spec.iban_length
    except SchwiftyException:
        return None


def _flaw(parsed: IBAN) -> Flaw | None:
    try:
        parsed.validate(validate_bban=False)
    except InvalidChecksumDigits:
        return Flaw.WRONG_CHECKSUM
    except SchwiftyException:
        return Flaw.WRONG_FORMAT
    return None


def _value(parsed: IBAN) -> Iban:
    compact = parsed.compact
    return Iban(
        compact=compact,
        masked=f"{compact[:4]} … {compact[-4:]}",
        bank=_bank_name(parsed),
        bic=str(parsed.bic or ""),
    )


def _bank_name(parsed: IBAN) -> str:
    full = parsed.bank_name or ""
    name = (
        full if len(full) <= _FITTING_NAME else min(full, parsed.bank_short_name or full, key=len)
    )
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
