"""What the core and the plugins hand each other: frozen, typed, checked at the boundary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from maru_language import Label

Kind = Literal["danger", "warning", "info", "success", "neutral"]
LONGEST_TEXT = 10_000
Place = Literal["menu", "search", "bell", "person"]


class _Checked:
    """A dataclass that plugins fill in: raises TypeError naming the first field of another type than it states."""

    def __post_init__(self) -> None:
        for name, expected in _expected(type(self)).items():  # type: ignore[arg-type]  # mypy takes no class for hashable
            value = getattr(self, name)
            fits = value in get_args(expected) if get_origin(expected) is Literal else isinstance(value, expected)
            if fits and isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise TypeError(
                    f"{type(self).__name__}.{name} has {len(value):,} characters, more than {LONGEST_TEXT:,}"
                )
            if not fits:
                raise TypeError(f"{type(self).__name__}.{name} is {repr(value)[:200]}, expected {expected}")


@cache
def _expected(checked: type) -> dict[str, Any]:
    return get_type_hints(checked)


@dataclass(frozen=True)
class Card(_Checked):
    """A part of a page that another plugin fills: `template` rendered with `context`, below the heading `title`."""

    title: str
    template: str
    context: object
    href: str | None = None
    order: int = 100


@dataclass(frozen=True)
class Todo(_Checked):
    """One thing that waits for a person (할 일): where it is, what its state is called and until when."""

    title: str
    href: str
    kind: Kind
    state: str
    due_at: datetime | None = None
    note: str = ""
    action: str = ""


@dataclass(frozen=True)
class MenuEntry(_Checked):
    """One line of the menu. `icon` is a Lucide name; `count` a number worth a glance.

    An entry with another `place` stands in the top bar: as the search box, as the bell with its count, or behind the
    badge of the `person` who is signed in.
    """

    label: str
    href: str
    icon: str = ""
    count: int | None = None
    is_current: bool = False
    place: Place = "menu"


@dataclass(frozen=True)
class MenuGroup:
    """The menu lines of one plugin, below its name."""

    label: str
    entries: tuple[MenuEntry, ...]


@dataclass(frozen=True)
class Event:
    """Something that happened and was committed. `key` names the record: events of one key come in order.

    `version` counts the shapes that the payload of this name has had.
    """

    id: int
    name: str
    key: str
    payload: Mapping[str, Any]
    at: datetime
    version: int = 1


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
    is_view_as: bool
    is_safe: bool
    search: MenuEntry | None
    bell: MenuEntry | None
    person: MenuEntry | None
