"""What may be written about a post and a board, and what their forms show."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile
from starlette.requests import Request

from maru import Department, Line, StoredFile, Text, User, Waiting, WaitingRoom, current_user, form, read_form, t

from .models import Audience, Board, Post

FILE_COUNT = 10
FILE_BYTES = 20_000_000
REQUEST_BYTES = 60_000_000
FILE_TYPES = (
    *(".hwp", ".hwpx", ".pdf", ".txt", ".csv", ".zip", ".png", ".jpg", ".jpeg", ".gif"),
    *(".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx"),
)

Ids = tuple[int, ...]


class PostEntry(BaseModel):
    """A post as it was entered. `version` is the one that the form was filled from."""

    model_config = ConfigDict(frozen=True)

    title: Annotated[Line, Field(min_length=1, max_length=120)]
    body: Annotated[Text, Field(min_length=1, max_length=20_000)]
    department: int = 0
    is_notice: bool = False
    is_pinned: bool = False
    version: int = 0
    removed: Ids = ()


class BoardEntry(BaseModel):
    """A board as it was entered. `writers` and `readers` are ids of departments."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[Line, Field(min_length=1, max_length=60)]
    description: Annotated[Line, Field(max_length=200)] = ""
    department: int
    audience: Literal["everyone", "chosen"]
    readers: Ids = ()
    writers: Ids = ()
    is_closed: bool = False


@dataclass(frozen=True)
class PostFields:
    """What stands in the fields of the post form; `waiting` are uploads that came with it before it was refused."""

    title: str = ""
    body: str = ""
    department: str = ""
    is_notice: bool = False
    is_pinned: bool = False
    version: int | str = 0
    removed: frozenset[str] = frozenset()
    waiting: tuple[Waiting, ...] = ()

    @classmethod
    def of(cls, post: Post) -> PostFields:
        """The post as it is stored."""
        return cls(post.title, post.body, str(post.department_id), post.is_notice, post.is_pinned, post.version)

    @classmethod
    def typed(cls, request: Request) -> PostFields:
        """What the person typed, for showing it again; `version` stays the one the form was filled from."""
        entered = form(request)
        return cls(
            title=str(entered.get("title", "")),
            body=str(entered.get("body", "")),
            department=str(entered.get("department", "")),
            is_notice="is_notice" in entered,
            is_pinned="is_pinned" in entered,
            version=str(entered.get("version", "")),
            removed=frozenset(map(str, entered.getlist("removed"))),
            waiting=tuple(room_of(request).let_wait(each) for each in uploads_in(request) if not _problem_of(each)),
        )


@dataclass(frozen=True)
class BoardFields:
    """What stands in the fields of the board form; `seen` is the mark of the settings it was filled from."""

    name: str = ""
    description: str = ""
    department: str = ""
    audience: str = "everyone"
    readers: frozenset[str] = frozenset()
    writers: frozenset[str] = frozenset()
    is_closed: bool = False
    seen: str = ""

    @classmethod
    def of(cls, board: Board) -> BoardFields:
        """The board as it is stored."""
        named: list[Audience] = list(board.audience)
        stored = cls(
            name=board.name,
            description=board.description,
            department=str(board.department_id),
            audience="everyone" if board.is_for_everyone else "chosen",
            readers=frozenset(str(one.department_id) for one in named if not one.may_write),
            writers=frozenset(str(one.department_id) for one in named if one.may_write),
            is_closed=board.is_closed,
        )
        return replace(stored, seen=stored.mark)

    @property
    def mark(self) -> str:
        """The same for the same settings, another for others."""
        values = (sorted(value) if isinstance(value, frozenset) else value for value in astuple(replace(self, seen="")))
        return hashlib.sha256(repr(list(values)).encode()).hexdigest()[:16]

    @classmethod
    def typed(cls, request: Request) -> BoardFields:
        """What the person typed, for showing it again; `seen` stays the mark of what the form was filled from."""
        entered = form(request)
        return cls(
            seen=str(entered.get("seen", "")),
            name=str(entered.get("name", "")),
            description=str(entered.get("description", "")),
            department=str(entered.get("department", "")),
            audience=str(entered.get("audience", "everyone")),
            readers=frozenset(map(str, entered.getlist("readers"))),
            writers=frozenset(map(str, entered.getlist("writers"))),
            is_closed="is_closed" in entered,
        )


