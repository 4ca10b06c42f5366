"""Uploads of a form that was refused: they wait for a day, so that nobody has to choose their files again.

A browser never fills in a file field. The form that comes back has a ticked box for each upload instead, its value the
word that `let_wait` gave; what is still ticked when the form is sent again is found by `waiting_in`.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from starlette.datastructures import UploadFile

from maru_language import now
from maru_web.file_names import clean_name

ROOM = "waiting"
WAIT_SECONDS = 86_400
MOST = 200
_WORD = re.compile(r"([0-9a-f]{32})/([^/]+)")


@dataclass(frozen=True)
class Waiting:
    """An upload that waits. Only who uploaded it knows `word`, 128 random bits and the name."""

    word: str
    name: str
    size_bytes: int


def let_wait(store: Path, upload: UploadFile) -> Waiting:
    """Write the bytes of `upload` into a file below `store`; what has waited there for a day is deleted."""
    (store / ROOM).mkdir(parents=True, exist_ok=True)
    for path in (store / ROOM).iterdir():
        with suppress(OSError):  # another process was faster, or reads it just now (Windows)
            if path.stat().st_mtime < now().timestamp() - WAIT_SECONDS:
                path.unlink()
    token, name = secrets.token_hex(16), clean_name(upload.filename or "")
    upload.file.seek(0)
    with (store / ROOM / token).open("xb") as out:
        shutil.copyfileobj(upload.file, out)
        return Waiting(f"{token}/{name}", name, out.tell())


def waiting_in(store: Path, words: Iterable[object]) -> list[UploadFile]:
    """The uploads that wait in `store` under these words, as if they had been sent now; unknown words are left out.

    At most 200, as many as one form may send.
    """
    return [found for word in islice(words, MOST) if (found := _found(store / ROOM, str(word)))]


def _found(room: Path, word: str) -> UploadFile | None:
    if not (parts := _WORD.fullmatch(word)):
        return None
    try:
        file = _OpenWhileUsed(room / parts[1])
    except FileNotFoundError:
        return None
    return UploadFile(cast("BinaryIO", file), size=os.fstat(file.fileno()).st_size, filename=parts[2])


class _OpenWhileUsed(io.FileIO):
    """A file that is closed with its last reference, as no form knows of it that would close it."""

    def __del__(self) -> None:
        self.close()
