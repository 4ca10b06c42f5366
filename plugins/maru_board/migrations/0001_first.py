"""Boards with their audiences, posts, attachments, read marks."""

import peewee as pw

from maru import UtcDateTimeField


def _models(db):
    class Base(pw.Model):
        id = pw.AutoField()

        class Meta:
            database = db

    class User(Base):
        class Meta:
            table_name = "maru_user"

    class Department(Base):
        class Meta:
            table_name = "maru_department"

    class StoredFile(Base):
        class Meta:
            table_name = "maru_stored_file"

    class Board(Base):
        name = pw.CharField(max_length=60)
        description = pw.CharField(max_length=200)
        department = pw.ForeignKeyField(Department, on_delete="RESTRICT")
        is_for_everyone = pw.BooleanField()
        is_closed = pw.BooleanField()

        class Meta:
            table_name = "board_board"

    class Audience(Base):
        board = pw.ForeignKeyField(Board, on_delete="CASCADE")
        department = pw.ForeignKeyField(Department, on_delete="CASCADE")
        may_write = pw.BooleanField()

        class Meta:
            table_name = "board_audience"
            indexes = ((("board", "department"), True),)

    class Post(Base):
        board = pw.ForeignKeyField(Board, on_delete="RESTRICT")
        title = pw.CharField(max_length=120)
        author = pw.ForeignKeyField(User, backref="+", on_delete="RESTRICT")
        department = pw.ForeignKeyField(Department, on_delete="RESTRICT")
        is_notice = pw.BooleanField()
        is_pinned = pw.BooleanField()
        is_hidden = pw.BooleanField()
        created_at = UtcDateTimeField(index=True)
        updated_at = UtcDateTimeField()
        updated_by = pw.ForeignKeyField(User, backref="+", on_delete="RESTRICT")
        version = pw.IntegerField()
        body = pw.TextField()

        class Meta:
            table_name = "board_post"
            indexes = ((("board", "is_hidden", "is_notice", "department", "is_pinned", "created_at"), False),)

    class Attachment(Base):
        post = pw.ForeignKeyField(Post, on_delete="CASCADE")
        file = pw.ForeignKeyField(StoredFile, on_delete="RESTRICT")

        class Meta:
            table_name = "board_attachment"

    class PostRead(Base):
        post = pw.ForeignKeyField(Post, on_delete="CASCADE")
        user = pw.ForeignKeyField(User, on_delete="CASCADE")
        at = UtcDateTimeField()

        class Meta:
            table_name = "board_post_read"
            indexes = ((("post", "user"), True), (("user", "at"), False))

    return [Board, Audience, Post, Attachment, PostRead]


def up(migrator, db):
    db.create_tables(_models(db))


def down(migrator, db):
    db.drop_tables(_models(db))
