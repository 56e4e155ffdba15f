"""`billing-center serve ssh`: the program for whoever comes in over SSH."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from billing.bootstrap import connect, connect_demo
from billing.clock import RunningClock
from billing.logging_setup import log_to_file
from billing.settings import DATABASE_NAME, load_settings
from billing.ssh_settings import load_ssh_settings
from tui.commands.output import say
from tui.commands.refusal import DONE, CannotDo, WrongUsage
from tui.i18n import _

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator
    from datetime import date

    from billing.service import BillingService
    from billing.settings import Settings
    from billing.ssh_settings import SshSettings
    from serving.front import Front
    from serving.plan import Plan


def run_ssh(arguments: Namespace) -> int:
    """Serve until a signal comes."""
    if arguments.today and not arguments.demo:
        raise WrongUsage("serve ssh", _("--today goes with --demo only"))
    if not sys.platform.startswith("linux"):
        raise CannotDo(_("Only Linux has what the sessions are begun with."))
    try:
        from serving.front import Front  # noqa: PLC0415 - an extra, and only here
    except ModuleNotFoundError as missing:
        raise CannotDo(
            _("{name} is missing; install it with: pip install 'billing-center[ssh]'").format(
                name=missing.name
            )
        ) from missing
    settings, ssh = _settings(arguments), _ssh_settings(arguments)
    with suppress(OSError):
        log_to_file(settings.log_folder)
    with _database(arguments) as database:
        plan, open_service = _plan(arguments, ssh, settings, database)
        key = ssh.host_key or settings.data_folder / "ssh_host_ed25519_key"
        return _serve(Front(ssh, plan, open_service, key), ssh)


def _serve(front: Front, ssh: SshSettings) -> int:
    from serving.hostkey import HostKeyUnusable  # noqa: PLC0415 - as above
    from serving.launching import NoLauncher  # noqa: PLC0415

    def started(port: int, fingerprint: str) -> None:
        say(
            _("Listening on {host}, port {port}; host key {fingerprint}").format(
                host=ssh.host, port=port, fingerprint=fingerprint
            )
        )

    try:
        asyncio.run(front.serve(started))
    except HostKeyUnusable as error:
        raise CannotDo(_("The host key cannot be used: {reason}").format(reason=error)) from error
    except NoLauncher as error:
        raise CannotDo(
            _("The program for the sessions does not start; what it wrote says why.")
        ) from error
    except ImportError as missing:
        raise CannotDo(
            _("{name} is missing; install it with: pip install 'billing-center[metrics]'").format(
                name=missing.name
            )
        ) from missing
    except OSError as error:
        raise CannotDo(
            _("Nothing can be served on {host}, port {port}: {reason}").format(
                host=ssh.host, port=ssh.port, reason=error.strerror
            )
        ) from error
    return DONE


def _settings(arguments: Namespace) -> Settings:
    settings = load_settings()
    return replace(settings, database=arguments.database) if arguments.database else settings


def _ssh_settings(arguments: Namespace) -> SshSettings:
    given = {
        "host": arguments.host,
        "port": arguments.port,
        "host_key": Path(arguments.host_key).expanduser() if arguments.host_key else None,
    }
    told = {name: value for name, value in given.items() if value is not None}
    return replace(load_ssh_settings(), **told)


@contextmanager
def _database(arguments: Namespace) -> Iterator[str | None]:
    """The database that is named; for a demo without one, one that goes when the serving ends."""
    if arguments.database or not arguments.demo:
        yield arguments.database
        return
    with tempfile.TemporaryDirectory(prefix="billing-center-demo-") as folder:
        yield str(Path(folder) / DATABASE_NAME)


def _plan(
    arguments: Namespace, ssh: SshSettings, settings: Settings, database: str | None
) -> tuple[Plan, Callable[[], BillingService]]:
    """What the launcher launches, and how this process opens the same database."""
    from serving.plan import Allowance, Plan  # noqa: PLC0415 - only here

    today: date | None = arguments.today

    def open_service() -> BillingService:
        if arguments.demo:
            return connect_demo(database, clock=RunningClock(today) if today else None)
        return connect(settings)

    plan = Plan(
        Allowance(ssh.memory_megabytes << 20, ssh.cpu_seconds),
        database=database,
        demo=arguments.demo,
        today=today.isoformat() if today else None,
    )
    return plan, open_service
