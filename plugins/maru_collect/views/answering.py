"""제출 화면: reading the request, typing or uploading, 해당 없음, submitting, taking back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from maru import (
    BadRequest,
    Invalid,
    StoredFile,
    current_user,
    file_response,
    form,
    json_body,
    read_form,
    redirect,
    render,
    t,
    take_file,
    write,
)
from maru_records.api import GridContext, RowsCheck, SaveRequest, check_rows, grid_context, save_answer

from .. import services
from ..board import state_tag, timeline
from ..contexts import AnswerContext
from ..forms import NilReport, SeenDraft
from ..incoming import Finding, findings_in_file, findings_in_rows, read_workbook
from ..layouts import as_definition, as_layout
from ..merging import blank_workbook, file_name
from ..models import CLOSED, DONE, Draft, Submission, Target
from .finding import answerable

MOST_GRID_ROWS = 2_000
SHOWN_ROWS = 300


def answer(request: Request, collection: int, target: int) -> Response:
    """What one unit is asked: guidance, the grid, the upload; after submitting, the answer as it stands."""
    found = answerable(current_user(request), collection, target)
    if found.opened_at is None and found.request.is_open:
        with write(request):
            services.note_opened(found)
    return _answer(request, found)


def _answer(request: Request, found: Target, problem: str = "", must_confirm: bool = False) -> Response:
    status = 422 if problem or must_confirm else 200
    return render(request, "maru_collect/answer.html", _context(request, found, problem, must_confirm), status)


def _changed(request: Request, found: Target, wrong: services.DraftChanged, replaces: int = 0) -> Response:
    """The page with the rows as they are now, and who saved them (409)."""
    context = _context(request, found.fresh_with(found.request), str(wrong), False)
    return render(request, "maru_collect/answer.html", replace(context, replaces=replaces), 409)


def _seen(request: Request) -> SeenDraft:
    """What the form says of the draft; one that says nothing, or nonsense, has seen none."""
    entered, _ = read_form(request, SeenDraft)
    return entered or SeenDraft()


def _context(request: Request, found: Target, problem: str, must_confirm: bool) -> AnswerContext:
    collection = found.request
    is_editable = collection.is_open and not found.is_done
    draft = None if found.is_done else Draft.of(found)
    standing = Submission.standing(found) if found.is_done else None
    definition = as_definition(collection.definition)
    rows = draft.rows if draft else standing.rows if standing else []
    check = check_rows(definition, rows)
    upload = draft.upload if draft else None
    findings = [*findings_in_file(upload), *findings_in_rows(definition, check.problems, upload)] if is_editable else []
    hidden = len(rows) - SHOWN_ROWS if len(rows) > MOST_GRID_ROWS else 0
    return AnswerContext(
        collection=collection,
        target=found,
        state=state_tag(found.state),
        grid=_grid(request, found, check, draft, is_editable, hidden) if found.state != "nil" else None,
        moments=timeline(collection, found, Submission.versions(found)),
        upload_name=upload["name"] if upload else "",
        upload_rows=len(upload["sheet_rows"]) if upload else 0,
        errors=_of(findings, "error"),
        warnings=_of(findings, "warning"),
        changes=_of(findings, "changed"),
        problem=problem,
        must_confirm=must_confirm,
        draft_version=draft.version if draft else 0,
        replaces=0,
        is_editable=is_editable,
        may_take_back=collection.is_open and found.state in DONE,
        hidden_rows=hidden,
        result_href=_result_href(found),
    )


def _of(findings: list[Finding], severity: str) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity == severity)


def _result_href(found: Target) -> str:
    collection = found.request
    is_shared = collection.state == CLOSED and collection.openness != "closed"
    return f"/collect/{collection.id}/merged" if is_shared else ""


def _grid(
    request: Request, found: Target, check: RowsCheck, draft: Draft | None, is_editable: bool, hidden: int
) -> GridContext:
    base = f"/collect/{found.request.id}/answer/{found.id}"
    shown = _first_rows(check) if hidden else check
    return grid_context(
        as_definition(found.request.definition),
        shown,
        save_url=f"{base}/draft",
        version=draft.version if draft else 0,
        owner=current_user(request).username,
        label=found.request.title,
        upload_url="#upload",
        saved_at=draft.saved_at if draft else None,
        actions="maru_collect/_submit.html" if is_editable else "",
        is_read_only=not is_editable or bool(hidden),
    )


def _first_rows(check: RowsCheck) -> RowsCheck:
    """The rows that are drawn of a very long answer; totals and count stay those of the whole."""
    problems = [problem for problem in check.problems if problem.row < SHOWN_ROWS]
    return RowsCheck(check.values[:SHOWN_ROWS], check.texts[:SHOWN_ROWS], problems, check.totals, check.row_count)


def save_draft(request: Request, collection: int, target: int) -> Response:
    """Save what the grid holds, as JSON; 409 when somebody else saved in between."""
    user = current_user(request)
    found = answerable(user, collection, target)
    try:
        wanted = SaveRequest.model_validate(json_body(request))
    except ValidationError as wrong:
        raise BadRequest(t("표의 내용을 읽을 수 없습니다. 화면을 새로 고친 다음 다시 입력해 주세요.")) from wrong
    with write(request):
        draft, check = services.keep_draft(found.fresh_with(found.request), user, wanted.rows, wanted.version)
    return JSONResponse(save_answer(check, version=draft.version, saved_at=draft.saved_at))


def blank(request: Request, collection: int, target: int) -> Response:
    """The original form as a download, the unit's name filled in."""
    found = answerable(current_user(request), collection, target)
    path = blank_workbook(found.request, found.unit_name)
    return file_response(path, file_name(found.request, found.unit_name))


