"""What a worker leaves behind when it dies: where each of its threads stood, in a file of `data_folder/crashes`.

`faulthandler` writes it from C, whatever state Python is in: at a fatal error, and when the event loop has not beaten
for a while. The parent renames the file of a worker that did not end by itself from `<pid>.txt` to `<pid>.dead`; the
first worker to see it reads it. Standard library only: the parent uses this too.
"""

from __future__ import annotations

import faulthandler
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SILENT_SECONDS = 15.0
"""After so long without a beat the stacks are written down; a little later the parent ends the worker."""

_STACK = re.compile(r"^(Current thread|Thread) 0x[0-9a-fA-F]+.*\(most recent call first\):$")
_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$')


@dataclass(frozen=True)
class Frame:
    """A line of a stack. `file` is spelled as `spelled` does."""

    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Crash:
    """The end of a worker: what happened, and the stacks of its threads, each with the outermost frame first.

    `died_in` is the stack in which it happened; empty where the system does not say, as when a worker froze.
    """

    problem: str
    died_in: tuple[Frame, ...]
    others: tuple[tuple[Frame, ...], ...]


class BlackBox:
    """The file that this process leaves behind, held open for `faulthandler` until the process ends well."""

    def __init__(self, data_folder: Path) -> None:
        self.path = _folder(data_folder) / f"{os.getpid()}.txt"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab", buffering=0)
        faulthandler.enable(self._file)

    def beat(self) -> None:
        """The event loop runs: what was written while it was held up is no crash, and the clock starts anew."""
        if os.fstat(self._file.fileno()).st_size:
            self._file.truncate(0)
        faulthandler.dump_traceback_later(SILENT_SECONDS, file=self._file)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Inside may take so long; then the process writes down where it stands, and is ended by a C thread."""
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._file)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    def close(self) -> None:
        """The process ends well: nothing is left behind."""
        faulthandler.cancel_dump_traceback_later()
        faulthandler.disable()
        self._file.close()
        self.path.unlink(missing_ok=True)


def bury(data_folder: Path, pid: int | None, *, is_known: bool = False) -> None:
    """In the parent: what worker `pid` left behind is handed to the living; nothing when its end is `is_known`."""
    left = _folder(data_folder) / f"{pid}.txt"
    with suppress(FileNotFoundError):
        if is_known or not left.stat().st_size:
            left.unlink()
        else:
            left.replace(left.with_suffix(".dead"))


def are_waiting(data_folder: Path) -> bool:
    """Whether a crash waits to be read."""
    try:
        with os.scandir(_folder(data_folder)) as entries:
            return any(entry.name.endswith(".dead") for entry in entries)
    except FileNotFoundError:
        return False


def take(data_folder: Path) -> list[Crash]:
    """The crashes that nobody has read yet. Each is given to one worker only."""
    taken = []
    for path in sorted(_folder(data_folder).glob("*.dead")):
        mine = path.with_suffix(f".read-by-{os.getpid()}")
        with suppress(FileNotFoundError):  # another worker was faster
            path.replace(mine)
            taken.append(read(mine.read_text(encoding="utf-8", errors="replace")))
            mine.unlink()
    return taken


def read(text: str) -> Crash:
    """The crash that `faulthandler` wrote down as `text`."""
    died_in: list[Frame] = []
    others: list[list[Frame]] = []
    stack: list[Frame] = []
    for line in text.splitlines():
        if head := _STACK.match(line):
            stack = []
            if head[1] == "Current thread":
                died_in = stack
            else:
                others.append(stack)
        elif found := _FRAME.match(line):
            stack.insert(0, Frame(found["file"], int(found["line"]), found["function"]))
    return Crash(_problem(text), tuple(died_in), tuple(map(tuple, others)))


def _problem(text: str) -> str:
    """The worker's last words, without the pieces that differ each time."""
    first = text.strip().partition("\n")[0]
    late = re.match(r"Timeout \((.*)\)!", first)
    return f"did not come back within {late[1]}" if late else first.removeprefix("Fatal Python error: ")


def spelled(path: Path | str) -> str:
    """`path` as it stands in a crash: what is not ASCII is written as `\\xhh`, `\\uhhhh` or `\\Uhhhhhhhh`."""
    return "".join(c if " " <= c <= "~" else _escaped(ord(c)) for c in str(path))


def _escaped(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _folder(data_folder: Path) -> Path:
    return data_folder / "crashes"
