"""Departments (부서): a tree in official order (직제순), each with the dates it exists."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, cast

import peewee

from maru.models.dated import Dated
from maru_db import prepared


class Department(Dated):
    """A unit of the city. `path` is `/1/4/9/`: the ids from the root down to and including this one.

    `official_order` numbers the whole tree from the top (직제순); `valid_until` is the last day it exists.
    """

    parent = peewee.ForeignKeyField("self", null=True, backref="children", on_delete="RESTRICT")
    name = peewee.CharField(max_length=80)
    kind = peewee.CharField(max_length=20)
    official_order = peewee.IntegerField(index=True)
    path = peewee.CharField(index=True, default="")
    phone = peewee.CharField(max_length=30, default="")
    is_recipient = peewee.BooleanField(default=False)
    """Answers requests in its own name: the units that a collection may be sent to."""

    @classmethod
    def in_order(cls) -> peewee.ModelSelect[Department]:
        """The departments that exist today, in 직제순."""
        return cls.select().where(cls.in_force()).order_by(cls.official_order, cls.id)

    @classmethod
    def recipients(cls) -> peewee.ModelSelect[Department]:
        """The departments that answer in their own name, in 직제순."""
        return cls.in_order().where(cls.is_recipient)

    @classmethod
    def nameable(cls) -> list[Department]:
        """The departments that readers may be chosen from, in 직제순: the recipients, and all above them but the city."""
        units = list(cls.in_order())
        wanted = {above for unit in units if unit.is_recipient for above in (unit.id, *unit.ancestor_ids)}
        return [unit for unit in units if unit.id in wanted and unit.ancestor_ids]

    @classmethod
    def add(cls, name: str, kind: str, parent: Department | None, official_order: int, **more: Any) -> Department:
        """Create a department below `parent` and give it its path. Inside a write."""
        made = cls.create(name=name, kind=kind, parent=parent, official_order=official_order, **more)
        made.path = f"{parent.path if parent else '/'}{made.id}/"
        made.save()
        return made

    def descendants(self) -> peewee.ModelSelect[Department]:
        """The units below this one that exist today, in 직제순."""
        return Department.in_order().where(Department.path.startswith(self.path), Department.id != self.id)

    @classmethod
    def ids_below(cls, tops: Collection[int]) -> frozenset[int]:
        """The ids of the units `tops` and of all below them, in one query."""
        return frozenset(unit for (unit,) in _below(tops)) if tops else frozenset()

    @property
    def ancestor_ids(self) -> list[int]:
        """From the root down to the parent."""
        return [int(part) for part in self.path.strip("/").split("/")[:-1]]


@prepared
def _below(tops: Collection[int]) -> Iterable[tuple[int]]:
    top = Department.alias()
    query = Department.select(Department.id).join(top, on=Department.path.startswith(top.path)).where(top.id.in_(tops))
    return cast("Iterable[tuple[int]]", query.tuples())
