"""The log file: where the details of a failure go, with nothing secret in them."""

from __future__ import annotations

import logging
import os
import re
import secrets
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOG_NAME = "billing-center.log"
_LARGEST = 1_000_000
_KEPT = 5
_ONLY_OWNER = 0o600
_REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_REFERENCE_LENGTH = 8

_GAP = r"[ \u00a0./-]?"
_DIGITS = re.compile(rf"\d(?:{_GAP}\d){{12,}}")
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}"
    r"(?:[A-Z0-9]{11,30}|(?:[ \u00a0-][A-Z0-9]{4}){2,7}(?:[ \u00a0-][A-Z0-9]{1,3})?)\b",
    re.IGNORECASE,
)
_SHORTEST_IBAN = 15
_CARD_LENGTHS = range(13, 20)


def log_to_file(folder: Path) -> Path:
    """Send the program's log to a rotating file that only its owner can read; answers its path.

    Raises:
        OSError: the folder or the file cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / LOG_NAME
    handler = _PrivateFileHandler(
        path, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", errors="backslashreplace"
    )
    handler.setFormatter(
        MaskingFormatter("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s")
    )
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return path


def new_reference() -> str:
    """A short reference that is shown to the user and stands in the log beside the details."""
    return "".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(_REFERENCE_LENGTH))


class MaskingFormatter(logging.Formatter):
    """Masks card numbers and IBANs in the whole entry, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry as it is written."""
        return masked(super().format(record))


def masked(text: str) -> str:
    """`text` without anything that looks like a card number or an IBAN."""
    return _DIGITS.sub(_without_card, _IBAN.sub(_without_iban, text))


def _without_iban(found: re.Match[str]) -> str:
    compact = re.sub(r"[^A-Za-z0-9]", "", found[0])
    return "[IBAN]" if len(compact) >= _SHORTEST_IBAN else found[0]


def _without_card(found: re.Match[str]) -> str:
    # Digits may stand before or behind the number, so every stretch of a card's length counts.
    digits = [int(character) for character in found[0] if character.isdigit()]
    for length in _CARD_LENGTHS:
        for start in range(len(digits) - length + 1):
            if _passes_luhn(digits[start : start + length]):
                return "[number]"
    return found[0]


def _passes_luhn(digits: list[int]) -> bool:
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


class _PrivateFileHandler(RotatingFileHandler):
    """A rotating file that is created readable by its owner only."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(
            self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _ONLY_OWNER
        )
        os.fchmod(descriptor, _ONLY_OWNER)
        return TextIOWrapper(
            os.fdopen(descriptor, "ab"), encoding=self.encoding, errors=self.errors
        )
