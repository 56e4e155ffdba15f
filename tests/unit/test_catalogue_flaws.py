"""A wrong catalogue file is refused with everything that is wrong in it, and where."""

from __future__ import annotations

import copy
import os
import time
import tomllib
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from billing.catalogue.loader import catalogue_from, load_catalogue, parse_catalogue
from billing.documents.reading import MOST_BYTES
from billing.errors import CatalogueInvalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SAMPLE = resources.files("billing.catalogue").joinpath("sample.toml").read_bytes()
DOCUMENT = tomllib.loads(SAMPLE.decode())
PRO = "products.goto-webinar.tiers.pro"
GONE = object()


def flaws_of(call: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(CatalogueInvalid) as caught:
        call()
    return list(caught.value.flaws)


def flaws_with(changes: dict[str, object]) -> list[tuple[str, str]]:
    """The flaws of the sample after `changes`, which are values by dotted key path."""
    document: dict[str, Any] = copy.deepcopy(DOCUMENT)
    for path, value in changes.items():
        *tables, last = path.split(".")
        table = document
        for key in tables:
            table = table[key]
        if value is GONE:
            del table[last]
        else:
            table[last] = value
    return flaws_of(lambda: catalogue_from(document))


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (f"{PRO}.prices.annual.EUR", 2388.0, "must be text in quotation marks"),
        (f"{PRO}.prices.annual.EUR", "2.388,00", 'must be an amount such as "249.00"'),
        (f"{PRO}.prices.annual.EUR", "2388\n", 'must be an amount such as "249.00"'),
        (f"{PRO}.prices.annual.EUR", "-1.00", 'must be an amount such as "249.00"'),
        (f"{PRO}.prices.annual.EUR", "٢٤٩", 'must be an amount such as "249.00"'),
        (f"{PRO}.prices.annual.EUR", "0.00", "must be more than 0"),
        (f"{PRO}.prices.annual.EUR", "9.999", "has more decimal places than the currency"),
        (f"{PRO}.prices.annual.EUR", "2988.01", "is more than twelve monthly prices"),
        (f"{PRO}.prices.annual.CHF", "1.00", "is not a currency of the catalogue"),
        (
            f"{PRO}.prices.annual.USD",
            GONE,
            "is missing: every currency of the catalogue needs a price",
        ),
        (f"{PRO}.prices.annual", GONE, "is missing"),
        (f"{PRO}.prices.weekly", {}, "is not a known key"),
        (f"{PRO}.seats.min", 0, "must be at least 1"),
        (f"{PRO}.seats.min", 501, "is more than max"),
        (f"{PRO}.seats.max", 100_001, "must be at most 100000"),
        (f"{PRO}.seats.max", True, "must be a whole number"),
        (f"{PRO}.features.polls", "yes", "must be a table"),
        (
            f"{PRO}.features.polls",
            GONE,
            "is missing: every feature of the product needs a value",
        ),
        (f"{PRO}.features.fireworks", True, "is not a feature of the product"),
        (f"{PRO}.name", "Lite", "is the name of another one too"),
        (f"{PRO}.name", "Professionelles", "is 15 characters wide, at most 14 fit on the screen"),
        (f"{PRO}.name", "漢字漢字漢字漢字", "is 16 characters wide, at most 14 fit on the screen"),
        (f"{PRO}.limit.de", GONE, "is missing"),
        (f"{PRO}.limit.en", " ", "is empty"),
        (f"{PRO}.limit.en", "up to 10 ", "begins or ends with a space"),
        (f"{PRO}.limit.en", "\x1b[2Jgone", "holds the unprintable character U+001B"),
        (f"{PRO}.limit.en", "a\u202eb", "holds the unprintable character U+202E"),
        (f"{PRO}.limit.en", "a\u0301", "holds the unprintable character U+0301"),
        ("products.goto-webinar.trial.days", 0, "must be at least 1"),
        ("products.goto-webinar.trial", 7, "must be a table"),
        ("products.goto-webinar.name", "GoTo Meeting", "is the name of another one too"),
        (
            "products.goto-webinar.features.presenters.en",
            "Polls",
            "is the name of another one too",
        ),
        ("products.goto-webinar.tiers", {}, "must hold at least 1"),
        ("products.goto-webinar.summary.fr", "non", "is not a known key"),
        (
            "products.logmein-central.trial.max_seats",
            24,
            "is less than the fewest seats of a tier",
        ),
        ("products.Bad", {}, "as an id must be 1 to 40 characters of a-z, 0-9 and hyphen"),
        ("products", [], "must be a table"),
        ("currencies", "EUR", "must be a list"),
        ("currencies", ["EUR", "USD"] * 6, "holds too many: at most 10 are allowed"),
        ("version", "2026 11", "must be 1 to 64 characters of letters, digits, dot, _ and hyphen"),
        ("sample", "true", "must be true or false"),
        ("seller.country", "Germany", "must be a country of two capital letters, such as DE"),
        ("seller.vat_id", "DE136695978", "is not built like a VAT id of the seller's country"),
        ("seller.vat_id", "ATU13585627", "does not begin with the code of the seller's country"),
        ("seller.mail", "Anna <a@b.example>", "must be a plain mail address"),
        (
            "seller.corporate_portal",
            "javascript:alert(1)",
            "must be an address that begins with https://",
        ),
    ],
)
def test_a_flaw_has_a_key_and_a_plain_reason(path: str, value: object, reason: str) -> None:
    assert (path, reason) in flaws_with({path: value})


