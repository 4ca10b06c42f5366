"""보낸 요청과 현황판: what my unit asked, and who has answered."""

from __future__ import annotations

import peewee
from starlette.requests import Request
from starlette.responses import Response

from maru import (
    Invalid,
    NotFound,
    Paging,
    User,
    current_user,
    is_partial,
    label_text,
    local,
    portal_of,
    read_form,
    redirect,
    render,
    t,
    write,
)
from maru_records.api import check_rows, grid_context, totals

from .. import services
from ..board import Board, BoardLine, StateTag, read_board, shares, timeline
from ..contexts import SentContext, SentLine, StatusContext, UnitContext, UnitPanel
from ..forms import Deadline
from ..layouts import as_definition
from ..merging import numbers_of
from ..models import CLOSED, DONE, DRAFT, CollectionRequest, Submission, Target
from .finding import as_it_stands, changeable, visible

PAGE_LINES = 30


def sent(request: Request) -> Response:
    """The requests of my unit with their progress: drafts and open ones first, 30 a page."""
    wanted = CollectionRequest.visible_to(current_user(request))
    paging = Paging.of(request.query_params.get("page", ""), wanted.count(), PAGE_LINES)
    rank = peewee.Case(CollectionRequest.state, ((DRAFT, 0), (CLOSED, 2)), 1)
    ordered = wanted.order_by(rank, CollectionRequest.due_at.desc(), CollectionRequest.id.desc())
    found = list(ordered.paginate(paging.number, PAGE_LINES))
    states = _states_of(found)
    lines = tuple(_sent_line(collection, states.get(collection.id, [])) for collection in found)
    return render(request, "maru_collect/sent.html", SentContext(lines, paging.number, paging.page_count))


def _states_of(collections: list[CollectionRequest]) -> dict[int, list[str]]:
    """The state of every unit by request, in one query."""
    rows = Target.select(Target.request, Target.state).where(Target.request.in_([one.id for one in collections] or [0]))
    states: dict[int, list[str]] = {}
    for target in rows:
        states.setdefault(target.request_id, []).append(target.state)
    return states


def _sent_line(collection: CollectionRequest, states: list[str]) -> SentLine:
    is_draft = collection.state == DRAFT
    return SentLine(
        href=f"/collect/{collection.id}/{_next_step(collection) if is_draft else ''}",
        title=collection.title,
        state=request_tag(collection),
        unit_name=collection.department.name,
        collector=collection.collector.name,
        due_at=collection.due_at,
        is_overdue=collection.is_overdue and any(state not in DONE for state in states),
        shares=shares(states),
        done=sum(state in DONE for state in states),
        total=len(states) or len(collection.chosen_ids),
        is_draft=is_draft,
    )


def _next_step(collection: CollectionRequest) -> str:
    if not collection.chosen_ids:
        return "columns"
    return "review" if collection.due_at else "details"


def request_tag(collection: CollectionRequest) -> StateTag:
    """작성 중, 진행 중, 기한 지남, 마감."""
    if collection.state == DRAFT:
        return StateTag("warning", t("작성 중"))
    if collection.state == CLOSED:
        return StateTag("neutral", t("마감"))
    return StateTag("danger", t("기한 지남")) if collection.is_overdue else StateTag("info", t("진행 중"))


def status(request: Request, collection: int) -> Response:
    """현황판: bar, counts that are filters, unfinished units first, and one unit at the right (`?unit=`).

    Sent by htmx, only the board itself is answered.
    """
    found = visible(request, collection)
    if found.state == DRAFT:
        return redirect(request, f"/collect/{found.id}/{_next_step(found)}")
    context = _status_context(request, found)
    template = "maru_collect/_board.html" if is_partial(request) else "maru_collect/status.html"
    return render(request, template, context)


