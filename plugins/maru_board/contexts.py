"""What the templates show: one frozen class each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maru import Department

from .forms import FILE_BYTES, FILE_COUNT, FILE_TYPES, BoardFields, PostFields
from .models import Attachment, Board, Post
from .selection import PostLine
from .services import UnitReading
from .text import Paragraph


@dataclass(frozen=True)
class Chip:
    """A filter of the list: its address, how many posts it shows, and whether it is the one chosen."""

    label: str
    href: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class IndexContext:
    """A page of the list: of one board, or of all (`board` None). `pager_href` ends where the page number belongs."""

    board: Board | None
    posts: tuple[PostLine, ...]
    chips: tuple[Chip, ...]
    show: str
    words: str
    page: int
    page_count: int
    pager_href: str
    write_href: str
    may_manage: bool


@dataclass(frozen=True)
class ShowContext:
    """One post. `readings` is None for those who need not know who has read it."""

    post: Post
    paragraphs: tuple[Paragraph, ...]
    attachments: tuple[Attachment, ...]
    readings: tuple[UnitReading, ...] | None
    may_change: bool
    may_restore: bool


@dataclass(frozen=True)
class ReadersContext:
    """Who has read a must-read post (필독), by department in 직제순."""

    post: Post
    readings: tuple[UnitReading, ...]


@dataclass(frozen=True)
class Theirs:
    """What somebody else saved meanwhile: the post as it is now, and its lines beside those that were typed."""

    post: Post
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PostFormContext:
    """The form of a post; `post` is None for a new one, `theirs` set after a conflict."""

    board: Board
    post: Post | None
    fields: PostFields
    problems: Mapping[str, str]
    departments: tuple[Department, ...]
    attachments: tuple[Attachment, ...]
    may_mark: bool
    theirs: Theirs | None = None
    file_count: int = FILE_COUNT
    file_bytes: int = FILE_BYTES
    file_types: tuple[str, ...] = FILE_TYPES


@dataclass(frozen=True)
class BoardLine:
    """A board in the list of boards, and what this person may do with it."""

    board: Board
    may_write: bool
    may_manage: bool


@dataclass(frozen=True)
class BoardsContext:
    """The boards this person may read."""

    lines: tuple[BoardLine, ...]
    may_manage: bool


@dataclass(frozen=True)
class BoardFormContext:
    """The form of a board. `departments` may be named as readers and writers, `keepers` keep it.

    `theirs`, after a conflict: what somebody else saved, as (setting, value).
    """

    board: Board | None
    fields: BoardFields
    problems: Mapping[str, str]
    keepers: tuple[Department, ...]
    departments: tuple[Department, ...]
    theirs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CardContext:
    """The latest posts on the home page."""

    posts: tuple[PostLine, ...]
