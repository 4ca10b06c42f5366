"""켜고 끄기: where a function is on, what changing that touches, and doing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from maru import (
    Conflict,
    Department,
    Plugin,
    PluginState,
    form,
    is_partial,
    local,
    moment,
    now,
    portal_of,
    read_form,
    redirect,
    render,
    t,
    today,
    write,
)

from ..forms import SwitchForm
from ..impact import Impact, impact_of
from ..plans import PlanLine, plan, plan_lines
from ..plugin_facts import name_of
from ..plugin_lines import PluginLine, plugin_line
from ..services import administrator
from ..switching import OFF, Reach, install_again, is_gone, never_switched, obstacle, switch_to, undivided
from .plugins import plugin_of

LONGEST = timedelta(days=366)
"""How far ahead a switch may be planned."""


@dataclass(frozen=True)
class UnitChoice:
    """A department to be ticked. `depth` 0 is the city."""

    id: int
    name: str
    depth: int
    is_chosen: bool


@dataclass(frozen=True)
class SwitchContext:
    """Where a function is on (`present`), where it is wanted (`reach`, `units`), and what that touches.

    `obstacle` says why that cannot be; `never` why nothing can; then there is no `impact`.
    """

    line: PluginLine
    present: str
    reach: str
    units: tuple[UnitChoice, ...]
    chosen_names: str
    is_trial: bool
    is_changed: bool
    impact: Impact | None
    never: str
    obstacle: str
    reason: str
    at_day: str
    at_time: str
    plans: tuple[PlanLine, ...]
    problems: Mapping[str, str]


def switching(request: Request, key: str) -> Response:
    """The form, and what the choice in its address touches; asked for by htmx, that part alone."""
    administrator(request, "admin.plugins")
    found, asked = plugin_of(request, key), request.query_params
    present = _present(key)
    reach = asked.get("reach", "") or ("off" if not present.is_on else "city" if present.units is None else "units")
    units = _numbers(asked.getlist("units")) if "reach" in asked else sorted(present.units or ())
    return _page(request, found, reach, units, _typed(asked), {})


def _typed(sent: Mapping[str, object]) -> dict[str, str]:
    return {name: str(sent.get(name, ""))[:500] for name in ("reason", "at_day", "at_time")}


def _numbers(texts: Iterable[object]) -> list[int]:
    return [int(text) for text in map(str, texts) if text.isascii() and text.isdigit() and len(text) < 10]


def _present(key: str) -> Reach:
    return Reach.of(PluginState.get_or_none(PluginState.key == key))


def _page(
    request: Request,
    found: Plugin,
    reach: str,
    units: Iterable[int],
    values: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    portal = portal_of(request)
    departments = list(Department.in_order())
    picked = set(units) & {unit.id for unit in departments}
    is_trial = "1" in (request.query_params.get("trial"), form(request).get("trial")) and reach == "units"
    present, wanted, never = _present(found.key), _wanted(reach, picked), never_switched(found)
    present = present if found.is_well else OFF
    context = SwitchContext(
        line=plugin_line(portal, found),
        present=present.words() if present.is_on else "",
        reach=reach,
        units=tuple(UnitChoice(u.id, u.name, u.path.count("/") - 2, u.id in picked) for u in departments),
        chosen_names=wanted.words() if picked or reach != "units" else "",
        is_trial=is_trial,
        is_changed=wanted != present and (wanted.is_on or present.is_on),
        impact=None if never else impact_of(portal, found, present, wanted),
        never=never,
        obstacle="" if never else obstacle(portal, found, wanted),
        reason=values["reason"],
        at_day=values["at_day"],
        at_time=values["at_time"] or "18:00",
        plans=tuple(plan_lines(portal, found.key)),
        problems=problems,
    )
    is_part = is_partial(request)
    template = "maru_admin/_impact.html" if is_part else "maru_admin/switching.html"
    return render(request, template, context, 422 if problems else 200)


def _wanted(reach: str, units: Iterable[int]) -> Reach:
    return OFF if reach == "off" else Reach(True, frozenset(units) if reach == "units" else None)


def switch(request: Request, key: str) -> Response:
    """Switch a function. 422 without a reason or a department, 409 while others are in the way."""
    administrator(request, "admin.plugins")
    portal, found = portal_of(request), plugin_of(request, key)
    entered, problems = read_form(request, SwitchForm)
    if entered is None or (problems := _problems(entered)):
        sent = form(request)
        reach = entered.reach if entered else str(sent.get("reach", "city"))
        units = entered.units if entered else _numbers(sent.getlist("units"))
        return _page(request, found, reach, units, _typed(sent), problems)
    wanted = _wanted(entered.reach, entered.units)
    if entered.at_day:
        return _plan(request, found, wanted, entered)
    if said := obstacle(portal, found, wanted):
        raise Conflict(said)
    before = _present(found.key)
    if wanted.is_on:
        install_again(found)
    with write(request, note=entered.reason):
        switch_to(portal, found, wanted)
    portal.refresh_plugins()
    return redirect(request, f"/admin/plugins/{key}", _said(found, before, wanted))


def _at(entered: SwitchForm) -> datetime:
    day = entered.at_day or today()
    return datetime.combine(day, entered.at_time.replace(tzinfo=None), tzinfo=local(now()).tzinfo)


def _plan(request: Request, found: Plugin, wanted: Reach, entered: SwitchForm) -> Response:
    """Plan it. Whether others are in the way is asked when the time has come: until then much may change."""
    if said := never_switched(found) or undivided(found, wanted):
        raise Conflict(said)
    if wanted.is_on and is_gone(found):
        raise Conflict(t("설치되지 않은 기능은 예약해 켤 수 없습니다. 바로 켜거나, 켠 다음 끄는 때를 예약해 주세요."))
    with write(request, note=entered.reason) as change:
        plan(change, found.key, wanted, _at(entered), entered.reason)
    words = {"name": name_of(found), "when": moment(_at(entered)), "where": wanted.words()}
    said = (
        t("{name}: {when}에 켜도록 예약했습니다. 쓸 곳: {where}", **words)
        if wanted.is_on
        else t("{name}: {when}에 끄도록 예약했습니다.", **words)
    )
    return redirect(request, f"/admin/plugins/{found.key}", said)


def _problems(entered: SwitchForm) -> dict[str, str]:
    if entered.at_day and not now() < _at(entered) < now() + LONGEST:
        return {"at_day": t("지금부터 1년 안의 때를 적어 주세요.")}
    if entered.reach != "units":
        return {}
    if not entered.units:
        return {"units": t("부서를 하나 이상 골라 주세요.")}
    known = Department.in_order().where(Department.id.in_(entered.units)).count()
    return {} if known == len(set(entered.units)) else {"units": t("지금 있는 부서를 골라 주세요.")}


def _said(found: Plugin, before: Reach, wanted: Reach) -> str:
    if not wanted.is_on:
        return t("{name}: 껐습니다. 자료는 그대로 있습니다.", name=name_of(found))
    if before.is_on:
        return t("{name}: 쓰는 곳을 {where}(으)로 바꾸었습니다.", name=name_of(found), where=wanted.words())
    return t("{name}: 켰습니다. 쓰는 곳: {where}", name=name_of(found), where=wanted.words())
