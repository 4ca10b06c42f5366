"""Boards, posts, attachments and read marks, and the queries that say who may see which."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import peewee

from maru import Department, Model, StoredFile, Units, User, UtcDateTimeField, now

LATELY = timedelta(days=30)


def lineage(user: User) -> set[int]:
    """The departments of all posts (보직) of `user` and every one above them.

    Who names a department names the units below it too; so a person is named when one of these is.
    """
    departments = [held.department for held in user.posts_in_force]
    return {unit for department in departments for unit in (*department.ancestor_ids, department.id)}


class Board(Model):
    """A board (게시판), kept by one department (담당 부서).

    Everyone reads it, or only its audience. The keeping department and the units below it always read and write.
    A closed board (닫힌 게시판) keeps its posts and takes no new ones.
    """

    name = peewee.CharField(max_length=60)
    description = peewee.CharField(max_length=200, default="")
    department = peewee.ForeignKeyField(Department, backref="+", on_delete="RESTRICT")
    is_for_everyone = peewee.BooleanField(default=True)
    is_closed = peewee.BooleanField(default=False)

    department_id: int
    audience: Iterable[Audience]
    unread_count: int
    post_count: int

    @classmethod
    def visible_to(cls, user: User) -> peewee.ModelSelect[Board]:
        """The boards `user` may read, with their departments, in 직제순. Each bears `post_count`."""
        post_count = Post.select(peewee.fn.COUNT(Post.id)).where(Post.board == cls.id, ~Post.is_hidden)
        query: peewee.ModelSelect[Board] = (
            cls.select(cls, Department, post_count.alias("post_count"))
            .join(Department)
            .where(cls.readable_by(user))
            .order_by(Department.official_order, cls.name, cls.id)
        )
        return query

    @classmethod
    def readable_by(cls, user: User) -> peewee.Expression:
        """True for boards that `user` may read: all who are named by the board, and who manages it."""
        return cls.open_to(lineage(user), user.units("board.read"), user.units("board.manage"))

    @classmethod
    def open_to(cls, mine: Collection[int], reading: Units, managing: Units) -> peewee.Expression:
        """The same for somebody of the departments `mine`, who may read and manage boards of these units."""
        named = Audience.select(Audience.board).where(Audience.department.in_(mine))
        is_named = cls.is_for_everyone | cls.department.in_(mine) | cls.id.in_(named)
        return (reading.where(cls.department) & is_named) | managing.where(cls.department)

    @classmethod
    def managed_by(cls, user: User) -> peewee.Expression:
        """True for boards that `user` manages: settings, hidden posts, marks."""
        return user.units("board.manage").where(cls.department)

    @classmethod
    def by_use(cls, user: User) -> peewee.ModelSelect[Board]:
        """The open boards that `user` may read, first those they opened most posts of lately.

        Each bears `unread_count`.
        """
        reads = (
            PostRead.select(Post.board.alias("board"), peewee.fn.COUNT(PostRead.id).alias("count"))
            .join(Post)
            .where(PostRead.user == user.id, PostRead.at > now() - LATELY)
            .group_by(Post.board)
        )
        unread_count = Post.select(peewee.fn.COUNT(Post.id)).where(
            Post.board == cls.id, Post.shown(), Post.unread_by(user)
        )
        query: peewee.ModelSelect[Board] = (
            cls.select(cls, unread_count.alias("unread_count"))
            .join(reads, peewee.JOIN.LEFT_OUTER, on=(reads.c.board == cls.id))
            .where(cls.readable_by(user), ~cls.is_closed)
            .order_by(peewee.fn.COALESCE(reads.c.count, 0).desc(), cls.id)
        )
        return query

    def is_managed_by(self, user: User) -> bool:
        """Whether `user` may change this board and every post on it."""
        return user.may("board.manage", self.department_id)

    def may_be_marked_by(self, user: User) -> bool:
        """Whether `user` may mark posts here as 필독 or pin them: the keeping department and who manages it."""
        return self.department_id in lineage(user) or self.is_managed_by(user)

    def writing_departments(self, user: User) -> list[Department]:
        """The departments in whose name `user` may write here; empty when the board is closed. One query at most."""
        if self.is_closed:
            return []
        writers = {self.department_id, *(named.department_id for named in self.audience if named.may_write)}
        own = {held.department.id: held.department for held in user.posts_in_force}
        return [
            unit
            for unit in own.values()
            if user.may("board.write", unit) and writers.intersection((unit.id, *unit.ancestor_ids))
        ]


class Audience(Model):
    """A department that, with the units below it, reads a board, or writes on it too."""

    board = peewee.ForeignKeyField(Board, backref="audience", on_delete="CASCADE")
    department = peewee.ForeignKeyField(Department, backref="+", on_delete="CASCADE")
    may_write = peewee.BooleanField(default=False)

    department_id: int

    class Meta:
        indexes = ((("board", "department"), True),)


class Post(Model):
    """A post (글) in the name of a department. Plain text; `version` grows with every change of it.

    Deleting hides it (`is_hidden`): who manages the board can bring it back.
    """

    board = peewee.ForeignKeyField(Board, backref="posts", on_delete="RESTRICT")
    title = peewee.CharField(max_length=120)
    author = peewee.ForeignKeyField(User, backref="+", on_delete="RESTRICT")
    department = peewee.ForeignKeyField(Department, backref="+", on_delete="RESTRICT")
    is_notice = peewee.BooleanField(default=False)
    is_pinned = peewee.BooleanField(default=False)
    is_hidden = peewee.BooleanField(default=False)
    created_at = UtcDateTimeField(default=now, index=True)
    updated_at = UtcDateTimeField(default=now)
    updated_by = peewee.ForeignKeyField(User, backref="+", on_delete="RESTRICT")
    version = peewee.IntegerField(default=1)
    body = peewee.TextField()

    board_id: int
    author_id: int
    department_id: int
    attachments: Iterable[Attachment]
    is_unread: bool
    attachment_count: int

    class Meta:
        # What lists count by, and their order with all that they choose by: they read these indexes, and not the texts.
        indexes = (
            (("board", "is_hidden", "is_notice", "department", "is_pinned", "created_at"), False),
            (("is_hidden", "is_pinned", "created_at", "id", "board", "is_notice", "department"), False),
            (("board", "is_hidden", "is_pinned", "created_at", "id", "is_notice", "department"), False),
        )

    @classmethod
    def visible_to(cls, user: User) -> peewee.ModelSelect[Post]:
        """The posts `user` may open, with board, author and department.

        Hidden ones only for who manages their board. Each bears `is_unread` and `attachment_count`.
        """
        count = Attachment.select(peewee.fn.COUNT(Attachment.id)).where(Attachment.post == cls.id)
        unread, attachments = cls.unread_by(user).alias("is_unread"), count.alias("attachment_count")
        query: peewee.ModelSelect[Post] = (
            cls.select(cls, Board, User, Department, unread, attachments)
            .join_from(cls, Board)
            .join_from(cls, User, on=cls.author)
            .join_from(cls, Department, on=cls.department)
            .where(cls.readable_by(user))
        )
        return query

    @classmethod
    def readable_by(cls, user: User) -> peewee.Expression:
        """True for posts of boards that `user` may read, unless hidden; those of boards they manage in any case."""
        boards = Board.select(Board.id).where(Board.readable_by(user))
        managed = Board.select(Board.id).where(Board.managed_by(user))
        visible: peewee.Expression = cls.board.in_(boards) & (~cls.is_hidden | cls.board.in_(managed))
        return visible

    @classmethod
    def shown(cls) -> peewee.Expression:
        """True for posts that lists show."""
        shown: peewee.Expression = ~cls.is_hidden
        return shown

    @classmethod
    def unread_by(cls, user: User) -> peewee.Expression:
        """True for posts of the last 30 days that `user` has not opened: older ones ask for no attention."""
        return cls.unread_since(user.id, now() - LATELY)

    @classmethod
    def unread_since(cls, user: int, since: datetime) -> peewee.Expression:
        """True for posts after the instant `since` that the person with this id has not opened."""
        marks = PostRead.select(PostRead.id).where(PostRead.post == cls.id, PostRead.user == user)
        lately = cls.is_pinned.in_((True, False)) & (cls.created_at > since)  # both: an index goes on to the date
        unread: peewee.Expression = lately & ~peewee.fn.EXISTS(marks)
        return unread

    def may_be_changed_by(self, user: User) -> bool:
        """Whether `user` may edit and delete this post: who wrote it, and who manages the board."""
        return self.author_id == user.id or self.board.is_managed_by(user)

    def readers_are_known_to(self, user: User) -> bool:
        """Whether `user` may see who has read this post: only of must-read ones, who wrote it or manages the board."""
        return self.is_notice and self.may_be_changed_by(user)


def starts_with_any(paths: Iterable[str]) -> peewee.Expression:
    """True for departments whose path starts with one of these: the units there and below."""
    found: peewee.Expression = Department.id.in_([])
    for path in paths:
        found |= Department.path.startswith(path)
    return found


class Attachment(Model):
    """A file of a post (첨부). It is reached through the post only: whoever may open the one may load the other."""

    post = peewee.ForeignKeyField(Post, backref="attachments", on_delete="CASCADE")
    file = peewee.ForeignKeyField(StoredFile, backref="+", on_delete="RESTRICT")

    post_id: int

    @classmethod
    def of(cls, post: Post) -> peewee.ModelSelect[Attachment]:
        """The attachments of a post with their files, in the order they were added."""
        query: peewee.ModelSelect[Attachment] = (
            cls.select(cls, StoredFile).join(StoredFile).where(cls.post == post.id).order_by(cls.id)
        )
        return query


class PostRead(Model):
    """The mark (읽음) that a person has opened a post, once."""

    recorded = False  # reading is no change: thousands of audit entries a day would bury the others

    post = peewee.ForeignKeyField(Post, backref="+", on_delete="CASCADE")
    user = peewee.ForeignKeyField(User, backref="+", on_delete="CASCADE")
    at = UtcDateTimeField(default=now)

    user_id: int

    class Meta:
        indexes = ((("post", "user"), True), (("user", "at"), False))

    @classmethod
    def is_marked(cls, post: Post, user: User) -> bool:
        """Whether `user` has opened `post` before."""
        return cls.select().where(cls.post == post.id, cls.user == user.id).exists()

    @classmethod
    def mark(cls, post: Post, user: User) -> None:
        """Note that `user` has opened `post`; a second time changes nothing. Inside a write."""
        cls.insert(post=post.id, user=user.id).on_conflict_ignore().execute()