@dataclass(frozen=True)
class ReadPost:
    """A submitted post form: the entry, or None with a sentence per field in `problems`."""

    entry: PostEntry | None
    uploads: list[UploadFile]
    problems: dict[str, str]


def room_of(request: Request) -> WaitingRoom:
    """Where the uploads of whoever asks wait while their form is mended."""
    return WaitingRoom.of(StoredFile.folder, current_user(request).id)


def uploads_in(request: Request) -> list[UploadFile]:
    """The files that were chosen for a post: those that wait since the form was refused, and those chosen now."""
    chosen = [each for each in form(request).getlist("files") if isinstance(each, UploadFile) and each.filename]
    return room_of(request).found(form(request).getlist("waiting")) + chosen


def read_post(request: Request, board: Board, writer: User, post: Post | None = None) -> ReadPost:
    """The submitted post for `board`; with `post` a new text for it, in the name of the same department.

    Who may not mark posts here leaves the marks as they are, whatever was sent.
    """
    entry, problems = read_form(request, PostEntry)
    uploads = uploads_in(request)
    kept: set[int] = set()
    if post is not None and entry is not None:
        kept = {attachment.id for attachment in post.attachments} - set(entry.removed)
    if found := _problem_of_files(uploads, len(kept)):
        problems["files"] = found
    departments = [post.department_id] if post else [unit.id for unit in board.writing_departments(writer)]
    if entry is not None and entry.department not in departments:
        problems["department"] = t("이 게시판에 글을 쓸 수 있는 부서를 골라 주세요.")
    if entry is None or problems:
        return ReadPost(None, uploads, problems)
    if not board.may_be_marked_by(writer):
        marks = {"is_notice": bool(post and post.is_notice), "is_pinned": bool(post and post.is_pinned)}
        entry = entry.model_copy(update=marks)
    return ReadPost(entry, uploads, problems)


def _problem_of_files(uploads: list[UploadFile], kept_count: int) -> str:
    if kept_count + len(uploads) > FILE_COUNT:
        return t("첨부는 {n}개까지 올릴 수 있습니다. 여러 파일은 압축해서 올려 주세요.", n=FILE_COUNT)
    if sum(each.size or 0 for each in uploads) > REQUEST_BYTES:
        megabytes = REQUEST_BYTES // 1_000_000
        return t("첨부는 모두 합해 {n}MB까지 올릴 수 있습니다. 나누어 올려 주세요.", n=megabytes)
    return next(filter(None, map(_problem_of, uploads)), "")


def _problem_of(upload: UploadFile) -> str:
    if PurePath(upload.filename or "").suffix.lower() not in FILE_TYPES:
        return t("‘{name}’은(는) 올릴 수 없는 형식입니다. 문서, 그림, 압축 파일만 올려 주세요.", name=upload.filename)
    if (upload.size or 0) > FILE_BYTES:
        megabytes = FILE_BYTES // 1_000_000
        return t("‘{name}’이(가) 너무 큽니다. 파일 하나는 {n}MB까지입니다.", name=upload.filename, n=megabytes)
    return ""


def read_board(
    request: Request, keepers: Iterable[Department], departments: Iterable[Department]
) -> tuple[BoardEntry | None, dict[str, str]]:
    """The submitted board, kept by one of `keepers`; only `departments` may be named in its audience."""
    entry, problems = read_form(request, BoardEntry)
    if entry is not None and entry.department not in {unit.id for unit in keepers}:
        problems["department"] = t("게시판을 관리할 수 있는 부서를 골라 주세요.")
    if entry is None or problems:
        return None, problems
    known = {unit.id for unit in departments}
    named = {name: tuple(unit for unit in getattr(entry, name) if unit in known) for name in ("readers", "writers")}
    return entry.model_copy(update=named), problems