def upload(request: Request, collection: int, target: int) -> Response:
    """Read a filled workbook into the draft. What is wrong is shown with the addresses of its cells."""
    user = current_user(request)
    found = answerable(user, collection, target)
    try:
        blob = take_file(form(request).get("workbook"))
        path = blob.path
        rows, kept = read_workbook(path, blob.name, as_layout(found.request.layout), found.unit_name)
    except Invalid as wrong:
        return _answer(request, found, str(wrong))
    if not rows:
        first = findings_in_file(kept)
        return _answer(
            request,
            found,
            first[0].message if first else t("‘{name}’에서 입력한 행을 찾지 못했습니다.", name=blob.name),
        )
    try:
        with write(request):
            stored = StoredFile.keep(blob, plugin="collect")
            current = found.fresh_with(found.request)
            services.take_workbook(current, user, rows, _seen(request), upload=kept, workbook=stored)
    except services.DraftChanged as wrong:
        return _changed(request, found, wrong, wrong.version)
    return redirect(
        request,
        f"/collect/{found.request.id}/answer/{found.id}",
        t("‘{name}’에서 {n}행을 읽었습니다. 확인한 다음 제출해 주세요.", name=blob.name, n=len(rows)),
    )


def submit(request: Request, collection: int, target: int) -> Response:
    """제출. 422 with the list while something must be corrected; warnings are asked about once.

    409 with the rows as they are when they are not those that the person saw.
    """
    user, seen = current_user(request), _seen(request).draft_version
    found = answerable(user, collection, target)
    has_confirmed = form(request).get("confirmed") == "1"
    try:
        if not found.is_done and found.request.is_open and not has_confirmed and _has_warnings(found, seen):
            return _answer(request, found, must_confirm=True)
        with write(request) as change:
            version = services.submit(change, found.fresh_with(found.request), user, seen)
    except Invalid as wrong:
        return _answer(request, found, str(wrong))
    except services.DraftChanged as wrong:
        return _changed(request, found, wrong)
    return redirect(
        request, "/collect/", t("‘{title}’에 {n}행을 제출했습니다.", title=found.request.title, n=version.row_count)
    )


def _has_warnings(found: Target, seen: int) -> bool:
    """Whether all errors are gone and something is left to look at. Raises DraftChanged unless `seen` is the draft."""
    draft = Draft.of(found)
    services.must_be_seen(draft, seen)
    if draft is None:
        return False
    check = check_rows(as_definition(found.request.definition), draft.rows)
    severities = {problem.severity for problem in check.problems} | _severities(draft.upload)
    return "warning" in severities and "error" not in severities


def _severities(upload: Any) -> set[str]:
    return {problem["severity"] for problem in upload["problems"]} if upload else set()


def nil(request: Request, collection: int, target: int) -> Response:
    """해당 없음, in one click; with a reason where one is given, then or later."""
    user = current_user(request)
    found = answerable(user, collection, target)
    entered, problems = read_form(request, NilReport)
    if entered is None:
        return _answer(request, found, next(iter(problems.values())))
    was_nil = found.state == "nil"
    with write(request) as change:
        services.report_nil(change, found.fresh_with(found.request), user, entered.reason)
    here = f"/collect/{found.request.id}/answer/{found.id}"
    said = (
        t("사유를 저장했습니다.")
        if was_nil
        else t("‘{title}’을(를) 해당 없음으로 제출했습니다.", title=found.request.title)
    )
    return redirect(request, here, said)


def take_back(request: Request, collection: int, target: int) -> Response:
    """회수: correct what was submitted; the version is kept."""
    user = current_user(request)
    found = answerable(user, collection, target)
    with write(request) as change:
        services.take_back(change, found.fresh_with(found.request), user)
    return redirect(
        request,
        f"/collect/{found.request.id}/answer/{found.id}",
        t("회수했습니다. 고친 다음 다시 제출해 주세요. 먼저 낸 것은 기록에 남습니다."),
    )
