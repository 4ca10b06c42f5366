"""기능: every function with its state, cost and failures, and trying again what was paused."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from maru import NotFound, Plugin, PluginFailure, PluginState, label_text, portal_of, redirect, render, t, write

from ..contexts import PluginContext, PluginsContext
from ..plans import plan_lines
from ..plugin_facts import (
    cost_lines,
    failures_of,
    page_lines,
    permission_defaults,
    plugin_lines,
    required_by,
    requirements,
    table_lines,
)
from ..services import administrator
from ..switching import Reach, never_switched


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
    facts = found.manifest
    context = PluginContext(
        line=next(line for line in plugin_lines(portal) if line.key == found.key),
        summary=label_text(facts.summary.model_dump()) if facts else "",
        reach=Reach.of(PluginState.get_or_none(PluginState.key == found.key)).words(),
        personal_data=facts.needs.personal_data if facts else "",
        uses_network=bool(facts and facts.needs.network),
        keeps_files=bool(facts and facts.needs.files),
        permissions=tuple(permission_defaults(portal, found)) if facts else (),
        pages=tuple(page_lines(portal, found.key)),
        costs=tuple(cost_lines(portal, found.key)),
        nav=tuple(label_text(line.label.model_dump()) for line in facts.nav) if facts else (),
        requires=tuple(requirements(portal, found)) if facts else (),
        dependants=tuple(required_by(portal, found)),
        tables=tuple(table_lines(portal, found.key)),
        failures=tuple(failures_of(found.key)),
        plans=tuple(plan_lines(portal, found.key)),
        has_settings=found.settings is not None,
        may_switch=user.units("admin.plugins").everywhere,
        never=never_switched(found),
    )
    return render(request, "maru_admin/plugin.html", context)


def retry(request: Request, key: str) -> Response:
    """Forget the failures of a function and lift its pauses in every worker: somebody has seen to them."""
    administrator(request, "admin.plugins")
    found = plugin_of(request, key)
    with write(request, note=t("실패 목록을 비우고 다시 시도함")) as change:
        count = PluginFailure.delete().where(PluginFailure.plugin == key).execute()
        change.record("maru_plugin_failure", key, "deleted", {"count": count}, None)
    quarantine = portal_of(request).dispatcher.quarantine
    for place in quarantine.paused():  # here at once; the other workers see within a second that the rows are gone
        if place[0] == key:
            quarantine.forget(place)
    return redirect(request, f"/admin/plugins/{found.key}", t("멈춤을 풀었습니다. 지금부터 다시 시도합니다."))