def _status_context(request: Request, found: CollectionRequest, problem: str = "") -> StatusContext:
    state, unit = request.query_params.get("state", ""), request.query_params.get("unit", "")
    board = read_board(portal_of(request), found, state)
    due_at = local(found.due_at) if found.due_at else None
    return StatusContext(
        collection=found,
        board=board,
        panel=_panel(found, board, unit),
        may_change=_may_change(current_user(request), found),
        due_on=f"{due_at:%Y-%m-%d}" if due_at else "",
        due_time=f"{due_at:%H:%M}" if due_at else "",
        problem=problem,
        href=f"/collect/{found.id}/?" + (f"state={board.chosen_state}&" if board.chosen_state else ""),
    )


def _may_change(user: User, found: CollectionRequest) -> bool:
    return user.may("collect.request", found.department_id)


def _panel(found: CollectionRequest, board: Board, unit: str) -> UnitPanel | None:
    line = next((one for one in (*board.unfinished, *board.finished) if str(one.id) == unit), None)
    if line is None:
        return None
    target = Target.get_by_id(line.id)
    versions = list(Submission.versions(target))
    moments = timeline(found, target, versions)
    return UnitPanel(line, moments, _totals(found, line, versions), f"/collect/{found.id}/unit/{line.id}")


def _totals(found: CollectionRequest, line: BoardLine, versions: list[Submission]) -> tuple[tuple[str, str], ...]:
    """The sums of the standing version with their headings."""
    standing = next((version for version in versions if version.taken_back_at is None and version.how != "nil"), None)
    if standing is None or not line.is_done:
        return ()
    definition = as_definition(found.definition)
    texts = totals(definition, numbers_of(definition, [standing.sums]))
    named = zip(definition.fields, texts, strict=True)
    return tuple((label_text(field.label), f"{text}{field.unit}") for field, text in named if text)


def unit(request: Request, collection: int, target: int) -> Response:
    """제출한 표: the standing answer of one unit, read-only, for the collector."""
    found = visible(request, collection)
    line = next((one for one in read_board(portal_of(request), found).finished if one.id == target), None)
    row = Target.get_or_none((Target.id == target) & (Target.request == found.id))
    if row is None:
        raise NotFound(t("그런 부서가 이 취합에 없습니다."))
    standing = Submission.standing(row)
    if line is None or standing is None:
        return redirect(request, f"/collect/{found.id}/?unit={target}", t("아직 제출하지 않은 부서입니다."), "info")
    definition = as_definition(found.definition)
    grid = None
    if standing.how != "nil":
        grid = grid_context(definition, check_rows(definition, standing.rows), save_url="", version=0,
                            is_read_only=True, label=f"{found.title} — {line.unit_name}")  # fmt: skip
    moments = timeline(found, row, Submission.versions(row))
    return render(request, "maru_collect/unit.html", UnitContext(found, line, grid, moments))


def extend(request: Request, collection: int) -> Response:
    """기한 연장."""
    found = changeable(request, collection)
    deadline, problems = read_form(request, Deadline)
    if deadline is None:
        problem = next(iter(problems.values()))
        return render(request, "maru_collect/status.html", _status_context(request, found, problem), 422)
    try:
        with write(request) as change:
            services.extend(change, as_it_stands(found), deadline.due_at)
    except Invalid as wrong:
        return render(request, "maru_collect/status.html", _status_context(request, found.fresh(), str(wrong)), 422)
    return redirect(request, f"/collect/{found.id}/", t("마감을 옮겼습니다."))


def close(request: Request, collection: int) -> Response:
    """마감: nobody can submit any more."""
    found = changeable(request, collection)
    with write(request) as change:
        services.close(change, as_it_stands(found))
    return redirect(request, f"/collect/{found.id}/", t("마감했습니다. 이제 제출하거나 고칠 수 없습니다."))


def reopen(request: Request, collection: int) -> Response:
    """마감 취소."""
    found = changeable(request, collection)
    with write(request) as change:
        services.reopen(change, as_it_stands(found))
    return redirect(request, f"/collect/{found.id}/", t("마감을 취소했습니다. 다시 제출을 받습니다."))
