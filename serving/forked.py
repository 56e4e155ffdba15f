"""From a fork of the launcher to a session: a terminal, variables and limits of its own."""

from __future__ import annotations

import fcntl
import gc
import os
import resource
import signal
import sys
import termios
from typing import TYPE_CHECKING, NoReturn, Protocol

from tui.i18n import FOLDER_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from serving.plan import Allowance, Plan

FAILED = 70
_LINE = 3
_KEPT_VARIABLES = frozenset(
    {"HOME", "PATH", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", FOLDER_VARIABLE}
)
# libpq reads its settings from the environment when it connects.
_KEPT_PREFIX = "PG"
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Program(Protocol):
    """What a session runs, everything it needs already loaded."""

    def run(self, line: int) -> int:
        """Run on descriptors 0 to 2, with the line to the front; the exit code."""

    def failed(self, error: BaseException) -> None:
        """Log an error that nothing has caught."""


def become_session(
    program: Program, plan: Plan, environment: Mapping[str, str], terminal: int, line: int
) -> NoReturn:
    """Turn this process, just forked, into a session and never return."""
    code = FAILED
    try:
        _take_terminal(terminal, line)
        _take_environment(environment)
        _limit(plan.allowance)
        for number in _ENDINGS:
            signal.signal(number, signal.SIG_DFL)
        gc.enable()
        code = program.run(_LINE)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:  # noqa: BLE001 - a traceback would be shown to the customer
        program.failed(error)
    finally:
        # The exit handlers are those of the launcher.
        os._exit(code)


def _take_terminal(terminal: int, line: int) -> None:
    """A session and a controlling terminal of its own: hang-ups and resizes arrive as signals."""
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    # Both lie above the standard descriptors, and the line may lie where the terminal goes.
    kept = fcntl.fcntl(line, fcntl.F_DUPFD, _LINE + 1)
    for standard in range(_LINE):
        os.dup2(terminal, standard)
    os.dup2(kept, _LINE)
    os.closerange(_LINE + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _take_environment(environment: Mapping[str, str]) -> None:
    """What the client may say of its terminal, and what libraries need; nothing else."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIX)
    }
    os.environ.clear()
    os.environ.update(kept | dict(environment))


def _limit(allowance: Allowance) -> None:
    for what, most in (
        (resource.RLIMIT_AS, allowance.memory_bytes),
        (resource.RLIMIT_CPU, allowance.cpu_seconds),
        (resource.RLIMIT_NOFILE, allowance.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most_possible = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most_possible, most_possible))
