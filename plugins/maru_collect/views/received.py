"""받은 요청: what was asked of my units."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

import peewee
from starlette.requests import Request
from starlette.responses import Response

from maru import Paging, current_user, render, t

from ..board import state_tag
from ..contexts import Filter, ReceivedContext, ReceivedLine
from ..models import CLOSED, DONE, ENTERING, NIL, SENT, SUBMITTED, CollectionRequest, Target

PAGE_LINES = 50


def received(request: Request) -> Response:
    """Every request to my units, those that wait first, by deadline; 50 a page."""
    user = current_user(request)
    targets = Target.answerable_by(user)
    filters, chosen = _filters(targets), request.query_params.get("show", "")
    conditions = _conditions()
    if chosen in conditions:
        targets = targets.where(conditions[chosen])
    count = next((one.count for one in filters if one.key == chosen), filters[0].count)
    paging = Paging.of(request.query_params.get("page", ""), count, PAGE_LINES)
    shown = Target.waiting_first(targets).paginate(paging.number, PAGE_LINES)
    lines = tuple(received_line(target) for target in shown)
    context = ReceivedContext(
        lines=lines,
        filters=filters,
        chosen=chosen if chosen in conditions else "",
        page=paging.number,
        page_count=paging.page_count,
        names_units=len({line.to_unit for line in lines}) > 1,
    )
    return render(request, "maru_collect/received.html", context)


def _conditions() -> dict[str, Any]:
    is_open = CollectionRequest.state == SENT
    return {
        "open": is_open & Target.state.not_in(DONE),
        "submitted": is_open & (Target.state == SUBMITTED),
        "nil": is_open & (Target.state == NIL),
        "closed": CollectionRequest.state == CLOSED,
    }


def _filters(targets: peewee.ModelSelect[Target]) -> tuple[Filter, ...]:
    grouped = targets.select(CollectionRequest.state, Target.state, peewee.fn.COUNT(Target.id)).group_by(
        CollectionRequest.state, Target.state
    )
    counts: Counter[str] = Counter()
    for state, answer, count in cast("list[tuple[str, str, int]]", list(grouped.tuples())):
        counts[""] += count
        counts["closed" if state == CLOSED else answer if answer in DONE else "open"] += count
    labels = {"": t("전체"), "open": t("할 것"), "submitted": t("제출"), "nil": t("해당 없음"), "closed": t("마감")}
    return tuple(Filter(key, label, counts[key]) for key, label in labels.items())


def received_line(target: Target) -> ReceivedLine:
    """One line of the list: the state of our answer and what to do next."""
    collection = target.request
    is_waiting = collection.is_open and not target.is_done
    return ReceivedLine(
        href=f"/collect/{collection.id}/answer/{target.id}",
        title=collection.title,
        from_unit=collection.department.name,
        to_unit=target.unit_name,
        due_at=collection.due_at,
        is_overdue=is_waiting and collection.is_overdue,
        is_closed=collection.state == CLOSED,
        is_waiting=is_waiting,
        tag=state_tag(target.state),
        note=note_of(target),
        action=action_of(target) if is_waiting else t("보기"),
    )


def note_of(target: Target) -> str:
    """`기획감사실 · 10행 저장됨`: who asks, and how far we are."""
    said = [target.request.department.name]
    if target.state == SUBMITTED:
        said.append(t("{n}행 제출", n=f"{target.row_count:,}"))
    elif target.state == NIL and target.nil_reason:
        said.append(f"“{target.nil_reason}”")
    elif target.state != NIL and target.draft_rows:
        said.append(t("{n}행 저장됨", n=f"{target.draft_rows:,}"))
    return " · ".join(said)


def action_of(target: Target) -> str:
    """작성, or 이어서 작성 where something was written already."""
    return t("이어서 작성") if target.state == ENTERING and target.draft_rows else t("작성")
