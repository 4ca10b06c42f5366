"""What is known of a function: its state in a word, its manifest, its tables, its failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import peewee

from maru import Kind, Plugin, PluginFailure, PluginState, Portal, label_text, now, t

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
    paused_until: datetime | None


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
    by_department: bool
    is_enabled: bool
    is_well: bool
    is_gone: bool
    is_paused: bool
    spent_ms: float
    failure_count: int
    failure: FailureLine | None


@dataclass(frozen=True)
class CostLine:
    """What a hook, page or card of a function took in this worker: how often, and how long on average."""

    place: str
    count: int
    mean_ms: float
    total_ms: float


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
    """Every function that was found, in the order of the menu. Two queries."""
    failures: dict[str, list[FailureLine]] = {}
    for row in PluginFailure.select().order_by(PluginFailure.last_at.desc()):
        failures.setdefault(row.plugin, []).append(_failure_line(row))
    paused = {key for key, _ in portal.dispatcher.quarantine.paused()}
    states = {state.key: state for state in PluginState.select()}
    return [
        _line(portal, plugin, failures.get(plugin.key, []), plugin.key in paused, states.get(plugin.key))
        for plugin in portal.plugins
    ]


def failures_of(key: str) -> list[FailureLine]:
    """The failures of one function, the latest first."""
    rows = PluginFailure.select().where(PluginFailure.plugin == key).order_by(PluginFailure.last_at.desc())
    return [_failure_line(row) for row in rows]


def _failure_line(row: PluginFailure) -> FailureLine:
    problem = str(row.problem).splitlines()[0] if row.problem else ""
    until = row.paused_until if row.paused_until and row.paused_until > now() else None
    return FailureLine(row.place, problem, row.where, row.count, row.first_at, row.last_at, until)


def _line(
    portal: Portal, plugin: Plugin, failures: list[FailureLine], is_paused: bool, kept: PluginState | None
) -> PluginLine:
    facts = plugin.manifest
    is_gone = kept is not None and not kept.version
    unit_count = len(kept.units) if kept is not None and kept.units is not None else None
    kind, state = _state(plugin, is_paused, is_gone, unit_count)
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
        by_department=bool(facts and facts.scope == "department"),
        is_enabled=plugin.is_enabled,
        is_well=plugin.is_well,
        is_gone=is_gone,
        is_paused=is_paused and plugin.is_enabled,
        spent_ms=_spent_ms(portal, plugin.key),
        failure_count=sum(failure.count for failure in failures),
        failure=failures[0] if failures else None,
    )


def _state(plugin: Plugin, is_paused: bool, is_gone: bool, unit_count: int | None) -> tuple[Kind, str]:
    if not plugin.is_well:
        return "danger", t("불러오지 못함")
    if is_gone:
        return "neutral", t("설치 안 됨")
    if not plugin.is_enabled:
        return "neutral", t("꺼짐")
    if is_paused:
        return "warning", t("일시 중지")
    return "success", t("정상") if unit_count is None else t("정상 · {n}개 부서", n=unit_count)


def cost_lines(portal: Portal, key: str) -> list[CostLine]:
    """What a function took in this worker since its start, by hook, page and card, the dearest first."""
    spent = [(place, took) for (plugin, place), took in list(portal.dispatcher.spent.items()) if plugin == key]
    lines = [CostLine(place, int(n), 1000 * took / n, 1000 * took) for place, (n, took) in spent if n]
    return sorted(lines, key=lambda line: -line.total_ms)


def _spent_ms(portal: Portal, key: str) -> float:
    """What a plugin has taken in this process so far, over all hooks and pages."""
    return sum(seconds for (owner, _), (_, seconds) in list(portal.dispatcher.spent.items()) if owner == key) * 1000


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
