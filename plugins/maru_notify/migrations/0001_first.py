"""Notifications, and the kinds that people do not want."""

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

    class Notification(Base):
        user = pw.ForeignKeyField(User, backref="+", on_delete="CASCADE")
        plugin = pw.CharField(max_length=40)
        kind = pw.CharField(max_length=80)
        href = pw.CharField(max_length=300)
        subject = pw.CharField(max_length=120)
        text = pw.CharField(max_length=300)
        note = pw.CharField(max_length=300)
        at = UtcDateTimeField(index=True)
        read_at = UtcDateTimeField(null=True)

        class Meta:
            table_name = "notify_notification"
            indexes = ((("user", "kind", "href"), True), (("user", "read_at", "at"), False))

    class Muted(Base):
        user = pw.ForeignKeyField(User, backref="+", on_delete="CASCADE")
        kind = pw.CharField(max_length=80)

        class Meta:
            table_name = "notify_muted"
            indexes = ((("user", "kind"), True),)

    return [Notification, Muted]


def up(migrator, db):
    db.create_tables(_models(db))


def down(migrator, db):
    db.drop_tables(_models(db))
