"""The table [ssh] of the settings and its variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing.settings import SettingsInvalid, load_settings
from billing.ssh_settings import SshSettings, load_ssh_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def _loaded(file: Path, **variables: str) -> SshSettings:
    return load_ssh_settings({"BILLING_CENTER_CONFIG": str(file), **variables})


def test_without_settings_it_listens_on_this_machine_only(file: Path) -> None:
    file.touch()
    assert _loaded(file) == SshSettings()
    assert (SshSettings().host, SshSettings().port) == ("127.0.0.1", 2222)


def test_a_variable_wins_over_the_table_and_paths_are_relative_to_the_file(file: Path) -> None:
    file.write_text('[ssh]\nport = 22\nsessions = "50"\nhost_key = "key"\n')
    settings = _loaded(file, BILLING_CENTER_SSH_PORT="2022", BILLING_CENTER_SSH_SESSIONS="")
    assert (settings.port, settings.sessions) == (2022, 50)
    assert settings.host_key == file.parent / "key"


def test_the_table_does_not_disturb_the_other_settings(file: Path) -> None:
    file.write_text('database = "x.sqlite3"\n[ssh]\nport = 22\n')
    assert load_settings({"BILLING_CENTER_CONFIG": str(file)}).database is not None


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("ssh = 3", (("ssh", "not a table"),)),
        ("[ssh]\nprot = 1", (("ssh.prot", "unknown key"),)),
        ("[ssh]\nport = 65536", (("ssh.port", "not from 1 to 65535"),)),
        ("[ssh]\nport = true", (("ssh.port", "not a whole number"),)),
        ("[ssh]\nidle_seconds = 0", (("ssh.idle_seconds", "not from 1 to 1000000000"),)),
        ("[ssh]\nsessions = -1", (("ssh.sessions", "not a whole number"),)),
        ("[ssh]\nhost = 3", (("ssh.host", "not a text"),)),
    ],
)
def test_a_flaw_is_named(file: Path, text: str, flaws: tuple[tuple[str, str], ...]) -> None:
    file.write_text(text)
    with pytest.raises(SettingsInvalid) as caught:
        _loaded(file)
    assert caught.value.flaws == flaws


def test_a_flaw_of_a_variable_names_the_variable(file: Path) -> None:
    file.touch()
    with pytest.raises(SettingsInvalid) as caught:
        _loaded(file, BILLING_CENTER_SSH_GRACE_SECONDS="9" * 5000)
    assert caught.value.place == "BILLING_CENTER_SSH_GRACE_SECONDS"
