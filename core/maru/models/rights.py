"""Who may do what, where: a grant is (user or role, permission, scope or unit, from, until)."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import cast

import peewee

from maru.models.dated import Dated
from maru.models.department import Department
from maru.models.units import EVERYWHERE, Units
from maru.models.user import Post, User
from maru_db import Model, database, prepared
from maru_language import Label, today

_Row = tuple[str, str, int, bool, int | None]

STAFF = "staff"
CITY, OWN, UNIT = "city", "own", "unit"


class Role(Model):
    """A role (역할). Everybody active has `staff`; the others are held by RoleMember rows."""

    key = peewee.CharField(max_length=40, unique=True)
    label_ko = peewee.CharField(max_length=80)
    label_en = peewee.CharField(max_length=80)

    @property
    def label(self) -> Label:
        """For the templates' `|label`."""
        return {"ko": self.label_ko, "en": self.label_en}


class RoleMember(Dated):
    """`user` holds `role`, for the unit given or, without one, for the units of their posts."""

    user = peewee.ForeignKeyField(User, backref="roles", on_delete="CASCADE")
    role = peewee.CharField(max_length=40, index=True)
    unit = peewee.ForeignKeyField(Department, null=True, on_delete="CASCADE")


class Grant(Dated):
    """A permission given to a person or to all who hold a role.

    scope `city`: everywhere; `own`: the units where the role or post is held, with those below; `unit`: `unit` alone,
    or with those below it when `includes_children`.
    """

    user = peewee.ForeignKeyField(User, null=True, backref="grants", on_delete="CASCADE")
    role = peewee.CharField(max_length=40, null=True, index=True)
    permission = peewee.CharField(max_length=80, index=True)
    scope = peewee.CharField(max_length=10, default=CITY)
    unit = peewee.ForeignKeyField(Department, null=True, on_delete="CASCADE")
    includes_children = peewee.BooleanField(default=True)


def rights_of(user: User) -> dict[str, Units]:
    """Every permission `user` holds today, with the units it holds in. One query for each set of units held."""
    found: dict[str, Units] = {}
    below = cache(Department.ids_below)
    for permissions, scope, unit, includes_children, held in _grants(user.id, today()):
        if scope == CITY:
            units = EVERYWHERE
        elif scope == OWN:
            units = Units(below(frozenset({held}) if held else user.unit_ids))
        else:
            units = Units(below(frozenset({unit})) if includes_children else frozenset({unit}))
        for permission in permissions.split(","):
            found[permission] = found[permission] | units if permission in found else units
    return found


def holders_of(permission: str, among: Iterable[int] | None = None) -> frozenset[int]:
    """The ids of the active people who `may(permission)` somewhere today, of those `among` where given. One query."""
    granted, is_wide = Grant.in_force() & (Grant.permission == permission), Grant.scope != OWN
    placed = Post.select(Post.user).join(Department).where(Post.in_force(), Department.in_force())
    persons = Grant.select(Grant.user).where(granted, Grant.user.is_null(False), is_wide | Grant.user.in_(placed))
    members = RoleMember.select(RoleMember.user).join(Grant, on=(Grant.role == RoleMember.role))
    has_units = is_wide | RoleMember.unit.is_null(False) | RoleMember.user.in_(placed)
    staff = Grant.select(Grant.id).where(granted, Grant.role == STAFF)
    found = User.select(User.id).where(
        User.is_active,
        User.is_superuser
        | User.id.in_(persons)
        | User.id.in_(members.where(granted, RoleMember.in_force(), has_units))
        | peewee.fn.EXISTS(staff.where(is_wide))
        | (User.id.in_(placed) & peewee.fn.EXISTS(staff)),
    )
    held = frozenset(person for (person,) in cast("Iterable[tuple[int]]", found.tuples()))
    return held if among is None else held.intersection(among)


@prepared
def _grants(user: int, on: date) -> Iterable[_Row]:
    """The grants of a person and of the roles they hold, with the unit that a role is held for.

    A row for all permissions that are granted alike: there are hundreds of permissions, and a handful of ways.
    """
    alike = Grant.scope, Grant.unit, Grant.includes_children, RoleMember.unit
    is_held = (RoleMember.role == Grant.role) & (RoleMember.user == user) & RoleMember.in_force(on)
    query = (
        Grant.select(database.joined(Grant.permission), *alike[:3], RoleMember.unit.alias("held"))
        .join(RoleMember, peewee.JOIN.LEFT_OUTER, on=is_held)
        .where(Grant.in_force(on))
        .where((Grant.user == user) | (Grant.role == STAFF) | RoleMember.id.is_null(False))
        .group_by(*alike)
    )
    return cast("Iterable[_Row]", query.tuples())
