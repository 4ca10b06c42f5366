"""What the core and the plugins hand each other: frozen, typed, checked at the boundary."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from cronsim import CronSim, CronSimError

from maru_boundary import Checked
from maru_db.payload import Carrier
from maru_language import SEOUL, Label, now

if TYPE_CHECKING:
    from maru import Portal, User

EVERY = 'Write minute, hour, day, month and weekday, such as "30 8 * * mon-fri": 8:30 in Seoul on working days.'

Kind = Literal["danger", "warning", "info", "success", "neutral"]
Place = Literal["menu", "search", "bell", "person"]


@dataclass(frozen=True)
class Card(Checked):
    """A part of a page that another plugin fills: `template` rendered with `context`, below the heading `title`."""

    title: str
    template: str
    context: object
    href: str | None = None
    order: int = 100


@dataclass(frozen=True)
class Todo(Checked):
    """One thing that waits for a person (할 일): where it is, what its state is called and until when."""

    title: str
    href: str
    kind: Kind
    state: str
    due_at: datetime | None = None
    note: str = ""
    action: str = ""


@dataclass(frozen=True)
class MenuEntry(Checked):
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
class Event(Carrier):
    """Something that happened and was committed. `key` names the record: events of one key come in order.

    `version` counts the shapes that the payload of this name has had; `read(SomePayload)` gives it with its types.
    """

    id: int
    name: str
    key: str
    payload: Mapping[str, Any]
    at: datetime
    version: int = 1


@dataclass(frozen=True)
class Job(Checked):
    """Work of a plugin that no page waits for. `name` begins with the plugin's id, `run` takes a `JobRun`.

    `every` are five cron fields (minute, hour, day, month, weekday) by the clock of Seoul; without them the job is run
    when `change.enqueue` asks for it. After `limit_seconds` it is given up; after so many `attempts`, left alone.
    """

    name: str
    label: Label
    run: Callable[["JobRun"], Any]
    every: str = ""
    limit_seconds: int = 600
    attempts: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            if self.every and len(self.every.split()) != 5:
                raise CronSimError("Wrong number of fields")
            self.due_after(now())
        except (CronSimError, StopIteration) as wrong:
            raise ValueError(f'Job "{self.name}": every = "{self.every}" is no schedule ({wrong}). {EVERY}') from None

    def due_after(self, at: datetime) -> datetime | None:
        """When it is to run next, after the aware instant `at`; None without a schedule."""
        return next(CronSim(self.every, at.astimezone(SEOUL))) if self.every else None


@dataclass(frozen=True)
class JobRun(Carrier):
    """One run of a job. `actor` is who asked for it; None for a schedule. `report` is for `progress`."""

    id: int
    name: str
    payload: Mapping[str, Any]
    version: int
    portal: "Portal"
    actor: "User | None"
    report: Callable[[int, int, str], None]

    def progress(self, done: int, of: int, note: str = "") -> None:
        """Tell how far it is: shown to whoever watches. Raises Busy when the run was given up meanwhile."""
        self.report(done, of, note)


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
