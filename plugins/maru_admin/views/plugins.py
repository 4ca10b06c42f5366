"""기능: every function with its state, cost and failures; switching one off and on."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from maru import (
    Conflict,
    NotFound,
    Plugin,
    PluginFailure,
    PluginState,
    label_text,
    portal_of,
    read_form,
    redirect,
    render,
    t,
    write,
)

from ..contexts import PluginContext, PluginsContext
from ..forms import SwitchForm, entered_in
from ..plugin_facts import (
    failures_of,
    name_of,
    obstacle_to_switching,
    page_lines,
    permission_defaults,
    plugin_lines,
    required_by,
    requirements,
    table_lines,
)
from ..services import administrator

NOTHING: Mapping[str, str] = {}


def index(request: Request) -> Response:
    """The administration begins with the functions."""
    return RedirectResponse("/admin/plugins", 303)


def plugins(request: Request) -> Response:
    """Every function there is, ill ones too, and at the top what is paused or ill."""
    administrator(request, "admin.see")
    lines = plugin_lines(portal_of(request))
    context = PluginsContext(
        lines=tuple(lines),
        ill=tuple(line for line in lines if line.is_paused or not line.is_well),
        on_count=sum(line.is_well and line.is_enabled for line in lines),
        off_count=sum(line.is_well and not line.is_enabled for line in lines),
        spent_ms=sum(line.spent_ms for line in lines),
    )
    return render(request, "maru_admin/plugins.html", context)


def plugin(request: Request, key: str) -> Response:
    """One function: what it brings, what it keeps, who needs it, how it failed, and the form to switch it."""
    administrator(request, "admin.see")
    return _page(request, _plugin(request, key), {"reason": ""}, NOTHING)


def _plugin(request: Request, key: str) -> Plugin:
    found = next((each for each in portal_of(request).plugins if each.key == key), None)
    if found is None:
        raise NotFound(t("이 기능은 없습니다."))
    return found


def _page(
    request: Request, found: Plugin, values: Mapping[str, str], problems: Mapping[str, str], status: int = 200
) -> Response:
    portal, user = portal_of(request), administrator(request, "admin.see")
    facts = found.manifest
    context = PluginContext(
        line=next(line for line in plugin_lines(portal) if line.key == found.key),
        summary=label_text(facts.summary.model_dump()) if facts else "",
        personal_data=facts.needs.personal_data if facts else "",
        uses_network=bool(facts and facts.needs.network),
        keeps_files=bool(facts and facts.needs.files),
        permissions=tuple(permission_defaults(portal, found)) if facts else (),
        pages=tuple(page_lines(portal, found.key)),
        nav=tuple(label_text(line.label.model_dump()) for line in facts.nav) if facts else (),
        requires=tuple(requirements(portal, found)) if facts else (),
        dependants=tuple(required_by(portal, found)),
        tables=tuple(table_lines(portal, found.key)),
        failures=tuple(failures_of(found.key)),
        may_switch=user.units("admin.plugins").everywhere,
        obstacle=obstacle_to_switching(portal, found),
        values=values,
        problems=problems,
    )
    return render(request, "maru_admin/plugin.html", context, status)


def switch(request: Request, key: str) -> Response:
    """Switch a function off or on for the whole city. 422 without a reason, 409 while others need it."""
    administrator(request, "admin.plugins")
    portal, found = portal_of(request), _plugin(request, key)
    entered, problems = read_form(request, SwitchForm)
    if entered is None:
        return _page(request, found, entered_in(request, {"reason": ""}, SwitchForm), problems, 422)
    with write(request, note=entered.reason):
        state = PluginState.get_or_none(PluginState.key == key) or PluginState(key=key, version=_version(found))
        is_stale = state.is_enabled != found.is_enabled
        if not is_stale and (obstacle := obstacle_to_switching(portal, found)):
            raise Conflict(obstacle)
        state.is_enabled = entered.is_enabled
        state.save()
    portal.refresh_plugins()
    said = t("{name}: 켰습니다.") if entered.is_enabled else t("{name}: 껐습니다. 자료는 그대로 있습니다.")
    return redirect(request, f"/admin/plugins/{key}", said.format(name=name_of(found)))


def _version(found: Plugin) -> str:
    return found.manifest.version if found.manifest else ""


def clear_failures(request: Request, key: str) -> Response:
    """Forget the failures of a function, once somebody has seen to them. The audit says who and how many."""
    administrator(request, "admin.plugins")
    found = _plugin(request, key)
    with write(request, note=t("실패 목록을 비움")) as change:
        count = PluginFailure.delete().where(PluginFailure.plugin == key).execute()
        change.record("maru_plugin_failure", key, "deleted", {"count": count}, None)
    return redirect(request, f"/admin/plugins/{found.key}#failures", t("실패 목록을 비웠습니다."))
