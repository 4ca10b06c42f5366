"""작업과 상태: what runs beside the pages, what was given up, the worker processes, and how the portal is."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from maru import Change, Conflict, Kind, NotFound, OutboxEvent, Portal, now, portal_of, redirect, render, t, write

from ..health import HealthLine, health_lines
from ..services import LARGEST_ID, administrator
from ..work import WorkLines, label_of, work_lines
from ..work_now import Outcome, bring_forward, lift_pause, run_now, run_of, scheduled_job


@dataclass(frozen=True)
class WorkContext:
    """The state of the portal and of its work."""

    health: tuple[HealthLine, ...]
    work: WorkLines


@dataclass(frozen=True)
class JobsContext:
    """The jobs, asked for again while one runs or is about to."""

    work: WorkLines


def work(request: Request) -> Response:
    """All of it on one page."""
    administrator(request, "admin.work")
    portal = portal_of(request)
    return render(request, "maru_admin/work.html", WorkContext(tuple(health_lines(portal)), work_lines(portal)))


def jobs(request: Request) -> Response:
    """How it is with the jobs: the part of the page that htmx asks for every three seconds."""
    administrator(request, "admin.work")
    return render(request, "maru_admin/_jobs.html", JobsContext(work_lines(portal_of(request))))


def run_job(request: Request, name: str) -> Response:
    """Have a job with a schedule run now. 404 for one that has none, 409 where its function is off."""
    administrator(request, "admin.work")
    portal = portal_of(request)
    job = scheduled_job(portal, name)
    with write(request) as change:
        outcome = run_now(change, portal, job)
        change.note = _noted(outcome, name)
    return _told(request, outcome, label_of(job, name))


def run_waiting(request: Request, key: int) -> Response:
    """Have a job that failed tried now, instead of after its while. 404 for one that does not wait for that."""
    administrator(request, "admin.work")
    portal = portal_of(request)
    with write(request) as change:
        row = _failed(key)
        outcome = bring_forward(change, portal, row)
        change.note = _noted(outcome, row.name)
    return _told(request, outcome, label_of(portal.dispatcher.jobs.get(row.name), row.name))


def _failed(key: int) -> OutboxEvent:
    is_planned = (OutboxEvent.attempt_count == 0) & (OutboxEvent.next_at > now())
    waiting = OutboxEvent.undone().where(OutboxEvent.id == key, OutboxEvent.owner != "", ~is_planned)
    row: OutboxEvent | None = waiting.first() if key <= LARGEST_ID else None
    if row is None:
        raise NotFound(t("다시 시도하기를 기다리는 작업이 아닙니다. 그사이 끝났을 수 있습니다."))
    return row


def _noted(outcome: Outcome, name: str) -> str:
    """What the audit says; nothing where nothing was done."""
    return t("지금 실행: {name}", name=name) if outcome in ("queued", "moved") else ""


def _told(request: Request, outcome: Outcome, label: str) -> Response:
    kind: Kind = "success" if outcome in ("queued", "moved") else "info"
    said = {
        "queued": t("‘{label}’ 작업을 대기열에 넣었습니다. 곧 시작합니다.", label=label),
        "moved": t("‘{label}’ 작업을 기다리지 않고 지금 다시 시도합니다.", label=label),
        "waiting": t("‘{label}’ 작업은 이미 차례를 기다리고 있어 더하지 않았습니다.", label=label),
        "running": t("‘{label}’ 작업은 이미 실행 중이어서 더하지 않았습니다.", label=label),
    }
    return redirect(request, "/admin/work", said[outcome], kind)


def replay(request: Request, key: int) -> Response:
    """Have a dead letter tried again, from now on."""
    administrator(request, "admin.work")
    with write(request, note=t("다시 보냄")) as change:
        row = _dead(key)
        if _is_doubled(row):
            raise Conflict(t("같은 작업이 이미 기다리거나 실행 중입니다. 그 결과를 본 다음 다시 시도해 주세요."))
        _replay(change, portal_of(request), row)
    return redirect(request, "/admin/work", t("다시 보냈습니다. 잠시 뒤 결과를 볼 수 있습니다."))


def _is_doubled(row: OutboxEvent) -> bool:
    """Whether it is a run of a job with a schedule, of which another one waits or is under way."""
    return bool(row.owner) and row.key == row.name and run_of(row.name) is not None


def _replay(change: Change, portal: Portal, row: OutboxEvent) -> None:
    change.record("maru_outbox_event", row.id, "changed", _facts(row), {"name": row.name, "dead": []})
    if row.owner:
        lift_pause(change, portal, row.name)
    row.replay()


def replay_all(request: Request) -> Response:
    """Have every dead letter tried again."""
    administrator(request, "admin.work")
    with write(request, note=t("모두 다시 보냄")) as change:
        count, rows = 0, list(OutboxEvent.dead_letters())
        for row in rows:
            if not _is_doubled(row):
                _replay(change, portal_of(request), row)
                count += 1
    said = t("{n}건을 다시 보냈습니다.", n=count)
    if count < len(rows):
        said += " " + t("같은 작업이 이미 기다리거나 실행 중인 {n}건은 그대로 두었습니다.", n=len(rows) - count)
    return redirect(request, "/admin/work", said)


def discard(request: Request, key: int) -> Response:
    """Let a dead letter be: nobody is asked again. What it was stays in the audit."""
    administrator(request, "admin.work")
    with write(request, note=t("보내지 않기로 함")) as change:
        row = _dead(key)
        change.record("maru_outbox_event", row.id, "changed", {**_facts(row), "payload": row.payload}, {"dead": []})
        row.dead = []
        row.save(only=[OutboxEvent.dead])
    return redirect(request, "/admin/work", t("목록에서 뺐습니다. 내용은 감사 기록에 있습니다."))


def _dead(key: int) -> OutboxEvent:
    row = OutboxEvent.dead_letters().where(OutboxEvent.id == key).first() if key <= LARGEST_ID else None
    if row is None:
        raise NotFound(t("이 건은 없거나 이미 다른 관리자가 처리했습니다."))
    found: OutboxEvent = row
    return found


def _facts(row: OutboxEvent) -> dict[str, object]:
    return {"name": row.name, "dead": row.dead, "problem": row.problem}
