"""What is known of a function: its state in a word, its manifest, its tables, its failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import peewee

from maru import Kind, Plugin, PluginFailure, PluginState, Portal, label_text, t

from .rights import known_permissions, permission_named, role_labels


@dataclass(frozen=True)
class FailureLine:
    """Failures of a function at one place, counted: the first line of what was said, and the line of code."""

    place: str
    problem: str
    where: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class PluginLine:
    """A function in the list. `where` says at which line it is ill or failed last."""

    key: str
    name: str
    icon: str
    version: str
    kind: Kind
    state: str
    problem: str
    where: str
    scope: str
    owner: str
    switchable: bool
    is_enabled: bool
    is_well: bool
    is_paused: bool
    spent_ms: float
    failure_count: int
    failure: FailureLine | None


@dataclass(frozen=True)
class PermissionDefault:
    """A permission of the manifest and who holds it at first."""

    key: str
    label: str
    defaults: tuple[str, ...]


@dataclass(frozen=True)
class PageLine:
    """A page of a function: address, methods, what one needs, and the line of code of its view."""

    path: str
    methods: str
    permission: str
    view: str


@dataclass(frozen=True)
class TableLine:
    """A table of a function and how many rows it keeps."""

    name: str
    count: int


@dataclass(frozen=True)
class DependantLine:
    """Another function that this one needs, or that needs this one."""

    key: str
    name: str
    is_required: bool
    is_on: bool


def plugin_lines(portal: Portal) -> list[PluginLine]:
    """Every function that was found, in the order of the menu. One query."""
    failures: dict[str, list[FailureLine]] = {}
    for row in PluginFailure.select().order_by(PluginFailure.last_at.desc()):
        failures.setdefault(row.plugin, []).append(_failure_line(row))
    paused = set(portal.dispatcher.paused())
    return [_line(portal, plugin, failures.get(plugin.key, []), plugin.key in paused) for plugin in portal.plugins]


def failures_of(key: str) -> list[FailureLine]:
    """The failures of one function, the latest first."""
    rows = PluginFailure.select().where(PluginFailure.plugin == key).order_by(PluginFailure.last_at.desc())
    return [_failure_line(row) for row in rows]


def _failure_line(row: PluginFailure) -> FailureLine:
    problem = str(row.problem).splitlines()[0] if row.problem else ""
    return FailureLine(row.place, problem, row.where, row.count, row.first_at, row.last_at)


def _line(portal: Portal, plugin: Plugin, failures: list[FailureLine], is_paused: bool) -> PluginLine:
    facts = plugin.manifest
    kind, state = _state(plugin, is_paused)
    return PluginLine(
        key=plugin.key,
        name=name_of(plugin),
        icon=facts.icon if facts else "puzzle",
        version=facts.version if facts else "",
        kind=kind,
        state=state,
        problem=plugin.problem.splitlines()[0] if plugin.problem else "",
        where=short_place(plugin.where),
        scope=(t("시 전체") if facts.scope == "site" else t("부서")) if facts else "",
        owner=facts.owner if facts else "",
        switchable=bool(facts and facts.switchable),
        is_enabled=plugin.is_enabled,
        is_well=plugin.is_well,
        is_paused=is_paused and plugin.is_enabled,
        spent_ms=portal.dispatcher.spent_ms(plugin.key),
        failure_count=sum(failure.count for failure in failures),
        failure=failures[0] if failures else None,
    )


def _state(plugin: Plugin, is_paused: bool) -> tuple[Kind, str]:
    if not plugin.is_well:
        return "danger", t("불러오지 못함")
    if not plugin.is_enabled:
        return "neutral", t("꺼짐")
    return ("warning", t("일시 중지")) if is_paused else ("success", t("정상"))


def name_of(plugin: Plugin) -> str:
    """What a function is called, or its id where its manifest cannot be read."""
    return label_text(plugin.manifest.name.model_dump()) if plugin.manifest else plugin.key


def short_place(where: str) -> str:
    """`…/maru_board/plugin.toml` → `maru_board/plugin.toml`: the folder and the file say enough."""
    return "/".join(where.replace("\\", "/").split("/")[-2:])


def permission_defaults(portal: Portal, plugin: Plugin) -> list[PermissionDefault]:
    """The permissions of a function with their first holders."""
    roles, scopes = role_labels(), {"city": t("시 전체"), "own": t("본인 부서")}
    return [
        PermissionDefault(
            each.key,
            label_text(each.label.model_dump()),
            tuple(f"{roles.get(role, role)} · {scopes[scope]}" for role, scope in each.default.items()),
        )
        for each in plugin.facts.permissions
    ]


def page_lines(portal: Portal, key: str) -> list[PageLine]:
    """The pages of a function as its `routes.py` has them."""
    known = known_permissions(portal)
    everybody = t("로그인한 사람 모두")
    return [
        PageLine(
            path,
            ", ".join(page.methods),
            t("누구나")
            if page.public
            else known[page.permission].label
            if page.permission in known
            else everybody
            if page.permission == "portal.use"
            else permission_named(known, page.permission or "").label,
            page.view_place,
        )
        for path, page, plugin in portal.pages
        if plugin is not None and plugin.key == key
    ]


def required_by(portal: Portal, plugin: Plugin) -> list[DependantLine]:
    """The functions that need `plugin`, and those that do more with it."""
    return [
        DependantLine(other.key, name_of(other), _requires(other, plugin.key), _is_on(other))
        for other in portal.plugins
        if other.manifest and plugin.key in other.facts.known_plugins()
    ]


def requirements(portal: Portal, plugin: Plugin) -> list[DependantLine]:
    """The functions that `plugin` needs, and those it does more with."""
    others = {other.key: other for other in portal.plugins}
    return [
        DependantLine(
            key, name_of(others[key]) if key in others else key, _requires(plugin, key), _is_on(others.get(key))
        )
        for key in plugin.facts.known_plugins()
    ]


def _requires(plugin: Plugin, key: str) -> bool:
    return key in [needed for needed, _ in plugin.facts.needed()]


def _is_on(plugin: Plugin | None) -> bool:
    return plugin is not None and plugin.is_well and plugin.is_enabled


def obstacle_to_switching(portal: Portal, plugin: Plugin) -> str:
    """Why `plugin` cannot be switched now, naming the functions in the way; empty when it can."""
    if not plugin.is_well:
        return t("불러오지 못한 기능은 켜거나 끌 수 없습니다. 아래의 잘못을 먼저 고쳐 주세요.")
    if not plugin.facts.switchable:
        return t("이 기능은 포털에 늘 필요해 끌 수 없습니다.")
    if plugin.is_enabled:
        names = [other.name for other in required_by(portal, plugin) if other.is_required and other.is_on]
        return t("{names} 기능이 이 기능을 씁니다. 그 기능을 먼저 꺼 주세요.", names=", ".join(names)) if names else ""
    names = [other.name for other in requirements(portal, plugin) if other.is_required and not other.is_on]
    return t("{names} 기능이 있어야 합니다. 그 기능을 먼저 켜 주세요.", names=", ".join(names)) if names else ""


def table_lines(portal: Portal, key: str) -> list[TableLine]:
    """The tables that carry the id of the function, with their rows counted. One query a table."""
    database = PluginState._meta.database
    others = [other.key for other in portal.plugins if other.key.startswith(f"{key}_")]
    names = [
        name
        for name in cast("Iterable[str]", database.get_tables())
        if name.startswith(f"{key}_")
        and not name.endswith("_schema_migration")
        and not any(name.startswith(f"{other}_") for other in others)
    ]
    return [TableLine(name, peewee.Table(name).bind(database).select().count()) for name in sorted(names)]
