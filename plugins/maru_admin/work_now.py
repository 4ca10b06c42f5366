"""지금 실행: a job that an administrator has run before its time. What runs or waits for its turn is not doubled."""

from __future__ import annotations

from typing import Literal

from cronsim import CronSim

from maru import Change, Conflict, Job, NotFound, OutboxEvent, PluginFailure, Portal, local, now, t

Outcome = Literal["queued", "moved", "waiting", "running"]
"""Put into the queue; tried now instead of later; waiting for its turn anyway; under way already."""


def scheduled_job(portal: Portal, name: str) -> Job:
    """The job `name`, which runs by the clock. Raises NotFound, or Conflict where its function is off."""
    job = portal.dispatcher.jobs.get(name)
    if job is None or not job.every:
        raise NotFound(t("정해진 때에 하는 작업 가운데 이런 작업은 없습니다."))
    if not portal.is_on(name.partition(".")[0]):
        raise Conflict(t("기능이 꺼져 있어 실행할 수 없습니다. 먼저 기능을 켜 주세요."))
    return job


def run_of(name: str) -> OutboxEvent | None:
    """The run of a job with a schedule that waits or is under way; there is at most one."""
    found: OutboxEvent | None = (
        OutboxEvent.undone().where(OutboxEvent.name == name, OutboxEvent.key == name, OutboxEvent.owner != "").first()
    )
    return found


def run_now(change: Change, portal: Portal, job: Job) -> Outcome:
    """Have a job with a schedule run at its turn, for the time that was due last: as if that run came again."""
    row = run_of(job.name)
    if row is not None:
        return bring_forward(change, portal, row)
    due_at = next(CronSim(job.every, local(now()), reverse=True))
    change.enqueue(job.name, {"due_at": due_at.isoformat()}, key=job.name)
    lift_pause(change, portal, job.name)
    return "queued"


def bring_forward(change: Change, portal: Portal, row: OutboxEvent) -> Outcome:
    """Have a job that waits for its next attempt tried at its turn."""
    was_paused = lift_pause(change, portal, row.name)
    if row.until_at is not None and row.until_at > now():
        return "running"
    if row.next_at <= now() and not was_paused:
        return "waiting"
    before, row.next_at = row.next_at, now()
    change.record("maru_outbox_event", row.id, "changed", _moved(row, before), _moved(row, row.next_at))
    row.save(only=[OutboxEvent.next_at])
    return "moved"


def _moved(row: OutboxEvent, at: object) -> dict[str, object]:
    return {"name": row.name, "next_at": str(at)}


def lift_pause(change: Change, portal: Portal, name: str) -> bool:
    """Let a job run that was left alone for a while because it failed again and again. True when it was.

    Its failures stay listed.
    """
    plugin, place = name.partition(".")[0], f"job {name}"
    quarantine = portal.dispatcher.quarantine
    if not quarantine.is_paused((plugin, place)):
        return False
    paused = PluginFailure.select().where(
        PluginFailure.plugin == plugin, PluginFailure.place == place, PluginFailure.paused_until > now()
    )
    for failure in paused:
        until, failure.paused_until = str(failure.paused_until), None
        failure.save(only=[PluginFailure.paused_until])
        change.record("maru_plugin_failure", failure.id, "changed", {"paused_until": until}, {"paused_until": None})
    quarantine.forget((plugin, place))
    return True
