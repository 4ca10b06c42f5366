"""`maru serve` as people run it: workers that are killed are replaced, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

import pytest

from tests.needs import lacking
from tests.serve.running import killing, serving

KILLS = 5


@pytest.fixture(autouse=True)
def _needs_signals() -> None:
    if sys.platform == "win32":
        lacking("POSIX signals", "run these tests on Linux or macOS")


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Five kills under eight writing threads: every acknowledged line is there, once; the database is whole."""
    with serving(tmp_path) as running, killing(running, KILLS) as writers:
        kept = running.kept()

        assert len(writers.acknowledged) > 50
        assert set(writers.acknowledged) - set(kept) == set()
        assert len(kept) == len(set(kept))
        assert running.integrity() == "ok"
        assert running.log().count("starting another") == KILLS
        assert running.maru("doctor").stdout.count("MEND") == 0


@pytest.mark.slow
def test_a_term_signal_ends_all_within_ten_seconds(tmp_path: Path) -> None:
    """Parent and workers are gone, with exit code 0, and the port is free again."""
    with serving(tmp_path) as running:
        workers = running.workers()

        seconds = running.end()

        assert seconds < 10
        assert running.process.returncode == 0
        assert [pid for pid in workers if is_alive(pid)] == []
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", running.port)) != 0


@pytest.mark.slow
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    """No worker goes on without its parent: the next start would meet it on the same port."""
    with serving(tmp_path) as running:
        workers = running.workers()

        running.process.kill()
        running.process.wait()

        until = time.monotonic() + 8
        while [pid for pid in workers if is_alive(pid)] and time.monotonic() < until:
            time.sleep(0.1)
        assert [pid for pid in workers if is_alive(pid)] == []


@pytest.mark.slow
def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    """The second portal on a port ends with exit code 2 and says what to do."""
    with serving(tmp_path, workers=1) as running:
        second = running.maru("serve", "--port", str(running.port))

        assert second.returncode == 2
        assert second.stderr.count("\n") == 1
        assert f"Port {running.port} of 127.0.0.1 cannot be used" in second.stderr
        assert f"--port {running.port + 1}" in second.stderr


def is_alive(pid: int) -> bool:
    """Whether the process is there and is not a zombie that its parent has not buried yet."""
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (OSError, ProcessLookupError):
        return False
