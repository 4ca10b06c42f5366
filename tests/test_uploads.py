"""Uploads of a refused form wait for a day, each for whoever sent it."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from starlette.datastructures import UploadFile

from maru_language import now
from maru_web import uploads
from maru_web.uploads import MOST, WAIT_SECONDS, WaitingRoom


@pytest.fixture
def room(tmp_path: Path) -> WaitingRoom:
    """Where the uploads of person 7 wait."""
    return WaitingRoom.of(tmp_path, 7)


def upload(content: bytes = b"abc", name: str = "a.pdf") -> UploadFile:
    """What a browser sends."""
    return UploadFile(BytesIO(content), filename=name, size=len(content))


def test_what_waits_is_found_by_its_word(room: WaitingRoom) -> None:
    """Bytes, size and name are those of the upload, however often it is asked for."""
    waiting = room.let_wait(upload(name="C:\\회의록.pdf"))

    found = [room.found([waiting.word])[0] for _ in range(2)]

    for each in found:
        each.file.seek(0)
    assert (waiting.name, waiting.size_bytes) == ("회의록.pdf", 3)
    assert [(each.filename, each.size, each.file.read()) for each in found] == [("회의록.pdf", 3, b"abc")] * 2


def test_what_waits_goes_on_with_its_word(room: WaitingRoom) -> None:
    """A form that is refused again and again, each time with the same word a hundred times, writes nothing more."""
    waiting = room.let_wait(upload())

    again = [room.let_wait(each) for _ in range(3) for each in room.found([waiting.word] * 100)]

    assert again == [waiting] * 3
    assert len(list(room.folder.iterdir())) == 1


def test_nobody_else_has_it(tmp_path: Path, room: WaitingRoom) -> None:
    """A word that became known opens nothing to another person."""
    waiting = room.let_wait(upload())

    assert WaitingRoom.of(tmp_path, 8).found([waiting.word, f"../7/{waiting.word}"]) == []


def test_what_was_taken_waits_no_more(room: WaitingRoom) -> None:
    """Neither its file nor its word is left; an upload that came with the form itself is none of it."""
    waiting = room.let_wait(upload())

    room.clear([*room.found([waiting.word]), upload()])

    assert room.found([waiting.word]) == []
    assert list(room.folder.iterdir()) == []


def test_what_waited_for_a_day_is_deleted(tmp_path: Path, room: WaitingRoom) -> None:
    """The next upload that is to wait clears what nobody came back for, whoever left it."""
    left = [room.let_wait(upload()), WaitingRoom.of(tmp_path, 8).let_wait(upload())]
    past = now().timestamp() - WAIT_SECONDS - 1
    for person, waiting in zip((7, 8), left, strict=True):
        os.utime(tmp_path / uploads.ROOM / str(person) / waiting.word.split("/")[0], (past, past))

    assert room.found([left[0].word]) == []
    new = room.let_wait(upload(name="b.pdf"))

    assert [each.filename for each in room.found([left[0].word, new.word])] == ["b.pdf"]
    assert len(list((tmp_path / uploads.ROOM).glob("*/*"))) == 1


@pytest.mark.parametrize(("count", "most_bytes", "left"), [(MOST + 2, 1_000, MOST), (5, 7, 2)])
def test_one_person_cannot_fill_the_disk(
    room: WaitingRoom, monkeypatch: pytest.MonkeyPatch, count: int, most_bytes: int, left: int
) -> None:
    """Over so many files, or so many bytes, what has waited longest goes."""
    monkeypatch.setattr(uploads, "MOST_BYTES", most_bytes)

    waiting = []
    for number in range(count):
        waiting.append(room.let_wait(upload()))
        os.utime(room.folder / waiting[-1].word.split("/")[0], (now().timestamp() + number - 1_000,) * 2)

    kept = {path.name for path in room.folder.iterdir()}
    assert kept == {each.word.split("/")[0] for each in waiting[-left:]}
