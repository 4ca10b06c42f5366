"""Posts in the search: whoever may read a board finds what stands on it; deleted posts (숨긴 글) are not found at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from maru import Event, StoredFile, User, hookimpl
from maru_search.api import Attached, SearchDocument, SearchKind

from .models import Attachment, Board, Post

PREFIX = "board_post:"


@hookimpl
def search_kinds() -> list[SearchKind]:
    """One tab for posts of all boards."""
    return [SearchKind("board_post", {"ko": "공지·게시판", "en": "Posts"}, "megaphone", order=30)]


@hookimpl
def search_keys(event: Event | None) -> list[str]:
    """The post itself, or the one an attachment was added to. Taking one away saves the post as well."""
    if event is None:
        return _keys(Post.select(Post.id))
    if event.name.startswith("board_post."):
        return [event.key]
    if event.name == "board_attachment.created":
        return _keys(Attachment.select(Attachment.post).where(Attachment.id == event.payload["id"]))
    return []


def _keys(query: object) -> list[str]:
    rows = cast("Iterable[tuple[int]]", query.tuples())  # type: ignore[attr-defined]  # a select of one column
    return [f"{PREFIX}{number}" for (number,) in rows]


@hookimpl
def search_documents(keys: Sequence[str]) -> list[SearchDocument]:
    """Title, text and files. Two queries."""
    ids = [int(key.removeprefix(PREFIX)) for key in keys if key.startswith(PREFIX)]
    files: dict[int, list[Attached]] = {}
    attachments = Attachment.select(Attachment, StoredFile).join(StoredFile).where(Attachment.post.in_(ids))
    for attachment in attachments.order_by(Attachment.id):
        files.setdefault(attachment.post_id, []).append(Attached(attachment.file))
    posts = Post.select().where(Post.id.in_(ids), Post.shown())
    return [_document(post, files.get(post.id, ())) for post in posts]


def _document(post: Post, files: Sequence[Attached]) -> SearchDocument:
    return SearchDocument(
        key=f"{PREFIX}{post.id}",
        kind="board_post",
        title=post.title,
        body=post.body,
        href=f"/board/{post.id}",
        access_tokens=(f"board:{post.board_id}",),
        unit=post.department_id,
        at=post.created_at,
        people=(post.author_id,),
        attachments=tuple(files),
    )


@hookimpl
def search_access(viewer: User) -> list[str]:
    """The boards that `viewer` may read, by the predicate of the pages. One query."""
    if not viewer.may("board.read"):
        return []
    rows = cast("Iterable[tuple[int]]", Board.select(Board.id).where(Board.readable_by(viewer)).tuples())
    return [f"board:{number}" for (number,) in rows]
