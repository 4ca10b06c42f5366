"""Where a function is on, what may be changed of it, and changing it."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from maru import Conflict, Department, Plugin, PluginState, Portal, User, install_plugin, t

from .directory import people_of
from .plugin_facts import name_of, short_place


@dataclass(frozen=True)
class Reach:
    """Where a function is on: nowhere, in the departments `units` and those below them, or in the whole city (None)."""

    is_on: bool
    units: frozenset[int] | None = None

    @classmethod
    def of(cls, state: PluginState | None) -> Reach:
        """As it stands in the database; a function that nobody has switched yet is on."""
        if state is None:
            return EVERYWHERE
        return cls(bool(state.is_enabled), None if state.units is None else frozenset(state.units))

    @property
    def is_everywhere(self) -> bool:
        """On in the whole city."""
        return self.is_on and self.units is None

    def department_ids(self) -> frozenset[int]:
        """Every department it is on for. Of a function that is on everywhere nobody asks this."""
        return Department.ids_below(self.units) if self.is_on and self.units else frozenset()

    def is_within(self, other: Reach) -> bool:
        """Whether everybody who has this function has the `other` one too."""
        if not self.is_on or other.is_everywhere:
            return True
        return self.units is not None and self.department_ids() <= other.department_ids()

    def people(self) -> frozenset[int]:
        """The active people who have the function."""
        active = User.select(User.id).where(User.is_active)
        if not self.is_everywhere:
            active = active.where(User.id.in_(people_of(self.department_ids())))
        return frozenset(person.id for person in active)

    def words(self, names: Mapping[int, str] | None = None) -> str:
        """`시 전체`, `유구읍, 이인면`, or `꺼짐`. With the `names` of all departments in question it asks no query."""
        if not self.is_on:
            return t("꺼짐")
        if self.units is None:
            return t("시 전체")
        if names is None:
            found = Department.in_order().where(Department.id.in_(sorted(self.units)))
            names = {unit.id: unit.name for unit in found}
        return ", ".join(name for key, name in names.items() if key in self.units) or t("없어진 부서")


OFF = Reach(False)
EVERYWHERE = Reach(True)


def reaches(portal: Portal) -> dict[str, Reach]:
    """Every function that was found → where it is on, as the database says; one that is ill is on nowhere."""
    states = {state.key: state for state in PluginState.select()}
    return {plugin.key: Reach.of(states.get(plugin.key)) if plugin.is_well else OFF for plugin in portal.plugins}


def never_switched(plugin: Plugin) -> str:
    """Why `plugin` cannot be switched at all; empty when it can."""
    if not plugin.is_well:
        return t("불러오지 못한 기능은 켜거나 끌 수 없습니다. 아래의 잘못을 먼저 고쳐 주세요.")
    return "" if plugin.facts.switchable else t("이 기능은 포털에 늘 필요해 끌 수 없습니다.")


def obstacle(portal: Portal, plugin: Plugin, wanted: Reach) -> str:
    """Why `plugin` cannot be on just there, naming the functions in the way; empty when it can."""
    if said := never_switched(plugin):
        return said
    if said := undivided(plugin, wanted):
        return said
    return conflict(portal, reaches(portal) | {plugin.key: wanted}, [plugin.key])


def undivided(plugin: Plugin, wanted: Reach) -> str:
    """Why `plugin` cannot be on for some departments alone; empty where it can, or is not asked to."""
    if wanted.is_on and wanted.units is not None and plugin.facts.scope != "department":
        return t("이 기능은 시 전체에서만 켜고 끕니다.")
    return ""


def conflict(portal: Portal, planned: dict[str, Reach], changed: Iterable[str]) -> str:
    """What would not fit of the `planned` set around the functions `changed`; empty when all of it does."""
    touched = set(changed)
    for plugin in portal.plugins:
        if plugin.manifest is None:
            continue
        for needed, _ in plugin.facts.needed():
            if touched & {plugin.key, needed} and not planned[plugin.key].is_within(planned.get(needed, OFF)):
                return _said(portal, plugin, needed, plugin.key in touched, planned)
    return ""


def _said(portal: Portal, plugin: Plugin, needed: str, is_asked: bool, planned: dict[str, Reach]) -> str:
    other = next((each for each in portal.plugins if each.key == needed), None)
    names = {"name": name_of(plugin), "other": name_of(other) if other else needed}
    if is_asked and planned.get(needed, OFF).is_on:
        return t(
            "{name} 기능은 {other} 기능이 켜진 부서에서만 켤 수 있습니다. {other} 기능을 먼저 넓혀 주세요.", **names
        )
    if is_asked:
        return t("{name} 기능에는 {other} 기능이 있어야 합니다. 그 기능을 먼저 켜 주세요.", **names)
    return t("{name} 기능이 {other} 기능을 씁니다. {name} 기능을 먼저 끄거나 부서를 줄여 주세요.", **names)


def switch_to(portal: Portal, plugin: Plugin, wanted: Reach) -> PluginState:
    """Put `plugin` where it is wanted. Inside a write. Raises Conflict where others are in the way."""
    if said := obstacle(portal, plugin, wanted):
        raise Conflict(said)
    state = PluginState.get_or_none(PluginState.key == plugin.key)
    state = state or PluginState(key=plugin.key, version=plugin.facts.version)
    state.is_enabled = wanted.is_on
    if wanted.is_on:  # switched off it keeps its departments, so that it comes back where it was
        state.units = None if wanted.units is None else sorted(wanted.units)
    state.save()
    return state


def is_gone(plugin: Plugin) -> bool:
    """Whether it was uninstalled: its tables are not there."""
    state = PluginState.get_or_none(PluginState.key == plugin.key)
    return state is not None and not state.version


def install_again(plugin: Plugin) -> None:
    """Make the tables of an uninstalled function anew before it is switched on; nothing where they are there.

    Outside of any write. Raises Conflict with file and line where its migration fails: then it stays off.
    """
    if not is_gone(plugin):
        return
    try:
        install_plugin(plugin)
    except Exception as wrong:
        said = t(
            "{name} 기능의 표를 만들지 못해 켜지 않았습니다. 다른 기능과 자료는 그대로입니다. 개발 담당자에게 이 줄을 알려 주세요: {where} {problem}",
            name=name_of(plugin),
            where=_line_of(wrong, plugin.folder),
            problem=wrong,
        )
        raise Conflict(said) from wrong


def _line_of(wrong: BaseException, folder: Path) -> str:
    """`migrations/0002_more.py:14`: the deepest line of the function that a failure went through."""
    frames = traceback.extract_tb((wrong.__cause__ or wrong).__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return f"{short_place(own[-1].filename)}:{own[-1].lineno}" if own else short_place(getattr(wrong, "where", ""))
