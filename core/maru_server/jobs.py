"""Running jobs: each by one process at a time, which loses it when it stops renewing."""

from __future__ import annotations

import copy
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import peewee

from maru.models import OutboxEvent, User
from maru.pages import Portal
from maru.types import Job, JobRun
from maru_boundary import storable
from maru_db import Busy, transaction
from maru_db.depth import following
from maru_db.hops import Hop, current_hop
from maru_language import now
from maru_server.lanes import LONGEST_DELAY_SECONDS, UNBLAMED, Lane
from maru_server.lease import LEASE_SECONDS
from maru_server.schedules import Planner

logger = logging.getLogger("maru.pulse")


def delay(attempt_count: int) -> timedelta:
    """How long to wait after so many attempts: 20 seconds, 80, 320 …, at most an hour."""
    return timedelta(seconds=min(5 * 4**attempt_count, LONGEST_DELAY_SECONDS))


@dataclass
class Running:
    """A job that this process runs. `progress` is written down whenever it is renewed."""

    row: OutboxEvent
    job: Job
    lane: Lane
    hop: Hop
    progress: dict[str, Any] | None = None

    def report(self, done: int, of: int, note: str) -> None:
        """Take what the job tells of itself. Raises Busy when it was given up: then it may end."""
        if self.hop.is_abandoned:
            raise Busy(f'The job "{self.row.name}" was given up; what it does now is not kept.')
        self.progress = {"done": int(done), "of": int(of), "note": storable(note)[:200]}

    def values(self) -> dict[str, Any]:
        """What is kept of its progress."""
        return {} if self.progress is None else {"progress": self.progress}


