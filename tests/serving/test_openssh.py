"""The OpenSSH client that operators have, in a tmux of its own."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import asyncssh
import pytest

from tests.serving.server import wait_until
from tests.terminal.buyer import ANNA, Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.serving.server import Server

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(
        not (shutil.which("ssh") and shutil.which("tmux")),
        reason="openssh-client and tmux are not installed",
    ),
]

OPTIONS = (
    *("-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
    *("-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"),
    *("-o", "SendEnv=LANG"),
)
GERMAN = {"PATH": "/usr/bin:/bin", "LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}


class Tmux:
    """A tmux server with one window, in which a shell runs."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "tmux"
        # The variables of the shell, which are those that ssh sends.
        variables = {**GERMAN, "HOME": str(folder), "PS1": "$ "}
        self("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "sh", env=variables)

    def __call__(self, *words: str, env: dict[str, str] | None = None) -> str:
        """Run a tmux command and give what it prints."""
        done = subprocess.run(
            ["tmux", "-u", "-S", self._socket, *words],
            capture_output=True,
            text=True,
            env=env or GERMAN,
            check=True,
            timeout=30,
        )
        return done.stdout

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self("send-keys", "-l", text)

    def press(self, key: str) -> None:
        """Press a key by tmux's name for it."""
        self("send-keys", key)

    def screen(self) -> str:
        """What stands in the window."""
        return " ".join(self("capture-pane", "-p").split())

    def wait_for(self, text: str) -> None:
        """Wait until a text stands there."""
        wait_until(lambda: text in self.screen(), f"{text!r} in the window")

    def modes(self) -> str:
        """Whether the alternate screen, the mouse and the cursor are on."""
        return self("display-message", "-p", "#{alternate_on}#{mouse_any_flag}#{cursor_flag}")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    running = Tmux(tmp_path)
    yield running
    running("kill-server")


@pytest.fixture
def annas_key_file(server: Server, tmp_path: Path) -> Path:
    key = asyncssh.generate_private_key("ssh-ed25519")
    with closing(server.service()) as service:
        service.add_key(ANNA, key.export_public_key().decode())
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_bytes(key.export_private_key())
    return file


def ssh(server: Server, *words: str, key: object = "/nowhere") -> list[str]:
    return ["ssh", *OPTIONS, "-i", str(key), "-p", str(server.port), *words]


def run(server: Server, *words: str, key: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ssh(server, *words, key=key),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=GERMAN,
        check=False,
        timeout=60,
    )


def test_in_by_key_about_and_out(server: Server, tmux: Tmux, annas_key_file: Path) -> None:
    words = Words("de")
    command = " ".join(ssh(server, "127.0.0.1", key=annas_key_file))
    tmux.type(f"{command}; echo ended with $?\n")
    tmux.wait_for(f"▸ {words('Add New Subscription')} ◂")
    tmux("resize-window", "-x", "110", "-y", "30")
    tmux.press("F2")
    tmux.wait_for(Words("en")("Add New Subscription"))
    tmux.press("F2")
    tmux.wait_for(words("Add New Subscription"))
    tmux.press("C-q")
    tmux.wait_for("ended with 0")
    assert tmux.modes().strip() == "001"


def test_mail_and_password_without_a_key(server: Server, tmux: Tmux) -> None:
    tmux.type(" ".join(ssh(server, "-C", "127.0.0.1")) + "\n")
    tmux.wait_for(Words("de")("Sign in to billing"))
    tmux.type("lena@huber.example")
    tmux.press("Tab")
    tmux.type("demo")
    tmux.press("Enter")
    tmux.wait_for("Huber & Co. KG · Lena Huber")
    tmux.wait_for(f"▸ {Words('de')('Add New Subscription')} ◂")
    tmux.press("C-q")
    wait_until(lambda: tmux.modes().strip() == "001", "shell")


def test_a_client_that_is_killed_takes_its_session_with_it(
    server: Server, tmux: Tmux, annas_key_file: Path
) -> None:
    before = set(server.sessions())
    tmux.type(" ".join(ssh(server, "127.0.0.1", key=annas_key_file)) + "\n")
    tmux.wait_for("Muster GmbH")
    (session,) = set(server.sessions()) - before
    tmux("kill-server")
    wait_until(lambda: session not in server.sessions(), "end of the session")
    tmux("-f", "/dev/null", "new-session", "-d", "sh")


def test_what_is_not_to_be_had(server: Server, annas_key_file: Path, tmp_path: Path) -> None:
    unknown = run(server, "127.0.0.1", "cat /etc/passwd", key=annas_key_file)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "warenkorb" in unknown.stderr
    bare = run(server, "-T", "127.0.0.1", key=annas_key_file)
    assert (bare.returncode, bare.stdout) == (1, "")
    assert "ssh -t" in bare.stderr
    forwarding = run(
        server,
        *("-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22", "127.0.0.1"),
        key=annas_key_file,
    )
    assert forwarding.returncode == 255
    assert "forwarding failed" in forwarding.stderr
    copied = subprocess.run(
        [
            *("scp", *OPTIONS, "-i", annas_key_file, "-P", str(server.port)),
            *("127.0.0.1:/etc/passwd", tmp_path / "stolen"),
        ],
        capture_output=True,
        env=GERMAN,
        check=False,
        timeout=60,
    )
    assert copied.returncode != 0
    assert not (tmp_path / "stolen").exists()
