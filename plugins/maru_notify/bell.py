"""The number at the bell: what the list would show as unread, at one query a page.

The plugins are asked which of it may be seen only when something is new or read, when this person's rights or posts
are others than before, and twice a minute: what a plugin narrows by itself, as the readers of a board, is seen then.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

import peewee

from maru import Portal, User

from .models import Notification
from .sight import Sight

VALID_SECONDS = 30.0
MOST_PEOPLE = 5_000


@dataclass(frozen=True)
class Counted:
    """What was counted for a person, and what it depends on."""

    facts: tuple[Any, ...]
    until: float
    count: int


_counted: WeakKeyDictionary[Portal, dict[int, Counted]] = WeakKeyDictionary()


def unread_count(viewer: User, portal: Portal) -> int:
    """How many `viewer` has not read and may see. One query, unless something has changed."""
    mine = Notification.unread_by(viewer, portal)
    summary = cast("tuple[Any, ...]", mine.select(*_SUMMARY).order_by().tuples().get())
    if not summary[0]:
        return 0
    counted = _counted.setdefault(portal, {})
    facts = (summary, dict(viewer.rights), viewer.is_superuser, viewer.unit_ids, portal.on_for(viewer))
    known = counted.get(viewer.id)
    if known is not None and known.facts == facts and time.monotonic() < known.until:
        return known.count
    sight = Sight.of(portal, viewer, mine.select(*Notification.asked_by()))
    if not sight.unknown:
        if len(counted) >= MOST_PEOPLE:
            counted.clear()
        counted[viewer.id] = Counted(facts, time.monotonic() + VALID_SECONDS, len(sight.seen))
    return len(sight.seen)


_SUMMARY = (peewee.fn.COUNT(Notification.id), peewee.fn.SUM(Notification.id), peewee.fn.MAX(Notification.at))
"""Other numbers whenever something is told, told anew or read."""
