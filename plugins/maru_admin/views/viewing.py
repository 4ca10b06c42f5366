"""다른 사람 화면 보기: an administrator sees the portal as somebody else does, reading only, each page audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from maru import Forbidden, Session, User, read_form, redirect, render, write

from ..forms import ReasonForm, entered_in
from ..services import administrator, person_of, refusal_to_view


@dataclass(frozen=True)
class ViewingContext:
    """Whose pages are asked for; `refusal` says why they may not be seen."""

    person: User
    refusal: str
    values: Mapping[str, str]
    problems: Mapping[str, str]


def viewing(request: Request, key: int) -> Response:
    """What is going to happen, and the form that asks why."""
    actor, found = administrator(request, "admin.view_as"), person_of(key)
    return _page(request, found, refusal_to_view(actor, found), {})


def _page(request: Request, found: User, refusal: str, problems: Mapping[str, str]) -> Response:
    context = ViewingContext(found, refusal, entered_in(request, {"reason": ""}, ReasonForm), problems)
    return render(request, "maru_admin/viewing.html", context, 422 if problems else 200)


def begin(request: Request, key: int) -> Response:
    """From now on this browser shows the pages of that person. 403 for those above oneself, 422 without a reason."""
    actor, found = administrator(request, "admin.view_as"), person_of(key)
    if refusal := refusal_to_view(actor, found):
        raise Forbidden(refusal)
    entered, problems = read_form(request, ReasonForm)
    if entered is None:
        return _page(request, found, "", problems)
    session = Session.get_by_id(request.state.session.id)  # another object: this request is still the administrator's
    session.viewing_id, session.viewing_by = found.id, "admin.view_as"
    with write(request, note=f"{found.username}: {entered.reason}"):
        session.save(only=[Session.viewing_id, Session.viewing_by])
    return redirect(request, "/")
