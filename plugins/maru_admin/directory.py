"""Finding people: by name, user name or 초성, by unit, page by page in 직제순."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import peewee

from maru import Department, Paging, Post, Role, RoleMember, User, initials_of, is_initials, label_text

PAGE_SIZE = 50

Choice = tuple[str, str]
"""A line of a select: value and text."""


@dataclass(frozen=True)
class PersonLine:
    """A person in the list."""

    id: int
    name: str
    username: str
    unit: str
    title: str
    roles: tuple[str, ...]
    phone: str
    is_active: bool


@dataclass(frozen=True)
class PeopleFound:
    """One page of the people asked for, and how many there are."""

    lines: tuple[PersonLine, ...]
    active_count: int
    inactive_count: int
    paging: Paging


def unit_choices(units: Iterable[Department] | None = None) -> list[Choice]:
    """The departments in 직제순 for a select, those below indented. One query, or none when they are given."""
    wide = "\N{IDEOGRAPHIC SPACE}"
    found = Department.in_order() if units is None else units
    return [(str(unit.id), wide * (unit.path.count("/") - 2) + unit.name) for unit in found]


def people_matching(query: str, unit: Department | None) -> list[Any]:
    """Conditions on User: `query` in name or user name, or as 초성 of the name; a post in `unit` or below it."""
    conditions: list[Any] = []
    if is_initials(query):
        names = cast("Iterable[tuple[int, str]]", User.select(User.id, User.name).tuples())
        conditions.append(User.id.in_([key for key, name in names if query in initials_of(name)]))
    elif query:
        conditions.append(User.name.contains(query) | User.username.contains(query))
    if unit is not None:
        there = Post.select(Post.user).join(Department).where(Department.path.startswith(unit.path))
        conditions.append(User.id.in_(there.where(Post.in_force())))
    return conditions


def people_of(units: Iterable[int]) -> list[int]:
    """The people who hold a post in one of `units` today. One query."""
    there = Post.select(Post.user).join(Department).where(Post.department.in_(sorted(units)))
    held = there.where(Post.in_force(), Department.in_force()).distinct()
    return [person for (person,) in cast("Iterable[tuple[int]]", held.tuples())]


def people_found(conditions: list[Any], is_active: bool, page: str | int) -> PeopleFound:
    """The page asked for of the active or inactive people, in 직제순 of their main post. Three queries."""
    counts = _counts(conditions)
    paging = Paging.of(page, counts.get(is_active, 0), PAGE_SIZE)
    people = list(_in_order(conditions).where(User.is_active == is_active).paginate(paging.number, PAGE_SIZE))
    roles = _roles_of(people)
    lines = tuple(_line(person, roles.get(person.id, ())) for person in people)
    return PeopleFound(lines, counts.get(True, 0), counts.get(False, 0), paging)


def _counts(conditions: list[Any]) -> dict[bool, int]:
    rows = User.select(User.is_active, peewee.fn.COUNT(User.id)).group_by(User.is_active)
    for condition in conditions:
        rows = rows.where(condition)
    return {bool(is_active): count for is_active, count in cast("Iterable[tuple[bool, int]]", rows.tuples())}


def _in_order(conditions: list[Any]) -> peewee.ModelSelect[User]:
    first = (
        Post.select(Post.id)
        .where(Post.user == User.id, Post.in_force())
        .order_by(Post.is_primary.desc(), Post.id)
        .limit(1)
    )
    main = Post.alias()
    rows = (
        User.select(User, main, Department)
        .join(main, peewee.JOIN.LEFT_OUTER, on=(main.id == first), attr="main_post")
        .join(Department, peewee.JOIN.LEFT_OUTER, on=(main.department == Department.id))
        .order_by(Department.official_order.is_null(), Department.official_order, User.name, User.id)
    )
    for condition in conditions:
        rows = rows.where(condition)
    return rows


def _roles_of(people: list[User]) -> dict[int, tuple[str, ...]]:
    """Person → the roles held today, as they are called. One query."""
    rows = (
        RoleMember.select(RoleMember.user, Role.label_ko, Role.label_en)
        .join(Role, on=(Role.key == RoleMember.role))
        .where(RoleMember.user.in_([person.id for person in people]), RoleMember.in_force())
        .order_by(RoleMember.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for person, korean, english in cast("Iterable[tuple[int, str, str]]", rows.tuples()):
        found[person] = (*found.get(person, ()), label_text({"ko": korean, "en": english}))
    return found


def _line(person: User, roles: tuple[str, ...]) -> PersonLine:
    post = getattr(person, "main_post", None)
    unit, title = (post.department.name, post.title) if post is not None and post.id else ("", "")
    return PersonLine(person.id, person.name, person.username, unit, title, roles, person.phone, person.is_active)
