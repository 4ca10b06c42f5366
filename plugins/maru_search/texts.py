"""The texts of attached files: taken out once, by a child process that may do nothing else, and kept."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePath

from maru import Actor, StoredFile, write_as
from maru_confined import Limits, run

from .models import DAMAGED, EMPTY, LARGE, LIMIT, LOCKED, MISSING, READ, REFUSED, SLOW, UNKNOWN, FileText
from .reading import BROKEN, PROTECTED, READERS

READER = Path(__file__).with_name("reading.py")
MOST_BYTES = 60_000_000
LIMITS = Limits(megabytes=1_024, cpu_seconds=5)
WALL_SECONDS = 8
MAY_BE_EMPTY = frozenset({"txt", "csv"})


def texts_of(files: Sequence[StoredFile]) -> dict[str, FileText]:
    """SHA-256 → the text of each file that was taken out of it, or that has none. One query."""
    wanted = {file.sha256: file for file in files}
    found = {file.sha256: _unknown(file) for file in files if _kind_of(file) not in READERS}
    return found | {text.sha256: text for text in FileText.select().where(FileText.sha256.in_(sorted(wanted)))}


def unread(files: Sequence[StoredFile]) -> list[StoredFile]:
    """Those whose text nobody has taken out yet."""
    wanted = {file.sha256: file for file in files if _kind_of(file) in READERS}
    known = {text.sha256 for text in FileText.select(FileText.sha256).where(FileText.sha256.in_(sorted(wanted)))}
    return [file for sha256, file in wanted.items() if sha256 not in known]


def take_out(file: StoredFile) -> FileText:
    """Take the text out of a file, unless somebody has, and keep it. Takes seconds; outside of a write."""
    return FileText.get_or_none(FileText.sha256 == file.sha256) or _keep(read(file))


def _kind_of(file: StoredFile) -> str:
    return PurePath(file.name).suffix.lower().lstrip(".")


def _unknown(file: StoredFile) -> FileText:
    return FileText(sha256=file.sha256, name=file.name, state=UNKNOWN)


def _keep(text: FileText) -> FileText:
    with write_as(Actor(None, "search.read", plugin="search")):
        known = FileText.get_or_none(FileText.sha256 == text.sha256)
        if known is None:  # another worker may have been faster
            text.save(force_insert=True)
    return known or text


def forget_refused() -> int:
    """Let every file that gave no text be tried again. Inside a write. Gives their number.

    Also those of a kind that nobody could read: a newer version may.
    """
    return int(FileText.delete().where(FileText.state.in_((EMPTY, REFUSED, UNKNOWN))).execute())


def read(file: StoredFile) -> FileText:
    """What comes out of `file`, not saved yet. Never raises for what is in it."""
    kind, made = _kind_of(file), _unknown(file)
    if kind not in READERS:
        return made
    made.state = REFUSED
    if file.size_bytes > MOST_BYTES:
        made.problem = LARGE
        return made
    try:
        with file.path.open("rb") as content:
            done = run(READER, LIMITS, kind, content=content, wall_seconds=WALL_SECONDS)
    except subprocess.TimeoutExpired:
        made.problem = SLOW
    except OSError as wrong:
        made.problem = f"{MISSING}: {type(wrong).__name__}"
    else:
        _judge(made, kind, done)
    return made


def _judge(made: FileText, kind: str, done: subprocess.CompletedProcess[bytes]) -> None:
    text = done.stdout.decode("utf-8", errors="replace").replace("\x00", "").strip()
    if done.returncode == PROTECTED:
        made.problem = LOCKED
    elif done.returncode == BROKEN:
        made.problem = f"{DAMAGED}: {done.stderr.decode('utf-8', errors='replace').strip()}"[:200]
    elif done.returncode != 0:
        made.problem = LIMIT
    else:
        made.text = text
        made.state = READ if text or kind in MAY_BE_EMPTY else EMPTY
