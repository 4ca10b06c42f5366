"""What the templates show: one frozen class each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class NotificationLine:
    """One notification as the list shows it. `kind_label` is empty where its plugin does not say what kinds it has."""

    id: int
    text: str
    note: str
    kind_label: str
    icon: str
    at: datetime
    is_unread: bool


@dataclass(frozen=True)
class Day:
    """The notifications of one day, under the words for it: today, yesterday, the date."""

    label: str
    lines: tuple[NotificationLine, ...]


@dataclass(frozen=True)
class IndexContext:
    """A page of what concerns me. `show` is `unread` or empty; `hidden_count` are those that nobody can vouch for now.

    `pager_href` ends where the page number belongs.
    """

    days: tuple[Day, ...]
    show: str
    unread_count: int
    all_count: int
    hidden_count: int
    page: int
    page_count: int
    pager_href: str
    kept_days: int


@dataclass(frozen=True)
class KindLine:
    """A kind, and whether this person wants it."""

    key: str
    label: str
    hint: str
    icon: str
    is_wanted: bool


@dataclass(frozen=True)
class KindGroup:
    """The kinds of one plugin."""

    label: str
    kinds: tuple[KindLine, ...]


@dataclass(frozen=True)
class SettingsContext:
    """Which kinds I want to be told of. `problem` says what was wrong with the last try."""

    groups: tuple[KindGroup, ...]
    problem: str
