"""Uploads of a form that was refused: they wait for a day, so that nobody has to choose their files again.

A browser never fills in a file field. The form that comes back has a ticked box for each upload instead, its value the
word that `WaitingRoom.let_wait` gave; what is still ticked when the form is sent again is found by `WaitingRoom.found`.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Self, cast

from starlette.datastructures import UploadFile

from maru_language import now
from maru_web.file_names import clean_name

ROOM = "waiting"
WAIT_SECONDS = 86_400
MOST = 50
MOST_BYTES = 200_000_000
"""What may wait of one person; what has waited longest goes first."""
_WORD = re.compile(r"([0-9a-f]{32})/([^/]+)")


@dataclass(frozen=True)
class Waiting:
    """An upload that waits. Only who uploaded it can use `word`."""

    word: str
    name: str
    size_bytes: int


class _WaitingUpload(UploadFile):
    """An upload that waits in a file at `path` already, as if it had been sent now."""

    def __init__(self, path: Path, name: str) -> None:
        file = _OpenWhileUsed(path)
        super().__init__(cast("BinaryIO", file), size=os.fstat(file.fileno()).st_size, filename=name)
        self.path = path


class _OpenWhileUsed(FileIO):
    """A file that is closed with its last reference, as no form knows of it that would close it."""

    def __del__(self) -> None:
        self.close()


@dataclass(frozen=True)
class WaitingRoom:
    """What waits of one person, in files of `folder`."""

    folder: Path

    @classmethod
    def of(cls, store: Path, person: int) -> Self:
        """The room below `store` of the person with this id."""
        return cls(store / ROOM / str(person))

    def let_wait(self, upload: UploadFile) -> Waiting:
        """Write the bytes of `upload` into a file; one that waits already goes on with its word."""
        name = clean_name(upload.filename or "")
        if isinstance(upload, _WaitingUpload):
            return Waiting(f"{upload.path.name}/{name}", name, upload.size or 0)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / secrets.token_hex(16)
        upload.file.seek(0)
        with path.open("xb") as out:
            shutil.copyfileobj(upload.file, out)
            size_bytes = out.tell()
        self._make_room()
        return Waiting(f"{path.name}/{name}", name, size_bytes)

    def found(self, words: Iterable[object]) -> list[UploadFile]:
        """The uploads that wait under these words, for a day; said twice a word counts once, unknown not at all."""
        parts = filter(None, (_WORD.fullmatch(str(word)) for word in islice(dict.fromkeys(words), MOST)))
        uploads: list[UploadFile] = []
        for token, name in (part.groups() for part in parts):
            path = self.folder / token
            with suppress(FileNotFoundError):
                if path.stat().st_mtime > now().timestamp() - WAIT_SECONDS:
                    uploads.append(_WaitingUpload(path, name))
        return uploads

    def clear(self, uploads: Iterable[UploadFile]) -> None:
        """Delete those of `uploads` that waited: the form that they came with was taken."""
        for each in uploads:
            if isinstance(each, _WaitingUpload):
                each.file.close()
                each.path.unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Delete what waits for more than a day, of anybody, and of this person what is over the limits."""
        oldest, count, size_bytes = now().timestamp() - WAIT_SECONDS, 0, 0
        for path, facts in sorted(_files(self.folder.parent), key=lambda pair: -pair[1].st_mtime_ns):
            if path.parent == self.folder:
                count, size_bytes = count + 1, size_bytes + facts.st_size
            is_over = path.parent == self.folder and (count > MOST or size_bytes > MOST_BYTES)
            if is_over or facts.st_mtime < oldest:
                with suppress(OSError):  # another process was faster, or reads it just now (Windows)
                    path.unlink()


def _files(room: Path) -> Iterable[tuple[Path, os.stat_result]]:
    for path in room.glob("*/*"):
        with suppress(OSError):  # another process was faster
            yield path, path.stat()
