"""What a confined process may not do, and what it may."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from maru_confined import Limits, run, start
from tests.needs import lacking

CLOSED = Limits(megabytes=400, cpu_seconds=2)
READING = Limits(megabytes=400, cpu_seconds=2, may_read_files=True)
JOB = """
import os, shutil, socket, subprocess, sys, time

def load(*arguments):
    pass

def work(allow, line, *arguments):
    exec(line)
    return 0
"""
FORBIDDEN = {
    "a socket": "socket.socket()",
    "a program": "subprocess.run(['x'])",
    "a program by the shell": "os.system('x')",
    "a file": "open('made.txt', 'w')",
    "a file by its number": "os.open('made.txt', os.O_CREAT | os.O_WRONLY)",
    "a folder": "os.mkdir('made')",
    "a link": "os.symlink('a', 'b')",
    "a removal": "os.remove('job.py')",
    "a copy": "shutil.copyfile('job.py', 'made.txt')",
    "a signal": "os.kill(os.getppid(), 9)",
}


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A job that does whatever it is told, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "job.py"
    script.write_text(JOB, encoding="utf-8")
    return script


def done(job: Path, limits: Limits, line: str, wall_seconds: float = 20) -> subprocess.CompletedProcess[bytes]:
    """What came of one line."""
    with job.open("rb") as content:
        return run(job, limits, line, content=content, wall_seconds=wall_seconds)


@pytest.mark.parametrize("limits", [CLOSED, READING], ids=["closed", "reading"])
@pytest.mark.parametrize("line", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_nothing_outside_of_the_process_is_changed(job: Path, limits: Limits, line: str) -> None:
    """No socket, no other program, no file made, changed or removed."""
    ended = done(job, limits, line)

    assert b"PermissionError" in ended.stderr
    assert ended.returncode == 1
    assert [path.name for path in job.parent.iterdir()] == ["job.py"]


def test_files_are_read_only_where_the_limits_say_so(job: Path) -> None:
    """A job that is given paths may open them; one that is given bytes opens nothing."""
    line = "print(len(open('job.py', 'rb').read()))"

    assert done(job, READING, line).stdout.strip() == str(len(JOB)).encode()
    assert b"PermissionError" in done(job, CLOSED, line).stderr


def test_input_is_read_and_output_written(job: Path) -> None:
    """The content is the standard input; the number that the job gives is the exit code."""
    ended = done(job, CLOSED, "sys.stdout.write(sys.stdin.read()[:8].strip()); sys.exit(4)")

    assert (ended.stdout, ended.returncode) == (b"import", 4)


def test_nothing_of_ours_is_in_its_environment(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting and no password is handed on."""
    monkeypatch.setenv("MARU_DATABASE", "postgresql://maru:secret@127.0.0.1/maru")

    assert b"MARU" not in done(job, CLOSED, "print(sorted(os.environ))").stdout


def test_memory_and_time_are_limited(job: Path) -> None:
    """Gigabytes and an endless loop cost the process, not the machine; the clock of the wall is watched as well."""
    if sys.platform == "win32":
        lacking("Limits of POSIX processes", "run these tests on Linux or macOS")

    assert b"MemoryError" in done(job, CLOSED, "bytearray(3 << 30)").stderr
    assert done(job, Limits(400, 1), "while True: pass").returncode < 0
    with pytest.raises(subprocess.TimeoutExpired):
        done(job, CLOSED, "import time; time.sleep(60)", wall_seconds=0.5)


def test_each_piece_of_work_has_its_own_time(job: Path) -> None:
    """A process that stays is allowed the same time again for every question."""
    lines = (
        "for question in range(6):",
        "    allow()",
        "    end = time.process_time() + 0.7",
        "    while time.process_time() < end: pass",
        "print('whole')",
    )

    assert done(job, Limits(400, 2), "\n".join(lines), wall_seconds=60).stdout.strip() == b"whole"


def test_a_process_that_stays_is_asked_by_its_input(job: Path) -> None:
    """Its input and output are pipes; it ends when nobody is left to ask."""
    process = start(job, CLOSED, "sys.stdout.write(sys.stdin.readline().upper())")
    out, _ = process.communicate(b"maru\n", timeout=20)

    assert (out.strip(), process.returncode) == (b"MARU", 0)
