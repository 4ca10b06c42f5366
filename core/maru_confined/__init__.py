"""Work on files of strangers, in a process that may do nothing else. Knows nothing of the portal.

A job is a script of its own with two functions. It imports nothing of the portal and need not import this package:

    def load(*arguments: str) -> None:
        "Import and open whatever the work needs, while that may still be done."

    def work(allow: Callable[[], None], *arguments: str) -> int:
        "Read standard input, write standard output; the number is the exit code."

Between the two the process gives up what an evil file would want: sockets, other programs, every change of a file,
memory beyond a limit, processor time, and, unless the limits say otherwise, opening any further file. A process that
is asked many things calls `allow()` before each: the processor time then counts from there.

On Windows, which has no such limits, the same calls are refused, and whoever waits must watch the clock, as `run` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

__all__ = ["Limits", "run", "start"]

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Limits:
    """What a confined process may use: memory, processor time for one piece of work, and whether it may read files."""

    megabytes: int
    cpu_seconds: int
    may_read_files: bool = False


def run(
    script: Path, limits: Limits, *arguments: str, content: BinaryIO, wall_seconds: float
) -> subprocess.CompletedProcess[bytes]:
    """Let `script` do its work on `content` and end. Raises `subprocess.TimeoutExpired` when the clock ended it."""
    return subprocess.run(
        _command(script, limits, arguments),
        stdin=content, capture_output=True, timeout=wall_seconds, check=False, env=_environment(),
    )  # fmt: skip


def start(script: Path, limits: Limits, *arguments: str) -> subprocess.Popen[bytes]:
    """A process of `script` that stays, to be asked by its input; both its input and its output are pipes."""
    return subprocess.Popen(
        _command(script, limits, arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
    )


def _command(script: Path, limits: Limits, arguments: tuple[str, ...]) -> list[str]:
    numbers = (limits.megabytes, limits.cpu_seconds, int(limits.may_read_files))
    return [sys.executable, "-I", "-B", str(CHILD), str(script), *map(str, numbers), *arguments]


def _environment() -> dict[str, str]:
    """Nothing of ours: no settings, no secrets. Windows needs its own folder to start a program."""
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
