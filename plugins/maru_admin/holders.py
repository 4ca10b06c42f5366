"""The grants of a permission, and the people whom each gives it today."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import peewee

from maru import Department, Grant, RoleMember, User

from .directory import people_of
from .services import STAFF


def grants_in_force(permission: str) -> list[Grant]:
    """The grants of a permission that hold today, with their people and units."""
    rows = (
        Grant.select(Grant, User, Department)
        .join(User, peewee.JOIN.LEFT_OUTER)
        .switch(Grant)
        .join(Department, peewee.JOIN.LEFT_OUTER)
        .where(Grant.permission == permission, Grant.in_force())
        .order_by(Grant.role.is_null(), Grant.id)
    )
    return cast("list[Grant]", list(rows))


def holders_of_grant(grant: Grant) -> frozenset[int]:
    """The active people to whom one grant gives its permission somewhere. At most two queries."""
    members: list[tuple[int, int | None]] = []
    if grant.role is None:
        people = _active([grant.user.id]) if grant.user else frozenset()
    elif grant.role == STAFF:
        people = _active(None)
    else:
        held = RoleMember.select(RoleMember.user, RoleMember.unit).where(
            RoleMember.role == grant.role, RoleMember.in_force()
        )
        members = list(cast("Iterable[tuple[int, int | None]]", held.tuples()))
        people = _active([person for person, _ in members])
    if grant.scope != "own":
        return people
    return people & (_with_a_post() | {person for person, unit in members if unit})


def _active(people: list[int] | None) -> frozenset[int]:
    rows = User.select(User.id).where(User.is_active)
    return frozenset(person.id for person in (rows if people is None else rows.where(User.id.in_(people))))


def _with_a_post() -> frozenset[int]:
    everywhere = [unit.id for unit in Department.in_order()]
    return frozenset(people_of(everywhere))
