"""Rules with more than one caller: publishing a post, keeping an audience, and counting who has read."""

from __future__ import annotations

import functools
import operator
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from maru import Blob, Change, Conflict, Department, StoredFile, User, now, t
from maru import Post as Duty  # 보직: a person's place in a department; here Post is 글

from .events import Posted
from .forms import BoardEntry, BoardFields, PostEntry
from .models import Attachment, Audience, Board, Post, PostRead


def publish(
    change: Change, board: Board, author: User, entry: PostEntry, blobs: Iterable[Blob] = (), at: datetime | None = None
) -> Post:
    """Write a post, which its author has read already. Inside a write; who may is checked by the caller."""
    at = at or now()
    post: Post = Post.create(
        board=board, author=author, created_at=at, updated_at=at, updated_by=author, **_content(entry)
    )
    attach(post, blobs)
    PostRead.mark(post, author)
    change.emit(Posted(post=post.id, board=board.id, is_notice=post.is_notice), key=f"board_post:{post.id}")
    return post


def revise(post: Post, editor: User, entry: PostEntry, blobs: Iterable[Blob] = ()) -> None:
    """Change a post. Inside a write. Raises Conflict when `entry` was filled from an older version."""
    current = post.fresh()
    if current.version != entry.version:
        raise Conflict(t("그 사이에 다른 사람이 이 글을 고쳤습니다."))
    for name, value in _content(entry).items():
        setattr(current, name, value)
    current.updated_at, current.updated_by, current.version = now(), editor, current.version + 1
    current.save()
    for attachment in list(Attachment.of(post)):
        if attachment.id in entry.removed:
            attachment.delete_instance()
    attach(post, blobs)


def _content(entry: PostEntry) -> dict[str, object]:
    return entry.model_dump(include={"title", "body", "department", "is_notice", "is_pinned"})


def attach(post: Post, blobs: Iterable[Blob]) -> None:
    """Add files that are in the store already to a post. Inside a write."""
    for blob in blobs:
        Attachment.create(post=post, file=StoredFile.keep(blob, plugin="board"))


def set_up(board: Board, entry: BoardEntry) -> Board:
    """Save a new or changed board with its audience. Inside a write."""
    board.name, board.description, board.department_id = entry.name, entry.description, entry.department
    board.is_for_everyone, board.is_closed = entry.audience == "everyone", entry.is_closed
    board.save()
    wanted = {unit: False for unit in entry.readers if not board.is_for_everyone} | dict.fromkeys(entry.writers, True)
    for named in list(board.audience):
        if wanted.get(named.department_id) != named.may_write:
            named.delete_instance()
        else:
            del wanted[named.department_id]
    for unit, may_write in wanted.items():
        Audience.create(board=board, department=unit, may_write=may_write)
    return board


def change_settings(board: Board, entry: BoardEntry, typed: BoardFields) -> None:
    """Change a board. Inside a write. Raises Conflict when the form was filled from other settings than are stored.

    Sent twice, the second finds what it wants and changes nothing.
    """
    current = board.fresh()
    stored = BoardFields.of(current)
    if typed.seen != stored.seen and typed.mark != stored.mark:
        raise Conflict(t("그 사이에 다른 사람이 이 게시판의 설정을 바꾸었습니다."))
    set_up(current, entry)


@dataclass(frozen=True)
class UnitReading:
    """How far a post was read in one department; `unread` are the names of those who have not."""

    name: str
    read_count: int
    unread: tuple[str, ...]

    @property
    def total_count(self) -> int:
        """All who should read it."""
        return self.read_count + len(self.unread)


def reading_of(post: Post) -> list[UnitReading]:
    """Who of the board's readers has read `post`, by department in 직제순. Three queries.

    Everybody is counted once, in the department of their main post; teams (팀) are counted in the department above.
    """
    have_read = {mark.user_id for mark in PostRead.select().where(PostRead.post == post.id)}
    answering = {unit.id: unit for unit in Department.recipients()}
    units: dict[int, Department] = {}
    read: dict[int, list[str]] = {}
    unread: dict[int, list[str]] = {}
    for duty in duties_of_readers(post.board):
        own = duty.department
        upward = (own.id, *reversed(own.ancestor_ids))
        unit = next((answering[one] for one in upward if one in answering), own)
        units[unit.id] = unit
        names = read if duty.user.id in have_read else unread
        names.setdefault(unit.id, []).append(duty.user.name)
    in_order = sorted(units.values(), key=lambda unit: unit.official_order)
    return [UnitReading(unit.name, len(read.get(unit.id, [])), tuple(unread.get(unit.id, []))) for unit in in_order]


def duties_of_readers(board: Board) -> Collection[Duty]:
    """One 보직 of everybody who reads `board`: the main one, if it is among those that make them a reader."""
    query = (
        Duty.select(Duty, User, Department)
        .join_from(Duty, User)
        .join_from(Duty, Department)
        .where(User.is_active, Department.in_force(), Duty.in_force())
        .order_by(Duty.is_primary.desc(), Department.official_order, User.name)
    )
    if not board.is_for_everyone:
        named = [board.department, *Department.select().join(Audience).where(Audience.board == board.id)]
        below = [Department.path.startswith(unit.path) for unit in named]
        query = query.where(functools.reduce(operator.or_, below))
    found: dict[int, Duty] = {}
    for duty in query:
        found.setdefault(duty.user.id, duty)
    return found.values()
