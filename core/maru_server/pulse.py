"""The pulse of a serving process: one of all is elected to hand events on and to run jobs; each watches its plugins.

Four kinds of threads, so that none waits for another: one looks (what was switched, who hangs) and never writes; one
writes (failures, leases, how this process is doing); one hands events on; some run jobs.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial

import peewee

from maru.models import PluginFailure
from maru.pages import Portal
from maru_boundary import storable
from maru_boundary.quarantine import Failure
from maru_db import StorageError, connected, transaction
from maru_db.writing import bell
from maru_server.draining import Deposed, Drain
from maru_server.jobs import Jobs
from maru_server.lanes import Lane
from maru_server.lease import LEASE_SECONDS, OUTBOX, Lease
from maru_server.overdue import blame_writers
from maru_server.trimming import trim
from maru_server.worker_state import WorkerState

logger = logging.getLogger("maru.pulse")

RENEW_SECONDS = 1.0
LOOK_SECONDS = 0.2
"""How often each process looks what was switched: all are to agree within a second, on a busy machine too."""
TELL_SECONDS = 10.0
TRIM_SECONDS = 60.0
END_SECONDS = 5.0
JOB_LANES = 2


class Pulse:
    """Begins with `with`, ends with it. `beat` may be called by hand in tests instead."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.holder = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._elected_until = self._renew_at = self._tell_at = self._trim_at = 0.0
        self._end = threading.Event()
        self.drain = Drain(portal, self.is_elected, self._refuse_deposed)
        self.jobs = Jobs(portal, self.holder, self.is_elected)
        rounds = [("events", self.drain.round), *((f"jobs {n + 1}", self.jobs.round) for n in range(JOB_LANES))]
        self._lanes = [Lane(name, portal, round_, self.is_elected) for name, round_ in rounds]
        self._looking = threading.Thread(target=self._repeat, args=(self._look,), name="pulse", daemon=True)
        self._writing = threading.Thread(target=self._repeat, args=(self._write,), name="pulse writing", daemon=True)

    def __enter__(self) -> None:
        """Begin."""
        for lane in self._lanes:
            lane.start()
        for thread in (self._looking, self._writing):
            thread.start()

    def __exit__(self, *error: object) -> None:
        """End after what is under way, or give it up; then another process may take over at once.

        What runs is renewed until its thread has ended: nobody else must begin it meanwhile.
        """
        until = time.monotonic() + END_SECONDS
        for lane in self._lanes:
            lane.stop()
        for lane in self._lanes:
            lane.end(until)
        self._end.set()
        for thread in (self._looking, self._writing):
            thread.join(1.0)
        try:
            with connected(), transaction():
                Lease.give_back(OUTBOX, self.holder)
                WorkerState.leave(self.holder)
        except StorageError:  # somebody else writes for so long; the lease runs out by itself
            logger.exception("The lease could not be given back")

    def _repeat(self, act: Callable[[], None]) -> None:
        while not self._end.wait(min(self.portal.settings.pulse_seconds, LOOK_SECONDS)):
            try:
                with connected():
                    act()
            except Exception:  # the next time is soon; the log says why this one failed
                logger.exception("A beat failed")

    def _look(self) -> None:
        """Take over what was switched and paused, and give up what hangs. Never waits: it only reads."""
        _each(*(lane.look for lane in self._lanes), partial(blame_writers, self.portal), self.portal.refresh_plugins)

    def _write(self) -> None:
        """Keep what is running, stand for election, and write down what went wrong, whatever of it fails."""
        _each(self._renew, self._write_failures, self._tell, self._tidy)

    def _renew(self) -> None:
        if time.monotonic() >= self._renew_at:
            # The jobs first: where this had to wait long, others may be about to take them over.
            _each(self.jobs.renew, self._stand)

    def _stand(self) -> None:
        self._renew_at = time.monotonic() + RENEW_SECONDS if self._elect() else 0.0

    def _tidy(self) -> None:
        if self.is_elected() and time.monotonic() >= self._trim_at:
            self._trim_at = 0.0 if trim() else time.monotonic() + TRIM_SECONDS
            self.jobs.bury_unknown()

    def beat(self) -> int:
        """All of it once, in this thread. Gives how many events were handed on and jobs were run."""
        before = self.drain.handed_count + self.jobs.run_count
        with connected():
            self.portal.refresh_plugins()
            self._write()
            while self.drain.round(self._lanes[0]):
                pass
            while self.jobs.round(self._lanes[1]):
                pass
        return self.drain.handed_count + self.jobs.run_count - before

    def is_elected(self) -> bool:
        """Whether events and jobs are this process's, and nobody can have taken them over yet."""
        return time.monotonic() < self._elected_until

    def _elect(self) -> bool:
        at = time.monotonic()
        if Lease.take(OUTBOX, self.holder, LEASE_SECONDS):
            is_new = not self._elected_until
            self._elected_until = at + LEASE_SECONDS  # counted from before: the others count from later
            if is_new:
                self._tell_at = 0.0
                bell.ring()
            return True
        self._elected_until = 0.0
        return False

    def _refuse_deposed(self) -> None:
        """Raises Deposed when another process was elected meanwhile. Inside a write."""
        if not Lease.is_held(OUTBOX, self.holder):
            raise Deposed("Another process hands events on now.")

    def _tell(self) -> None:
        if time.monotonic() >= self._tell_at:
            self._tell_at = time.monotonic() + TELL_SECONDS
            threads = self.portal.threads
            with transaction():
                WorkerState.tell(
                    self.holder,
                    page_count=threads.visit_count,
                    given_up_count=threads.given_up_count,
                    is_elected=self.is_elected(),
                )

    def _write_failures(self) -> None:
        quarantine = self.portal.dispatcher.quarantine
        failures = quarantine.take_failures()
        while failures:
            try:
                with transaction():
                    _write_down(failures[0])
            except (StorageError, peewee.OperationalError):
                for each in failures:  # somebody sits on the lock: another time
                    quarantine.unsaved.setdefault((each.plugin, each.place), each)
                raise
            except Exception:  # the others, and those of tomorrow, are not to wait for it
                logger.exception("This failure cannot be written down: %r", failures[0])
            del failures[0]


def _each(*acts: Callable[[], object]) -> None:
    """Do each of `acts`, whatever became of the others. A thread that was given up does nothing more."""
    for act in acts:
        try:
            act()
        except Exception:  # the next beat is soon; the log says why this one failed
            logger.exception("A part of a beat failed")


def _write_down(failure: Failure) -> None:
    problem = storable(failure.problem)
    row, is_new = PluginFailure.get_or_create(
        plugin=failure.plugin,
        place=storable(failure.place)[:120],
        where=storable(failure.where)[:250],
        defaults={"problem": problem, "count": failure.count},
    )
    if not is_new:
        row.count, row.problem, row.last_at = row.count + failure.count, problem, failure.at
    row.paused_until, row.pause_count = failure.paused_until, failure.pause_count
    row.save()
