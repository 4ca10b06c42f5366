"""Notifications as they were said to each person, and the kinds a person does not want."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import peewee

from maru import Model, Portal, User, UtcDateTimeField, now

KEPT = timedelta(days=90)
"""How long a notification is kept, read or not."""


class Notification(Model):
    """알림: one thing said to one person, in the words and the language of that moment.

    `plugin` is the one that `kind` belongs to; `subject` is what it is asked about before the text is shown.
    """

    recorded = False  # it repeats what an audited change did, once for every person concerned

    user = peewee.ForeignKeyField(User, backref="+", on_delete="CASCADE")
    plugin = peewee.CharField(max_length=40)
    kind = peewee.CharField(max_length=80)
    href = peewee.CharField(max_length=300)
    subject = peewee.CharField(max_length=120, default="")
    text = peewee.CharField(max_length=300)
    note = peewee.CharField(max_length=300, default="")
    at = UtcDateTimeField(index=True)
    read_at = UtcDateTimeField(null=True)

    user_id: int

    class Meta:
        indexes = ((("user", "kind", "href"), True), (("user", "read_at", "at"), False))

    @classmethod
    def visible_to(cls, user: User, portal: Portal) -> peewee.ModelSelect[Notification]:
        """What `user` was told within the last 90 days, the newest first.

        Without those of plugins that are on for other departments alone: nothing tells of them here.
        """
        elsewhere = set(portal.on_for()).difference(portal.on_for(user))
        query: peewee.ModelSelect[Notification] = cls.select().where(cls.user == user.id, cls.at > now() - KEPT)
        return query.where(cls.plugin.not_in(sorted(elsewhere))).order_by(*cls.newest_first())

    @classmethod
    def newest_first(cls) -> tuple[peewee.Ordering, ...]:
        """The order of the list."""
        return cls.at.desc(), cls.id.desc()

    @classmethod
    def asked_by(cls) -> tuple[peewee.Field, ...]:
        """The columns that are needed to ask what may be seen: without the texts."""
        return cls.id, cls.plugin, cls.subject, cls.read_at, cls.at

    @classmethod
    def unread(cls) -> peewee.Expression:
        """True for those that nobody has opened yet."""
        return cls.read_at.is_null()

    @classmethod
    def unread_by(cls, user: User, portal: Portal) -> peewee.ModelSelect[Notification]:
        """What `user` has not read, without that of plugins that are off. Answered by an index."""
        return cls.visible_to(user, portal).where(cls.unread(), cls.plugin.in_(portal.on_for(user)))

    @classmethod
    def mark_read(cls, which: peewee.Expression, at: datetime | None = None) -> None:
        """Mark those that are `which` and unread as read. Inside a write."""
        cls.update(read_at=at or now()).where(which, cls.unread()).execute()

    @classmethod
    def forget_old(cls, most: int = 500) -> int:
        """Delete what is older than 90 days, `most` at a time, and give how many those were. Inside a write."""
        old = cls.select(cls.id).where(cls.at < now() - KEPT).limit(most)
        return int(cls.delete().where(cls.id.in_(old)).execute())

    @property
    def is_unread(self) -> bool:
        """Not opened yet."""
        return self.read_at is None


class Muted(Model):
    """받지 않는 알림: a kind that a person does not want to be told of."""

    user = peewee.ForeignKeyField(User, backref="+", on_delete="CASCADE")
    kind = peewee.CharField(max_length=80)

    user_id: int

    class Meta:
        indexes = ((("user", "kind"), True),)

    @classmethod
    def of(cls, user: User) -> peewee.ModelSelect[Muted]:
        """The kinds that `user` does not want."""
        query: peewee.ModelSelect[Muted] = cls.select().where(cls.user == user.id)
        return query

    @classmethod
    def choose(cls, user: User, unwanted: Collection[str], known: Collection[str]) -> None:
        """Of the `known` kinds, `user` does not want the `unwanted`; others stay as they are. Inside a write."""
        before = {muted.kind: muted for muted in cls.of(user)}
        for kind in known:
            if kind in unwanted and kind not in before:
                cls.create(user=user, kind=kind)
            elif kind not in unwanted and kind in before:
                before[kind].delete_instance()
