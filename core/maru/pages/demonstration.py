"""What a demonstration hands to the login page and to the plugins' `demo` hook; `maru demo` makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from maru.db import Change
from maru.language import Label
from maru.models import Department, User
from maru.pages.portal import Portal
from maru.pages.writing import Actor, write_as


@dataclass(frozen=True)
class DemoAccount:
    """An account offered on the login page of a demonstration; `what` says what it is good for."""

    username: str
    password: str
    name: str
    unit: str
    title: str
    what: Label
    role: str = ""


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
