"""How the program is served over SSH: the table [ssh] of the settings, or BILLING_CENTER_SSH_*."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from billing.settings import SettingsInvalid, read_settings_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PREFIX = "BILLING_CENTER_SSH_"
_LARGEST_PORT = 65535
_LARGEST_NUMBER = 10**9
_TEXTS = frozenset({"host", "host_key"})
_MAY_BE_NOTHING = frozenset({"metrics_port", "sessions_per_address", "sessions_per_account"})


@dataclass(frozen=True, slots=True)
class SshSettings:
    """Where to listen, and what one session, address, account and all together may have.

    `host_key` None: in the data folder. `metrics_port` 0: no counters; a limit per address or per
    account of 0: none. `grace_seconds` are for signing in to SSH and opening a session,
    `idle_seconds` without a key and `longest_seconds` in all end a session.
    """

    host: str = "127.0.0.1"
    port: int = 2222
    host_key: Path | None = None
    metrics_port: int = 0
    sessions: int = 200
    sessions_per_address: int = 20
    sessions_per_account: int = 10
    waiting_connections: int = 100
    grace_seconds: int = 60
    keep_alive_seconds: int = 30
    idle_seconds: int = 900
    longest_seconds: int = 14_400
    shutdown_seconds: int = 10
    memory_megabytes: int = 384
    cpu_seconds: int = 900


_NAMES = tuple(field.name for field in fields(SshSettings))


def load_ssh_settings(environment: Mapping[str, str] | None = None) -> SshSettings:
    """The settings of this machine and environment; an empty variable counts as unset.

    Raises:
        SettingsInvalid: the settings file, a key or a value is wrong.
    """
    variables = os.environ if environment is None else environment
    file, table = read_settings_file(variables)
    from_file = table.get("ssh", {})
    _refuse_flawed(str(file), from_file)
    from_variables = {
        name: variables[_PREFIX + name.upper()]
        for name in _NAMES
        if variables.get(_PREFIX + name.upper())
    }
    for name, value in from_variables.items():
        _refuse_flawed(_PREFIX + name.upper(), {name: value})
    if "host_key" in from_file:
        from_file = from_file | {"host_key": file.parent / Path(from_file["host_key"]).expanduser()}
    values = from_file | from_variables
    return SshSettings(**{name: _read(name, value) for name, value in values.items()})  # type: ignore[arg-type]  # looked at above


def _read(name: str, value: object) -> object:
    if name in _TEXTS:
        return Path(str(value)).expanduser().absolute() if name == "host_key" else value
    return int(str(value))


def _refuse_flawed(place: str, values: object) -> None:
    if not isinstance(values, dict):
        raise SettingsInvalid(place, (("ssh", "not a table"),))
    if flaws := tuple((f"ssh.{name}", flaw) for name, flaw in _flaws(values)):
        raise SettingsInvalid(place, flaws)


def _flaws(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if name not in _NAMES:
            yield name, "unknown key"
        elif name in _TEXTS:
            if not isinstance(value, str) or not value:
                yield name, "not a text"
        elif (reason := _number_flaw(name, value)) is not None:
            yield name, reason


def _number_flaw(name: str, value: object) -> str | None:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        return "not a whole number"
    least = 0 if name in _MAY_BE_NOTHING else 1
    most = _LARGEST_PORT if name.endswith("port") else _LARGEST_NUMBER
    # A giant number is not even turned into one.
    if len(text) > len(str(most)) or not least <= int(text) <= most:
        return f"not from {least} to {most}"
    return None
