"""바뀐 것과 되돌리기: what administrators changed of the functions since an instant, and going back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response

from maru import Conflict, PluginState, local, now, portal_of, read_form, redirect, render, t, today, write

from ..forms import RestoreForm, entered_in
from ..history import ChangeLine, Restoration, changes_since, restoration
from ..plans import PlanLine, plan_lines
from ..services import administrator
from ..settings_store import keep_settings

FRIDAY = 4
EVENING = time(18)
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class HistoryContext:
    """The changes since an instant, what going back to it would change, and what is planned."""

    since: datetime
    changes: tuple[ChangeLine, ...]
    restoration: Restoration
    plans: tuple[PlanLine, ...]
    shortcuts: tuple[tuple[str, str, str], ...]
    values: Mapping[str, str]
    problems: Mapping[str, str]


def history(request: Request) -> Response:
    """Since last Friday evening, or since what the address says; 422 for an instant that is none."""
    administrator(request, "admin.plugins")
    asked = request.query_params
    last = _last_friday()
    day, at = asked.get("day", last.isoformat()), asked.get("time", EVENING.isoformat("minutes"))
    try:
        found = _instant(date.fromisoformat(day), time.fromisoformat(at))
    except ValueError:
        said = t("‘{value}’을(를) 날짜로 읽을 수 없습니다. 2026-06-08처럼 적어 주세요.", value=f"{day} {at}")
        return _page(request, _instant(last, EVENING), {"day": day, "time": at}, {"day": said})
    return _page(request, found, {"day": day, "time": at}, {})


def _last_friday() -> date:
    """The last Friday whose evening is over."""
    days = (today().weekday() - FRIDAY) % 7
    found = today() - timedelta(days=days)
    return found if _instant(found, EVENING) < now() else found - timedelta(days=7)


def _instant(day: date, at: time) -> datetime:
    """A day and a time of the office as an instant. Raises ValueError for the future, and for before there was any."""
    found = datetime.combine(day, at.replace(tzinfo=None), tzinfo=local(now()).tzinfo)
    if day < EARLIEST:
        raise ValueError(day)
    return found


def _page(request: Request, since: datetime, values: Mapping[str, str], problems: Mapping[str, str]) -> Response:
    portal, hour_ago = portal_of(request), local(now() - timedelta(hours=1))
    friday, yesterday = _last_friday().isoformat(), (today() - timedelta(days=1)).isoformat()
    context = HistoryContext(
        since=since,
        changes=tuple(changes_since(portal, since)),
        restoration=restoration(portal, since),
        plans=tuple(plan_lines(portal)),
        shortcuts=(
            (t("지난 금요일 18:00"), friday, "18:00"),
            (t("어제 18:00"), yesterday, "18:00"),
            (t("한 시간 전"), hour_ago.date().isoformat(), f"{hour_ago:%H:%M}"),
        ),
        values=entered_in(request, {"reason": "", **values}, RestoreForm),
        problems=problems,
    )
    return render(request, "maru_admin/history.html", context, 422 if problems else 200)


def restore(request: Request) -> Response:
    """Go back. 409 where the differences are others than those that were shown, or something is in the way.

    Definitions are put back one by one, then all switches and settings in one write.
    """
    user = administrator(request, "admin.plugins")
    entered, problems = read_form(request, RestoreForm)
    if entered is None:
        since = _sent_instant(request)
        return _page(
            request, since, {"day": local(since).date().isoformat(), "time": f"{local(since):%H:%M}"}, problems
        )
    portal, since = portal_of(request), _instant(entered.day, entered.time)
    portal.refresh_plugins()
    back = restoration(portal, since)
    if back.mark != entered.mark:
        raise _changed_meanwhile()
    if back.obstacle:
        raise Conflict(back.obstacle)
    for key, earlier in back.states:  # each in a write of its own: tables may have to change for it, which no write can
        with portal.dispatcher.timed(key, "earlier_states"):
            earlier.put_back(write(request, note=entered.reason), user)
    with write(request, note=entered.reason) as change:
        again = restoration(portal, since)
        if (again.reaches, again.settings) != (back.reaches, back.settings):
            raise _changed_meanwhile()
        for key, reach in back.reaches.items():
            state = PluginState.get(PluginState.key == key)
            state.is_enabled = reach.is_on
            state.units = None if reach.units is None else sorted(reach.units)
            state.save()
        for key, wanted in back.settings.items():
            present = portal.dispatcher.plugins[key].settings
            if present is not None:
                keep_settings(change, key, present, wanted)
    portal.refresh_plugins()
    said = t("{n}가지를 그때로 되돌렸습니다. 자료는 그대로입니다.", n=len(back.differences))
    return redirect(request, "/admin/history", said)


def _changed_meanwhile() -> Conflict:
    return Conflict(t("그사이 기능의 상태가 바뀌었습니다. 다시 열어 무엇이 달라지는지 확인한 다음 되돌려 주세요."))


def _sent_instant(request: Request) -> datetime:
    """The instant of a form that was refused; last Friday's evening where it is none."""
    values = entered_in(request, {"day": "", "time": ""}, RestoreForm)
    try:
        return _instant(date.fromisoformat(values["day"]), time.fromisoformat(values["time"]))
    except ValueError:
        return _instant(_last_friday(), EVENING)
