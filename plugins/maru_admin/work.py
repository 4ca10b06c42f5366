"""What runs beside the pages: jobs and events as an administrator sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import peewee

from maru import Job, Kind, OutboxEvent, Portal, User, WorkerState, label_text, now, t

from .plugin_facts import name_of

SHOWN = 50


@dataclass(frozen=True)
class JobLine:
    """One run of a job. `at` is when it is due, or when it was done; `done` of `of` its progress.

    `may_run`: it failed and waits for its next attempt, which can be made now.
    """

    id: int
    label: str
    name: str
    plugin: str
    kind: Kind
    state: str
    at: datetime
    by: str
    attempt_count: int
    problem: str
    done: int
    of: int
    note: str
    may_run: bool


@dataclass(frozen=True)
class ScheduleLine:
    """A job that runs by the clock. `next_at` None: its function is off.

    `state` says how it is with the run that waits or is under way, or how the last one ended; empty before the first.
    """

    label: str
    name: str
    plugin: str
    every: str
    next_at: datetime | None
    last_at: datetime | None
    kind: Kind
    state: str
    problem: str


@dataclass(frozen=True)
class DeadLetter:
    """An event that a function did not take, or a job that was not done, however often it was tried."""

    id: int
    label: str
    name: str
    is_job: bool
    plugins: str
    at: datetime
    problem: str
    payload: str


@dataclass(frozen=True)
class WorkLines:
    """All of it, each list cut where it grows long; the counts are whole."""

    running: tuple[JobLine, ...]
    waiting: tuple[JobLine, ...]
    finished: tuple[JobLine, ...]
    schedules: tuple[ScheduleLine, ...]
    dead: tuple[DeadLetter, ...]
    waiting_count: int
    dead_count: int
    event_count: int
    workers: tuple[WorkerState, ...]

    @property
    def is_busy(self) -> bool:
        """Whether a job runs, or begins in a moment: then this is asked for again."""
        return bool(self.running) or any(line.kind == "info" for line in self.waiting)


def work_lines(portal: Portal) -> WorkLines:
    """What runs, waits, was done and was given up. Some twelve queries."""
    jobs = OutboxEvent.undone().where(OutboxEvent.owner != "")
    held = (OutboxEvent.holder != "") & (OutboxEvent.until_at > now())
    free = jobs.where((OutboxEvent.holder == "") | OutboxEvent.until_at.is_null() | (OutboxEvent.until_at <= now()))
    done = OutboxEvent.select().where(OutboxEvent.owner != "", OutboxEvent.done_at.is_null(False))
    dead = OutboxEvent.dead_letters()
    return WorkLines(
        running=_lines(portal, jobs.where(held).order_by(OutboxEvent.id)),
        waiting=_lines(portal, free.order_by(OutboxEvent.next_at).limit(SHOWN)),
        finished=_lines(portal, done.where(OutboxEvent.problem == "").order_by(OutboxEvent.done_at.desc()).limit(10)),
        schedules=tuple(_schedules(portal)),
        dead=tuple(_dead_letter(portal, row) for row in dead.order_by(OutboxEvent.id.desc()).limit(SHOWN)),
        waiting_count=jobs.where(~held).count(),
        dead_count=dead.count(),
        event_count=OutboxEvent.undone().where(OutboxEvent.owner == "").count(),
        workers=tuple(WorkerState.alive()),
    )


def _lines(portal: Portal, rows: Iterable[OutboxEvent]) -> tuple[JobLine, ...]:
    found = list(rows)
    people = {user.id: user.name for user in User.select().where(User.id.in_([row.actor_id for row in found]))}
    return tuple(_line(portal, row, people.get(row.actor_id or 0, t("저절로"))) for row in found)


def _line(portal: Portal, row: OutboxEvent, by: str) -> JobLine:
    job, progress = portal.dispatcher.jobs.get(row.name), row.progress or {}
    kind, state = _state(portal, row)
    return JobLine(
        id=row.id,
        label=label_of(job, row.name),
        name=row.name,
        plugin=plugin_name(portal, row.owner),
        kind=kind,
        state=state,
        at=row.done_at or row.next_at,
        by=by,
        attempt_count=row.attempt_count,
        problem=_first_line(row.problem),
        done=int(progress.get("done", 0)),
        of=int(progress.get("of", 0)),
        note=str(progress.get("note", "")),
        may_run=kind == "warning",
    )


def label_of(job: Job | None, name: str) -> str:
    """What a job is called; its name where nobody declares it any more."""
    return label_text(job.label) if job is not None else name


def plugin_name(portal: Portal, key: str) -> str:
    """What a function is called; its id where it is gone."""
    plugin = portal.dispatcher.plugins.get(key)
    return name_of(plugin) if plugin is not None else key


def _state(portal: Portal, row: OutboxEvent) -> tuple[Kind, str]:
    if row.done_at:
        return ("danger", t("끝내지 못함")) if row.problem else ("success", t("끝남"))
    if row.holder and row.until_at and row.until_at > now():
        return "info", t("실행 중")
    if not portal.is_on(row.owner):
        return "neutral", t("기능이 꺼져 기다림")
    if portal.dispatcher.quarantine.is_paused((row.owner, f"job {row.name}")):
        return "warning", t("실패해 잠시 멈춤")
    if row.attempt_count and row.next_at > now():
        return "warning", t("다시 시도 기다림")
    return ("neutral", t("예약")) if row.next_at > now() else ("info", t("차례를 기다림"))


def _schedules(portal: Portal) -> Iterable[ScheduleLine]:
    names = [job.name for job in portal.dispatcher.jobs.values() if job.every]
    ended = OutboxEvent.select(OutboxEvent.name, peewee.fn.MAX(OutboxEvent.id)).where(
        OutboxEvent.done_at.is_null(False), OutboxEvent.name.in_(names)
    )
    latest = [key for _, key in cast("Iterable[tuple[str, int]]", ended.group_by(OutboxEvent.name).tuples())]
    last = {row.name: row for row in OutboxEvent.select().where(OutboxEvent.id.in_(latest))}
    present = {row.name: row for row in OutboxEvent.undone().where(OutboxEvent.name.in_(names))}
    for name in names:
        yield _schedule(portal, portal.dispatcher.jobs[name], present.get(name), last.get(name))


def _schedule(portal: Portal, job: Job, present: OutboxEvent | None, last: OutboxEvent | None) -> ScheduleLine:
    owner, row = job.name.partition(".")[0], present or last
    kind, state = _state(portal, row) if row else ("neutral", "")
    return ScheduleLine(
        label=label_of(job, job.name),
        name=job.name,
        plugin=plugin_name(portal, owner),
        every=job.every,
        next_at=job.due_after(now()) if portal.is_on(owner) else None,
        last_at=last.done_at if last else None,
        kind=kind,
        state=state,
        problem=_first_line(row.problem) if row else "",
    )


def _first_line(problem: str) -> str:
    return problem.splitlines()[0] if problem else ""


def _dead_letter(portal: Portal, row: OutboxEvent) -> DeadLetter:
    names = ", ".join(plugin_name(portal, key) for key in row.dead)
    label = label_of(portal.dispatcher.jobs.get(row.name), row.name)
    return DeadLetter(
        row.id, label, row.name, bool(row.owner), names, row.at, _first_line(row.problem), _short(row.payload)
    )


def _short(payload: dict[str, Any]) -> str:
    said = ", ".join(f"{name}={value}" for name, value in payload.items())
    return said if len(said) < 200 else said[:200] + "…"
