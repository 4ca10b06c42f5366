"""People (직원) and their posts (보직): one person may hold several posts in several units."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import peewee

from maru.db import Model, UtcDateTimeField, prepared
from maru.models.dated import Dated
from maru.models.department import Department
from maru.models.units import EVERYWHERE, NOWHERE, Units
from maru_language import now, today


class User(Model):
    """A person who may sign in. What they may do is asked with `may` and `units`, never read from a role."""

    secret_fields = frozenset({"password_hash"})

    username = peewee.CharField(max_length=60, unique=True)
    name = peewee.CharField(max_length=60)
    password_hash = peewee.CharField(default="")
    phone = peewee.CharField(max_length=30, default="")
    is_active = peewee.BooleanField(default=True)
    is_superuser = peewee.BooleanField(default=False)
    must_change_password = peewee.BooleanField(default=False)
    locale = peewee.CharField(max_length=5, default="ko")
    density = peewee.CharField(max_length=12, default="")
    created_at = UtcDateTimeField(default=now)

    @cached_property
    def posts_in_force(self) -> list[Post]:
        """The posts held today with their departments, the main one first. One query, once per request."""
        return _posts_held(self.id, today())

    @property
    def unit(self) -> Department | None:
        """The department of the main post, if there is any."""
        return self.posts_in_force[0].department if self.posts_in_force else None

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """The departments of all posts held today."""
        return frozenset(post.department.id for post in self.posts_in_force)

    @cached_property
    def rights(self) -> dict[str, Units]:
        """Every permission held today and where. Read once per request."""
        from maru.models.rights import rights_of  # rights need users, so users cannot need them at import

        return rights_of(self) if self.is_active else {}

    def units(self, permission: str) -> Units:
        """The units in which this person holds `permission`; empty when nowhere."""
        if self.is_superuser and self.is_active:
            return EVERYWHERE
        return self.rights.get(permission, NOWHERE)

    def may(self, permission: str, unit: Department | int | None = None) -> bool:
        """Whether this person holds `permission` in `unit`, or anywhere when no unit is given."""
        held = self.units(permission)
        return bool(held) if unit is None else unit in held


class Post(Dated):
    """A post (보직) of a person in a department, with the days it is held."""

    user = peewee.ForeignKeyField(User, backref="posts", on_delete="CASCADE")
    department = peewee.ForeignKeyField(Department, backref="posts", on_delete="RESTRICT")
    title = peewee.CharField(max_length=60, default="")
    is_primary = peewee.BooleanField(default=True)


@prepared
def _posts_held(user: int, on: date) -> peewee.ModelSelect[Post]:
    query = Post.select(Post, Department).join(Department).order_by(Post.is_primary.desc(), Post.id)
    return query.where(Post.user == user, Post.in_force(on), Department.in_force(on))
