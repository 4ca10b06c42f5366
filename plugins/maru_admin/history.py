"""How the functions were set at an earlier time: what changed since, and what going back changes. No data moves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import peewee
from pydantic import BaseModel, ValidationError

from maru import AuditEntry, Plugin, PluginState, Portal, t

from .earlier import EarlierState
from .plugin_facts import name_of
from .settings_fields import label_of, said, secret_names, stored_form
from .settings_store import PREFIX
from .switching import EVERYWHERE, OFF, Reach, conflict, reaches

TABLE = "maru_plugin_state"
CHANGES_SHOWN = 200


@dataclass(frozen=True)
class ChangeLine:
    """A change of one function: when, by whom, what, and why."""

    entry: int
    at: datetime
    actor: str
    plugin: str
    name: str
    words: tuple[str, ...]
    note: str


@dataclass
class Kept:
    """How a function was set at an instant."""

    is_enabled: bool
    units: list[int] | None
    settings: dict[str, Any]

    @property
    def reach(self) -> Reach:
        """Where it was on."""
        return Reach(True, None if self.units is None else frozenset(self.units)) if self.is_enabled else OFF


@dataclass(frozen=True)
class Difference:
    """What going back changes of one function: where it is on, or a setting."""

    plugin: str
    name: str
    what: str
    present: str
    then: str


@dataclass(frozen=True)
class Restoration:
    """Going back: the differences, what is left out and why, and what is in the way of the whole."""

    differences: tuple[Difference, ...] = ()
    left_out: tuple[str, ...] = ()
    obstacle: str = ""
    reaches: dict[str, Reach] = field(default_factory=dict)
    states: tuple[tuple[str, EarlierState], ...] = ()
    settings: dict[str, BaseModel] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """What tells these differences from all others: who confirms them has seen just these."""
        stated = [[each.plugin, each.name, each.what, each.present, each.then] for each in self.differences]
        return hashlib.sha256(json.dumps(stated).encode()).hexdigest()[:16]


def _entries_since(since: datetime) -> peewee.ModelSelect[AuditEntry]:
    mentions = AuditEntry.changes.cast("TEXT").contains(f'"table":"{TABLE}"')
    return AuditEntry.select().where(AuditEntry.at > since, mentions).order_by(AuditEntry.id.desc())


def _changes(entry: AuditEntry) -> Iterator[dict[str, Any]]:
    return (change for change in entry.changes if change["table"] == TABLE)


def changes_since(portal: Portal, since: datetime) -> list[ChangeLine]:
    """Every change of switches, departments and settings after `since`, the newest first; at most 200."""
    keys = {str(state.id): state.key for state in PluginState.select()}
    found: list[ChangeLine] = []
    for entry in list(_entries_since(since).limit(CHANGES_SHOWN)):
        for change in _changes(entry):
            key = keys.get(change["key"], change["key"])  # a removal is recorded under the id of the function
            plugin = portal.dispatcher.plugins.get(key)
            words = tuple(_words(plugin, change["before"] or {}, change["after"] or {}))
            name = name_of(plugin) if plugin else key
            if words:
                found.append(ChangeLine(entry.id, entry.at, entry.actor_name, key, name, words, entry.note))
    return found[:CHANGES_SHOWN]


def _words(plugin: Plugin | None, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    if "is_enabled" in after and before.get("is_enabled") != after["is_enabled"]:
        yield t("켬") if after["is_enabled"] else t("끔")
    if "units" in before and before["units"] != after.get("units"):
        yield f"{_where(before['units'])} → {_where(after.get('units'))}"
    if "version" in before and before["version"] != after.get("version"):
        yield f"{before['version'] or t('설치 안 됨')} → {after.get('version') or t('설치 안 됨')}"
    if "restored from" in after:
        yield t("보관 파일로 복원함")
    for name in (each for each in after if each.startswith(PREFIX)):
        yield _setting_words(plugin, name.removeprefix(PREFIX), before.get(name), after[name])


def _where(units: list[int] | None) -> str:
    return Reach(True, None if units is None else frozenset(units)).words()


def _setting_words(plugin: Plugin | None, name: str, before: Any, after: Any) -> str:
    fields = type(plugin.settings).model_fields if plugin and plugin.settings else {}
    if name not in fields:
        return f"{name}: {before} → {after}"
    about = fields[name]
    return f"{label_of(name, about)}: {said(before, about) or '–'} → {said(after, about) or '–'}"


def kept_at(since: datetime) -> dict[str, Kept]:
    """How each function was set at the instant `since`, from how it is now and what the audit tells of the changes."""
    states = {str(s.id): s for s in PluginState.select()}
    kept = {key: Kept(s.is_enabled, s.units, dict(s.settings)) for key, s in states.items()}
    for entry in _entries_since(since):
        for change in reversed(list(_changes(entry))):
            if (found := kept.get(change["key"])) and change["action"] == "changed":
                _undo(found, change["before"] or {})
    return {states[key].key: each for key, each in kept.items()}


def _undo(kept: Kept, before: dict[str, Any]) -> None:
    for name, value in before.items():
        if name == "is_enabled":
            kept.is_enabled = value
        elif name == "units":
            kept.units = value
        elif name.startswith(PREFIX):
            kept.settings[name.removeprefix(PREFIX)] = value


def restoration(portal: Portal, since: datetime) -> Restoration:
    """What must change so that functions are on where they were, and set as they were, at the instant `since`."""
    then, present = kept_at(since), reaches(portal)
    differences: list[Difference] = []
    left_out: list[str] = []
    wanted, settings = dict(present), {}
    installed = {state.key for state in PluginState.select().where(PluginState.version != "")}
    for plugin in portal.plugins:
        kept = then.get(plugin.key)
        if kept is None or plugin.manifest is None or not plugin.facts.switchable:
            continue
        if kept.reach != present.get(plugin.key, EVERYWHERE):
            if not plugin.is_well or plugin.key not in installed:
                left_out.append(_why_left_out(plugin))
                continue
            wanted[plugin.key] = kept.reach
            pair = present[plugin.key].words(), kept.reach.words()
            differences.append(Difference(plugin.key, name_of(plugin), t("쓰는 곳"), *pair))
        model, changed, problem = _settings_then(plugin, kept)
        differences += changed
        left_out += [problem] if problem else []
        if model is not None and changed:
            settings[plugin.key] = model
    states = tuple((key, each) for key, given in portal.dispatcher.call("earlier_states", at=since) for each in given)
    differences += [Difference(key, each.name, each.what, each.present, each.then) for key, each in states]
    moved = {key: reach for key, reach in wanted.items() if reach != present[key]}
    return Restoration(tuple(differences), tuple(left_out), conflict(portal, wanted, moved), moved, states, settings)


def _why_left_out(plugin: Plugin) -> str:
    if not plugin.is_well:
        return t("{name}: 불러오지 못한 기능이라 그대로 둡니다.", name=name_of(plugin))
    return t("{name}: 그 뒤에 제거한 기능입니다. 보관 파일로 복원한 다음 켜 주세요.", name=name_of(plugin))


def _settings_then(plugin: Plugin, kept: Kept) -> tuple[BaseModel | None, list[Difference], str]:
    """The settings as they were, secrets as they are now; what differs; and why they cannot be put back."""
    now = plugin.settings
    if now is None:
        return None, [], ""
    fields, secrets = type(now).model_fields, secret_names(now)
    values = {name: value for name, value in kept.settings.items() if name in fields and name not in secrets}
    values |= {name: value for name, value in stored_form(now).items() if name in secrets}
    try:
        then = type(now).model_validate(values)
    except ValidationError:
        problem = t("{name}: 그때의 설정이 지금 판에 맞지 않아 설정은 그대로 둡니다.", name=name_of(plugin))
        return None, [], problem
    changed = [
        Difference(plugin.key, name_of(plugin), label_of(name, about), *(_shown(each, name) for each in (now, then)))
        for name, about in fields.items()
        if getattr(now, name) != getattr(then, name)
    ]
    return then, changed, ""


def _shown(settings: BaseModel, name: str) -> str:
    about = type(settings).model_fields[name]
    return said(getattr(settings, name), about) or "–"
