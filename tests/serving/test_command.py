"""`billing-center serve ssh` says why it does not serve."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.terminal.machine import Machine

pytestmark = pytest.mark.terminal


def test_a_day_goes_with_a_demo_only(machine: Machine) -> None:
    done = machine.run("serve", "ssh", "--lang", "en", "--today", "2026-11-22")
    assert done.returncode == 2
    assert "--today goes with --demo only" in done.stderr


@pytest.mark.parametrize("port", ["65536", "-1", "ssh"])
def test_a_port_is_a_number_that_ports_have(machine: Machine, port: str) -> None:
    assert machine.run("serve", "ssh", f"--port={port}").returncode == 2


def test_settings_that_are_wrong_are_named(machine: Machine) -> None:
    wrong = {"BILLING_CENTER_SSH_SESSIONS": "many"}
    done = machine.run("serve", "ssh", "--lang", "en", environment=wrong)
    assert done.returncode == 1
    assert "BILLING_CENTER_SSH_SESSIONS: ssh.sessions: not a whole number" in done.stderr


def test_a_port_in_use_and_a_key_for_everybody_are_refused(machine: Machine) -> None:
    key = machine.folder / "key"
    key.touch(mode=0o644)
    command = ("serve", "ssh", "--lang", "en", "--demo", "--host-key", str(key))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        public = machine.run(*command, "--port", port)
        key.unlink()
        busy = machine.run(*command, "--port", port)
    assert (public.returncode, busy.returncode) == (1, 1)
    assert "others may read it" in public.stderr
    assert f"port {port}" in busy.stderr
    assert list(machine.throw_away.iterdir()) == []
