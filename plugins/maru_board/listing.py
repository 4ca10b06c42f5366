"""The list of posts: what the address asks for, the filters with their counts, one page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from urllib.parse import urlencode

import peewee
from starlette.requests import Request

from maru import User, t

from .contexts import Chip, IndexContext
from .models import Board, Post

PAGE_SIZE = 20


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for: a filter, words of the title, a page."""

    show: str
    words: str
    page: int

    @classmethod
    def by(cls, request: Request) -> Asked:
        """Read from the query; what makes no sense counts as not asked."""
        given = request.query_params
        page = given.get("page", "")
        show = given.get("show", "")
        return cls(show if show in _labels() else "all", given.get("q", "").strip()[:100], _number(page))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def _labels() -> dict[str, str]:
    return {
        "all": t("전체"),
        "notice": t("필독"),
        "unread": t("안 읽음"),
        "mine": t("내 부서"),
        "hidden": t("삭제한 글"),
    }


def _filters(viewer: User) -> dict[str, peewee.Expression]:
    """What each filter shows. The last one has posts only for who manages a board."""
    shown = Post.shown()
    return {
        "all": shown,
        "notice": shown & Post.is_notice,
        "unread": shown & Post.unread_by(viewer),
        "mine": shown & Post.of_units(viewer),
        "hidden": ~shown,
    }


def listed(request: Request, viewer: User, board: Board | None) -> IndexContext:
    """The page of the list that the address asks for, of one board or of all. Three queries."""
    asked = Asked.by(request)
    filters = _filters(viewer)
    within = Post.titled(asked.words)
    if board is not None:
        within &= Post.board == board.id
    counts = _counts(filters, Post.readable_by(viewer) & within)
    page_count = max(1, math.ceil(counts[asked.show] / PAGE_SIZE))
    page = min(max(asked.page, 1), page_count)
    posts = Post.page_of(viewer, within & filters[asked.show], Post.pinned_first(), PAGE_SIZE, page)
    path = f"/board/boards/{board.id}/" if board else "/board/"
    return IndexContext(
        board=board,
        posts=tuple(posts),
        chips=_chips(path, asked, counts),
        show=asked.show,
        words=asked.words,
        page=page,
        page_count=page_count,
        pager_href=f"{path}?{urlencode({'show': asked.show, 'q': asked.words, 'page': ''})}",
        write_href=_write_href(viewer, board),
        may_manage=board.is_managed_by(viewer) if board else False,
    )


def _counts(filters: dict[str, peewee.Expression], within: peewee.Expression) -> dict[str, int]:
    """How many posts each filter would show, in one query."""
    columns = [peewee.fn.COUNT(Post.id).filter(each) for each in filters.values()]
    row = Post.select(*columns).where(within).tuples().first()
    return dict(zip(filters, row, strict=True))


def _chips(path: str, asked: Asked, counts: dict[str, int]) -> tuple[Chip, ...]:
    found = []
    for key, label in _labels().items():
        if key != "hidden" or counts[key]:
            words = {"q": asked.words} if asked.words else {}
            query = urlencode(({"show": key} if key != "all" else {}) | words)
            found.append(Chip(label, f"{path}?{query}" if query else path, counts[key], key == asked.show))
    return tuple(found)


def _write_href(viewer: User, board: Board | None) -> str:
    """Where a new post is written; from the list of all boards one is chosen first."""
    if board is None:
        return "/board/boards/" if viewer.may("board.write") else ""
    return f"/board/boards/{board.id}/new" if board.writing_departments(viewer) else ""
