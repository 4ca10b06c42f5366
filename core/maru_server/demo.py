"""A demonstration: the city's real organisation, plainly invented accounts, and content of every plugin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from maru import Actor, Change, Department, Post, RoleMember, User, write_as
from maru.auth import Passwords
from maru.pages import Portal
from maru.types import DemoAccount
from maru_db import connected

DEMO_PASSWORD = "demo-maru-2026"  # noqa: S105 — shown on the login page of a demonstration, and of nothing else
ORGANISATION = Path(__file__).parent / "demo_data" / "organization.json"
GROUPS = ("city", "bureau", "agency", "group")
ACCOUNTS = tuple(
    DemoAccount(username, DEMO_PASSWORD, f"{name} (시연)", unit, title, {"ko": korean, "en": english}, role)
    for username, name, unit, title, korean, english, role in (
        (
            "demo-collector",
            "취합담당",
            "기획감사실",
            "주무관",
            "취합을 요청하고 병합합니다",
            "Requests data and merges it",
            "",
        ),
        ("demo-yugu", "유구읍 서무", "유구읍", "주무관", "요청을 받아 입력하고 제출합니다", "Fills in and submits", ""),
        ("demo-iin", "이인면 서무", "이인면", "주무관", "엑셀 파일로 제출합니다", "Submits an Excel file", ""),
        (
            "demo-tancheon",
            "탄천면 서무",
            "탄천면",
            "주무관",
            "해당 없음으로 답합니다",
            "Answers that there is nothing",
            "",
        ),
        ("demo-gyeryong", "계룡면 서무", "계룡면", "주무관", "아직 답하지 않았습니다", "Has not answered yet", ""),
        (
            "demo-head",
            "유구읍 관리자",
            "유구읍",
            "총무팀장",
            "부서의 권한을 봅니다",
            "Sees the department’s rights",
            "department-admin",
        ),
        (
            "demo-admin",
            "시 관리자",
            "스마트정보과",
            "주무관",
            "기능과 사용자를 관리합니다",
            "Runs functions and users",
            "city-admin",
        ),
    )
)


class DemoSite:
    """What a plugin's `demo` hook gets: the people and units of the demonstration, and a way to write as somebody."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def user(self, username: str) -> User:
        """A demo account. Raises DoesNotExist."""
        found: User = User.get(User.username == username)
        return found

    def users(self) -> list[User]:
        """All demo accounts."""
        return list(User.select().order_by(User.id))

    def unit(self, name: str) -> Department:
        """A department by its name. Raises DoesNotExist."""
        found: Department = Department.get(Department.name == name)
        return found

    @contextmanager
    def write_as(self, user: User | str, plugin: str = "") -> Iterator[Change]:
        """A write in the name of a demo account."""
        person = self.user(user) if isinstance(user, str) else user
        with write_as(Actor(person, "demo", plugin=plugin, request="maru demo")) as change:
            yield change


def is_filled() -> bool:
    """Whether this database holds a demonstration, or anything else, already."""
    with connected():
        return bool(User.select().exists() or Department.select().exists())


def fill(portal: Portal) -> None:
    """Make organisation and accounts, then let every plugin add its own content."""
    password_hash = Passwords().hash(DEMO_PASSWORD)
    with connected():
        with write_as(Actor(None, "demo", request="maru demo")):
            _make_organisation()
            for account in ACCOUNTS:
                _make_account(account, password_hash)
        list(portal.dispatcher.call("demo", site=DemoSite(portal)))


def _make_organisation() -> None:
    facts = json.loads(ORGANISATION.read_text(encoding="utf-8"))
    orders = iter(range(1, 1000))
    city = Department.add(facts["name"], "city", None, next(orders))
    for name in ("시장실 (시연)", "부시장실 (시연)"):  # invented, as the rule names units only
        Department.add(name, "office-of", city, next(orders), phone="041-000-0000")
    for child in facts["children"]:
        _add_unit(child, city, orders)


def _add_unit(facts: dict[str, Any], parent: Department, orders: Iterator[int]) -> None:
    order = next(orders)
    answers = facts["kind"] not in GROUPS
    phone = f"041-000-{order:04d}" if answers else ""
    made = Department.add(facts["name"], facts["kind"], parent, order, phone=phone, is_recipient=answers)
    for child in facts.get("children", []):
        _add_unit(child, made, orders)
    if answers:
        for team in ("총무팀", "산업팀") if facts["kind"] == "township" else ("기획팀", "운영팀"):
            Department.add(f"{facts['name']} {team} (시연)", "team", made, next(orders), phone=phone)


def _make_account(account: DemoAccount, password_hash: str) -> None:
    user = User.create(username=account.username, name=account.name, password_hash=password_hash, phone="041-000-0000")
    unit = Department.get(Department.name == account.unit)
    Post.create(user=user, department=unit, title=account.title)
    if account.role:
        RoleMember.create(user=user, role=account.role, unit=unit if account.role == "department-admin" else None)
