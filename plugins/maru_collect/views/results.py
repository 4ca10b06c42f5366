"""병합 결과: on the screen a page at a time, and as a file in the original form."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from maru import current_user, file_response, local, now, render, t, write
from maru_records.api import RowsCheck, grid_context

from ..contexts import MergedContext
from ..layouts import as_definition
from ..merging import file_name, merged_page, merged_workbook
from ..models import DONE, Target
from .finding import SENT_MENU, with_result


def merged(request: Request, collection: int) -> Response:
    """The merged table so far, 200 rows a page, with the totals of the whole."""
    user = current_user(request)
    found = with_result(user, collection)
    result = merged_page(found, request.query_params.get("page", ""))
    check = RowsCheck(values=[], texts=[list(row) for row in result.rows], problems=[], totals=list(result.totals),
                      row_count=result.row_count)  # fmt: skip
    grid = grid_context(
        as_definition(found.definition), check, save_url="", version=0, is_read_only=True, label=found.title
    )
    may_change = user.may("collect.request", found.department_id)
    if may_change:
        request.state.menu_path = SENT_MENU
    states = [target.state for target in Target.select(Target.state).where(Target.request == found.id)]
    context = MergedContext(
        collection=found,
        grid=replace(grid, row_count=result.row_count),
        merged=result,
        units_done=sum(state in DONE for state in states),
        units_total=len(states),
        may_change=may_change,
    )
    return render(request, "maru_collect/merged.html", context)


def download(request: Request, collection: int) -> Response:
    """The merged rows in the original form. Written to a temporary file, sent in pieces, then deleted; audited."""
    found = with_result(current_user(request), collection)
    path = merged_workbook(found)
    with write(request, note=f"merged workbook of collection {found.id} downloaded"):
        pass
    part = t("병합") if found.state == "closed" else t("중간병합 {time}", time=f"{local(now()):%H%M}")
    return file_response(path, file_name(found, part))
