"""Settings from the environment, a file and the system's folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.accounts.vat_address import VIES_ADDRESS
from billing.settings import SettingsInvalid, load_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def _flaws(file: Path) -> tuple[tuple[str, str], ...]:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings({"BILLING_CENTER_CONFIG": str(file)})
    return caught.value.flaws


def test_without_settings_everything_is_in_the_users_folders(file: Path) -> None:
    file.touch()
    settings = load_settings({"BILLING_CENTER_CONFIG": str(file)})
    assert settings.data_folder.name == "billing-center"
    assert settings.log_folder.is_absolute()
    assert (settings.database, settings.mail_folder, settings.catalogue_file) == (None, None, None)


def test_a_variable_wins_over_the_file(file: Path, tmp_path: Path) -> None:
    file.write_text('database = "from-file.sqlite3"\nmail_folder = "mail"\n')
    settings = load_settings(
        {"BILLING_CENTER_CONFIG": str(file), "BILLING_CENTER_DATABASE": "/else/where.sqlite3"}
    )
    assert settings.database == "/else/where.sqlite3"
    assert settings.mail_folder == tmp_path / "mail"


def test_an_empty_variable_counts_as_unset(file: Path) -> None:
    file.write_text('database = "postgresql://host/billing"\n')
    settings = load_settings({"BILLING_CENTER_CONFIG": str(file), "BILLING_CENTER_DATABASE": ""})
    assert settings.database == "postgresql://host/billing"


def test_paths_in_the_file_are_relative_to_it(file: Path, tmp_path: Path) -> None:
    file.write_text('database = "billing.sqlite3"\ncatalogue_file = "/etc/catalogue.toml"\n')
    settings = load_settings({"BILLING_CENTER_CONFIG": str(file)})
    assert settings.database == str(tmp_path / "billing.sqlite3")
    assert str(settings.catalogue_file) == "/etc/catalogue.toml"


def test_a_mistyped_key_and_a_wrong_value_are_named(file: Path) -> None:
    file.write_text('databse = "x"\nlog_folder = 3\n')
    assert _flaws(file) == (("databse", "unknown key"), ("log_folder", "not a text"))


@pytest.mark.parametrize("content", [b"database = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert _flaws(file)[0][0] == ""


def test_a_named_file_must_exist(file: Path) -> None:
    assert _flaws(file) == (("", "no such file"),)


@pytest.mark.parametrize(
    ("setting", "address"),
    [("vies", VIES_ADDRESS), ("none", ""), ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x")],
)
def test_the_vat_authority_is_named_or_addressed(file: Path, setting: str, address: str) -> None:
    file.write_text(f'vat_authority = "{setting}"\n')
    assert load_settings({"BILLING_CENTER_CONFIG": str(file)}).vat_authority == address


def test_vies_is_asked_unless_something_else_is_set(file: Path) -> None:
    file.touch()
    variables = {"BILLING_CENTER_CONFIG": str(file)}
    assert load_settings(variables).vat_authority == VIES_ADDRESS
    none = variables | {"BILLING_CENTER_VAT_AUTHORITY": "none"}
    assert load_settings(none).vat_authority == ""


def test_a_vat_authority_that_is_none_is_refused_with_its_place(file: Path) -> None:
    file.write_text('vat_authority = "viess"\n')
    assert _flaws(file) == (("vat_authority", "must be vies, none or an http(s) address"),)
