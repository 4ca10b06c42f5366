"""What a search gives: hits, counts, and how the words were read. Plain values; no index is needed to show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Widened:
    """How the words were read where they were not taken as typed.

    `how`: initials (초성), layout (the other keyboard), any (some of the words), sentence (what shares most of them).
    """

    how: str
    words: str = ""


@dataclass(frozen=True)
class Hit:
    """A document as it is shown. `at` is an aware instant, `people` are ids."""

    kind: str
    title: str
    body: str
    href: str
    within: str
    unit: int
    at: datetime | None
    people: tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """The outcome of a search. `kinds`, `units` and `since` count what each filter would show beside the others."""

    count: int = 0
    hits: tuple[Hit, ...] = ()
    kinds: dict[str, int] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    widened: Widened | None = None
    needles: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    responsible: tuple[int, int] | None = None
    is_built: bool = True
    page: int = 1
    page_count: int = 1
    seconds: float = 0.0
