"""Servers for a benchmark: started on addresses of 127.0.0.1, waited for, ended again."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30.0


@contextmanager
def running(
    command: Sequence[str], port: int, variables: Mapping[str, str] | None = None, folder: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A server, from its first answer until the block ends. Raises SystemExit with its words when there is none."""
    environment = {**os.environ, "PYTHONUTF8": "1", **(variables or {})}
    with tempfile.TemporaryFile() as output:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while not status_of(port):
                if time.monotonic() > until or server.poll() is not None:
                    output.seek(0)
                    said = output.read().decode("utf-8", "replace")
                    raise SystemExit(f"{' '.join(command)} does not answer on port {port}.\n{said}")
                time.sleep(0.01)
            yield server
        finally:
            end(server)


def end(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and see to it."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(10)
    server.kill()
    server.wait()


def cpu_seconds(server: subprocess.Popen[bytes]) -> float:
    """Seconds of CPU that the server and its children have used; 0 where the system does not tell (Linux does)."""
    ticks = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # a process that ended meanwhile
            number, _, rest = status.read_text(encoding="utf-8", errors="replace").partition(" ")
            values = rest.rpartition(")")[2].split()
            if server.pid in (int(number), int(values[1])):
                ticks += int(values[11]) + int(values[12])
    return ticks / 100


def free_port(among: range = range(8110, 8130)) -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    for port in among:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise SystemExit(f"No port of {among.start}–{among.stop - 1} is free.")


def status_of(port: int, path: str = "/") -> int:
    """The status of an answer; 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
