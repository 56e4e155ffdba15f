"""The VIES client against a server of our own: only a clean yes or no is an answer."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from billing.accounts.model import VatIdState
from billing.accounts.vat_address import VIES_ADDRESS, AuthorityInvalid, read_authority
from billing.accounts.vies import Vies
from billing.clock import FixedClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing.accounts.vat_authority import VatAnswer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LENA, SELLER = "ATU14243102", "DE136695976"
CONFIRMED, REFUTED, UNKNOWN = VatIdState.CONFIRMED, VatIdState.REFUTED, VatIdState.UNKNOWN
OVERLOADED = {"valid": False, "userError": "MS_MAX_CONCURRENT_REQ"}
ERRORS = (
    "SERVICE_UNAVAILABLE",
    "MS_UNAVAILABLE",
    "TIMEOUT",
    "GLOBAL_MAX_CONCURRENT_REQ",
    "GLOBAL_MAX_CONCURRENT_REQ_TIME",
    "MS_MAX_CONCURRENT_REQ",
    "MS_MAX_CONCURRENT_REQ_TIME",
    "VAT_BLOCKED",
    "IP_BLOCKED",
    "INVALID_REQUESTER_INFO",
    "INVALID_INPUT",
)


@dataclass
class Canned:
    """What the server answers to everything, and what it was asked."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(canned: Canned) -> Iterator[str]:
    """The address of a server that gives the canned answer."""

    class Handler(BaseHTTPRequestHandler):
        log_message: ClassVar[Any] = lambda *_: None

        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            canned.asked.append((self.path, json.loads(question)))
            self.send_response(canned.status)
            for name, value in canned.headers.items():
                self.send_header(name, value)
            self.end_headers()
            step = 1 if canned.drip else max(1, len(canned.body))
            for start in range(0, len(canned.body), step):
                self.wfile.write(canned.body[start : start + step])
                self.wfile.flush()
                if canned.over.wait(canned.drip):
                    return

        def do_GET(self) -> None:
            canned.asked.append((self.path, {}))
            self.send_error(404)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/check"
        finally:
            canned.over.set()
            server.shutdown()
            thread.join()


def asked(canned: Canned, vat_id: str = LENA, *, seconds: float = 5) -> VatAnswer:
    with serving(canned) as address:
        return Vies(FixedClock(NOW), address, seconds=seconds).check(vat_id, SELLER)


def saying(**answer: object) -> Canned:
    return Canned(json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"valid": True}, CONFIRMED),
        ({"isValid": True}, CONFIRMED),
        ({"isValid": True, "userError": "VALID"}, CONFIRMED),
        ({"valid": True, "userError": "", "errorWrappers": []}, CONFIRMED),
        ({"valid": True, "countryCode": "AT", "vatNumber": "U14243102"}, CONFIRMED),
        ({"valid": False}, REFUTED),
        ({"isValid": False, "userError": "INVALID"}, REFUTED),
        ({"valid": False, "isValid": False, "userError": None}, REFUTED),
    ],
)
def test_a_clean_yes_or_no_is_an_answer(answer: dict[str, object], state: VatIdState) -> None:
    assert asked(saying(**answer)).state is state


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("valid", [False, True, None])
def test_an_error_beside_it_is_never_an_answer(error: str, valid: bool | None) -> None:
    wrapped = {"actionSucceed": False, "errorWrappers": [{"error": error}]}
    for answer in ({"valid": valid, "userError": error}, {"isValid": valid, **wrapped}):
        told = asked(saying(**answer))
        assert (told.state, told.raw) == (UNKNOWN, error)


def test_overload_that_looks_like_invalid_is_unknown() -> None:
    assert asked(saying(**OVERLOADED)).state is UNKNOWN
    also = {**OVERLOADED, "errorWrappers": [{"error": "MS_MAX_CONCURRENT_REQ"}]}
    assert asked(saying(**also)).state is UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"valid": "true"},
        {"valid": 1},
        {"valid": True, "isValid": False},
        {"valid": False, "userError": "VALID"},
        {"valid": True, "userError": "INVALID"},
        {"valid": True, "userError": ["VALID"]},
        {"valid": True, "vatNumber": "U33864707"},
        {"valid": True, "countryCode": "DE"},
        {"valid": True, "errorWrappers": "x"},
    ],
    ids=str,
)
def test_an_answer_that_contradicts_itself_or_the_question_is_unknown(
    answer: dict[str, object],
) -> None:
    assert asked(saying(**answer)).state is UNKNOWN


