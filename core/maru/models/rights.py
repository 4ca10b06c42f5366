"""Who may do what, where: a grant is (user or role, permission, scope or unit, from, until)."""

from collections.abc import Iterable
from typing import cast

import peewee

from maru.db import Model
from maru.language import Label
from maru.models.dated import Dated
from maru.models.department import Department
from maru.models.units import EVERYWHERE, NOWHERE, Units
from maru.models.user import User

_Row = tuple[str, str, int | None, bool, int | None]

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
    """Every permission `user` holds today, with the units it holds in. Three queries at most."""
    rows = (
        Grant.select(Grant.permission, Grant.scope, Grant.unit, Grant.includes_children, RoleMember.unit.alias("held"))
        .join(
            RoleMember,
            peewee.JOIN.LEFT_OUTER,
            on=(RoleMember.role == Grant.role) & (RoleMember.user == user.id) & RoleMember.in_force(),
        )
        .where(Grant.in_force())
        .where((Grant.user == user.id) | (Grant.role == STAFF) | RoleMember.id.is_null(False))
        .tuples()
    )
    return _merged(cast("list[_Row]", list(rows)), user.unit_ids)


def _merged(rows: list[_Row], own: frozenset[int]) -> dict[str, Units]:
    tree = _paths() if any(scope != CITY for _, scope, *_ in rows) else {}
    found: dict[str, Units] = {}
    for permission, scope, unit, includes_children, held in rows:
        before = found.get(permission, NOWHERE)
        if scope == CITY:
            found[permission] = EVERYWHERE
            continue
        tops = own if scope == OWN and held is None else {held} if scope == OWN else {unit}
        below = includes_children or scope == OWN
        ids = _below(tree, {top for top in tops if top is not None}) if below else frozenset(t for t in tops if t)
        found[permission] = Units(before.ids | ids, before.everywhere)
    return found


def _paths() -> dict[int, str]:
    rows = cast("Iterable[tuple[int, str]]", Department.select(Department.id, Department.path).tuples())
    return dict(rows)


def _below(tree: dict[int, str], tops: Iterable[int]) -> frozenset[int]:
    starts = tuple(tree[top] for top in tops if top in tree)
    return frozenset(unit for unit, path in tree.items() if path.startswith(starts)) if starts else frozenset()
