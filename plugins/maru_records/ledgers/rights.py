"""대장 권한: which rows of a ledger a person may read and write. The only place where that is decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from maru import Department, RoleMember, Units, User, today

from ..models import EVERYONE, Right

__all__ = ["Access", "Allowed", "access_to", "accesses_of"]

May = Literal["read", "write", "manage"]
NOWHERE = Units()


@dataclass(frozen=True)
class Allowed:
    """A right to be given when a ledger is defined. Exactly one of role, department and user, or everyone."""

    may: May
    rows: Literal["all", "unit"] = "all"
    role: str = EVERYONE
    department: Department | None = None
    user: User | None = None

    def give(self, ledger: str) -> Right:
        """Write this right down. Inside a write."""
        role = "" if self.department or self.user else self.role
        right: Right = Right.create(
            ledger=ledger, role=role, department=self.department, user=self.user, may=self.may, rows=self.rows
        )
        return right


@dataclass(frozen=True)
class Access:
    """The units whose records a person may read and write in one ledger, and whether they manage it."""

    read: Units = NOWHERE
    write: Units = NOWHERE
    manage: bool = False


def accesses_of(user: User, rights: Iterable[Right]) -> dict[str, Access]:
    """Ledger key → what `user` may do there, given the rights of some ledgers; those without any access are missing."""
    by_ledger: dict[str, list[Right]] = {}
    for right in rights:
        by_ledger.setdefault(right.ledger, []).append(right)
    needs_roles = any(right.role not in ("", EVERYONE) for found in by_ledger.values() for right in found)
    roles = _roles(user) if needs_roles else set()
    above = {unit for post in user.posts_in_force for unit in (*post.department.ancestor_ids, post.department.id)}
    accesses = {
        ledger: _access(user, [right for right in found if _is_mine(right, user, roles, above)])
        for ledger, found in by_ledger.items()
    }
    return {ledger: access for ledger, access in accesses.items() if access.read}


def access_to(user: User, ledger: str) -> Access:
    """What `user` may do in one ledger."""
    return accesses_of(user, Right.select().where(Right.ledger == ledger)).get(ledger, Access())


def _is_mine(right: Right, user: User, roles: set[str], above: set[int]) -> bool:
    if right.user_id is not None:
        return right.user_id == user.id
    if right.department_id is not None:
        return right.department_id in above
    return right.role == EVERYONE or right.role in roles


def _roles(user: User) -> set[str]:
    on = today()
    return {
        held.role
        for held in RoleMember.select().where(RoleMember.user == user.id)
        if (held.valid_from is None or held.valid_from <= on) and (held.valid_until is None or held.valid_until >= on)
    }


def _access(user: User, rights: Iterable[Right]) -> Access:
    rights = list(rights)
    own = Units(user.unit_ids)
    readable, writable = NOWHERE, NOWHERE
    for right in rights:
        rows = Units(everywhere=True) if right.rows == "all" or right.may == "manage" else own
        readable = _either(readable, rows)
        if right.may in ("write", "manage"):
            writable = _either(writable, rows)
    return Access(
        read=_both(readable, user.units("records.read")),
        write=_both(writable, user.units("records.write")),
        manage=any(right.may == "manage" for right in rights) and user.may("records.define"),
    )


def _either(one: Units, other: Units) -> Units:
    return Units(one.ids | other.ids, one.everywhere or other.everywhere)


def _both(one: Units, other: Units) -> Units:
    if one.everywhere:
        return other
    return one if other.everywhere else Units(one.ids & other.ids)
