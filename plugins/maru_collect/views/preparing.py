"""취합 요청 작성: from an Excel form to 발송, a step at a time. The draft is kept at every step."""

from __future__ import annotations

from dataclasses import replace

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from maru import (
    Blob,
    Conflict,
    Department,
    Forbidden,
    Invalid,
    StoredFile,
    User,
    current_user,
    form,
    local,
    made_before,
    portal_of,
    read_form,
    redirect,
    render,
    t,
    take_file,
    today,
    write,
)
from maru_records.api import check_rows, grid_context

from .. import services
from ..contexts import (
    ColumnsContext,
    DetailsContext,
    NewContext,
    ReviewContext,
    TargetsContext,
    steps,
)
from ..forms import ColumnChoice, Details, PickedUnits
from ..incoming import recognized
from ..layouts import as_definition, as_layout, definition_of, with_choices
from ..models import CollectionRequest
from ..reach import unreached
from ..recognition_page import column_lines, kept_words, reasons
from ..settings import CollectSettings
from ..sheet_view import sheet_view
from ..unit_tree import grouped, preset_ids
from ..workbook import Layout
from .finding import SENT_MENU, as_it_stands, draft_of


def new(request: Request) -> Response:
    """서식: where a new request begins, with the upload of the form as it is used today."""
    return _new(request, None)


def form_again(request: Request, collection: int) -> Response:
    """서식: another file for a draft that exists (다른 파일)."""
    return _new(request, draft_of(request, collection))


def _new(request: Request, collection: CollectionRequest | None, problem: str = "") -> Response:
    request.state.menu_path = SENT_MENU
    departments = tuple(_departments(current_user(request)))
    chosen = str(form(request).get("department", ""))
    context = NewContext(steps("new", collection), departments, chosen, collection, problem)
    return render(request, "maru_collect/new.html", context, 422 if problem else 200)


def _departments(user: User) -> list[Department]:
    units = user.units("collect.request")
    return [post.department for post in user.posts_in_force if post.department in units]


def begin(request: Request) -> Response:
    """Take the uploaded form, recognise it, and keep the draft."""
    user = current_user(request)
    departments = _departments(user)
    if not departments:
        raise Forbidden(t("취합을 요청할 수 있는 부서가 없습니다. 부서 관리자에게 권한을 요청해 주세요."))
    wanted = form(request).get("department")
    department = next((unit for unit in departments if str(unit.id) == wanted), departments[0])
    try:
        blob, layout = _uploaded(request)
    except Invalid as wrong:
        return _new(request, None, str(wrong))
    with write(request):
        collection = made_before(request, CollectionRequest) or services.begin(
            user, department, StoredFile.keep(blob, plugin="collect"), layout
        )
    return redirect(request, f"/collect/{collection.id}/columns")


def _uploaded(request: Request) -> tuple[Blob, Layout]:
    """The file that was chosen, as it was recognised. Raises Invalid with what is wrong with it."""
    blob = take_file(form(request).get("form"))
    return blob, recognized(blob.path, blob.name)


def replace_form(request: Request, collection: int) -> Response:
    """Recognise another file for the same draft."""
    found = draft_of(request, collection)
    try:
        blob, layout = _uploaded(request)
    except Invalid as wrong:
        return _new(request, found, str(wrong))
    with write(request):
        services.replace_form(as_it_stands(found), StoredFile.keep(blob, plugin="collect"), layout)
    return redirect(request, f"/collect/{found.id}/columns")


def columns(request: Request, collection: int) -> Response:
    """열 확인: the sheet as it was read, coloured, with what each column was taken for and why."""
    found = draft_of(request, collection)
    return _columns(request, found, as_layout(found.layout))


def _columns(request: Request, found: CollectionRequest, layout: Layout, problem: str = "") -> Response:
    context = ColumnsContext(
        collection=found,
        steps=steps("columns", found),
        sheet=sheet_view(found.template.path, layout),
        columns=column_lines(layout),
        heading_rows=f"{layout.header_top}–{layout.header_bottom}",
        entry_rows=f"{layout.first_row}–{layout.last_row}",
        has_total=layout.total_row is not None,
        uncalculated=sum(column.type == "computed" and not column.expression for column in layout.columns),
        why=reasons(layout.why),
        kept=kept_words(layout.kept),
        problem=problem,
    )
    return render(request, "maru_collect/columns.html", context, 422 if problem else 200)


def save_columns(request: Request, collection: int) -> Response:
    """Keep type, required and unit of each column as the collector confirmed them."""
    found = draft_of(request, collection)
    layout = as_layout(found.layout)
    try:
        layout = with_choices(layout, _choices(request, layout))
        definition_of(layout, "collect")
    except Invalid as wrong:
        return _columns(request, found, layout, str(wrong))
    with write(request):
        current = as_it_stands(found)
        _same_form(found, current)
        services.set_layout(current, layout)
    return redirect(request, f"/collect/{found.id}/targets")


def _same_form(found: CollectionRequest, current: CollectionRequest) -> None:
    """Raises Conflict when the form was replaced meanwhile: the columns of one file do not fit another."""
    if current.layout != found.layout:
        raise Conflict(t("그사이 다른 파일이나 다른 열 설정으로 바뀌었습니다. 열을 다시 확인해 주세요."))