class Jobs:
    """Claims what is due, runs it, and writes down how it went. `holder` names this process."""

    def __init__(self, portal: Portal, holder: str, is_elected: Callable[[], bool]) -> None:
        self.portal = portal
        self.run_count = 0
        self.planner = Planner(portal)
        self._holder = holder
        self._numbers = itertools.count(1)
        self._is_elected = is_elected
        self._running: dict[int, Running] = {}
        self._late: list[OutboxEvent] = []

    def round(self, lane: Lane) -> bool:
        """Plan what is due by the clock, then run one job. True when there may be another."""
        if not self._is_elected():
            return False
        while self._late:
            self._failed(self._late[0], "did not come back in time")
            del self._late[0]
        self.planner.plan()
        row = self.claim()
        if row is not None:
            self.run(row, lane)
        return row is not None

    def claim(self) -> OutboxEvent | None:
        """The next job that is due, now held by this process; None when there is none."""
        for row in list(self._due().order_by(OutboxEvent.id).limit(20)):
            if row.attempt_count >= self.portal.dispatcher.jobs[row.name].attempts:
                self._failed(row, "the process that ran it died of it, or was ended, each time")
                continue
            row.holder = f"{self._holder}-{next(self._numbers)}"
            row.attempt_count += 1  # before it runs: a job that takes the process down with it is counted too
            row.until_at = now() + timedelta(seconds=LEASE_SECONDS)
            with transaction():
                values = {"holder": row.holder, "attempt_count": row.attempt_count, "until_at": row.until_at}
                if self._due().where(OutboxEvent.id == row.id).exists():
                    OutboxEvent.update(values).where(OutboxEvent.id == row.id).execute()
                    return row
        return None

    def _due(self) -> peewee.ModelSelect[OutboxEvent]:
        """Jobs to be run now: of plugins that are on, not paused, held by nobody, none of their key before them."""
        dispatcher = self.portal.dispatcher
        names = [
            name
            for name in dispatcher.jobs
            if self.portal.is_on(owner := name.partition(".")[0])
            and not dispatcher.quarantine.is_paused((owner, f"job {name}"))
        ]
        is_free = OutboxEvent.until_at.is_null() | (OutboxEvent.until_at < now())
        is_due = (OutboxEvent.next_at <= now()) & is_free & OutboxEvent.name.in_(names)
        return OutboxEvent.undone().where(OutboxEvent.owner != "", is_due, ~peewee.fn.EXISTS(_before()))

    def run(self, row: OutboxEvent, lane: Lane) -> None:
        """Run a job that this process holds. What it raises is blamed on it, and it is tried again later."""
        job, place = self.portal.dispatcher.jobs[row.name], f"job {row.name}"
        running = self._running[row.id] = Running(row, job, lane, current_hop())
        actor = User.get_or_none(User.id == row.actor_id) if row.actor_id else None
        payload = copy.deepcopy(row.payload)
        run = JobRun(row.id, row.name, payload, row.version, self.portal, actor, running.report)
        try:
            # Not one deeper than the job itself, which may put itself again for what is left.
            with (
                lane.watched(row.owner, place, job.limit_seconds, partial(self._given_up, running)),
                following(row.depth),
            ):
                is_well = self.portal.dispatcher.run(row.owner, place, partial(job.run, run))
        finally:
            self._forget(running)
        self.portal.forget()
        if is_well:
            self._finish(row, {"done_at": now(), "problem": ""} | running.values())
        else:
            problem = self.portal.dispatcher.quarantine.problem_of((row.owner, place))
            self._failed(row, problem or UNBLAMED, running)
        self.run_count += 1

    def _given_up(self, running: Running) -> None:
        self._forget(running)
        self._late.append(running.row)

    def _forget(self, running: Running) -> None:
        if self._running.get(running.row.id) is running:
            del self._running[running.row.id]

    def _failed(self, row: OutboxEvent, problem: str, running: Running | None = None) -> None:
        """To be tried again after a while, or left to an administrator when it was tried too often."""
        values = running.values() if running else {}
        job = self.portal.dispatcher.jobs.get(row.name)
        if job is None or row.attempt_count >= job.attempts:
            values |= {"done_at": now(), "dead": [row.owner]}
        self._finish(row, {"next_at": now() + delay(row.attempt_count), "problem": storable(problem)[:500]} | values)

    def _finish(self, row: OutboxEvent, values: dict[str, Any]) -> None:
        """Write down how it went, unless another process has taken it over meanwhile."""
        with transaction():
            mine = (OutboxEvent.id == row.id) & (OutboxEvent.holder == row.holder) & OutboxEvent.done_at.is_null()
            written = OutboxEvent.update({"holder": "", "until_at": None} | values).where(mine).execute()
        if not written:
            logger.error('The job "%s" (%s) was taken over by another process meanwhile.', row.name, row.id)

    def renew(self) -> None:
        """Keep what is running, and write its progress down. What another process has taken over is given up."""
        for row_id, running in list(self._running.items()):
            with transaction():
                mine = (OutboxEvent.id == row_id) & (OutboxEvent.holder == running.row.holder)
                until_at = now() + timedelta(seconds=LEASE_SECONDS)
                kept = OutboxEvent.update({"until_at": until_at} | running.values()).where(mine).execute()
            task = running.lane.task
            if not kept and task is not None and task.hop is running.hop:
                running.lane.give_up(task)

    def bury_unknown(self) -> None:
        """Leave to an administrator what names a job that its plugin, though it is on, does not have."""
        plugins = [plugin.key for plugin in self.portal.plugins if plugin.is_on()]
        known = list(self.portal.dispatcher.jobs)
        lost = OutboxEvent.owner.in_(plugins) & OutboxEvent.name.not_in(known) & (OutboxEvent.next_at <= now())
        for row in list(OutboxEvent.undone().where(lost)):
            with transaction():
                row.done_at, row.dead = now(), [row.owner]
                row.problem = f'The plugin "{row.owner}" has no job "{row.name}".'
                row.save()


def _before() -> peewee.ModelSelect[Any]:
    """Jobs of the same key that come first: one that runs, or one that was written down earlier and is due or failed.

    One that is planned for next month does not hold up those of today.
    """
    other: Any = OutboxEvent.alias()
    is_running = other.until_at > now()
    is_earlier = (other.id < OutboxEvent.id) & ((other.attempt_count > 0) | (other.next_at <= now()))
    same_key = (other.key == OutboxEvent.key) & (other.key != "") & (other.owner == OutboxEvent.owner)
    before: peewee.ModelSelect[Any] = other.select(other.id).where(
        other.done_at.is_null(), same_key, other.id != OutboxEvent.id, is_running | is_earlier
    )
    return before
