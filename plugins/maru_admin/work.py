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
    """One run of a job. `at` is when it is due, or when it was done; `done` of `of` its progress."""

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


@dataclass(frozen=True)
class ScheduleLine:
    """A job that runs by the clock. `next_at` None: its function is off."""

    label: str
    name: str
    plugin: str
    every: str
    next_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class DeadLetter:
    """An event that a function did not take, or a job that was not done, however often it was tried."""

    id: int
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


def work_lines(portal: Portal) -> WorkLines:
    """What runs, waits, was done and was given up. Some ten queries."""
    jobs = OutboxEvent.undone().where(OutboxEvent.owner != "")
    held = (OutboxEvent.holder != "") & (OutboxEvent.until_at > now())
    free = jobs.where((OutboxEvent.holder == "") | OutboxEvent.until_at.is_null() | (OutboxEvent.until_at <= now()))
    done = OutboxEvent.select().where(OutboxEvent.owner != "", OutboxEvent.done_at.is_null(False))
    dead = OutboxEvent.dead_letters()
    return WorkLines(
        running=running_lines(portal),
        waiting=_lines(portal, free.order_by(OutboxEvent.next_at).limit(SHOWN)),
        finished=_lines(portal, done.where(~OutboxEvent.is_dead()).order_by(OutboxEvent.done_at.desc()).limit(10)),
        schedules=tuple(_schedules(portal)),
        dead=tuple(_dead_letter(portal, row) for row in dead.order_by(OutboxEvent.id.desc()).limit(SHOWN)),
        waiting_count=jobs.where(~held).count(),
        dead_count=dead.count(),
        event_count=OutboxEvent.undone().where(OutboxEvent.owner == "").count(),
        workers=tuple(WorkerState.alive()),
    )


def running_lines(portal: Portal) -> tuple[JobLine, ...]:
    """The jobs that a worker holds at this moment."""
    held = OutboxEvent.undone().where(OutboxEvent.owner != "", OutboxEvent.holder != "", OutboxEvent.until_at > now())
    return _lines(portal, held.order_by(OutboxEvent.id))


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
        problem=str(row.problem).splitlines()[0] if row.problem else "",
        done=int(progress.get("done", 0)),
        of=int(progress.get("of", 0)),
        note=str(progress.get("note", "")),
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
        return "success", t("끝남")
    if row.holder and row.until_at and row.until_at > now():
        return "info", t("실행 중")
    if not portal.is_on(row.owner):
        return "neutral", t("기능이 꺼져 기다림")
    if row.attempt_count:
        return "warning", t("다시 시도함")
    return ("neutral", t("예약")) if row.next_at > now() else ("info", t("차례를 기다림"))


def _schedules(portal: Portal) -> Iterable[ScheduleLine]:
    ended = OutboxEvent.select(OutboxEvent.name, peewee.fn.MAX(OutboxEvent.id)).where(
        OutboxEvent.done_at.is_null(False)
    )
    latest = [key for _, key in cast("Iterable[tuple[str, int]]", ended.group_by(OutboxEvent.name).tuples())]
    last = {row.name: row.done_at for row in OutboxEvent.select().where(OutboxEvent.id.in_(latest))}
    for job in portal.dispatcher.jobs.values():
        if job.every:
            owner = job.name.partition(".")[0]
            next_at = job.due_after(now()) if portal.is_on(owner) else None
            names = label_of(job, job.name), job.name, plugin_name(portal, owner)
            yield ScheduleLine(*names, job.every, next_at, last.get(job.name))


def _dead_letter(portal: Portal, row: OutboxEvent) -> DeadLetter:
    names = ", ".join(plugin_name(portal, key) for key in row.dead)
    problem = str(row.problem).splitlines()[0] if row.problem else ""
    return DeadLetter(row.id, row.name, bool(row.owner), names, row.at, problem, _short(row.payload))


def _short(payload: dict[str, Any]) -> str:
    said = ", ".join(f"{name}={value}" for name, value in payload.items())
    return said if len(said) < 200 else said[:200] + "…"
