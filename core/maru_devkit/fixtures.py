"""pytest fixtures for the core's tests and those of every plugin.

    def test_hidden_post_is_not_found(portal):
        site = portal("board")

        answer = site.client("clerk").get("/board/7")

        assert answer.status_code == 404

`portal(*plugins)` gives a `Site`: a running application in a temporary folder with just those plugins and what they
require, a small city and these people, all with the password `maru-devkit-1`:

| user name | unit | role |
|---|---|---|
| `clerk` | 유구읍 | staff |
| `colleague` | 유구읍 | staff |
| `stranger` | 이인면 | staff |
| `planner` | 기획감사실 | staff |
| `double` | 유구읍 and 기획감사실 | staff |
| `head` | 유구읍 | department-admin |
| `admin` | 스마트정보과 | city-admin |

The city: 공주시 → 기획감사실, 자치안전국 (→ 스마트정보과), 읍·면·동 (→ 유구읍 → 유구읍 총무팀, 이인면, 탄천면, 계룡면).
The database is SQLite, or PostgreSQL when MARU_TEST_DATABASE=postgres.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from maru.app import create_app
from maru.auth import Passwords, begin_session
from maru.db import Change, close_database, connected
from maru.models import Department, Post, RoleMember, User
from maru.pages import Actor, Portal, write_as
from maru.plugins import read_manifest
from maru.settings import CHECKOUT, Settings
from maru_server.pulse import Pulse

PASSWORD = "maru-devkit-1"  # noqa: S105 — the password of people who exist in tests only
ORIGIN = "http://testserver"
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


class Site:
    """A running portal: `client(username)` visits it, `unit(name)` and `user(name)` give its rows."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.portal: Portal = app.state.portal
        self._clients: list[TestClient] = []
        self._pulse = Pulse(self.portal)

    def client(self, username: str | None = None) -> TestClient:
        """A browser signed in as `username`, or signed out. Sends the headers a browser sends; follows no redirects."""
        client = TestClient(self.app, follow_redirects=False, headers={"origin": ORIGIN}, raise_server_exceptions=True)
        self._clients.append(client)
        if username is not None:
            with connected():
                token = begin_session(_NoRequest(), self.portal.settings, self.user(username))  # type: ignore[arg-type]
                # only the address and the browser's name are read from it
            client.cookies.set(self.portal.settings.session_cookie, token)
        return client

    def user(self, username: str) -> User:
        """A person of this site, freshly read."""
        with connected():
            found: User = User.get(User.username == username)
        return found

    def unit(self, name: str) -> Department:
        """A department of this site by its name."""
        with connected():
            found: Department = Department.get(Department.name == name)
        return found

    @contextmanager
    def write_as(self, username: str, plugin: str = "") -> Iterator[Change]:
        """A write in the name of a person, for arranging a test."""
        with connected(), write_as(Actor(self.user(username), "test", plugin=plugin)) as change:
            yield change
        self.portal.forget()

    def beat(self) -> int:
        """Hand events on once, as the elected worker does. Gives how many were delivered."""
        return self._pulse.beat()

    def queries(self, act: Callable[[], Any]) -> int:
        """How many database queries `act` makes, a visit of a client for instance."""
        seen: list[Any] = []
        from maru.db import database

        database.query_hooks.append(seen.append)
        try:
            act()
        finally:
            database.query_hooks.remove(seen.append)
        return len([event for event in seen if not event.sql.startswith(("BEGIN", "COMMIT", "PRAGMA"))])

    def close(self) -> None:
        """End threads and connections."""
        for client in self._clients:
            client.close()
        self.portal.close()
        close_database()


class _NoRequest:
    client = None
    headers: dict[str, str] = {}


@pytest.fixture
def portal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Site]]:
    """Make a site: `portal("board", "collect", theme="krds")`. Closed after the test."""
    sites: list[Site] = []

    def make(*plugins: str, **settings: Any) -> Site:
        database = ""
        if os.environ.get("MARU_TEST_DATABASE") == "postgres":
            database = request.getfixturevalue("fresh_postgres_url")
        given: dict[str, Any] = {
            "data_folder": tmp_path / f"site{len(sites)}",
            "database": database,
            "plugins_only": with_required(plugins) or ["none"],
            "allowed_hosts": ["testserver", "127.0.0.1"],
        }
        site = Site(create_app(Settings(**given | settings)))
        sites.append(site)
        make_city()
        return site

    yield make
    for site in sites:
        site.close()


def with_required(plugins: tuple[str, ...]) -> list[str]:
    """The named plugins and all that they require, from the manifests of this checkout."""
    found: list[str] = []
    waiting = list(plugins)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.append(key)
            folder = CHECKOUT / "plugins" / f"maru_{key}"
            if (folder / "plugin.toml").is_file():
                waiting += [name for name, _ in read_manifest(folder).needed()]
    return found


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
