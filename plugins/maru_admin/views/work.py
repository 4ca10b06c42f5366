"""작업과 상태: what runs beside the pages, what was given up, the worker processes, and how the portal is."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from maru import NotFound, OutboxEvent, portal_of, redirect, render, t, write

from ..health import HealthLine, health_lines
from ..services import LARGEST_ID, administrator
from ..work import JobLine, WorkLines, running_lines, work_lines


@dataclass(frozen=True)
class WorkContext:
    """The state of the portal and of its work."""

    health: tuple[HealthLine, ...]
    work: WorkLines


@dataclass(frozen=True)
class RunningContext:
    """The jobs that run, asked for again while there are any."""

    running: tuple[JobLine, ...]


def work(request: Request) -> Response:
    """All of it on one page."""
    administrator(request, "admin.work")
    portal = portal_of(request)
    return render(request, "maru_admin/work.html", WorkContext(tuple(health_lines(portal)), work_lines(portal)))


def running(request: Request) -> Response:
    """How far the jobs are: the part of the page that htmx asks for every three seconds."""
    administrator(request, "admin.work")
    return render(request, "maru_admin/_running.html", RunningContext(running_lines(portal_of(request))))


def replay(request: Request, key: int) -> Response:
    """Have a dead letter tried again, from now on."""
    administrator(request, "admin.work")
    with write(request, note=t("다시 보냄")) as change:
        row = _dead(key)
        change.record("maru_outbox_event", row.id, "changed", _facts(row), {"name": row.name, "dead": []})
        row.replay()
    return redirect(request, "/admin/work#dead", t("다시 보냈습니다. 잠시 뒤 결과를 볼 수 있습니다."))


def replay_all(request: Request) -> Response:
    """Have every dead letter tried again."""
    administrator(request, "admin.work")
    with write(request, note=t("모두 다시 보냄")) as change:
        rows = list(OutboxEvent.dead_letters())
        for row in rows:
            change.record("maru_outbox_event", row.id, "changed", _facts(row), {"name": row.name, "dead": []})
            row.replay()
    return redirect(request, "/admin/work#dead", t("{n}건을 다시 보냈습니다.", n=len(rows)))


def discard(request: Request, key: int) -> Response:
    """Let a dead letter be: nobody is asked again. What it was stays in the audit."""
    administrator(request, "admin.work")
    with write(request, note=t("보내지 않기로 함")) as change:
        row = _dead(key)
        change.record("maru_outbox_event", row.id, "changed", {**_facts(row), "payload": row.payload}, {"dead": []})
        row.dead = []
        row.save(only=[OutboxEvent.dead])
    return redirect(request, "/admin/work#dead", t("목록에서 뺐습니다. 내용은 감사 기록에 있습니다."))


def _dead(key: int) -> OutboxEvent:
    row = OutboxEvent.dead_letters().where(OutboxEvent.id == key).first() if key <= LARGEST_ID else None
    if row is None:
        raise NotFound(t("이 건은 없거나 이미 다른 관리자가 처리했습니다."))
    found: OutboxEvent = row
    return found


def _facts(row: OutboxEvent) -> dict[str, object]:
    return {"name": row.name, "dead": row.dead, "problem": row.problem}
