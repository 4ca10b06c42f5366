"""Uploads of a refused form wait for a day."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

from starlette.datastructures import UploadFile

from maru_language import now
from maru_web.uploads import MOST, ROOM, WAIT_SECONDS, let_wait, waiting_in


def test_what_waits_is_found_by_its_word(tmp_path: Path) -> None:
    """Bytes, size and name are those of the upload, however often it is asked for."""
    waiting = let_wait(tmp_path, UploadFile(BytesIO(b"abc"), filename="C:\\회의록.pdf"))

    found = [waiting_in(tmp_path, [waiting.word])[0] for _ in range(2)]

    for upload in found:
        upload.file.seek(0)
    assert (waiting.name, waiting.size_bytes) == ("회의록.pdf", 3)
    assert [(each.filename, each.size, each.file.read()) for each in found] == [("회의록.pdf", 3, b"abc")] * 2


def test_one_form_opens_no_more_files_than_one_may_send(tmp_path: Path) -> None:
    """A word that is repeated a thousand times takes no thousand files from the process."""
    waiting = let_wait(tmp_path, UploadFile(BytesIO(b"abc"), filename="a.pdf"))

    assert len(waiting_in(tmp_path, [waiting.word] * 1_000)) == MOST


def test_what_waited_for_a_day_is_deleted(tmp_path: Path) -> None:
    """The next upload that is to wait clears what nobody came back for."""
    old = let_wait(tmp_path, UploadFile(BytesIO(b"old"), filename="a.pdf"))
    past = now().timestamp() - WAIT_SECONDS - 1
    os.utime(tmp_path / ROOM / old.word.split("/", maxsplit=1)[0], (past, past))

    new = let_wait(tmp_path, UploadFile(BytesIO(b"new"), filename="b.pdf"))

    assert [each.filename for each in waiting_in(tmp_path, [old.word, new.word])] == ["b.pdf"]
    assert len(list((tmp_path / ROOM).iterdir())) == 1
