"""Handing events on: at least once, in order per record and listener, and nobody waits behind what is not due."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import peewee

from maru.models import OutboxEvent
from maru.pages import Portal
from maru.types import Event
from maru_boundary import storable
from maru_db import is_given_up, transaction
from maru_db.depth import following
from maru_language import now
from maru_server.lanes import LONGEST_DELAY_SECONDS, UNBLAMED, Lane

logger = logging.getLogger("maru.pulse")

BATCH = 200
MOST_ATTEMPTS = 12
HANG_SECONDS = 120.0
"""How long a plugin may take over one event; then its thread is given up, and the event comes again later."""
PLACE = "on_event"


class Deposed(Exception):
    """Another process hands events on now: this one was away for too long, and must leave it alone."""


def delay(attempt_count: int) -> timedelta:
    """How long to wait after so many attempts: 2, 4, 8 … seconds, at most an hour."""
    return timedelta(seconds=min(2**attempt_count, LONGEST_DELAY_SECONDS))


@dataclass
class Blocked:
    """Which listener of which key waits for an earlier event, from which id on, and until when."""

    until: dict[tuple[str, str], list[tuple[int, datetime]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def before(cls, rows: list[OutboxEvent], listeners: list[str]) -> Blocked:
        """By the events that are not due: each of them stands before the later ones of its key."""
        found = cls()
        first, due = peewee.fn.MIN(OutboxEvent.id), peewee.fn.MIN(OutboxEvent.next_at)
        not_due = OutboxEvent.select(OutboxEvent.key, OutboxEvent.waiting, first, due).where(
            OutboxEvent.done_at.is_null(), OutboxEvent.owner == "", OutboxEvent.next_at > now(),
            OutboxEvent.key.in_({row.key for row in rows}),
        )  # fmt: skip
        groups: Any = not_due.group_by(OutboxEvent.key, OutboxEvent.waiting).tuples()
        for key, waiting, row_id, next_at in groups:
            for listener in listeners if waiting is None else waiting:
                found.until[listener, key].append((row_id, _instant(next_at)))
        return found

    def add(self, listener: str, row: OutboxEvent, until: datetime) -> None:
        """`row` waits itself, and so do those behind it."""
        self.until[listener, row.key].append((row.id, until))

    def of(self, listener: str, row: OutboxEvent) -> datetime | None:
        """Until when `row` waits behind an earlier event; None when it need not."""
        return min(
            (until for row_id, until in self.until.get((listener, row.key), ()) if row_id < row.id), default=None
        )


def _instant(value: Any) -> datetime:
    """MIN() of a column gives what is stored."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@dataclass
class Handing:
    """What becomes of one event: who still waits for it, and until when; who failed; who is asked no more."""

    row: OutboxEvent
    left: dict[str, datetime] = field(default_factory=dict)
    tries: dict[str, list[Any]] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    problem: str = ""
    is_touched: bool = False
    """Whether anybody was asked; otherwise the event is only put off."""

    def failed(self, key: str, problem: str, until: datetime | None = None) -> None:
        """`key` did not take it: it is asked again later, or never again when it was asked too often."""
        count = self.tries.get(key, [0])[0] + 1
        self.problem, self.is_touched = storable(f"{key}: {problem}")[:500], True
        if count >= MOST_ATTEMPTS:
            self.dead.append(key)
        else:
            self.left[key] = max(now() + delay(count), until or now())
        self.tries[key] = [count, self.left.get(key, now()).isoformat()]


