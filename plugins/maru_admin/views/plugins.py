"""기능: every function with its state, cost and failures; putting failures away, and trying again what was paused."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from maru import NotFound, Plugin, PluginFailure, label_text, portal_of, redirect, render, t, write

from ..failures import FailureLine, failures_of
from ..plans import PlanLine, plan_lines
from ..plugin_facts import (
    DependantLine,
    PageLine,
    PermissionDefault,
    page_lines,
    permission_defaults,
    required_by,
    requirements,
)
from ..plugin_lines import CostLine, PluginLine, cost_lines, plugin_line, plugin_lines
from ..removing.facts import Going, going_of
from ..removing.shelf import archives_of
from ..services import administrator
from ..switching import never_switched


@dataclass(frozen=True)
class PluginsContext:
    """Every function; `ill` are those that the banner names."""

    lines: tuple[PluginLine, ...]
    ill: tuple[PluginLine, ...]
    on_count: int
    off_count: int
    spent_ms: float
    may_switch: bool


@dataclass(frozen=True)
class PluginContext:
    """One function. `never` says why it cannot be switched; `unknown` why there is no `keeps`.

    `failures` may come again, `past` are over; `archive` is the name of its latest archive, where it was uninstalled.
    """

    line: PluginLine
    summary: str
    uses_network: bool
    permissions: tuple[PermissionDefault, ...]
    pages: tuple[PageLine, ...]
    costs: tuple[CostLine, ...]
    nav: tuple[str, ...]
    requires: tuple[DependantLine, ...]
    dependants: tuple[DependantLine, ...]
    keeps: Going | None
    unknown: str
    failures: tuple[FailureLine, ...]
    past: tuple[FailureLine, ...]
    archive: str
    plans: tuple[PlanLine, ...]
    has_settings: bool
    may_switch: bool
    never: str


def index(request: Request) -> Response:
    """The administration begins with the functions."""
    return RedirectResponse("/admin/plugins", 303)


def plugins(request: Request) -> Response:
    """Every function there is, ill ones too, and at the top what is paused or ill."""
    user = administrator(request, "admin.see")
    lines = plugin_lines(portal_of(request))
    context = PluginsContext(
        lines=tuple(lines),
        ill=tuple(line for line in lines if line.is_paused or not line.is_well),
        on_count=sum(line.is_well and line.is_enabled for line in lines),
        off_count=sum(line.is_well and not line.is_enabled for line in lines),
        spent_ms=sum(line.spent_ms for line in lines),
        may_switch=user.units("admin.plugins").everywhere,
    )
    return render(request, "maru_admin/plugins.html", context)


def plugin(request: Request, key: str) -> Response:
    """One function: what it brings, what it keeps, who needs it, what it costs, and how it failed."""
    administrator(request, "admin.see")
    return _page(request, plugin_of(request, key))


def plugin_of(request: Request, key: str) -> Plugin:
    """The function `key`, ill or well. Raises NotFound."""
    found = next((each for each in portal_of(request).plugins if each.key == key), None)
    if found is None:
        raise NotFound(t("이 기능은 없습니다."))
    return found


def _page(request: Request, found: Plugin) -> Response:
    portal, user = portal_of(request), administrator(request, "admin.see")
    facts, line, failures = found.manifest, plugin_line(portal, found), failures_of(portal, found)
    keeps, unknown = going_of(portal, found)
    archives = [kept for kept in archives_of(portal, found) if kept.known] if line.is_gone else []
    context = PluginContext(
        line=line,
        summary=label_text(facts.summary.model_dump()) if facts else "",
        uses_network=bool(facts and facts.needs.network),
        permissions=tuple(permission_defaults(found)) if facts else (),
        pages=tuple(page_lines(portal, found.key)),
        costs=tuple(cost_lines(portal, found.key)),
        nav=tuple(label_text(line.label.model_dump()) for line in facts.nav) if facts else (),
        requires=tuple(requirements(portal, found)) if facts else (),
        dependants=tuple(required_by(portal, found)),
        keeps=keeps,
        unknown=unknown,
        failures=tuple(each for each in failures if not each.over),
        past=tuple(each for each in failures if each.over),
        archive=archives[0].name if archives else "",
        plans=tuple(plan_lines(portal, found.key)),
        has_settings=found.settings is not None,
        may_switch=user.units("admin.plugins").everywhere,
        never=never_switched(found),
    )
    return render(request, "maru_admin/plugin.html", context)


def retry(request: Request, key: str) -> Response:
    """Put the failures of a function away and lift its pauses in every worker: somebody has seen to them."""
    administrator(request, "admin.plugins")
    portal, found = portal_of(request), plugin_of(request, key)
    failures = failures_of(portal, found)
    paused = [place for place in portal.dispatcher.quarantine.paused() if place[0] == key]
    if not failures and not paused:
        return redirect(request, f"/admin/plugins/{key}", t("치울 실패가 없습니다."))
    is_paused = bool(paused) or any(each.paused_until for each in failures)
    with write(request, note=t("멈춤을 풀고 다시 시도함") if is_paused else t("실패를 목록에서 치움")) as change:
        count = PluginFailure.delete().where(PluginFailure.plugin == key).execute()
        change.record("maru_plugin_failure", key, "deleted", {"count": count}, None)
    for place in paused:  # here at once; the other workers see within a second that the rows are gone
        portal.dispatcher.quarantine.forget(place)
    said = (
        t("멈춤을 풀었습니다. 지금부터 다시 시도합니다.")
        if is_paused
        else t("실패 {n}가지를 목록에서 치웠습니다. 다시 실패하면 여기에 또 나타납니다.", n=count)
    )
    return redirect(request, f"/admin/plugins/{key}", said)
