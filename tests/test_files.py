"""Uploaded files: named as Windows can store them, stored whole or not at all."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.datastructures import UploadFile

from maru import StoredFile, clean_name, file_response, take_file
from maru.errors import Invalid
from maru_devkit.fixtures import Site
from maru_web.file_names import content_type

Portal = Callable[..., Site]


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("결과 보고.xlsx", "결과 보고.xlsx"),
        (unicodedata.normalize("NFD", "결과.hwpx"), "결과.hwpx"),
        ("C:\\문서\\서무\\바탕 화면\\제출.xlsx", "제출.xlsx"),
        ("../../etc/passwd", "passwd"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("끝에 점.", "끝에 점"),
        ("..", "file"),
        ("", "file"),
        ("줄\n바꿈.pdf", "줄_바꿈.pdf"),
        ("가" * 300 + ".xlsx", "가" * 115 + ".xlsx"),
    ],
)
def test_names_are_legal_on_windows(given_name: str, clean: str) -> None:
    """Composed Hangul, no path, no forbidden character, at most 120 characters, the ending kept."""
    assert clean_name(given_name) == clean


@pytest.mark.parametrize("device", ["con", "NUL.txt", "com1.xlsx", "LPT9"])
def test_names_of_devices_are_changed(device: str) -> None:
    """Windows opens a device where a file is called CON or NUL, whatever its ending."""
    assert clean_name(device) == f"_{device}"


@given(some.text(max_size=300))
def test_any_text_becomes_a_name(text: str) -> None:
    """Whatever a browser sends as a name: something a file can be called."""
    clean = clean_name(text)

    assert 0 < len(clean) <= 120
    assert not set(clean) & set('<>:"/\\|?*\x00\n')
    assert clean_name(clean) == clean


def test_an_upload_lies_under_its_digest(portal: Portal) -> None:
    """The bytes are stored under their SHA-256, and the row leads to them."""
    site = portal()
    content = "취합 결과\n".encode() * 200_000

    blob = take_file(UploadFile(io.BytesIO(content), filename="결과.txt"))
    with site.write_as("clerk"):
        stored = StoredFile.keep(blob, plugin="board")

    assert stored.path == blob.path
    assert stored.path.name == hashlib.sha256(content).hexdigest()
    assert stored.path.read_bytes() == content
    assert (stored.name, stored.size_bytes, stored.content_type) == (
        "결과.txt",
        len(content),
        "text/plain; charset=utf-8",
    )


def test_the_same_bytes_are_stored_once(portal: Portal) -> None:
    """Two uploads of one file share their bytes."""
    portal()

    first, second = (take_file(UploadFile(io.BytesIO(b"same"), filename=name)) for name in ("a.txt", "b.txt"))

    assert first.sha256 == second.sha256
    assert len([path for path in StoredFile.folder.rglob("*") if path.is_file()]) == 1


class _Broken(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise OSError("the connection broke")
        return super().read(3)


def test_a_broken_upload_leaves_nothing(portal: Portal) -> None:
    """Half a file is no file: neither a part nor a target is left in the store."""
    portal()

    with pytest.raises(OSError, match="the connection broke"):
        take_file(UploadFile(_Broken(b"half of it"), filename="half.txt"))

    assert files_below(StoredFile.folder) == []


def test_no_file_is_told_to_the_person(portal: Portal) -> None:
    """An empty file field says so instead of storing nothing."""
    portal()

    for nothing in (None, "", UploadFile(io.BytesIO(b""), filename="")):
        with pytest.raises(Invalid, match="파일이 선택되지 않았습니다"):
            take_file(nothing)


def test_types_come_from_our_own_table() -> None:
    """Windows takes types from its registry, where .js may be text/plain and would not run."""
    named = ("a.js", "A.JS", "b.css", "c.svg", "d.woff2", "e.hwpx", "f.exe", "g")

    assert [content_type(name) for name in named] == [
        "text/javascript; charset=utf-8",
        "text/javascript; charset=utf-8",
        "text/css; charset=utf-8",
        "image/svg+xml",
        "font/woff2",
        "application/hwp+zip",
        "application/octet-stream",
        "application/octet-stream",
    ]


def files_below(folder: Path) -> list[Path]:
    """Every file of the store."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_bytes_are_saved_under_their_name() -> None:
    """A workbook made in memory is a download with the type of its ending; no sign of the name breaks the header."""
    answer = file_response(b"rows", '감사 기록"\r\n.xlsx')

    assert (answer.body, answer.headers["content-type"]) == (b"rows", content_type("a.xlsx"))
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%EA%B0%90%EC%82%AC%20%EA%B8%B0%EB%A1%9D%22%0D%0A.xlsx"
    )
