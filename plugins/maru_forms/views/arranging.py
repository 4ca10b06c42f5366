"""목록, 이름과 권한: what the list shows, what the ledger is called, who reads and who writes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from maru import Department, Post, User, current_user, form, redirect, render, t, write

from .. import services
from ..contexts import Audience, ColumnLine, ColumnsContext, SettingsContext
from ..design import Design, Sharing
from ..field_types import NUMBERS, kind_of_type
from ..finding import draft_of, head_of, on_the_newest
from ..forms import ICONS, Named, read_named
from ..models import Draft

MOST_ACCOUNTS = 200


def columns(request: Request, draft: int) -> Response:
    """The fields as columns of the list."""
    found = draft_of(request, draft)
    design = found.design
    lines = tuple(ColumnLine(f, kind_of_type(f.type), f.type in (*NUMBERS, "computed")) for f in design.fields)
    texts = tuple((f.key, f.label) for f in design.fields if f.type in ("text", "choice"))
    context = ColumnsContext(head_of(found, "columns"), lines, texts, _orders(design), design)
    return render(request, "maru_forms/columns.html", context)


def _orders(design: Design) -> tuple[tuple[str, str], ...]:
    sortable = [field for field in design.fields if field.type not in ("file", "row_number", "long_text")]
    return tuple(
        choice
        for field in sortable
        for choice in (
            (f"-{field.key}", t("{label} · 최근이나 큰 것부터", label=field.label)),
            (field.key, t("{label} · 오래되거나 작은 것부터", label=field.label)),
        )
    )


@on_the_newest
def save_columns(request: Request, draft: int) -> Response:
    """Keep which columns are shown and summed up, and the order."""
    found, entered = draft_of(request, draft), form(request)
    design = found.design
    shown, summed = set(entered.getlist("in_list")), set(entered.getlist("total"))
    fields = tuple(f.model_copy(update={"in_list": f.key in shown, "total": f.key in summed}) for f in design.fields)
    title, order = str(entered.get("title", "")), str(entered.get("order", ""))
    more = {"title": title if title in design.by_key else "", "order": order if order in dict(_orders(design)) else ""}
    with write(request):
        services.keep(found, current_user(request), design.with_fields(fields).model_copy(update=more))
    return redirect(request, f"/forms/{draft}/columns", t("저장했습니다."))


def settings(request: Request, draft: int) -> Response:
    """Name and rights of the ledger."""
    found = draft_of(request, draft)
    design = found.design
    named = Named(found.label, found.summary, design.icon, design.readers, design.writers, {})
    return render(request, "maru_forms/settings.html", _settings(request, found, named))


@on_the_newest
def save_settings(request: Request, draft: int) -> Response:
    """Keep name and rights, or 422 with the form."""
    found = draft_of(request, draft)
    named = read_named(request, Department.nameable())
    if named.problems:
        return render(request, "maru_forms/settings.html", _settings(request, found, named), 422)
    more = {"icon": named.icon, "readers": named.readers, "writers": named.writers}
    design = found.design.model_copy(update=more)
    if found.label != named.label:
        found.label = named.label
    if found.summary != named.summary:
        found.summary = named.summary
    with write(request):
        services.keep(found, current_user(request), design)
    return redirect(request, f"/forms/{draft}/settings", t("저장했습니다."))


def _settings(request: Request, draft: Draft, named: Named) -> SettingsContext:
    near = Post.select(Post.user).where(Post.department.in_(sorted(current_user(request).unit_ids)))
    accounts = User.select().where(User.is_active).order_by(User.id.in_(near).desc(), User.username)
    return SettingsContext(
        head=head_of(draft, "settings"),
        label=named.label,
        summary=named.summary,
        icon_name=named.icon,
        icons=ICONS,
        readers=_audience(request, "readers", named.readers),
        writers=_audience(request, "writers", named.writers),
        departments=tuple(Department.nameable()),
        accounts=tuple(accounts.limit(MOST_ACCOUNTS)),
        problems=named.problems,
    )


def _audience(request: Request, name: str, sharing: Sharing) -> Audience:
    people = tuple(User.select().where(User.id.in_(sharing.people)).order_by(User.username))
    return Audience(
        name, sharing.who, frozenset(sharing.departments), people, str(form(request).get(f"{name}.add", ""))
    )