def _choices(request: Request, layout: Layout) -> dict[str, ColumnChoice]:
    entered = form(request)
    choices = {}
    for column in layout.columns:
        given = entered.get(f"type_{column.key}")
        if isinstance(given, str):
            unit = str(entered.get(f"unit_{column.key}", column.unit)).strip()
            try:
                choices[column.key] = ColumnChoice.model_validate(
                    {"type": given, "required": f"required_{column.key}" in entered, "unit": unit}
                )
            except ValidationError as wrong:
                raise Invalid(
                    t("‘{column}’ 열의 종류나 단위를 알 수 없습니다. 다시 골라 주세요.", column=column.label)
                ) from wrong
    return choices


def targets(request: Request, collection: int) -> Response:
    """받을 부서: the tree of units that answer, in 직제순."""
    return _targets(request, draft_of(request, collection))


def _targets(request: Request, found: CollectionRequest, problem: str = "") -> Response:
    units = list(Department.in_order())
    recipients = [unit for unit in units if unit.is_recipient]
    picked = frozenset(found.chosen_ids)
    context = TargetsContext(
        collection=found,
        steps=steps("targets", found),
        groups=grouped(units, picked),
        picked_ids=picked,
        unreached_ids=unreached(portal_of(request), (unit.id for unit in recipients)),
        total=len(recipients),
        townships=len(preset_ids("townships", recipients)),
        headquarters=len(preset_ids("headquarters", recipients)),
        problem=problem,
    )
    return render(request, "maru_collect/targets.html", context, 422 if problem else 200)


def save_targets(request: Request, collection: int) -> Response:
    """Keep the ticked units; a button for a whole group adds it (or clears all) and shows the tree again."""
    found = draft_of(request, collection)
    picked, _ = read_form(request, PickedUnits)
    if picked is None:
        return _targets(request, found, t("부서를 다시 골라 주세요."))
    recipients = list(Department.recipients())
    ids = set() if picked.preset == "none" else {*picked.units, *preset_ids(picked.preset, recipients)}
    with write(request):
        found = as_it_stands(found)
        services.choose_units(found, sorted(ids))
    if picked.preset:
        return redirect(request, f"/collect/{found.id}/targets")
    if not found.chosen_ids:
        return _targets(request, found, t("받을 부서를 하나 이상 골라 주세요."))
    return redirect(request, f"/collect/{found.id}/details")


def details(request: Request, collection: int) -> Response:
    """안내와 마감: title, basis, reference date, guidance, deadline, and who sees the result."""
    found = draft_of(request, collection)
    due_at = local(found.due_at) if found.due_at else None
    values = {
        "title": found.title,
        "basis": found.basis,
        "reference_on": found.reference_on.isoformat() if found.reference_on else "",
        "guidance": found.guidance,
        "due_on": f"{due_at:%Y-%m-%d}" if due_at else "",
        "due_time": f"{due_at:%H:%M}" if due_at else portal_of(request).settings_of(CollectSettings).due_time,
        "openness": found.openness,
    }
    return _details(request, found, values, {})


def _details(request: Request, found: CollectionRequest, values: dict[str, str], problems: dict[str, str]) -> Response:
    context = DetailsContext(found, steps("details", found), values, problems, today())
    return render(request, "maru_collect/details.html", context, 422 if problems else 200)


def save_details(request: Request, collection: int) -> Response:
    """Keep the guidance and the deadline; 422 with the form as it was typed when something does not fit."""
    found = draft_of(request, collection)
    entered, problems = read_form(request, Details)
    if entered is not None and entered.due_on < today():
        problems = {"due_on": t("지난 날짜입니다. 오늘이나 그 뒤의 날짜를 골라 주세요.")}
    if entered is None or problems:
        names = ("title", "basis", "reference_on", "guidance", "due_on", "due_time", "openness")
        return _details(request, found, {name: str(form(request).get(name, "")) for name in names}, problems)
    with write(request):
        services.set_details(as_it_stands(found), entered)
    return redirect(request, f"/collect/{found.id}/review")


def review(request: Request, collection: int) -> Response:
    """발송: everything once more, and the grid exactly as the units will see it."""
    found = draft_of(request, collection)
    definition = as_definition(found.definition)
    units = list(Department.recipients().where(Department.id.in_(found.chosen_ids or [0])))
    off = unreached(portal_of(request), (unit.id for unit in units))
    grid = grid_context(definition, check_rows(definition, [[None] * len(definition.fields)] * 2),
                        save_url="", version=0, is_read_only=True, label=found.title)  # fmt: skip
    context = ReviewContext(
        collection=found,
        steps=steps("review", found),
        units=tuple(unit.name for unit in units),
        unreached=tuple(unit.name for unit in units if unit.id in off),
        missing=tuple(services.missing_before_sending(found)),
        column_count=len(definition.fields),
        required_count=sum(field.required for field in definition.fields),
        grid=replace(grid, aside=""),
    )
    return render(request, "maru_collect/review.html", context)


def send(request: Request, collection: int) -> Response:
    """발송: freeze the list of units and open the request."""
    found = draft_of(request, collection)
    with write(request) as change:
        found = as_it_stands(found)
        services.send(change, found)
    return redirect(request, f"/collect/{found.id}/", t("{n}개 부서에 발송했습니다.", n=len(found.chosen_ids)))


def discard(request: Request, collection: int) -> Response:
    """Throw a draft away."""
    found = draft_of(request, collection)
    with write(request):
        services.discard(as_it_stands(found))
    return redirect(request, "/collect/sent/", t("작성하던 취합 요청을 지웠습니다."))
