"""Rights: what grants add up to, compared with a reference that is plain and slow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from maru import Department, Grant, Post, Role, RoleMember, Units, User, holders_of, today
from maru.models.rights import CITY, OWN, STAFF, UNIT
from maru_db import connected, transaction
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]
KEY = "board.write"
DAYS = some.sampled_from([None, -2, -1, 0, 1, 2])
UNITS = ("공주시", "기획감사실", "자치안전국", "스마트정보과", "읍·면·동", "유구읍", "유구읍 총무팀", "이인면")
ABOVE = {
    "공주시": (),
    "기획감사실": ("공주시",),
    "자치안전국": ("공주시",),
    "스마트정보과": ("공주시", "자치안전국"),
    "읍·면·동": ("공주시",),
    "유구읍": ("공주시", "읍·면·동"),
    "유구읍 총무팀": ("공주시", "읍·면·동", "유구읍"),
    "이인면": ("공주시", "읍·면·동"),
}


@dataclass(frozen=True)
class Days:
    """From and until, counted from today; None is open."""

    start: int | None
    end: int | None

    @property
    def hold(self) -> bool:
        """Whether today lies between them, both included."""
        return (self.start is None or self.start <= 0) and (self.end is None or self.end >= 0)

    @property
    def columns(self) -> dict[str, date | None]:
        """For the row of a table."""
        return {"valid_from": day(self.start), "valid_until": day(self.end)}


@dataclass(frozen=True)
class Given:
    """A grant as the test gives it: to the person, or to the role `role`."""

    role: str | None
    scope: str
    unit: str
    includes_children: bool
    days: Days


@dataclass(frozen=True)
class Held:
    """A post or a membership of a role, with the unit it is held for (None: that of the posts)."""

    unit: str | None
    days: Days
    role: str = ""


SPANS = some.builds(Days, DAYS, DAYS)
POSTS = some.lists(some.builds(Held, some.sampled_from(UNITS), SPANS), max_size=3)
MEMBERSHIPS = some.lists(
    some.builds(Held, some.sampled_from([None, *UNITS]), SPANS, some.sampled_from(["chief", "helper"])), max_size=3
)
GRANTS = some.lists(
    some.builds(
        Given,
        some.sampled_from([None, STAFF, "chief", "helper"]),
        some.sampled_from([CITY, OWN, UNIT]),
        some.sampled_from(UNITS),
        some.booleans(),
        SPANS,
    ),
    max_size=5,
)


def day(offset: int | None) -> date | None:
    """The day `offset` days from today."""
    return None if offset is None else today() + timedelta(days=offset)


def below(unit: str) -> set[str]:
    """`unit` and all below it, by the table above."""
    return {name for name in UNITS if name == unit or unit in ABOVE[name]}


def expected(posts: list[Held], memberships: list[Held], grants: list[Given]) -> set[str]:
    """The units in which the permission is held, worked out one grant and one reason after the other."""
    own = {post.unit for post in posts if post.days.hold and post.unit}
    found: set[str] = set()
    for grant in grants:
        if not grant.days.hold:
            continue
        if grant.role in (None, STAFF):
            reasons: list[Held] = [Held(None, Days(None, None))]
        else:
            reasons = [member for member in memberships if member.role == grant.role and member.days.hold]
        for reason in reasons:
            if grant.scope == CITY:
                found |= set(UNITS)
            elif grant.scope == OWN:
                tops = {reason.unit} if reason.unit else own
                found |= {name for top in tops if top for name in below(top)}
            else:
                found |= below(grant.unit) if grant.includes_children else {grant.unit}
    return found


@pytest.fixture
def site(portal: Portal) -> Site:
    """A small city with two more roles, and nobody's rights in it."""
    made = portal()
    with made.write_as("admin") as change:
        change.note = "arranged"
        Role.create(key="chief", label_ko="장", label_en="Chief")
        Role.create(key="helper", label_ko="보조", label_en="Helper")
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=POSTS, memberships=MEMBERSHIPS, grants=GRANTS)
def test_rights_are_what_the_plain_reference_says(
    site: Site, posts: list[Held], memberships: list[Held], grants: list[Given]
) -> None:
    """City, own and unit grants, with dates, children, several posts and roles held for a unit."""
    user = site.user("clerk")
    units = {name: site.unit(name) for name in UNITS}
    with connected(), transaction():
        for model in (Grant, RoleMember):
            model.delete().execute()
        Post.delete().where(Post.user == user).execute()
        for post in posts:
            Post.create(user=user, department=units[str(post.unit)], **post.days.columns)
        for member in memberships:
            unit = units[member.unit] if member.unit else None
            RoleMember.create(user=user, role=member.role, unit=unit, **member.days.columns)
        for grant in grants:
            Grant.create(
                user=None if grant.role else user,
                role=grant.role,
                permission=KEY,
                scope=grant.scope,
                unit=units[grant.unit] if grant.scope == UNIT else None,
                includes_children=grant.includes_children,
                **grant.days.columns,
            )

    with connected():
        person = User.get_by_id(user.id)
        held = {name for name, unit in units.items() if person.may(KEY, unit)}
        holders, able = holders_of(KEY), {each.id for each in User.select() if each.may(KEY)}

    assert held == expected(posts, memberships, grants)
    assert person.may(KEY) == bool(held)
    assert holders == able


def test_nobody_else_gets_what_one_person_was_given(site: Site) -> None:
    """A grant to a person is theirs alone; one to a role is for all who hold it."""
    with site.write_as("admin"):
        Grant.create(user=site.user("clerk"), permission=KEY)
        Grant.create(role="department-admin", permission="board.manage", scope=OWN)

    with connected():
        may = {name: site.user(name).may(KEY) for name in ("clerk", "colleague", "stranger")}
        manages = {name: site.user(name).may("board.manage") for name in ("clerk", "head")}

    assert may == {"clerk": True, "colleague": False, "stranger": False}
    assert manages == {"clerk": False, "head": True}


def test_who_left_may_nothing(site: Site) -> None:
    """An inactive person holds no right, not even as a superuser."""
    user = site.user("clerk")
    with site.write_as("admin"):
        Grant.create(role=STAFF, permission=KEY)
        user.is_active, user.is_superuser = False, True
        user.save()

    with connected():
        assert not site.user("clerk").may(KEY)
        assert not site.user("clerk").units(KEY)


def test_units_filter_a_query(site: Site) -> None:
    """`units.where(column)` keeps just the rows of the units held; everywhere keeps all, nowhere none."""
    town = site.unit("유구읍")
    counts = {}

    with connected():
        for name, units in (("one", Units(frozenset({town.id}))), ("all", Units(everywhere=True)), ("none", Units())):
            counts[name] = Department.select().where(units.where(Department.id)).count()

    assert counts == {"one": 1, "all": 10, "none": 0}


def test_units_know_departments_and_numbers() -> None:
    """`unit in units` takes a department or its number."""
    units = Units(frozenset({7}))

    answers = [number in units for number in (7, 8)] + [number in Units(everywhere=True) for number in (7, 8)]

    assert answers == [True, False, True, True]
    assert all(bool(left | right) == (bool(left) or bool(right)) for left, right in product([units, Units()], repeat=2))
