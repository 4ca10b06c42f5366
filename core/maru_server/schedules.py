"""Jobs by the clock: one row in the outbox for each time that is due, however many processes look at it."""

from __future__ import annotations

import logging
from datetime import datetime

import peewee

from maru.models import OutboxEvent
from maru.pages import Portal
from maru.types import Job
from maru_db import Model, UtcDateTimeField, transaction
from maru_db.writing import Outgoing
from maru_language import now

logger = logging.getLogger("maru.pulse")


class Schedule(Model):
    """Up to which instant a job has been planned. The table is the core's."""

    recorded = False

    name = peewee.CharField(max_length=120, unique=True)
    every = peewee.CharField(max_length=120)
    planned_at = UtcDateTimeField()

    class Meta:
        table_name = "maru_schedule"

    @classmethod
    def plan(cls, job: Job) -> datetime:
        """Write down the run that is due, if any, and give the instant of the next one.

        Times that were missed are made up for by one run. While a run is still waiting, no other is added to it.
        """
        with transaction():
            schedule = cls.get_or_none(cls.name == job.name)
            if schedule is None or schedule.every != job.every:
                schedule = schedule or cls(name=job.name)
                schedule.every, schedule.planned_at = job.every, now()
                schedule.save()
            due_at = _due_after(job, schedule.planned_at)
            if due_at > now():
                return due_at
            if not OutboxEvent.undone().where(OutboxEvent.name == job.name, OutboxEvent.key == job.name).exists():
                owner = job.name.partition(".")[0]
                payload = {"due_at": due_at.isoformat()}
                OutboxEvent.put(Outgoing(job.name, job.name, payload, owner=owner), None)
                schedule.planned_at = now()
                schedule.save()
        return _due_after(job, now())


def _due_after(job: Job, at: datetime) -> datetime:
    due_at = job.due_after(at)
    assert due_at is not None  # noqa: S101 — only jobs with a schedule are planned
    return due_at


class Planner:
    """Plans the jobs of the plugins that are on, and looks at the database only when one is due."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._next: dict[str, datetime] = {}

    def plan(self) -> None:
        """Write down every run that is due."""
        for name, job in self.portal.dispatcher.jobs.items():
            if job.every and self.portal.is_on(name.partition(".")[0]) and self._next.get(name, now()) <= now():
                self._next[name] = Schedule.plan(job)