@pytest.mark.parametrize(
    ("path", "changes", "reason"),
    [
        (f"{PRO}.seats.max", {f"{PRO}.seats.max": 16**5000}, "must be at most 100000"),
        ("currencies.1", {"currencies": ["EUR", "EUR"]}, "is listed twice"),
        (
            "currencies.1",
            {"currencies": ["EUR", "usd"]},
            "must be a currency of three capital letters, such as EUR",
        ),
        (
            "seller.vat_id",
            {"seller.country": "GR", "seller.vat_id": "GR094259216"},
            "does not begin with the code of the seller's country",
        ),
        (
            f"{PRO}.features.polls.fr",
            {f"{PRO}.features.polls": {"de": "ja", "en": "yes", "fr": "oui"}},
            "is not a known key",
        ),
    ],
)
def test_a_flaw_inside_a_value_is_named_there(
    path: str, changes: dict[str, object], reason: str
) -> None:
    assert (path, reason) in flaws_with(changes)


def test_all_flaws_are_told_at_once_each_once_and_in_order() -> None:
    assert flaws_with(
        {
            f"{PRO}.seats": {"min": 3, "max": 2},
            f"{PRO}.prices.monthly.EUR": 249,
            f"{PRO}.features.fireworks": True,
            "products.goto-meeting.trial.days": -1,
            "sample": GONE,
        }
    ) == [
        ("products.goto-meeting.trial.days", "must be at least 1"),
        (f"{PRO}.features.fireworks", "is not a feature of the product"),
        (f"{PRO}.prices.monthly.EUR", "must be text in quotation marks"),
        (f"{PRO}.seats.min", "is more than max"),
        ("sample", "is missing"),
    ]


def test_precision_follows_the_currency() -> None:
    yen = copy.deepcopy(DOCUMENT)
    yen["currencies"] = ["JPY"]
    for product in yen["products"].values():
        for tier in product["tiers"].values():
            tier["prices"] = {"monthly": {"JPY": "1000"}, "annual": {"JPY": "9990.5"}}
    flaws = flaws_of(lambda: catalogue_from(yen))
    assert {reason for _, reason in flaws} == {"has more decimal places than the currency"}
    assert all(place.endswith(".prices.annual.JPY") for place, _ in flaws)


@pytest.mark.parametrize(("country", "vat_id"), [("US", "12-3456789"), ("XI", "XI110305878")])
def test_a_seller_outside_the_union_is_refused_since_nobody_could_be_taxed(
    country: str, vat_id: str
) -> None:
    assert flaws_with({"seller.country": country, "seller.vat_id": vat_id}) == [
        ("seller.country", "is no state of the European Union")
    ]


