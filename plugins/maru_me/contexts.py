"""What the template shows: one frozen class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from maru import User


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
class IndexContext:
    """The person, their posts as text, and where they are signed in. `problems` has a sentence per refused field."""

    user: User
    posts: tuple[str, ...]
    sessions: tuple[SessionLine, ...]
    problems: Mapping[str, str]
