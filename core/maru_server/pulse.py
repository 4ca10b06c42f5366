"""The pulse of a serving process: elected among the workers, it hands events on; each one watches its plugins."""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from datetime import timedelta

from maru.db import connected, transaction
from maru.models import Lease, OutboxEvent, PluginFailure
from maru.pages import Portal
from maru.types import Event
from maru_language import now

logger = logging.getLogger("maru.pulse")

LEASE_SECONDS = 4.0
BATCH = 200
LONGEST_DELAY_SECONDS = 3600


class Pulse:
    """One background thread. `beat` does one round and may be called by hand in tests."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.holder = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._renew_at = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def __enter__(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        """End after the round under way."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._end.wait(self.portal.settings.pulse_seconds):
            try:
                self.beat()
            except Exception:  # the next beat tries again; the log says why this one failed
                logger.exception("A beat failed")

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
        event = Event(row.id, row.name, row.key, row.payload, row.at)
        taken = set()
        paused = self.portal.dispatcher.paused()  # who is paused hears nothing now, and must hear it later
        for key in listeners:
            if (key, row.key) not in stuck and key not in paused:
                before = self.portal.dispatcher.unsaved.get((key, "on_event"))
                list(self.portal.dispatcher.call("on_event", only=key, event=event, portal=self.portal))
                if self.portal.dispatcher.unsaved.get((key, "on_event")) == before:
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
        failures = self.portal.dispatcher.take_failures()
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
                    row.save()
