"""Permissions as people read them: what each is called, who holds it, where, since when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

import peewee

from maru import Department, Grant, Portal, Post, Role, RoleMember, User, label_text, t, today

from .periods import not_over
from .services import STAFF


@dataclass(frozen=True)
class Permission:
    """A permission of the manifests: its key, what it is called, and the function it belongs to."""

    key: str
    label: str
    plugin: str


@dataclass(frozen=True)
class RightLine:
    """A permission that a person holds today, where, and what gives it to them."""

    permission: Permission
    scope: str
    source: str
    until: date | None


@dataclass(frozen=True)
class Holder:
    """One grant as a line: who holds it, where, and when."""

    id: int
    name: str
    href: str
    is_role: bool
    scope: str
    starts: date | None
    until: date | None
    is_over: bool


@dataclass(frozen=True)
class PermissionLine:
    """A permission with all its holders."""

    permission: Permission
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class PermissionGroup:
    """The permissions of one function."""

    plugin: str
    lines: tuple[PermissionLine, ...]


def known_permissions(portal: Portal) -> dict[str, Permission]:
    """Key → permission, of every function whose manifest can be read, in the order of the menu."""
    return {
        each.key: Permission(each.key, label_text(each.label.model_dump()), label_text(plugin.facts.name.model_dump()))
        for plugin in portal.plugins
        if plugin.manifest
        for each in plugin.facts.permissions
    }


def permission_named(known: dict[str, Permission], key: str) -> Permission:
    """The permission `key`, also when its function is gone."""
    return known.get(key) or Permission(key, key, t("설치되지 않은 기능"))


def role_labels() -> dict[str, str]:
    """Role → what it is called."""
    return {role.key: label_text(role.label) for role in Role.select().order_by(Role.id)}


def scope_text(grant: Grant) -> str:
    """Where a grant holds. `grant.unit` is joined."""
    if grant.scope == "city":
        return t("시 전체")
    if grant.scope == "own":
        return t("본인 부서와 하위 부서")
    name = grant.unit.name if grant.unit else t("없어진 부서")
    return t("{unit} 및 하위 부서", unit=name) if grant.includes_children else name


def memberships_of(user: User, on: date | None = None) -> list[RoleMember]:
    """The roles that `user` holds today or will hold, with their units."""
    rows = (
        RoleMember.select(RoleMember, Department)
        .join(Department, peewee.JOIN.LEFT_OUTER)
        .where(RoleMember.user == user.id, not_over(RoleMember, on or today()))
        .order_by(RoleMember.id)
    )
    return cast("list[RoleMember]", list(rows))


def rights_lines(portal: Portal, user: User) -> list[RightLine]:
    """Every permission that `user` holds today, by function, with where it comes from. Three queries."""
    known, roles, on = known_permissions(portal), role_labels(), today()
    members = [each for each in memberships_of(user) if each.valid_from is None or each.valid_from <= on]
    held = {STAFF, *(member.role for member in members)}
    rows = (
        Grant.select(Grant, Department)
        .join(Department, peewee.JOIN.LEFT_OUTER)
        .where(Grant.in_force(on), (Grant.user == user.id) | Grant.role.in_(sorted(held)))
    )
    lines = [line for grant in rows for line in _lines_of(grant, members, known, roles)]
    order = {key: place for place, key in enumerate(known)}
    return sorted(lines, key=lambda line: (order.get(line.permission.key, 999), line.permission.key, line.source))


def _lines_of(
    grant: Grant, members: list[RoleMember], known: dict[str, Permission], roles: dict[str, str]
) -> Iterable[RightLine]:
    permission = permission_named(known, grant.permission)
    if grant.role is None:
        yield RightLine(permission, scope_text(grant), t("개인에게 준 권한"), grant.valid_until)
    elif grant.role == STAFF:
        yield RightLine(
            permission, scope_text(grant), t("역할: {role}", role=roles.get(STAFF, STAFF)), grant.valid_until
        )
    for member in members:
        if member.role == grant.role:
            name, unit = roles.get(member.role, member.role), member.unit
            own = unit.name if grant.scope == "own" and unit is not None else ""
            scope = t("{unit} 및 하위 부서", unit=own) if own else scope_text(grant)
            ends = [day for day in (grant.valid_until, member.valid_until) if day is not None]
            yield RightLine(permission, scope, t("역할: {role}", role=name), min(ends, default=None))


def grouped_grants(portal: Portal, is_over: bool) -> list[PermissionGroup]:
    """Every permission with its holders, by function; with `is_over` the grants that have ended, instead."""
    known, roles, on = known_permissions(portal), role_labels(), today()
    condition = ~not_over(Grant, on) if is_over else not_over(Grant, on)
    rows = (
        Grant.select(Grant, User, Department)
        .join(User, peewee.JOIN.LEFT_OUTER)
        .switch(Grant)
        .join(Department, peewee.JOIN.LEFT_OUTER)
        .where(condition)
        .order_by(Grant.role.is_null(), Grant.id)
    )
    holders: dict[str, list[Holder]] = {} if is_over else {key: [] for key in known}
    for grant in rows:
        holders.setdefault(grant.permission, []).append(holder_of(grant, roles, on))
    groups: dict[str, list[PermissionLine]] = {}
    for key, found in holders.items():
        permission = permission_named(known, key)
        groups.setdefault(permission.plugin, []).append(PermissionLine(permission, tuple(found)))
    return [PermissionGroup(plugin, tuple(lines)) for plugin, lines in groups.items()]


def holder_of(grant: Grant, roles: dict[str, str], on: date) -> Holder:
    """A grant as a line. `grant.user` and `grant.unit` are joined."""
    is_over = grant.valid_until is not None and grant.valid_until < on
    times = (grant.valid_from, grant.valid_until, is_over)
    if grant.role is not None:
        return Holder(grant.id, roles.get(grant.role, grant.role), "", True, scope_text(grant), *times)
    person = cast("User", grant.user)
    return Holder(grant.id, person.name, f"/admin/people/{person.id}", False, scope_text(grant), *times)


def posts_of(user: User) -> list[Post]:
    """Every post of `user` with its department: those in force and to come first, then the past ones."""
    rows = (
        Post.select(Post, Department)
        .join(Department)
        .where(Post.user == user.id)
        .order_by(~not_over(Post, today()), Post.is_primary.desc(), Post.id.desc())
    )
    return cast("list[Post]", list(rows))
