"""What my units have made, and where a ledger begins: with nothing, with an Excel file, or like another ledger."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from maru import (
    Forbidden,
    Invalid,
    current_user,
    form,
    label_text,
    made_before,
    portal_of,
    redirect,
    render,
    t,
    take_file,
    write,
)
from maru_records.api import ledgers_of, record_sets_for

from .. import services
from ..contexts import IndexContext, IndexLine, NewContext
from ..design import Design
from ..finding import MENU, state_of
from ..forms import clean
from ..models import LABEL_LENGTH, Draft


def index(request: Request) -> Response:
    """The ledgers of my units, the latest worked at first."""
    drafts = list(Draft.visible_to(current_user(request)))
    ledgers = ledgers_of(draft.key for draft in drafts if draft.key)
    lines = tuple(
        IndexLine(
            draft,
            state_of(draft, ledgers.get(draft.key)),
            len(draft.design.fields),
            ledgers[draft.key].href if draft.key in ledgers else "",
        )
        for draft in drafts
    )
    return render(request, "maru_forms/index.html", IndexContext(lines))


def new(request: Request) -> Response:
    """The form with which a ledger begins."""
    return render(request, "maru_forms/new.html", _blank(request))


def create(request: Request) -> Response:
    """Begin a ledger, or 422 with the form."""
    entered, blank = form(request), _blank(request)
    label = clean(entered.get("label"), LABEL_LENGTH)
    unit = next((one for one in blank.departments if str(one.id) == entered.get("department")), blank.departments[0])
    start, model = str(entered.get("start", "blank")), str(entered.get("model", ""))
    filled = replace(blank, label=label, department_id=unit.id, start=start, model=model)
    if not label and start == "blank":
        return _again(request, filled, "label", t("대장의 이름을 적어 주세요."))
    notes: tuple[str, ...] = ()
    try:
        design, found, notes = _started(request, start, model)
    except Invalid as wrong:
        return _again(request, filled, start if start in ("workbook", "model") else "label", str(wrong))
    with write(request):
        draft = made_before(request, Draft) or services.begin(current_user(request), unit, label or found, design)
    return redirect(request, f"/forms/{draft.id}/", " ".join(notes), "warning")


def _again(request: Request, filled: NewContext, name: str, problem: str) -> Response:
    return render(request, "maru_forms/new.html", replace(filled, problems={name: problem}), 422)


def _blank(request: Request) -> NewContext:
    request.state.menu_path = MENU
    user, portal = current_user(request), portal_of(request)
    units = user.units("forms.build")
    departments = tuple({post.department.id: post.department for post in user.posts_in_force}.values())
    departments = tuple(unit for unit in departments if unit in units)
    if not departments:
        raise Forbidden(t("대장을 만들 수 있는 부서가 없습니다. 부서 관리자에게 권한을 요청해 주세요."))
    models = tuple((s.definition.key, label_text(s.definition.label)) for s, _ in record_sets_for(portal, user))
    takes_workbooks = portal.is_on("collect", user)
    return NewContext("", departments, departments[0].id, "blank", models, "", takes_workbooks, {})


def _started(request: Request, start: str, model: str) -> tuple[Design, str, tuple[str, ...]]:
    """The first design, the name that goes with it, and what could not be taken over. Raises Invalid."""
    if start == "workbook":
        return _from_workbook(request)
    if start == "model":
        ledgers = record_sets_for(portal_of(request), current_user(request))
        found = {s.definition.key: s.definition for s, _ in ledgers}.get(model)
        if found is None:
            raise Invalid(t("본뜰 대장을 골라 주세요."))
        return services.taken_from(found), t("{label} (본뜸)", label=label_text(found.label)), ()
    return Design(), "", ()


def _from_workbook(request: Request) -> tuple[Design, str, tuple[str, ...]]:
    blob = take_file(form(request).get("workbook"))
    if not portal_of(request).is_on("collect", current_user(request)):
        raise Invalid(t("지금은 엑셀 파일로 시작할 수 없습니다. 빈 대장으로 시작해 주세요."))
    from ..workbook import read_workbook  # it needs maru_collect, which may not be installed

    definition, notes = read_workbook(blob.path, blob.name)
    return services.taken_from(definition), label_text(definition.label), notes
