"""The list of posts: what the address asks for, the filters with their counts, one page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from maru import Paging, User, portal_of, t

from .contexts import Chip, IndexContext
from .models import Board
from .selection import SHARED, Landmark, Reader, Show, counts, page_of, patterns, unread_count

PAGE_SIZE = 20


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for: a filter, words of the title, a page."""

    show: Show
    words: str
    page: str

    @classmethod
    def by(cls, request: Request) -> Asked:
        """Read from the query; what makes no sense counts as not asked."""
        given = request.query_params
        show = given.get("show", "")
        chosen = next((one for one in _labels() if one.value == show), Show.ALL)
        return cls(chosen, given.get("q", "").strip()[:100], given.get("page", ""))


def _labels() -> dict[Show, str]:
    """The filters in the order of their chips. The last one has posts only for who manages a board."""
    return {
        Show.ALL: t("전체"),
        Show.NOTICE: t("필독"),
        Show.UNREAD: t("안 읽음"),
        Show.MINE: t("내 부서"),
        Show.HIDDEN: t("삭제한 글"),
    }


def listed(request: Request, viewer: User, board: Board | None) -> IndexContext:
    """The page of the list that the address asks for, of one board or of all. Three queries at most."""
    asked, reader = Asked.by(request), Reader.of(viewer, board)
    titles = patterns(asked.words)
    found = _counts(request, reader, titles)
    paging = Paging.of(asked.page, found[asked.show], PAGE_SIZE)
    landmarks = [] if titles else _landmarks(request, reader, asked.show)
    posts = page_of(reader, asked.show, titles, paging.number, PAGE_SIZE, found[asked.show], landmarks)
    path = f"/board/boards/{board.id}/" if board else "/board/"
    return IndexContext(
        board=board,
        posts=tuple(posts),
        chips=_chips(path, asked, found),
        show=asked.show.value,
        words=asked.words,
        page=paging.number,
        page_count=paging.page_count,
        pager_href=f"{path}?{urlencode({'show': asked.show.value, 'q': asked.words, 'page': ''})}",
        write_href=_write_href(viewer, board),
        may_manage=board.is_managed_by(viewer) if board else False,
    )


def _counts(request: Request, reader: Reader, titles: tuple[str, ...]) -> dict[Show, int]:
    """How many posts each filter shows. What many people have in common is counted once in ten seconds."""
    counted: list[int] = []

    def count() -> list[int]:
        counted.extend(counts(reader, titles)[0])
        return counted[:-1]

    key = ("board.counts", reader.boards, reader.managed, reader.paths, titles)
    shared = portal_of(request).remembered(key, count)
    unread = counted[-1] if counted else unread_count(reader, titles)[0][0]
    return dict(zip(SHARED, shared, strict=True)) | {Show.UNREAD: unread}


def _landmarks(request: Request, reader: Reader, show: Show) -> list[Landmark]:
    """Posts from which a far page is found sooner, for all who have the same list; forgotten after ten seconds."""
    if show not in SHARED:
        return []
    key = ("board.landmarks", show, reader.boards, reader.managed, reader.paths)
    found: list[Landmark] = portal_of(request).remembered(key, list)
    return found


def _chips(path: str, asked: Asked, counts: dict[Show, int]) -> tuple[Chip, ...]:
    found = []
    for show, label in _labels().items():
        if show is not Show.HIDDEN or counts[show]:
            words = {"q": asked.words} if asked.words else {}
            query = urlencode(({"show": show.value} if show is not Show.ALL else {}) | words)
            found.append(Chip(label, f"{path}?{query}" if query else path, counts[show], show is asked.show))
    return tuple(found)


def _write_href(viewer: User, board: Board | None) -> str:
    """Where a new post is written; from the list of all boards one is chosen first."""
    if board is None:
        return "/board/boards/" if viewer.may("board.write") else ""
    return f"/board/boards/{board.id}/new" if board.writing_departments(viewer) else ""
