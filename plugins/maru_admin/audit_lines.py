"""Entries of the audit as people read them: who, when, what, before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from maru import AuditEntry, Department, Kind, Portal, User, t

from .plugin_facts import name_of

CHANGES_SHOWN = 100
SUMMARY_COUNT = 2
PEOPLE_FIELDS = ("user", "person", "author", "actor")
UNIT_FIELDS = ("department", "unit", "parent")


@dataclass(frozen=True)
class AuditLine:
    """An entry in the list."""

    id: int
    at: datetime
    actor: str
    actor_id: int | None
    plugin: str
    action: str
    code: str
    kind: Kind | None
    summary: str
    note: str


@dataclass(frozen=True)
class FieldChange:
    """A field before and after, as text. `is_changed` where the two differ."""

    name: str
    before: str
    after: str
    is_changed: bool


@dataclass(frozen=True)
class ChangeLine:
    """One record that an entry changed."""

    table: str
    key: str
    kind: Kind
    word: str
    fields: tuple[FieldChange, ...]


def action_words() -> dict[str, tuple[str, Kind | None]]:
    """The actions of the core itself, in words."""
    return {
        "sign_in": (t("로그인"), None),
        "sign_in_failed": (t("로그인 실패"), "warning"),
        "sign_out": (t("로그아웃"), None),
        "denied": (t("권한이 없어 거절"), "danger"),
        "demo": (t("시연 자료 만들기"), None),
    }


def change_words() -> dict[str, tuple[str, Kind]]:
    """What happened to a record, in a word."""
    return {
        "created": (t("만듦"), "success"),
        "changed": (t("바꿈"), "info"),
        "deleted": (t("지움"), "danger"),
    }


def audit_lines(portal: Portal, entries: Iterable[AuditEntry]) -> list[AuditLine]:
    """The entries as lines."""
    names = {plugin.key: name_of(plugin) for plugin in portal.plugins}
    actions = action_words()
    return [_line(entry, names, actions) for entry in entries]


def _line(entry: AuditEntry, names: dict[str, str], actions: dict[str, tuple[str, Kind | None]]) -> AuditLine:
    action, kind = actions.get(entry.action, (entry.action.split(".")[-1], None))
    return AuditLine(
        id=entry.id,
        at=entry.at,
        actor=entry.actor_name,
        actor_id=entry.actor_id,
        plugin=names.get(entry.plugin, entry.plugin) or t("포털"),
        action=action,
        code=entry.action,
        kind=kind,
        summary=summary_of(entry.changes or []),
        note=entry.note,
    )


def summary_of(changes: list[dict[str, Any]]) -> str:
    """`board_post 7 만듦 · board_read 3 바꿈 · 4건 더`."""
    words = change_words()
    said = [f"{c['table']} {c['key']} {words[c['action']][0]}" for c in changes[:SUMMARY_COUNT]]
    if len(changes) > SUMMARY_COUNT:
        said.append(t("{n}건 더", n=len(changes) - SUMMARY_COUNT))
    return " · ".join(said)


def change_lines(entry: AuditEntry) -> list[ChangeLine]:
    """What an entry changed, field by field; people and departments by name. At most a hundred records."""
    changes = (entry.changes or [])[:CHANGES_SHOWN]
    names = _names_in(changes)
    words = change_words()
    return [
        ChangeLine(c["table"], c["key"], words[c["action"]][1], words[c["action"]][0], tuple(_fields(c, names)))
        for c in changes
    ]


def _fields(change: dict[str, Any], names: dict[tuple[str, int], str]) -> Iterable[FieldChange]:
    before, after = change["before"] or {}, change["after"] or {}
    for name in dict.fromkeys([*before, *after]):
        old, new = _text(name, before.get(name), names), _text(name, after.get(name), names)
        yield FieldChange(name, old, new, old != new)


def _text(name: str, value: Any, names: dict[tuple[str, int], str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return t("예") if value else t("아니오")
    if isinstance(value, int):
        kind = "user" if name in PEOPLE_FIELDS else "unit" if name in UNIT_FIELDS else ""
        said = names.get((kind, value))
        return f"{said} ({value})" if said else str(value)
    return value if isinstance(value, str) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _names_in(changes: list[dict[str, Any]]) -> dict[tuple[str, int], str]:
    """The names of the people and departments that the changes mention by id. Two queries."""
    ids: dict[str, set[int]] = {"user": set(), "unit": set()}
    for change in changes:
        for values in (change["before"] or {}, change["after"] or {}):
            for name, value in values.items():
                kind = "user" if name in PEOPLE_FIELDS else "unit" if name in UNIT_FIELDS else ""
                if kind and isinstance(value, int) and not isinstance(value, bool):
                    ids[kind].add(value)
    people = cast("Iterable[tuple[int, str]]", User.select(User.id, User.name).where(User.id.in_(ids["user"])).tuples())
    units = Department.select(Department.id, Department.name).where(Department.id.in_(ids["unit"]))
    found = {("user", key): name for key, name in people}
    return found | {("unit", key): name for key, name in cast("Iterable[tuple[int, str]]", units.tuples())}
