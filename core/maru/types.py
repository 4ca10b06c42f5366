"""What the core and the plugins hand each other: frozen, typed, checked at the boundary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["danger", "warning", "info", "success", "neutral"]
KINDS: tuple[Kind, ...] = ("danger", "warning", "info", "success", "neutral")


def _check(owner: object, **expected: type | tuple[type, ...]) -> None:
    for name, kind in expected.items():
        value = getattr(owner, name)
        if not isinstance(value, kind):
            raise TypeError(f"{type(owner).__name__}.{name} is {type(value).__name__}, expected {kind}")


@dataclass(frozen=True)
class Card:
    """A part of a page that another plugin fills: `template` rendered with `context`, below the heading `title`."""

    title: str
    template: str
    context: object
    href: str | None = None
    order: int = 100

    def __post_init__(self) -> None:
        _check(self, title=str, template=str, href=(str, type(None)), order=int)


@dataclass(frozen=True)
class Todo:
    """One thing that waits for a person (할 일): where it is, what its state is called and until when."""

    title: str
    href: str
    kind: Kind
    state: str
    due_at: datetime | None = None
    note: str = ""
    action: str = ""

    def __post_init__(self) -> None:
        _check(self, title=str, href=str, state=str, due_at=(datetime, type(None)), note=str, action=str)
        if self.kind not in KINDS:
            raise TypeError(f"Todo.kind is {self.kind!r}, expected one of {', '.join(KINDS)}")


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu. `icon` is a Lucide name; `count` a number worth a glance."""

    label: str
    href: str
    icon: str = ""
    count: int | None = None
    is_current: bool = False

    def __post_init__(self) -> None:
        _check(self, label=str, href=str, icon=str, count=(int, type(None)))


@dataclass(frozen=True)
class MenuGroup:
    """The menu lines of one plugin, below its name."""

    label: str
    entries: tuple[MenuEntry, ...]


@dataclass(frozen=True)
class Event:
    """Something that happened and was committed. `key` names the record: events of one key come in order."""

    id: int
    name: str
    key: str
    payload: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class SignIn:
    """An attempt to sign in: what the person typed, and where it came from."""

    username: str
    password: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Flash:
    """What the page says once, after something was done."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the frame of the page shows it."""

    username: str
    name: str
    unit_name: str
    is_city_admin: bool

    @property
    def initial(self) -> str:
        """The letter in the round badge: of the unit, which is what colleagues look for."""
        return (self.unit_name or self.name or self.username)[:1]


@dataclass(frozen=True)
class Shell:
    """The frame of every page: what `maru/base.html` may use."""

    site_name: str
    organisation: str
    viewer: Person | None
    menu: tuple[MenuGroup, ...]
    locale: str
    density: str
    path: str
    flashes: tuple[Flash, ...]
    paused: tuple[str, ...]
    is_demo: bool
    todo_count: int
    session_ends_at: datetime | None
    search_href: str | None = None
    bell_href: str | None = None