def test_a_seller_in_monaco_has_a_french_vat_id() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["seller"] |= {"country": "MC", "vat_id": "FR40303265045"}
    assert catalogue_from(document).seller.country == "MC"


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("version = 1\nsample = \n", "line 2, column 10", "not TOML: Invalid value"),
        (
            "[products.x]\n[products.x]\n",
            "line 2, column 12",
            "not TOML: Cannot declare ('products', 'x') twice",
        ),
        ("a = 1\na = 2", "line 2, column 6", "not TOML: Cannot overwrite a value"),
        ("[products", "line 1, column 10", "not TOML: Expected ']' at the end of a table"),
        ('a = "b', "line 1, column 7", "not TOML: Unterminated string"),
        ('a = "\x1b"', "line 1, column 6", "not TOML: Illegal character '\\x1b'"),
        ("a = " + "[" * 9999, "file", "is nested too deeply"),
        ("a = " + "9" * 9999, "file", "holds a number with too many digits"),
        ("\n" + "a." * 99 + "a = 1", "line 2", "has more than 16 dots"),
    ],
)
def test_a_syntax_error_is_told_with_its_place(text: str, place: str, reason: str) -> None:
    (flaw,) = flaws_of(lambda: parse_catalogue(text.encode()))
    assert flaw[0] == place
    assert flaw[1].startswith(reason)


def test_text_that_is_not_utf_8_is_told_with_its_line() -> None:
    latin = SAMPLE.decode().encode("latin-1")
    line = SAMPLE[: SAMPLE.index("ß".encode())].count(b"\n") + 1
    assert flaws_of(lambda: parse_catalogue(latin)) == [(f"line {line}", "is not UTF-8")]


def test_hostile_keys_are_quoted_and_clipped() -> None:
    document = {"\x1b]0;x\x07 \u202e": 1, "k" * 5000: 2, 'a."b"': 3}
    places = {place for place, reason in flaws_of(lambda: catalogue_from(document))}
    assert '"a.\\"b\\""' in places
    assert "k" * 59 + "…" in places
    assert all(place.isprintable() and len(place) < 200 for place in places)


def test_flaws_without_end_are_counted() -> None:
    flaws = flaws_of(lambda: catalogue_from({f"key{number}": 1 for number in range(9000)}))
    assert len(flaws) == 501
    assert flaws[-1] == ("file", "has 8505 more flaws")


def _many_tiers_and_features() -> str:
    features = "\n".join(f"f{number} = 1" for number in range(9000))
    tiers = "\n".join(f"t{number}.features = {{}}" for number in range(6000))
    return f"[products.x.features]\n{features}\n[products.x.tiers]\n{tiers}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_many_tiers_and_features(), id="tiers times features"),
        pytest.param("currencies = [" + '"EUR",' * 40_000 + "]", id="currencies"),
        pytest.param("".join(f"[{'a.' * 15}b{n}]\n" for n in range(6000)), id="deep tables"),
        pytest.param("a=" + "{a=" * 80_000, id="nested tables"),
        pytest.param("sample = 0x" + "f" * 250_000, id="huge number"),
    ],
)
def test_no_file_takes_long_to_refuse(text: str) -> None:
    data = text.encode()
    assert len(data) <= MOST_BYTES
    start = time.process_time()
    assert flaws_of(lambda: parse_catalogue(data))
    assert time.process_time() - start < 2


def test_a_file_that_is_missing_a_folder_a_pipe_or_too_long_is_refused(tmp_path: Path) -> None:
    pipe, giant = tmp_path / "pipe", tmp_path / "giant.toml"
    os.mkfifo(pipe)
    giant.write_bytes(b"#" * (MOST_BYTES + 1))
    for path, reason in [
        (tmp_path / "none.toml", "does not exist"),
        (tmp_path, "is a folder"),
        (pipe, "is not a regular file"),
        (giant, f"is longer than {MOST_BYTES} bytes"),
        (tmp_path / "a\0b", "cannot be read"),
        (giant / "below", "cannot be read"),
    ]:
        assert flaws_of(partial(load_catalogue, path)) == [("file", reason)]


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The super-user may read every file, so the refusal is the system call's.
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    assert flaws_of(lambda: load_catalogue(tmp_path / "a.toml")) == [
        ("file", "may not be read by this user")
    ]
