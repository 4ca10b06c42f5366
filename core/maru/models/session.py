"""Sessions are rows that can be revoked; failed sign-ins are counted per name and address."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import peewee

from maru.models.user import User
from maru_db import Model, UtcDateTimeField, prepared
from maru_language import now


def token_digest(token: str) -> str:
    """What is stored of a session's token: who reads the database cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Session(Model):
    """One signed-in browser."""

    recorded = False

    digest = peewee.CharField(max_length=64, unique=True)
    user = peewee.ForeignKeyField(User, backref="sessions", on_delete="CASCADE")
    created_at = UtcDateTimeField(default=now)
    seen_at = UtcDateTimeField(default=now)
    ends_at = UtcDateTimeField()
    address = peewee.CharField(max_length=60, default="")
    agent = peewee.CharField(max_length=200, default="")
    viewing_id = peewee.IntegerField(null=True)
    """Whose pages this administrator looks at (다른 사람 화면 보기), reading only; None: their own."""
    viewing_by = peewee.CharField(max_length=80, default="")
    """The permission by which they may: without it, at the next page they are back at their own."""

    def viewed(self) -> User | None:
        """Whose pages this session shows instead of its own; None when nobody's, or when it may no longer.

        It lends nothing: of the rights that belong with `viewing_by`, the other has none that the viewer lacks.
        """
        may = self.viewing_id and self.user.may(self.viewing_by)
        found: User | None = User.get_or_none((User.id == self.viewing_id) & User.is_active) if may else None
        kind = self.viewing_by.partition(".")[0] + "."
        held = (
            [key for key, units in found.rights.items() if key.startswith(kind) and units.everywhere] if found else []
        )
        lends = not all(self.user.units(key).everywhere for key in held)
        return found if found and not lends and found.is_superuser <= self.user.is_superuser else None

    @classmethod
    def of_token(cls, token: str) -> Session | None:
        """The live session of `token` with its active user, in one query; None when there is none."""
        return _live.first(token_digest(token), now())


@prepared
def _live(digest: str, at: datetime) -> peewee.ModelSelect[Session]:
    query = Session.select(Session, User).join(User)
    return query.where(Session.digest == digest, Session.ends_at > at, User.is_active)


class SignInFailure(Model):
    """A failed sign-in. Counted per (name, address), so that nobody can lock out somebody else."""

    recorded = False

    username = peewee.CharField(max_length=60)
    address = peewee.CharField(max_length=60)
    at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("username", "address", "at"), False),)

    @classmethod
    def recent_count(cls, username: str, address: str) -> int:
        """Failures of this name from this address within the last ten minutes."""
        since = now() - timedelta(minutes=10)
        return cls.select().where(cls.username == username, cls.address == address, cls.at > since).count()
