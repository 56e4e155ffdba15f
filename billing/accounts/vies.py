"""VIES, the enquiry service of the EU's tax authorities, over its REST interface.

Only a clean yes or no is an answer. Overload comes as a "not valid" with an error beside it, so
whatever is not clean is UNKNOWN, and nobody is charged by it.
"""

from __future__ import annotations

import json
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing.accounts.model import VatIdState
from billing.accounts.vat_address import VIES_ADDRESS
from billing.accounts.vat_authority import VatAnswer

if TYPE_CHECKING:
    from http.client import HTTPConnection
    from urllib.parse import SplitResult

    from billing.clock import Clock

SECONDS_TO_ANSWER = 6.0

_MOST_BYTES = 64 * 1024
_LONGEST_REFERENCE = 64
_NOT_ASKED = frozenset({"XI"})
_OK = 200
# What `userError` says beside a clean answer; every other word means that there is none.
_CLEAN = {True: "VALID", False: "INVALID"}


class NoAnswer(Exception):
    """The service gave no clean answer; the message is its own error code or what went wrong."""


class Vies:
    """A `VatAuthority` at an http or https address, which answers within `seconds`, whatever comes.

    Redirects are not followed, and no proxy is used.
    """

    def __init__(
        self, clock: Clock, address: str = VIES_ADDRESS, *, seconds: float = SECONDS_TO_ANSWER
    ) -> None:
        self._clock = clock
        self._address = urlsplit(address)
        self._seconds = seconds

    def check(self, vat_id: str, requester: str) -> VatAnswer:
        """As `VatAuthority.check`. Ids of Northern Ireland are not asked for: GB is outside."""
        asked_at = self._clock.now()
        country, number = _split(vat_id)
        try:
            if country in _NOT_ASKED:
                raise NoAnswer("not asked")  # noqa: TRY301 - one place makes UNKNOWN of all reasons
            text = _text(*self._exchange(_question(country, number, requester)))
            answer = _object(text)
            valid = _verdict(answer, country, number)
        except NoAnswer as error:
            return VatAnswer(VatIdState.UNKNOWN, "", asked_at, str(error))
        state = VatIdState.CONFIRMED if valid else VatIdState.REFUTED
        return VatAnswer(state, _reference(answer), asked_at, text)

    def _exchange(self, question: bytes) -> tuple[int, bytes]:
        """Status and body, within the time.

        In a thread, because neither looking a name up nor a server that sends a byte now and then
        is bounded by the timeout of a socket.
        """
        answers: SimpleQueue[tuple[int, bytes] | NoAnswer] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(_post(self._address, question, self._seconds))
            except Exception as error:  # noqa: BLE001 - whatever it is, there is no answer
                answers.put(NoAnswer(type(error).__name__))

        threading.Thread(target=ask, name="vies", daemon=True).start()
        try:
            answer = answers.get(timeout=self._seconds)
        except Empty:
            raise NoAnswer("TimeoutError") from None
        if isinstance(answer, NoAnswer):
            raise answer
        return answer


def _split(vat_id: str) -> tuple[str, str]:
    """Country code and number as VIES wants them: Greece is EL."""
    code = vat_id[:2]
    return "EL" if code == "GR" else code, vat_id[2:]


def _question(country: str, number: str, requester: str) -> bytes:
    question = {"countryCode": country, "vatNumber": number}
    if requester:
        state, own = _split(requester)
        question |= {"requesterMemberStateCode": state, "requesterNumber": own}
    return json.dumps(question).encode()


def _post(address: SplitResult, question: bytes, seconds: float) -> tuple[int, bytes]:
    connection = _connection(address, seconds)
    try:
        connection.request(
            "POST",
            (address.path or "/") + (f"?{address.query}" if address.query else ""),
            body=question,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        response = connection.getresponse()
        return response.status, response.read(_MOST_BYTES + 1)
    finally:
        connection.close()


def _connection(address: SplitResult, seconds: float) -> HTTPConnection:
    # Nothing of this is needed before the first enquiry.
    from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415

    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    return kind(address.hostname or "", address.port, timeout=seconds)


def _text(status: int, body: bytes) -> str:
    if status != _OK:
        raise NoAnswer(f"HTTP {status}")
    if len(body) > _MOST_BYTES:
        raise NoAnswer("too long")
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise NoAnswer("no text") from None


def _object(text: str) -> dict[str, object]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        raise NoAnswer("no JSON") from None
    if not isinstance(answer, dict):
        raise NoAnswer("no object")
    return answer


def _verdict(answer: dict[str, object], country: str, number: str) -> bool:
    """Whether the id is registered; nothing may contradict it."""
    error = answer.get("userError")
    if answer.get("errorWrappers") or answer.get("actionSucceed") is False:
        raise NoAnswer(_code(answer))
    said = [answer[key] for key in ("valid", "isValid") if answer.get(key) is not None]
    if not said or any(not isinstance(each, bool) or each is not said[0] for each in said):
        raise NoAnswer(_code(answer))
    valid = said[0] is True
    if error not in (None, "", _CLEAN[valid]):
        raise NoAnswer(_code(answer))
    about = (answer.get("countryCode") or country, answer.get("vatNumber") or number)
    if about != (country, number):
        raise NoAnswer("about another id")
    return valid


def _code(answer: dict[str, object]) -> str:
    """The error code in an answer, fit for a log."""
    wrappers = answer.get("errorWrappers")
    first = wrappers[0] if isinstance(wrappers, list) and wrappers else None
    code = first.get("error") if isinstance(first, dict) else answer.get("userError")
    return code[:60] if isinstance(code, str) and code.isascii() and code.isprintable() else "?"


def _reference(answer: dict[str, object]) -> str:
    reference = answer.get("requestIdentifier")
    return reference[:_LONGEST_REFERENCE] if isinstance(reference, str) else ""
