"""설정: what an administrator may set of a function, from its pydantic model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from maru import NotFound, Plugin, PluginState, form, portal_of, problems_of, redirect, render, t, write

from ..plugin_facts import name_of
from ..services import administrator
from ..settings_fields import SettingField, fields_of, read_settings
from ..settings_store import keep_settings, mark_of
from .plugins import plugin_of


@dataclass(frozen=True)
class SettingsContext:
    """The settings of a function. `mark` tells whether somebody else changed them meanwhile."""

    key: str
    name: str
    fields: tuple[SettingField, ...]
    mark: str
    problems: Mapping[str, str]


def settings(request: Request, key: str) -> Response:
    """The form with what is set now. 404 for a function that has no settings."""
    administrator(request, "admin.plugins")
    found, present = _with_settings(request, key)
    return _page(request, found, present, None, {})


def _with_settings(request: Request, key: str) -> tuple[Plugin, BaseModel]:
    portal_of(request).refresh_plugins()  # another worker may have taken settings a moment ago
    found = plugin_of(request, key)
    if found.settings is None:
        raise NotFound(t("이 기능에는 설정이 없습니다."))
    return found, found.settings


def _page(
    request: Request, found: Plugin, present: BaseModel, sent: FormData | None, problems: Mapping[str, str]
) -> Response:
    mark = mark_of(PluginState.get_or_none(PluginState.key == found.key))
    context = SettingsContext(
        key=found.key,
        name=name_of(found),
        fields=fields_of(present, sent),
        mark=str(sent.get("mark", mark)) if sent else mark,
        problems=problems,
    )
    return render(request, "maru_admin/settings.html", context, 422 if problems else 200)


def change_settings(request: Request, key: str) -> Response:
    """Check, store and audit; 422 with one sentence a field, 409 when somebody else was faster."""
    administrator(request, "admin.plugins")
    found, present = _with_settings(request, key)
    sent = form(request)
    try:
        wanted = read_settings(present, sent)
    except ValidationError as wrong:
        return _page(request, found, present, sent, problems_of(wrong))
    with write(request) as change:
        names = keep_settings(change, key, present, wanted, str(sent.get("mark", "")))
    portal_of(request).refresh_plugins()
    said = (
        t("설정 {n}개를 바꾸었습니다. 모든 곳에 1초 안에 반영됩니다.", n=len(names))
        if names
        else t("바뀐 것이 없습니다.")
    )
    return redirect(request, f"/admin/plugins/{key}/settings", said)
