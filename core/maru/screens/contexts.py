"""What the core's own pages show: one frozen class a template."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

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
    """A card on the home page. `html` is None where the function is paused, or slow: then `later` is its address."""

    title: str
    html: Markup | None
    href: str | None
    plugin: str
    is_paused: bool
    order: int
    later: str = ""


@dataclass(frozen=True)
class CardsContext:
    """The cards of one function, for a home page that did not wait for them."""

    cards: tuple[RenderedCard, ...]
    name: str


@dataclass(frozen=True)
class HomeContext:
    """What waits for the person, the most urgent first; the cards of the functions; the date in Korea."""

    todos: tuple[Todo, ...]
    cards: tuple[RenderedCard, ...]
    on: date


@dataclass(frozen=True)
class PasswordContext:
    """`problem` is why the last try was refused; `is_first` when the password given by others must be replaced."""

    problem: str
    is_first: bool
