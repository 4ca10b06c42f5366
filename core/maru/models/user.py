"""People (직원) and their posts (보직): one person may hold several posts in several units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

import peewee

from maru.models.dated import Dated
from maru.models.department import Department
from maru.models.units import EVERYWHERE, NOWHERE, Units
from maru_db import Model, UtcDateTimeField, prepared
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
    def posts_in_force(self) -> tuple[Post, ...]:
        """The posts held today with their departments, the main one first. One query, once per request."""
        return tuple(_posts_held(self.id, today()))

    @property
    def unit(self) -> Department | None:
        """The department of the main post, if there is any."""
        return self.posts_in_force[0].department if self.posts_in_force else None

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """The departments of all posts held today."""
        return frozenset(post.department.id for post in self.posts_in_force)

    @cached_property
    def rights(self) -> Mapping[str, Units]:
        """Every permission held today and where. Read once per request."""
        from maru.models.rights import rights_of  # rights need users, so users cannot need them at import

        return MappingProxyType(rights_of(self) if self.is_active else {})

    def known_facts(self) -> dict[str, Any]:
        """All that this object says of the person and their units, to see later whether somebody has touched it."""
        _ = self.unit_ids, self.rights  # read first, so that reading them later changes nothing
        units = [dict(post.department.__data__) for post in self.posts_in_force]
        return dict(self.__dict__) | {"__data__": dict(self.__data__), "units": units}

    def restore(self, facts: dict[str, Any]) -> None:
        """Be again what `known_facts` told."""
        for post, data in zip(facts["posts_in_force"], facts["units"], strict=True):
            post.department.__data__.update(data)
        self.__dict__.clear()
        self.__dict__.update({name: value for name, value in facts.items() if name != "units"})

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
