"""The small city of the tests, and the people who work there."""

from __future__ import annotations

from functools import lru_cache

from maru.auth import Passwords
from maru.models import Department, Post, RoleMember, User
from maru.pages import Actor, write_as
from maru_db import connected

PASSWORD = "maru-devkit-1"  # noqa: S105 — the password of people who exist in tests only
PEOPLE = {
    "clerk": ("유구읍", ""),
    "colleague": ("유구읍", ""),
    "stranger": ("이인면", ""),
    "planner": ("기획감사실", ""),
    "double": ("유구읍", ""),
    "head": ("유구읍", "department-admin"),
    "admin": ("스마트정보과", "city-admin"),
}


@lru_cache(maxsize=1)
def _password_hash() -> str:
    return Passwords().hash(PASSWORD)


def make_city() -> None:
    """The small city and its people."""
    with connected(), write_as(Actor(None, "test")):
        city = Department.add("공주시", "city", None, 1)
        planning = Department.add("기획감사실", "office", city, 2, is_recipient=True, phone="041-840-0002")
        bureau = Department.add("자치안전국", "bureau", city, 3)
        Department.add("스마트정보과", "division", bureau, 4, is_recipient=True)
        group = Department.add("읍·면·동", "group", city, 5)
        for order, name in enumerate(("유구읍", "이인면", "탄천면", "계룡면")):
            town = Department.add(name, "township", group, 10 + order * 2, is_recipient=True)
            if name == "유구읍":
                Department.add("유구읍 총무팀", "team", town, 11)
        for username, (unit_name, role) in PEOPLE.items():
            unit = Department.get(Department.name == unit_name)
            user = User.create(username=username, name=username, password_hash=_password_hash())
            Post.create(user=user, department=unit, title="주무관")
            if role:
                RoleMember.create(user=user, role=role, unit=unit if role == "department-admin" else None)
            if username == "double":
                Post.create(user=user, department=planning, title="겸임", is_primary=False)
