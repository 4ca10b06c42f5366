"""What the templates show: one frozen class each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .asking import Asked
from .hits import Widened
from .models import Build, FileText
from .passages import Piece


@dataclass(frozen=True)
class Choice:
    """A filter beside the hits: its address, how many it shows, and whether it is the one chosen."""

    label: str
    href: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class HitLine:
    """A hit: its kind's icon and name, title and passage in pieces, and where and when it is from."""

    href: str
    icon: str
    kind: str
    title: tuple[Piece, ...]
    passage: tuple[Piece, ...]
    within: str
    unit: str
    at: datetime | None


@dataclass(frozen=True)
class PersonCard:
    """A person above the hits; `count` is for how many of the first hits they are responsible, 0 when found by name."""

    id: int
    name: tuple[Piece, ...]
    initial: str
    posts: tuple[str, ...]
    phone: str
    count: int


@dataclass(frozen=True)
class IndexContext:
    """The search and its hits. Without words, `hits` are the newest things this person may see.

    `tried` is the other keyboard's reading of words that found nothing, which was looked for as well.
    """

    asked: Asked
    count: int
    tabs: tuple[Choice, ...]
    units: tuple[Choice, ...]
    since: tuple[Choice, ...]
    people: tuple[PersonCard, ...]
    hits: tuple[HitLine, ...]
    widened: Widened | None
    tried: str
    as_typed_href: str
    any_words_href: str
    clear_href: str
    sort: tuple[Choice, ...]
    suggestions: tuple[tuple[str, str], ...]
    person: str
    is_built: bool
    page: int
    page_count: int
    pager_href: str
    seconds: float


@dataclass(frozen=True)
class PersonContext:
    """A person: their posts with the lines above each, their phones, and the newest of theirs that one may see."""

    name: str
    username: str
    initial: str
    posts: tuple[tuple[str, str, str], ...]
    phone: str
    hits: tuple[HitLine, ...]
    count: int
    all_href: str


@dataclass(frozen=True)
class StateContext:
    """How the index stands: its size, the last build, what could not be given, and the files without a text.

    `stuck` are the names of plugins, with how many of their documents they could not give.
    """

    document_count: int
    file_count: int
    build: Build | None
    is_built: bool
    has_morphemes: bool
    behind: tuple[str, ...]
    stuck: tuple[tuple[str, int], ...]
    doubtful: tuple[FileText, ...]
    doubtful_count: int
