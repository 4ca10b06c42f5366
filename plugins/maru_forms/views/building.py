"""항목: the form as its own canvas. One form is the whole page, so that every step keeps what stands in the panel."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from maru import BadRequest, current_user, form, is_partial, redirect, render, t, write

from .. import services, steps
from ..build_page import build_context
from ..design import Design, DesignField
from ..field_types import kinds
from ..finding import draft_of, on_the_newest
from ..forms import ReadField, read_field
from ..models import Draft

_STEP = re.compile(
    r"(?P<do>save|keep|open|add|copy|up|down|before|remove|restore)(?::(?P<on>\w{1,60}))?(?::(?P<other>\w{1,60}))?"
)


def build(request: Request, draft: int) -> Response:
    """The canvas with the palette and the settings of the chosen field (`?field=`). htmx gets the part alone."""
    found = draft_of(request, draft)
    asked = request.query_params
    context = build_context(found, current_user(request), asked.get("field", ""), asked, asked.get("focus", ""))
    is_part = is_partial(request)
    return render(request, "maru_forms/_builder.html" if is_part else "maru_forms/build.html", context)


@on_the_newest
def step(request: Request, draft: int) -> Response:
    """Keep the panel and take one step (`then`): save, open another field, add, move, copy, remove, restore.

    422 with the panel where it is wrong; 409 where somebody else changed the same field meanwhile. `keep`, which the
    page does by itself while somebody types, is answered with the page as it is now, not with a redirect.
    """
    found, user = draft_of(request, draft), current_user(request)
    asked = _STEP.fullmatch(str(form(request).get("then", "save")))
    if asked is None:
        raise BadRequest(t("알 수 없는 동작입니다. 화면을 새로 고친 다음 다시 시도해 주세요."))
    design = found.design
    chosen = design.by_key.get(str(form(request).get("field", "")))
    read = None
    if chosen is not None and (asked["do"], asked["on"]) != ("remove", chosen.key):
        read = read_field(form(request), design, chosen, chosen.key in services.used_keys(found))
        if read.problems:
            return _refused(request, found, read, chosen)
        if read.field != chosen and _is_stale(request, found, chosen):
            return _refused(request, found, read, chosen, is_stale=True)
        design = steps.changed(design, read.field)
    design, key, focus = _taken(design, asked["do"], asked["on"] or "", asked["other"] or "", chosen)
    with write(request):
        services.keep(found, user, design)
    if asked["do"] == "keep":
        return render(request, "maru_forms/_builder.html", build_context(found, user, key, {}, ""))
    return redirect(request, f"/forms/{draft}/?field={key}&focus={focus}" if key else f"/forms/{draft}/")


def _is_stale(request: Request, draft: Draft, chosen: DesignField) -> bool:
    """Whether somebody else changed the field after this panel was filled from it."""
    return form(request).get("seen") != chosen.seen and draft.updated_by_id != current_user(request).id


def _refused(request: Request, draft: Draft, read: ReadField, stored: DesignField, is_stale: bool = False) -> Response:
    conflict = t(
        "그 사이에 다른 사람이 이 항목을 고쳤습니다. 적은 내용은 그대로 있습니다. 다시 저장하면 이 내용이 남습니다."
    )
    asked = dict(request.query_params)
    context = build_context(
        draft, current_user(request), read.field.key, asked, "", read, conflict if is_stale else "", stored.seen
    )
    is_part = is_partial(request)
    return render(
        request, "maru_forms/_builder.html" if is_part else "maru_forms/build.html", context, 409 if is_stale else 422
    )


def _taken(design: Design, do: str, on: str, other: str, chosen: DesignField | None) -> tuple[Design, str, str]:
    """The design after a step, the field that is chosen then, and the control that takes the focus."""
    here = chosen.key if chosen is not None else ""
    if do == "add":
        return _added(design, on, here)
    if do in ("save", "keep"):
        return design, here, "save"
    if do == "restore" and any(field.key == on for field in design.removed):
        return steps.restored(design, on), on, "label"
    if on not in design.by_key:
        return design, here, ""
    if do in ("up", "down"):
        return steps.moved(design, on, -1 if do == "up" else 1), here or on, f"{do}-{on}"
    if do == "before":
        return steps.moved_before(design, on, other), here or on, f"open-{on}"
    if do == "copy":
        return _full(design) or (*steps.copied(design, on), "label")
    if do == "remove":
        return steps.removed(design, on), "" if here == on else here, ""
    return design, on, "label"


def _added(design: Design, type_: str, after: str) -> tuple[Design, str, str]:
    kind = next((kind for kind in kinds() if kind.type == type_), None)
    if kind is None:
        raise BadRequest(t("그런 종류의 항목은 없습니다."))
    return _full(design) or (*steps.added(design, kind.type, after), "label")


def _full(design: Design) -> tuple[Design, str, str] | None:
    """Nothing is added to a form that is too long already."""
    return (design, "", "") if len(design.fields) >= steps.MOST_FIELDS else None
