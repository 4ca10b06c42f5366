"""Which posts a list shows, how many there are, and one page of them: queries that are compiled once.

Rows are found in an index that has all that lists choose and sort by. Only the twenty of a page are then read, and only
what a list shows of them.
"""

from __future__ import annotations

import re
from bisect import bisect, insort
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, cast

import peewee

from maru import Department, Units, User, now, prepared

from .models import LATELY, Attachment, Board, Post, lineage, starts_with_any

FAR = 200
"""So many posts are stepped over without leaving a landmark."""


class Show(Enum):
    """A filter of the list: all, 필독, 안 읽음, 내 부서, deleted ones; and what waits: 필독 that was not read."""

    ALL = "all"
    NOTICE = "notice"
    UNREAD = "unread"
    MINE = "mine"
    HIDDEN = "hidden"
    WAITING = "waiting"


SHARED = (Show.ALL, Show.NOTICE, Show.MINE, Show.HIDDEN)
"""The filters that have as many posts for everybody who reads the same boards in the same departments."""


@dataclass(frozen=True)
class Reader:
    """A person as lists know them: the boards they read, those they manage, the paths of their departments.

    `since` is the instant after which a post that was not opened counts as unread.
    """

    id: int
    boards: Collection[int]
    managed: Collection[int]
    paths: Collection[str]
    since: datetime

    @classmethod
    def of(cls, user: User, board: Board | None = None) -> Reader:
        """`user` before the list of all boards, for which one query is made, or of one that they may read."""
        if board is None:
            boards = dict(_boards(lineage(user), user.units("board.read"), user.units("board.manage")))
        else:
            boards = {board.id: board.is_managed_by(user)}
        managed = tuple(key for key, is_managed in boards.items() if is_managed)
        paths = tuple(held.department.path for held in user.posts_in_force)
        return cls(user.id, tuple(boards), managed, paths, now() - LATELY)


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in a list."""

    id: int
    title: str
    board: str
    department: str
    author: str
    created_at: datetime
    is_notice: bool
    is_pinned: bool
    is_unread: bool
    attachment_count: int


@dataclass(frozen=True, slots=True)
class Landmark:
    """A post that is not pinned, and how many stand before it in a list."""

    position: int
    created_at: datetime
    id: int


@prepared
def _boards(mine: Collection[int], reading: Units, managing: Units) -> Iterable[tuple[int, bool]]:
    """The boards somebody may read, and whether they manage them."""
    is_managed = managing.where(Board.department).alias("is_managed")
    query = Board.select(Board.id, is_managed).where(Board.open_to(mine, reading, managing)).order_by(Board.id)
    return cast("Iterable[tuple[int, bool]]", query.tuples())


_WILD = re.compile(r"[\\%_]")


def patterns(words: str) -> tuple[str, ...]:
    """What the title must be like to hold every one of the `words`; wildcards in them are letters like others."""
    return tuple("%" + _WILD.sub(r"\\\g<0>", word) + "%" for word in words.split())


def _chosen(reader: Reader, show: Show, titles: Collection[str]) -> peewee.Expression:
    """True for the posts that the filter `show` has for `reader`, with every one of the `titles` in their title."""
    is_hidden = show is Show.HIDDEN
    found: Any = (Post.is_hidden == is_hidden) & Post.board.in_(reader.managed if is_hidden else reader.boards)
    if show in (Show.NOTICE, Show.WAITING):
        found &= Post.is_notice.in_((True,))  # an index is looked up for a comparison, not for a truth
    if show in (Show.UNREAD, Show.WAITING):
        found &= Post.unread_since(reader.id, reader.since)
    if show is Show.MINE:
        found &= Post.department.in_(Department.select(Department.id).where(starts_with_any(reader.paths)))
    for title in titles:
        found &= peewee.Expression(Post.title, peewee.OP.ILIKE, peewee.NodeList((title, peewee.SQL(r"ESCAPE '\'"))))
    return cast("peewee.Expression", found)


@prepared
def counts(reader: Reader, titles: Collection[str]) -> Iterable[tuple[int, ...]]:
    """One row: how many posts there are to read, of each `SHARED` filter and last of those not opened."""
    return _counts(reader, (*SHARED, Show.UNREAD), titles)


@prepared
def unread_count(reader: Reader, titles: Collection[str]) -> Iterable[tuple[int, ...]]:
    """One row: how many posts `reader` has not opened."""
    return _counts(reader, (Show.UNREAD,), titles)


def _counts(reader: Reader, shows: Iterable[Show], titles: Collection[str]) -> Iterable[tuple[int, ...]]:
    """Each filter is counted in an index of its own: all in one go would read every post."""
    columns = [Post.select(peewee.fn.COUNT(Post.id)).where(_chosen(reader, show, titles)) for show in shows]
    return cast("Iterable[tuple[int, ...]]", peewee.Select(columns=columns).tuples())


@prepared
def _page(
    reader: Reader,
    show: Show,
    titles: Collection[str],
    start: int,
    size: int,
    from_end: bool = False,
    pinned: bool | None = None,
    after: Landmark | None = None,
) -> Iterable[PostLine]:
    """`size` posts after `start` others, pinned ones and then the newest first.

    Counted from the end of the list, or from a landmark on, if asked for.
    """
    columns = (Post.is_pinned, Post.created_at, Post.id)
    order = [column.desc() for column in columns]
    found = _chosen(reader, show, titles)
    if pinned is not None:
        found &= Post.is_pinned == pinned
    if after is not None:
        found &= Post.created_at <= after.created_at
        found &= (Post.created_at < after.created_at) | (Post.id <= after.id)
    ids = Post.select(Post.id).where(found).order_by(*(columns if from_end else order)).limit(size).offset(start)
    page: Iterable[PostLine] = _lines(reader).where(Post.id.in_(ids)).order_by(*order).objects(PostLine)
    return page


def _lines(reader: Reader) -> Any:
    attachments = Attachment.select(peewee.fn.COUNT(Attachment.id)).where(Attachment.post == Post.id)
    unread = Post.unread_since(reader.id, reader.since)
    own = (Post.id, Post.title, Post.created_at, Post.is_notice, Post.is_pinned)
    names = (Board.name.alias("board"), Department.name.alias("department"), User.name.alias("author"))
    return (
        Post.select(*own, *names, unread.alias("is_unread"), attachments.alias("attachment_count"))
        .join_from(Post, Board)
        .join_from(Post, User, on=Post.author)
        .join_from(Post, Department, on=Post.department)
    )


def page_of(
    reader: Reader, show: Show, titles: Collection[str], page: int, size: int, count: int, landmarks: list[Landmark]
) -> list[PostLine]:
    """Page `page` of a list of `count` posts, pinned ones first; pages count from 1.

    Stepping over 50,000 posts takes 4 ms. So a far page is looked for from the end of the list where that is nearer, or
    from the nearest of the `landmarks`: the first posts of pages that were shown lately. This one is added to them.
    """
    start = (page - 1) * size
    size = max(0, min(size, count - start))
    behind = count - start - size
    passed = bisect(landmarks, start, key=lambda one: one.position)
    near = landmarks[passed - 1] if passed else None
    steps = min(start, behind, start - near.position if near else start)
    if near and steps == start - near.position:
        posts = _page(reader, show, titles, steps, size, pinned=False, after=near)
    else:
        posts = _page(reader, show, titles, steps, size, from_end=steps < start)
    if steps > FAR and posts and not posts[0].is_pinned:
        insort(landmarks, Landmark(start, posts[0].created_at, posts[0].id), key=lambda one: one.position)
    return posts


def latest(reader: Reader, show: Show, size: int) -> list[PostLine]:
    """The newest posts of a filter, pinned or not: the newest of both kinds, as the index has them apart."""
    found = [post for pinned in (True, False) for post in _page(reader, show, (), 0, size, pinned=pinned)]
    return sorted(found, key=lambda post: (post.created_at, post.id), reverse=True)[:size]
