"""What waits for a person, and the progress of their units, for the home page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import peewee

from maru import Todo, User, local, now, t

from .board import state_tag
from .contexts import CardContext, CardLine
from .models import DONE, NIL, SENT, SUBMITTED, CollectionRequest, Target
from .views.received import action_of, note_of

NOTICE_HOURS = 48


def open_todos(viewer: User) -> list[Todo]:
    """The requests that my units have neither answered nor reported nil. One query."""
    return [
        Todo(
            title=target.request.title,
            href=f"/collect/{target.request.id}/answer/{target.id}",
            kind=state_tag(target.state).kind,
            state=state_tag(target.state).text,
            due_at=target.request.due_at,
            note=f"{t('취합')} · {note_of(target)}",
            action=action_of(target),
        )
        for target in Target.open_for(viewer)
    ]


def missing_todos(viewer: User) -> list[Todo]:
    """My own requests with units missing that close within 48 hours, or should have closed. One query."""
    missing = peewee.fn.COUNT(Target.id)
    rows = (
        CollectionRequest.select(CollectionRequest.id, CollectionRequest.title, CollectionRequest.due_at, missing)
        .join(Target)
        .where(
            CollectionRequest.collector == viewer.id,
            CollectionRequest.state == SENT,
            CollectionRequest.due_at < now() + timedelta(hours=NOTICE_HOURS),
            Target.state.not_in(DONE),
        )
        .group_by(CollectionRequest.id, CollectionRequest.title, CollectionRequest.due_at)
        .tuples()
    )
    return [
        Todo(
            title=title,
            href=f"/collect/{key}/",
            kind="danger" if due_at < now() else "warning",
            state=t("{n}개 부서 미제출", n=count),
            due_at=due_at,
            note=t("보낸 취합"),
            action=t("현황판"),
        )
        for key, title, due_at, count in cast("list[tuple[int, str, datetime, int]]", list(rows))
    ]


def card_context(viewer: User) -> CardContext:
    """The requests to my units that are due this week and this month, and how many wait whenever due. One query."""
    week, month = _week(), _month()
    first, last = min(week[0], month[0]), max(week[1], month[1])
    is_due = (CollectionRequest.due_at >= first) & (CollectionRequest.due_at < last)
    rows = list(
        Target.answerable_by(viewer)
        .where(is_due | ((CollectionRequest.state == SENT) & Target.state.not_in(DONE)))
        .order_by(CollectionRequest.due_at)
    )
    periods = ((t("이번 주 마감"), week), (t("이번 달 마감"), month))
    lines = tuple(
        _line(label, [row for row in rows if row.request.due_at and start <= row.request.due_at < end])
        for label, (start, end) in periods
    )
    open_count = sum(row.request.is_open and not row.is_done for row in rows)
    return CardContext(tuple(line for line in lines if line.total), open_count)


def _line(label: str, rows: list[Target]) -> CardLine:
    return CardLine(
        label=label,
        done=sum(row.state == SUBMITTED for row in rows),
        nil=sum(row.state == NIL for row in rows),
        total=len(rows),
    )


def _midnight() -> datetime:
    return local(now()).replace(hour=0, minute=0, second=0, microsecond=0)


def _week() -> tuple[datetime, datetime]:
    monday = _midnight() - timedelta(days=_midnight().weekday())
    return monday, monday + timedelta(days=7)


def _month() -> tuple[datetime, datetime]:
    first = _midnight().replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)
