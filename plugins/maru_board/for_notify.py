"""What the boards tell through maru_notify: a must-read post (필독), to everybody who may read it and has not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maru import DemoSite, Event, User, holders_of, hookimpl, now, t
from maru_notify.api import Notice, NoticeKind, Settled, notify

from .events import NoticeRead, Posted
from .models import LATELY, Post, PostRead
from .services import duties_of_readers

if TYPE_CHECKING:
    import peewee

MUST_READ = "board.must_read"
EVENTS = (Posted.event, "board_post.changed")


@hookimpl
def notice_kinds() -> list[NoticeKind]:
    """Must-read posts."""
    return [NoticeKind(MUST_READ, t("필독"), t("꼭 읽어야 하는 글이 올라오면 알립니다."), icon="megaphone")]


@hookimpl
def notices(event: Event) -> list[Notice]:
    """A must-read post was published, or a post was made one."""
    if event.name not in EVENTS:
        return []
    post = _must_read().where(Post.id == event.payload.get("post", event.payload.get("id"))).first()
    return [must_read(post)] if post else []


@hookimpl
def settled(event: Event) -> list[Settled]:
    """A must-read post was opened by itself, not through the notification."""
    if event.name != NoticeRead.event:
        return []
    read = event.read(NoticeRead)
    return [Settled(MUST_READ, f"/board/{read.post}", (read.user,))]


@hookimpl
def visible_subjects(viewer: User, subjects: tuple[str, ...]) -> list[str]:
    """The posts that `viewer` may still open."""
    wanted = [int(subject.removeprefix("post:")) for subject in subjects]
    readable = Post.select(Post.id).where(Post.readable_by(viewer), Post.id.in_(wanted))
    return [f"post:{post.id}" for post in readable]


@hookimpl
def demo(site: DemoSite) -> None:
    """The must-read posts of the demonstration, those of last week read."""
    with site.write_as("demo-admin", plugin="notify"):
        for post in _must_read():
            notify(must_read(post), read_until=now() - timedelta(days=3))


def must_read(post: Post) -> Notice:
    """The notice of a must-read post, for the readers of its board who have not opened it."""
    have_read = {mark.user_id for mark in PostRead.select(PostRead.user).where(PostRead.post == post.id)}
    readers = {duty.user.id for duty in duties_of_readers(post.board)} - have_read
    return Notice(
        kind=MUST_READ,
        people=tuple(sorted(holders_of("board.read", readers))),
        text=post.title,
        note=t("{department}에서 {board}에 올렸습니다.", department=post.department.name, board=post.board.name),
        href=f"/board/{post.id}",
        subject=f"post:{post.id}",
        at=post.created_at,
    )


def _must_read() -> peewee.ModelSelect[Post]:
    return Post.select().where(Post.is_notice, Post.shown(), Post.created_at > now() - LATELY)
