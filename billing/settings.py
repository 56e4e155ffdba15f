"""Settings: BILLING_CENTER_* variables first, then a TOML file, then folders of the system."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from platformdirs import PlatformDirs

from billing.accounts.vat_address import VIES_ADDRESS, AuthorityInvalid, read_authority
from billing.errors import BillingError
from billing.mail.server import MailServer, MailSettingInvalid, read_mail_server, read_sender

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Parsed = TypeVar("Parsed")

_FOLDERS = PlatformDirs("billing-center", appauthor=False)
_PREFIX = "BILLING_CENTER_"
_CONFIG_VARIABLE = "BILLING_CENTER_CONFIG"
DATABASE_NAME = "billing-center.sqlite3"


class SettingsInvalid(BillingError):
    """Settings are wrong; each flaw is (key, what is wrong), key "" for a whole file.

    `place` is the settings file or the variable; no flaw contains a value.
    """

    def __init__(self, place: str, flaws: tuple[tuple[str, str], ...]) -> None:
        super().__init__(f"{len(flaws)} flaws in {place}")
        self.place = place
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are. `database` is a path or an SQLAlchemy address; a cache may be thrown away.

    None stands for: the database in the data folder, mail in a Maildir beside the database, mail
    from the seller's address, and the catalogue that comes with the program. Where there is a
    `mail_server` it gets the mails, and `mail_folder` none. `vat_authority` is the address of the
    service that knows the VAT ids; "" checks none.
    """

    data_folder: Path
    log_folder: Path
    cache_folder: Path
    database: str | None = None
    mail_folder: Path | None = None
    catalogue_file: Path | None = None
    mail_server: MailServer | None = None
    mail_sender: str | None = None
    vat_authority: str = VIES_ADDRESS


_NO_PATHS = frozenset({"mail_server", "mail_sender", "vat_authority"})
_NAMES = tuple(field.name for field in fields(Settings))
# Tables that other modules read.
_TABLES = frozenset({"ssh"})


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this machine and environment; an empty variable counts as unset.

    Raises:
        SettingsInvalid: the TOML file cannot be read, a key or value in it is not known, or a mail
            server, sender or VAT authority, in it or in a variable, is no such address.
    """
    variables = os.environ if environment is None else environment
    file, table = read_settings_file(variables)
    values = _from_file(file, table)
    places = dict.fromkeys(values, str(file))
    for name in _NAMES:
        variable = _PREFIX + name.upper()
        if variables.get(variable):
            values[name], places[name] = variables[variable], variable
    authority = _parsed("vat_authority", values, places, read_authority)
    return Settings(
        data_folder=_path(values.get("data_folder")) or _FOLDERS.user_data_path,
        log_folder=_path(values.get("log_folder")) or _FOLDERS.user_log_path,
        cache_folder=_path(values.get("cache_folder")) or _FOLDERS.user_cache_path,
        database=values.get("database"),
        mail_folder=_path(values.get("mail_folder")),
        catalogue_file=_path(values.get("catalogue_file")),
        mail_server=_parsed("mail_server", values, places, read_mail_server),
        mail_sender=_parsed("mail_sender", values, places, read_sender),
        vat_authority=VIES_ADDRESS if authority is None else authority,
    )


def _parsed(
    name: str, values: dict[str, str], places: dict[str, str], parse: Callable[[str], Parsed]
) -> Parsed | None:
    if name not in values:
        return None
    try:
        return parse(values[name])
    except (MailSettingInvalid, AuthorityInvalid) as flaw:
        raise SettingsInvalid(places[name], ((name, str(flaw)),)) from None


def read_settings_file(variables: Mapping[str, str]) -> tuple[Path, dict[str, Any]]:
    """The settings file, which need not be there unless a variable names it, and what it says.

    Raises:
        SettingsInvalid: it cannot be read.
    """
    named = variables.get(_CONFIG_VARIABLE, "")
    file = _expanded(named) if named else _FOLDERS.user_config_path / "config.toml"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if named:
            raise SettingsInvalid(str(file), (("", "no such file"),)) from None
        return file, {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(str(file), (("", str(error)),)) from error
    import tomllib  # noqa: PLC0415 - most starts have no such file, and the first paint waits

    try:
        return file, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(str(file), (("", str(error)),)) from error


def _from_file(file: Path, table: dict[str, Any]) -> dict[str, str]:
    """The values of a settings file; paths in it are relative to its folder."""
    table = {
        key: value
        for key, value in table.items()
        if not (key in _TABLES and isinstance(value, dict))
    }
    flaws = tuple(
        (key, "unknown key" if key not in _NAMES else "not a text")
        for key, value in table.items()
        if key not in _NAMES or not isinstance(value, str)
    )
    if flaws:
        raise SettingsInvalid(str(file), flaws)
    return {
        key: value if key in _NO_PATHS else _anchored(value, file.parent)
        for key, value in table.items()
        if value
    }


def _anchored(value: str, folder: Path) -> str:
    return value if "://" in value else str(folder / _expanded(value))


def _path(value: str | None) -> Path | None:
    return _expanded(value).absolute() if value else None


def _expanded(value: str) -> Path:
    """A path with ~ replaced; one that names a home there is not stays as it is."""
    try:
        return Path(value).expanduser()
    except RuntimeError:
        return Path(value)
