"""What the core's own pages show: one frozen class a template."""

from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from maru.models import User
from maru.types import DemoAccount, Todo


@dataclass(frozen=True)
class LoginContext:
    """`problem` is what went wrong with the last try; `next_path` where to go afterwards."""

    username: str
    problem: str
    next_path: str
    demo_accounts: tuple[DemoAccount, ...]


@dataclass(frozen=True)
class RenderedCard:
    """A card on the home page. `html` is None where the function is paused."""

    title: str
    html: Markup | None
    href: str | None
    plugin: str
    is_paused: bool
    order: int


@dataclass(frozen=True)
class HomeContext:
    """What waits for the person, the most urgent first; the cards of the functions; the date in Korea."""

    todos: tuple[Todo, ...]
    cards: tuple[RenderedCard, ...]
    on: date


@dataclass(frozen=True)
class SessionLine:
    """One browser that is signed in; `is_this` marks the one that asks."""

    id: int
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    is_this: bool


@dataclass(frozen=True)
class MeContext:
    """The person, their posts as text, and their sessions."""

    user: User
    posts: tuple[str, ...]
    sessions: tuple[SessionLine, ...]


@dataclass(frozen=True)
class PasswordContext:
    """`problem` is why the last try was refused; `is_first` when the password given by others must be replaced."""

    problem: str
    is_first: bool
