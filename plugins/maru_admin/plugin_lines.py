"""Each function in a line: its state in a word, where it is on, how it failed, what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from maru import Department, Kind, Plugin, PluginFailure, PluginState, Portal, t

from .failures import FailureLine, failure_lines
from .plugin_facts import name_of, short_place
from .switching import Reach


@dataclass(frozen=True)
class PluginLine:
    """A function in the list. `where` says at which line it is ill.

    `reach` says where it is switched on, empty for nowhere; while it is ill it is used nowhere all the same.
    `failure` is the latest one that is not over, `failure_count` how many of those there were.
    """

    key: str
    name: str
    icon: str
    version: str
    kind: Kind
    state: str
    problem: str
    where: str
    reach: str
    owner: str
    switchable: bool
    by_department: bool
    is_enabled: bool
    is_well: bool
    is_gone: bool
    is_paused: bool
    paused_until: datetime | None
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


def plugin_lines(portal: Portal) -> list[PluginLine]:
    """Every function that was found, in the order of the menu. Three queries."""
    failures: dict[str, list[PluginFailure]] = {}
    for row in PluginFailure.select():
        failures.setdefault(row.plugin, []).append(row)
    paused = {key for key, _ in portal.dispatcher.quarantine.paused()}
    states = {state.key: state for state in PluginState.select()}
    names = _unit_names(states)
    return [
        _line(portal, plugin, failures.get(plugin.key, []), plugin.key in paused, states.get(plugin.key), names)
        for plugin in portal.plugins
    ]


def plugin_line(portal: Portal, plugin: Plugin) -> PluginLine:
    """The line of one function."""
    return next(line for line in plugin_lines(portal) if line.key == plugin.key)


def _unit_names(states: Mapping[str, PluginState]) -> dict[int, str]:
    """The names of the departments that functions are on for, in 직제순."""
    ids = sorted({unit for state in states.values() for unit in state.units or ()})
    return {unit.id: unit.name for unit in Department.in_order().where(Department.id.in_(ids))} if ids else {}


def _line(
    portal: Portal,
    plugin: Plugin,
    rows: list[PluginFailure],
    is_paused: bool,
    kept: PluginState | None,
    names: Mapping[int, str],
) -> PluginLine:
    facts, reach = plugin.manifest, Reach.of(kept)
    is_gone = kept is not None and not kept.version
    failures = [each for each in failure_lines(portal, plugin, rows) if not each.over]
    unit_count = None if reach.units is None else len(reach.units)
    kind, state = _state(plugin, is_paused, is_gone, bool(failures), unit_count)
    return PluginLine(
        key=plugin.key,
        name=name_of(plugin),
        icon=facts.icon if facts else "puzzle",
        version=facts.version if facts else "",
        kind=kind,
        state=state,
        problem=plugin.problem.splitlines()[0] if plugin.problem else "",
        where=short_place(plugin.where),
        reach=reach.words(names) if reach.is_on else "",
        owner=facts.owner if facts else "",
        switchable=bool(facts and facts.switchable),
        by_department=bool(facts and facts.scope == "department"),
        is_enabled=plugin.is_enabled,
        is_well=plugin.is_well,
        is_gone=is_gone,
        is_paused=is_paused and plugin.is_enabled,
        paused_until=max((each.paused_until for each in failures if each.paused_until), default=None),
        spent_ms=_spent_ms(portal, plugin.key),
        failure_count=sum(failure.count for failure in failures),
        failure=failures[0] if failures else None,
    )


def _state(plugin: Plugin, is_paused: bool, is_gone: bool, fails: bool, unit_count: int | None) -> tuple[Kind, str]:
    if not plugin.is_well:
        return "danger", t("불러오지 못함")
    if is_gone:
        return "neutral", t("설치 안 됨")
    if not plugin.is_enabled:
        return "neutral", t("꺼짐")
    if is_paused:
        return "warning", t("일시 중지")
    if fails:
        return "warning", t("실패 있음")
    return "success", t("정상") if unit_count is None else t("정상 · {n}개 부서", n=unit_count)


def cost_lines(portal: Portal, key: str) -> list[CostLine]:
    """What a function took in this worker since its start, by hook, page and card, the dearest first."""
    spent = [(place, took) for (plugin, place), took in list(portal.dispatcher.spent.items()) if plugin == key]
    lines = [CostLine(place, int(n), 1000 * took / n, 1000 * took) for place, (n, took) in spent if n]
    return sorted(lines, key=lambda line: -line.total_ms)


def _spent_ms(portal: Portal, key: str) -> float:
    """What a plugin has taken in this process so far, over all hooks and pages."""
    return sum(seconds for (owner, _), (_, seconds) in list(portal.dispatcher.spent.items()) if owner == key) * 1000
