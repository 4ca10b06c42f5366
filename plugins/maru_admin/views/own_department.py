"""우리 부서: what a department administrator may see of their own units. Nothing here can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee
from starlette.requests import Request
from starlette.responses import Response

from maru import Department, Grant, NotFound, Post, RoleMember, Units, User, current_user, portal_of, render, t, today

from ..periods import not_over
from ..rights import (
    Permission,
    RightLine,
    known_permissions,
    memberships_of,
    permission_named,
    posts_of,
    rights_lines,
    role_labels,
    scope_text,
)
from ..services import LARGEST_ID
from .departments import people_in


@dataclass(frozen=True)
class OwnPersonLine:
    """A person of the department administrator's units."""

    id: int
    name: str
    username: str
    title: str
    phone: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class OwnUnit:
    """A unit of the department administrator with its people."""

    department: Department
    people: tuple[OwnPersonLine, ...]


@dataclass(frozen=True)
class OwnGrantLine:
    """A grant that names a unit or a person of the department administrator's units."""

    permission: Permission
    holder: str
    scope: str
    until: date | None


@dataclass(frozen=True)
class OwnDepartmentContext:
    """The department administrator's units, to be read."""

    units: tuple[OwnUnit, ...]
    empty_units: tuple[Department, ...]
    grants: tuple[OwnGrantLine, ...]
    people_count: int


@dataclass(frozen=True)
class OwnPersonContext:
    """A person of the department administrator's units, to be read."""

    person: User
    posts: tuple[Post, ...]
    members: tuple[tuple[RoleMember, str], ...]
    rights: tuple[RightLine, ...]


def own_department(request: Request) -> Response:
    """The people of the administrator's units with their roles, and the grants that concern them."""
    held = current_user(request).units("admin.department")
    units = list(Department.in_order().where(_among(held)))
    posts = list(people_in([unit.id for unit in units]))
    people = {post.user.id for post in posts}
    roles = _roles_of(people)
    by_unit: dict[int, list[OwnPersonLine]] = {}
    for post in posts:
        by_unit.setdefault(post.department.id, []).append(_person_line(post, roles))
    context = OwnDepartmentContext(
        units=tuple(OwnUnit(unit, tuple(by_unit[unit.id])) for unit in units if unit.id in by_unit),
        empty_units=tuple(unit for unit in units if unit.id not in by_unit),
        grants=tuple(_grants(request, [unit.id for unit in units], people)),
        people_count=len(people),
    )
    return render(request, "maru_admin/own_department.html", context)


def _person_line(post: Post, roles: dict[int, tuple[str, ...]]) -> OwnPersonLine:
    person = post.user
    return OwnPersonLine(person.id, person.name, person.username, post.title, person.phone, roles.get(person.id, ()))


def _roles_of(people: set[int]) -> dict[int, tuple[str, ...]]:
    labels = role_labels()
    found: dict[int, tuple[str, ...]] = {}
    rows = RoleMember.select(RoleMember, User).join(User)
    for member in rows.where(RoleMember.user.in_(people), RoleMember.in_force()):
        found[member.user.id] = (*found.get(member.user.id, ()), labels.get(member.role, member.role))
    return found


def _grants(request: Request, units: list[int], people: set[int]) -> list[OwnGrantLine]:
    known = known_permissions(portal_of(request))
    rows = (
        Grant.select(Grant, User, Department)
        .join(User, peewee.JOIN.LEFT_OUTER)
        .switch(Grant)
        .join(Department, peewee.JOIN.LEFT_OUTER)
        .where(not_over(Grant, today()), Grant.unit.in_(units) | Grant.user.in_(people))
        .where(Grant.user.is_null() | Grant.user.in_(people))  # a grant to a stranger would tell of the stranger
        .order_by(Grant.permission, Grant.id)
    )
    labels = role_labels()
    return [
        OwnGrantLine(
            permission_named(known, grant.permission),
            labels.get(grant.role, grant.role) if grant.role else grant.user.name if grant.user else "",
            scope_text(grant),
            grant.valid_until,
        )
        for grant in rows
    ]


def own_person(request: Request, key: int) -> Response:
    """A person of the administrator's units with what they may do; anybody else answers like nobody."""
    held = current_user(request).units("admin.department")
    found = _theirs(held, key) if key <= LARGEST_ID else None
    if found is None:
        raise NotFound(t("이 사용자는 없습니다."))
    labels = role_labels()
    on = today()
    context = OwnPersonContext(
        person=found,
        posts=tuple(p for p in posts_of(found) if p.valid_until is None or p.valid_until >= on),
        members=tuple((member, labels.get(member.role, member.role)) for member in memberships_of(found)),
        rights=tuple(rights_lines(portal_of(request), found)),
    )
    return render(request, "maru_admin/own_person.html", context)


def _among(held: Units) -> Any:
    return Department.id.is_null(False) if held.everywhere else Department.id.in_(sorted(held.ids))


def _theirs(held: Units, key: int) -> User | None:
    found: User | None = (
        User.select()
        .join(Post)
        .where(User.id == key, User.is_active, held.where(Post.department), Post.in_force())
        .first()
    )
    return found
