"""The pulse of a serving process: elected among the workers, it hands events on; each one watches its plugins."""

from __future__ import annotations

import copy
import logging
import os
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from maru.models import OutboxEvent, PluginFailure
from maru.pages import Portal
from maru.types import Event
from maru_db import abandon, connected, transaction
from maru_db.database import Hop, current_hop
from maru_language import now
from maru_server.lease import Lease

logger = logging.getLogger("maru.pulse")

LEASE_SECONDS = 4.0
BATCH = 200
LONGEST_DELAY_SECONDS = 3600
LOOK_SECONDS = 0.5
HANG_SECONDS = 120.0
"""How long a plugin may take over one event; then its thread is given up, and the event comes again later."""


@dataclass(frozen=True)
class Delivery:
    """An event in the hands of plugin `key`; `left` are the listeners that have not taken it, this one included."""

    row: OutboxEvent
    key: str
    left: list[str]
    hop: Hop
    began_at: float = field(default_factory=time.monotonic)

    @property
    def is_overdue(self) -> bool:
        """Whether the plugin does not come back."""
        return time.monotonic() - self.began_at > HANG_SECONDS


class Pulse:
    """One background thread that beats, and one that watches it. `beat` may be called by hand in tests."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.holder = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._renew_at = 0.0
        self._end = threading.Event()
        self._delivery: Delivery | None = None
        self._beating: threading.Thread | None = None
        self._thread = threading.Thread(target=self._watch, name="pulse watch", daemon=True)

    def __enter__(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        """End after the round under way."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _watch(self) -> None:
        """Keep a thread beating; put another in its place when a plugin does not give it back."""
        while not self._end.is_set():
            beating = self._beating = threading.Thread(target=self._run, name="pulse", daemon=True)
            beating.start()
            while beating.is_alive() and self._overdue() is None:
                beating.join(LOOK_SECONDS)
            if (delivery := self._overdue()) is not None:
                self._give_up(delivery)

    def _overdue(self) -> Delivery | None:
        delivery = self._delivery  # read once: the beating thread may take it away at any moment
        return delivery if delivery is not None and delivery.is_overdue else None

    def _run(self) -> None:
        while self._beating is threading.current_thread() and not self._end.wait(self.portal.settings.pulse_seconds):
            try:
                self.beat()
            except Exception:  # the next beat tries again; the log says why this one failed
                logger.exception("A beat failed")

    def _give_up(self, delivery: Delivery) -> None:
        """The thread cannot be killed: it loses its connection, the plugin is blamed, the event comes again later."""
        self._delivery = None
        abandon(delivery.hop)
        self.portal.threads.given_up_count += 1  # too many, and the worker ends
        late = TimeoutError(f'Event "{delivery.row.name}" was not taken within {HANG_SECONDS:.0f} seconds')
        self.portal.dispatcher.note_failure(delivery.key, "on_event", late, at_once=True)
        try:
            with connected():
                self._settle(delivery.row, delivery.left)
        except Exception:  # the event comes again when the pause is over; what watches must go on
            logger.exception("An event that hangs could not be put off")

    def beat(self) -> int:
        """One round: refresh the plugins, write failures down, and, if elected, hand events on. Gives their number."""
        with connected():
            self.portal.refresh_plugins()
            self._write_failures()
            return self._drain() if self._is_elected() else 0

    def _is_elected(self) -> bool:
        if time.monotonic() < self._renew_at:
            return True
        lease = Lease.get_or_none(Lease.name == "outbox")
        if lease is not None and lease.holder != self.holder and lease.until_at > now():
            return False
        elected = Lease.take("outbox", self.holder, LEASE_SECONDS)
        self._renew_at = time.monotonic() + LEASE_SECONDS / 2 if elected else 0.0
        return elected

    def _drain(self) -> int:
        query = OutboxEvent.select().where(OutboxEvent.done_at.is_null()).order_by(OutboxEvent.id).limit(BATCH)
        waiting = list(query)  # read to the end: a cursor left open makes the next BEGIN IMMEDIATE fail as "locked"
        stuck: set[tuple[str, str]] = set()
        handed = 0
        for row in waiting:
            listeners = self.portal.dispatcher.listeners("on_event") if row.waiting is None else row.waiting
            left = self._hand_on(row, listeners, stuck)
            stuck |= {(key, row.key) for key in left}
            if left != row.waiting or not left:
                self._settle(row, left)
                handed += not left
        return handed

    def _hand_on(self, row: OutboxEvent, listeners: list[str], stuck: set[tuple[str, str]]) -> list[str]:
        """The listeners that have not taken the event: they failed, or an earlier event of this key still waits."""
        if row.next_at > now():
            return listeners
        taken = set()
        for key in listeners:
            if (key, row.key) not in stuck:
                event = Event(row.id, row.name, row.key, copy.deepcopy(row.payload), row.at, row.version)
                left = [each for each in listeners if each not in taken]
                delivery = self._delivery = Delivery(row, key, left, current_hop())
                answers = self.portal.dispatcher.ask(key, "on_event", event=event, portal=self.portal)
                if delivery.hop.is_abandoned:
                    raise TimeoutError(f"Plugin {key} came back after it was given up.")
                self._delivery = None
                if answers is not None:
                    taken.add(key)
        return [key for key in listeners if key not in taken]

    def _settle(self, row: OutboxEvent, left: list[str]) -> None:
        with transaction():
            if left:
                row.waiting, row.attempt_count = left, row.attempt_count + 1
                row.next_at = now() + timedelta(seconds=min(2**row.attempt_count, LONGEST_DELAY_SECONDS))
            else:
                row.waiting, row.done_at = [], now()
            row.save()

    def _write_failures(self) -> None:
        failures = self.portal.dispatcher.quarantine.take_failures()
        if not failures:
            return
        with transaction():
            for each in failures:
                row, is_new = PluginFailure.get_or_create(
                    plugin=each.plugin,
                    place=each.place,
                    where=each.where,
                    defaults={"problem": each.problem, "count": each.count},
                )
                if not is_new:
                    row.count, row.problem, row.last_at = row.count + each.count, each.problem, each.at
                row.paused_until, row.pause_count = each.paused_until, each.pause_count
                row.save()