class Drain:
    """Hands on what the outbox holds, while this process is elected. `refuse_deposed` raises Deposed inside a write."""

    def __init__(self, portal: Portal, is_elected: Callable[[], bool], refuse_deposed: Callable[[], None]) -> None:
        self.portal = portal
        self.handed_count = 0
        self._is_elected = is_elected
        self._refuse_deposed = refuse_deposed
        self._late: list[tuple[OutboxEvent, str, list[str]]] = []

    def round(self, lane: Lane) -> bool:
        """Hand on the next events that are due. True when there may be more of them at once."""
        if not self._is_elected() or self.portal.settings.safe:  # without plugins, events wait for them
            return False
        self._put_off_the_late()
        due = OutboxEvent.undone().where(OutboxEvent.owner == "", OutboxEvent.next_at <= now())
        rows = list(due.order_by(OutboxEvent.id).limit(BATCH))
        if rows:
            self.portal.refresh_plugins()  # only now: who was switched on before one of them is to hear of it
        listeners = self.portal.dispatcher.listeners(PLACE)
        blocked = Blocked.before(rows, listeners) if rows else Blocked()
        put_off: dict[datetime, list[int]] = defaultdict(list)
        for row in rows:
            if lane.is_ending or not self._is_elected():
                return False
            handing = self._hand_on(row, listeners, blocked, lane)
            if handing.is_touched or not handing.left:
                self._settle(handing)
            else:
                put_off[min(handing.left.values())].append(row.id)
        self._put_off(put_off)
        return len(rows) == BATCH

    def _hand_on(self, row: OutboxEvent, listeners: list[str], blocked: Blocked, lane: Lane) -> Handing:
        handing = Handing(row, tries=dict(row.tries), dead=list(row.dead), problem=row.problem)
        waiting = listeners if row.waiting is None else row.waiting
        planned = {key: _instant(row.tries[key][1]) for key in waiting if key in row.tries}
        is_moved = bool(planned) and row.next_at < min(planned.values())  # somebody wants it asked again now
        for place, key in enumerate(waiting):
            own = None if is_moved else planned.get(key)
            until = blocked.of(key, row) or (own if own and own > now() else None) or self._paused_until(key)
            if until is not None:
                handing.left[key] = until
            elif not self._take(handing, key, [*handing.left, *waiting[place:]], lane):
                problem = self.portal.dispatcher.quarantine.problem_of((key, PLACE))
                handing.failed(key, problem or UNBLAMED, self._paused_until(key))
            if key in handing.left:
                blocked.add(key, row, handing.left[key])
        return handing

    def _paused_until(self, key: str) -> datetime | None:
        return self.portal.dispatcher.quarantine.paused_until((key, PLACE))

    def _take(self, handing: Handing, key: str, still: list[str], lane: Lane) -> bool:
        row, handing.is_touched = handing.row, True
        if key not in self.portal.dispatcher.plugins:
            return True  # it is no longer there
        event = row.as_event()
        with lane.watched(key, PLACE, HANG_SECONDS, lambda: self._late.append((row, key, still))):
            return self._ask(key, event, row.depth)

    def _ask(self, key: str, event: Event, depth: int) -> bool:
        try:
            with following(depth + 1):
                answers = self.portal.dispatcher.ask(key, PLACE, event=event, portal=self.portal)
        except Exception as wrong:  # it has come past the boundary: the events behind this one are not to wait for it
            logger.exception("Plugin %s failed in %s past its boundary", key, PLACE)
            if not is_given_up():
                self.portal.dispatcher.quarantine.note((key, PLACE), type(wrong).__name__, "", pauses=True)
            return False
        return answers is not None

    def _settle(self, handing: Handing) -> None:
        row, left = handing.row, handing.left
        done = {} if left else {"done_at": now()}
        problem = handing.problem if left or handing.dead else ""
        with transaction():
            self._refuse_deposed()
            OutboxEvent.update(
                waiting=list(left), tries={key: tried for key, tried in handing.tries.items() if key in left},
                attempt_count=max((tried[0] for tried in handing.tries.values()), default=0), dead=handing.dead,
                next_at=min(left.values(), default=row.next_at), problem=problem, **done,
            ).where(OutboxEvent.id == row.id, OutboxEvent.done_at.is_null()).execute()  # fmt: skip
        self.handed_count += not left

    def _put_off(self, rows: dict[datetime, list[int]]) -> None:
        if rows:
            with transaction():
                for until, ids in rows.items():
                    OutboxEvent.update(next_at=until).where(OutboxEvent.id.in_(ids)).execute()

    def _put_off_the_late(self) -> None:
        """Count as failures what did not come back; its thread was given up, so nobody else has."""
        while self._late:
            row, key, still = self._late[0]
            left = {each: now() for each in still if each != key}
            handing = Handing(row, left, dict(row.tries), list(row.dead))
            handing.failed(key, "did not come back in time", self._paused_until(key))
            self._settle(handing)
            del self._late[0]