@pytest.mark.parametrize(
    ("canned", "why"),
    [
        (Canned(b"<html>"), "no JSON"),
        (Canned(b""), "no JSON"),
        (Canned(b"[" * 60_000), "no JSON"),
        (Canned(b"9" * 9_999), "no JSON"),
        (Canned(b"[true]"), "no object"),
        (Canned(b"\xff\xfe"), "no text"),
        (Canned(b'{"valid": true, "x": "' + b"x" * 70_000 + b'"}'), "too long"),
        (Canned(b'{"valid": true}', status=500), "HTTP 500"),
        (Canned(b'{"valid": true}', status=404), "HTTP 404"),
        (Canned(b'{"valid": true}', status=202), "HTTP 202"),
        (Canned(b'{"valid": true', headers={"Content-Length": "99"}), "no JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_garbage_is_unknown_and_its_kind_is_kept(canned: Canned, why: str) -> None:
    told = asked(canned)
    assert (told.state, told.raw, told.reference) == (UNKNOWN, why, "")


def test_a_redirect_is_not_followed() -> None:
    canned = Canned(b'{"valid": true}', status=302, headers={"Location": "/elsewhere"})
    assert asked(canned).raw == "HTTP 302"
    assert [path for path, _ in canned.asked] == ["/check"]


def test_the_question_names_both_parties_and_the_answer_is_evidence() -> None:
    canned = saying(valid=True, requestIdentifier="WAPIAAAA1", name="Huber & Co. KG")
    told = asked(canned)
    assert canned.asked == [
        (
            "/check",
            {
                "countryCode": "AT",
                "vatNumber": "U14243102",
                "requesterMemberStateCode": "DE",
                "requesterNumber": "136695976",
            },
        )
    ]
    assert (told.reference, told.asked_at) == ("WAPIAAAA1", NOW)
    assert told.raw.encode() == canned.body


def test_greece_is_asked_for_as_el() -> None:
    canned = saying(valid=True)
    asked(canned, "GR094259216")
    assert canned.asked[0][1]["countryCode"] == "EL"


def test_northern_ireland_is_never_asked_for() -> None:
    canned = saying(valid=True)
    told = asked(canned, "XI110305878")
    assert (told.state, canned.asked) == (UNKNOWN, [])


@pytest.mark.parametrize("drip", [0.01, 60])
def test_a_server_that_never_finishes_is_given_up_in_time(drip: float) -> None:
    canned = Canned(b'{"valid": true}' + b" " * 60_000, drip=drip)
    begun = time.monotonic()
    told = asked(canned, seconds=0.2)
    assert told.state is UNKNOWN
    assert time.monotonic() - begun < 30


def test_a_server_that_is_down_is_unknown() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        told = Vies(FixedClock(NOW), address).check(LENA, SELLER)
    assert (told.state, told.raw) == (UNKNOWN, "ConnectionRefusedError")


def test_a_server_without_a_certificate_of_the_web_is_unknown() -> None:
    with serving(saying(valid=True)) as address:
        told = Vies(FixedClock(NOW), address.replace("http:", "https:")).check(LENA, SELLER)
    assert told.state is UNKNOWN


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("vies", VIES_ADDRESS),
        ("none", ""),
        ("https://proxy.example:8443/vies", "https://proxy.example:8443/vies"),
    ],
)
def test_a_setting_names_an_authority(setting: str, address: str) -> None:
    assert read_authority(setting) == address


@pytest.mark.parametrize(
    "setting", ["VIES", "ftp://x/", "https://", "http://x:99999/", "https://a b/", "http://ü/"]
)
def test_another_setting_is_refused_and_not_repeated(setting: str) -> None:
    with pytest.raises(AuthorityInvalid) as caught:
        read_authority(setting)
    assert setting not in str(caught.value)
