"""Rules that hold wherever people and rights are changed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

from starlette.requests import Request

from maru import (
    Conflict,
    Department,
    Forbidden,
    Grant,
    NotFound,
    RoleMember,
    User,
    current_user,
    t,
    today,
)

from .periods import FOREVER

CITY_ADMIN = "city-admin"
DEPARTMENT_ADMIN = "department-admin"
STAFF = "staff"
GUARDED = ("admin.see", "admin.people")
"""Without these a city administrator could not give anything back."""

LARGEST_ID = 2**31 - 1
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def administrator(request: Request, permission: str) -> User:
    """Who is signed in. Raises Forbidden unless `permission` is held for the whole city.

    A page's permission may be held for one unit; what is done here reaches everybody, so that is not enough.
    """
    user = current_user(request)
    if not user.units(permission).everywhere:
        raise Forbidden(t("시 전체에 대한 권한이 있어야 볼 수 있는 화면입니다."))
    return user


def administrator_ids(on: date) -> set[int]:
    """The active people who can administer the city on the day `on`."""
    may = Grant.select(Grant.permission).where(
        Grant.role == CITY_ADMIN, Grant.scope == "city", Grant.permission.in_(GUARDED), Grant.in_force(on)
    )
    found: Any = User.is_superuser
    if {grant.permission for grant in may} == set(GUARDED):
        members = RoleMember.select(RoleMember.user).where(RoleMember.role == CITY_ADMIN, RoleMember.in_force(on))
        found = found | User.id.in_(members)
    return {person.id for person in User.select(User.id).where(User.is_active & found)}


@contextmanager
def administrators_kept() -> Iterator[None]:
    """Inside a write: undo it with Conflict when it leaves the city without an administrator, now or later."""
    days = [on for on in (today(), FOREVER) if administrator_ids(on)]
    yield
    if not all(administrator_ids(on) for on in days):
        raise Conflict(t("마지막 시 관리자입니다. 다른 사람을 시 관리자로 정한 다음 다시 하세요. 바뀐 것은 없습니다."))


def is_city_administrator(user: User) -> bool:
    """Whether `user` holds the role of city administrator today, or may do everything anyway."""
    held = RoleMember.select().where(RoleMember.user == user.id, RoleMember.role == CITY_ADMIN, RoleMember.in_force())
    return bool(user.is_superuser or held.exists())


def refuse_below(actor: User, person: User) -> None:
    """Raises Forbidden when `actor` is no city administrator and `person` is one."""
    if is_city_administrator(person) and not is_city_administrator(actor):
        raise Forbidden(t("시 관리자의 계정은 시 관리자만 바꿀 수 있습니다."))


def refusal_to_view(actor: User, person: User) -> str:
    """Why `actor` may not look at the pages of `person`; empty when they may.

    Nobody sees through this what they could not reach: people with city-wide rights in the administration that
    `actor` does not hold are left out, and so are those who may do everything.
    """
    if person.id == actor.id:
        return t("자기 화면은 그냥 보면 됩니다.")
    if not person.is_active:
        return t("사용이 중지된 사람의 화면은 볼 수 없습니다.")
    more = [key for key, units in person.rights.items() if key.startswith("admin.") and units.everywhere]
    if person.is_superuser or any(not actor.units(key).everywhere for key in more):
        return t("나보다 권한이 많은 관리자의 화면은 볼 수 없습니다.")
    return ""


def is_city_wide_only(permission: str) -> bool:
    """Whether `permission` reaches everybody, so that it is given by city administrators and for the city alone."""
    return permission.startswith("admin.") and permission != "admin.department"


def first_password() -> str:
    """A password to hand over: 12 letters and digits that cannot be mistaken for each other, 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def person_of(key: int) -> User:
    """The person with the id `key`. Raises NotFound."""
    return cast("User", _row(User, key, t("이 사용자는 없습니다.")))


def department_of(key: int) -> Department:
    """The department with the id `key`. Raises NotFound."""
    return cast("Department", _row(Department, key, t("이 부서는 없습니다.")))


def _row(model: type[User] | type[Department], key: int, sentence: str) -> object:
    found = model.get_or_none(model.id == key) if key <= LARGEST_ID else None
    if found is None:
        raise NotFound(sentence)
    return found
