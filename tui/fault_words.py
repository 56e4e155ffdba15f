"""What is wrong with a field in a word or two, to stand beside it. Pure: no Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.errors import Field, Flaw
from tui.i18n import N_, _

if TYPE_CHECKING:
    from billing.errors import InvalidInput

# At most 18 characters: so many there is room for beside the narrowest field.
_FAULTS: dict[tuple[Field | None, Flaw | None], str] = {
    (None, Flaw.MISSING): N_("missing"),
    (None, Flaw.WRONG_CHECKSUM): N_("check digit wrong"),
    (None, Flaw.OTHER_COUNTRY): N_("other country"),
    (None, Flaw.NOT_EU): N_("no EU country"),
    (None, Flaw.EXPIRED): N_("expired"),
    (None, Flaw.TOO_FAR_AHEAD): N_("too far ahead"),
    (None, Flaw.NOT_A_TEST_CARD): N_("no test card"),
    (Field.IBAN, Flaw.WRONG_LENGTH): N_("wrong length"),
    (Field.IBAN, Flaw.NOT_SUPPORTED): N_("not in SEPA"),
    (Field.CARD_EXPIRY, Flaw.WRONG_FORMAT): N_("not MM/YY"),
}
_ANY = N_("not valid")


def missing_words() -> str:
    """Nothing stands in a field that must hold something."""
    return _(_FAULTS[None, Flaw.MISSING])


def fault_words(error: InvalidInput) -> str:
    """What is wrong with a field; the sentence about it says how to mend it."""
    own = _FAULTS.get((error.field, error.flaw))
    return _(own or _FAULTS.get((None, error.flaw), _ANY))
