"""Uploaded workbooks are read by a process of its own, with limits, kept warm between uploads.

A form that never comes to its end, or fills the memory, costs its reader and not the portal. One file is read at a
time, as a rule in milliseconds: a portal has few threads, and whoever waits keeps one.
"""

from __future__ import annotations

import atexit
import logging
import pickle
import subprocess
import threading
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from maru_confined import Limits, start

from .workbook import (
    BUSY,
    DAMAGED,
    TOO_HEAVY,
    CellProblem,
    Column,
    Filled,
    FilledRow,
    Kept,
    Layout,
    LineBelow,
    Sentence,
    WorkbookProblem,
    say,
)

logger = logging.getLogger("maru.collect")

READER = Path(__file__).with_name("reading.py")
MOST = 1
LIMITS = Limits(megabytes=1_024, cpu_seconds=8, may_read_files=True)
WALL_SECONDS = 12.0
WAIT_SECONDS = 1.0
IDLE_SECONDS = 120.0
KNOWN = {
    (each.__module__, each.__name__): each
    for each in (CellProblem, Column, Decimal, Filled, FilledRow, Kept, Layout, LineBelow, Sentence)
}


class _Answer(pickle.Unpickler):
    """An answer of a reader: values of the engine and nothing else, whatever the file made of the reader."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name} is no answer")
        return KNOWN[module, name]


class Readers:
    """The readers of this process. Ask outside of any write: the thread waits for the answer."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(MOST)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        atexit.register(self.close)

    def recognize(self, path: Path) -> Layout:
        """The layout of a form. Raises WorkbookProblem, also when its reading would take too much."""
        layout: Layout = self._ask("recognize", path)
        return layout

    def read_rows(self, path: Path, layout: Layout, unit_name: str, most_rows: int) -> Filled:
        """The rows of a returned workbook, `most_rows` at most. Raises WorkbookProblem as `recognize` does."""
        filled: Filled = self._ask("read_rows", path, layout, unit_name, most_rows)
        return filled

    def close(self) -> None:
        """End the idle readers; the others end with what they are asked."""
        with self._lock:
            idle, self._idle = self._idle, []
        for reader in idle:
            _end(reader)

    def _ask(self, job: str, path: Path, *arguments: object) -> Any:
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise WorkbookProblem("busy", say(BUSY, name=path.name))
        try:
            kind, answer = self._answer(pickle.dumps((job, (str(path), *arguments))))
        finally:
            self._places.release()
        if kind == "done":
            return answer
        if kind == "problem":
            raise WorkbookProblem(*answer)
        logger.error("The workbook %s could not be read: %s", path.name, answer)
        code, msgid = ("too_large", TOO_HEAVY) if kind == "ended" else ("damaged", DAMAGED)
        raise WorkbookProblem(code, say(msgid, name=path.name))

    def _answer(self, question: bytes) -> tuple[str, Any]:
        """What a reader says; ("ended", why) when a limit ended it, or the clock did."""
        reader = self._take()
        clock = threading.Timer(WALL_SECONDS, reader.kill)
        clock.daemon = True
        clock.start()
        try:
            reader.stdin.write(question)  # type: ignore[union-attr]  # both are pipes
            reader.stdin.flush()  # type: ignore[union-attr]  # as above
            answer: tuple[str, Any] = _Answer(reader.stdout).load()  # type: ignore[arg-type]  # as above
        except (OSError, EOFError, pickle.UnpicklingError):
            _end(reader)
            return "ended", f"exit code {reader.returncode}"
        finally:
            clock.cancel()
        self._put_back(reader)
        return answer

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                reader = self._idle.pop()
                if reader.poll() is None:
                    return reader
                _end(reader)
        return start(READER, LIMITS)

    def _put_back(self, reader: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._idle.append(reader)
        later = threading.Timer(IDLE_SECONDS, self._retire, [reader])
        later.daemon = True
        later.start()

    def _retire(self, reader: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if reader not in self._idle:
                return
            self._idle.remove(reader)
        _end(reader)


def _end(reader: subprocess.Popen[bytes]) -> None:
    reader.kill()
    for pipe in (reader.stdin, reader.stdout):
        with suppress(OSError):  # what was left to write has nobody to read it
            pipe.close()  # type: ignore[union-attr]  # both are pipes
    reader.wait()


READERS = Readers()
