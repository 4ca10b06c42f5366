"""제거: switched off everywhere, archived, and only then taken out, in one change with the entry that knows the archive.

A process that is killed on the way leaves the function installed, or uninstalled with its archive; nothing between.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import peewee

from maru import (
    Actor,
    AuditEntry,
    Conflict,
    OutboxEvent,
    Plugin,
    PluginFailure,
    PluginState,
    Portal,
    now,
    schema_change,
    t,
    write_as,
)

from ..plans import PlannedSwitch
from ..plugin_facts import name_of
from .archive import ArchiveManifest, as_it_stands, digest_of, manifest_for, write_archive
from .holdings import holdings_of, installed_keys, pointing_from_outside
from .shelf import REMOVED, new_path
from .sweeping import delete_folders, sweep_later
from .tables import column, database, delete_rows, drop_tables, parents_first, table_of

ATTEMPTS = 3


def obstacle_to_uninstalling(portal: Portal, plugin: Plugin) -> str:
    """Why `plugin` cannot be uninstalled, naming who is in the way; empty when it can."""
    if plugin.manifest is not None and not plugin.manifest.switchable:
        return t("이 기능은 포털에 늘 필요해 제거할 수 없습니다.")
    installed = installed_keys()
    if plugin.key not in installed:
        return t("이 기능은 설치되어 있지 않습니다.")
    needing = [
        name_of(other)
        for other in portal.plugins
        if other.manifest and other.key in installed and plugin.key in [key for key, _ in other.facts.needed()]
    ]
    if needing:
        return t("{names} 기능이 이 기능을 씁니다. 그 기능을 먼저 제거해 주세요.", names=", ".join(needing))
    running = OutboxEvent.undone().where(OutboxEvent.owner == plugin.key, OutboxEvent.until_at > now())
    if running.exists():
        return t("이 기능의 작업이 지금 실행되고 있습니다. 끝난 다음 다시 제거해 주세요.")
    return ""


def uninstall(portal: Portal, plugin: Plugin, actor: Actor, reason: str) -> Path:
    """Take `plugin` out and give the archive that it can be restored from. Raises Conflict when that cannot be.

    It is switched off first. Where it stays off but installed, switching it on makes all as it was.
    """
    _refuse(obstacle_to_uninstalling(portal, plugin))
    holdings = holdings_of(portal, plugin)
    if outside := pointing_from_outside(holdings):
        raise Conflict(t("다른 기능의 표가 이 기능의 표를 가리킵니다: {tables}", tables=", ".join(outside)))
    _switch_off(portal, plugin, actor, reason)
    path = new_path(portal, plugin.key, _state_of(plugin).version)
    try:
        _archive_and_take_out(portal, plugin, path, actor, reason)
    except Exception:
        with suppress(Exception):  # an archive too many harms nobody; one too few would
            if _state_of(plugin).version:
                path.unlink(missing_ok=True)
        raise
    delete_folders(portal, holdings.folders)
    portal.refresh_plugins()
    portal.forget()
    return path


def _archive_and_take_out(portal: Portal, plugin: Plugin, path: Path, actor: Actor, reason: str) -> None:
    for _ in range(ATTEMPTS):
        holdings, state = holdings_of(portal, plugin), _state_of(plugin)
        manifest = write_archive(path, holdings, manifest_for(holdings, plugin, state))
        if _taken_out(portal, plugin, path, manifest, actor, reason):
            return
    raise Conflict(
        t("자료가 계속 바뀌어 보관하지 못했습니다. 기능은 꺼 두었고 자료는 그대로입니다. 잠시 뒤 다시 제거해 주세요.")
    )


def _refuse(obstacle: str) -> None:
    if obstacle:
        raise Conflict(obstacle)


def _state_of(plugin: Plugin) -> PluginState:
    found: PluginState = PluginState.get(PluginState.key == plugin.key)
    return found


def _switch_off(portal: Portal, plugin: Plugin, actor: Actor, reason: str) -> None:
    state = _state_of(plugin)
    if state.is_enabled:
        with write_as(actor, reason):
            state.is_enabled = False
            state.save()
        portal.refresh_plugins()
    time.sleep(
        2 * portal.settings.pulse_seconds
    )  # every worker looks once in that time; who is later is found out below


def _taken_out(
    portal: Portal, plugin: Plugin, path: Path, manifest: ArchiveManifest, actor: Actor, reason: str
) -> bool:
    """Take out all that the archive holds, in one change; False when it is not all that there is any more."""
    sha256 = digest_of(path)
    with schema_change():
        _refuse(obstacle_to_uninstalling(portal, plugin))
        holdings = holdings_of(portal, plugin)
        is_same = (set(as_it_stands(holdings)), set(holdings.digests)) == (
            set(manifest.tables),
            {file.sha256 for file in manifest.files},
        )
        if not is_same or _state_of(plugin).is_enabled:
            return False
        _drop_views(plugin.key)
        drop_tables(holdings.whole)
        ids = {part.table: part.ids for part in holdings.parts if part.ids is not None}
        for table in reversed(parents_first(ids)):
            delete_rows(table, ids[table])
        _forget(plugin)
        _write_down(plugin, actor, reason, path.name, sha256, manifest)
        sweep_later(holdings)
    return True


def _drop_views(key: str) -> None:
    for view in database().get_views():
        if view.name.startswith(f"{key}_"):
            database().execute_sql(f'DROP VIEW "{view.name}"')


def _forget(plugin: Plugin) -> None:
    """What the core keeps of it: failures, jobs and their schedules, and the state itself but for its name."""
    PluginFailure.delete().where(PluginFailure.plugin == plugin.key).execute()
    OutboxEvent.delete().where(OutboxEvent.owner == plugin.key).execute()
    OutboxEvent.delete().where(planned_switches(plugin.key)).execute()
    schedules = table_of("maru_schedule")
    schedules.delete().where(column("maru_schedule", "name").startswith(f"{plugin.key}.")).execute()
    state = _state_of(plugin)
    state.version, state.is_enabled, state.units = "", False, None
    state.settings, state.known_permissions = {}, []
    state.save()
    tell_of_the_switch(state)


def planned_switches(key: str) -> peewee.Expression:
    """True for the switches of the function `key` that wait for their time."""
    is_one = (OutboxEvent.name == PlannedSwitch.event) & (OutboxEvent.key == f"{PlannedSwitch.event}:{key}")
    return is_one & OutboxEvent.done_at.is_null()


def tell_of_the_switch(state: PluginState) -> None:
    """Who keeps something of all functions (the search) looks anew. A change of tables by itself tells nobody."""
    name = f"{PluginState._meta.table_name}.changed"
    OutboxEvent.create(name=name, key=f"{PluginState._meta.table_name}:{state.id}", payload={"id": state.id})


def _write_down(
    plugin: Plugin, actor: Actor, reason: str, archive: str, sha256: str, manifest: ArchiveManifest
) -> None:
    before = {"version": manifest.version, "rows": {table.table: table.count for table in manifest.tables}}
    after = {"archive": archive, "sha256": sha256, "files": len(manifest.files)}
    audit(replace(actor, action=REMOVED), reason, plugin.key, "deleted", before, after)


def audit(actor: Actor, reason: str, key: str, action: str, before: object, after: object) -> None:
    """An entry about the function `key`. Inside of a change of tables, where no `write` can be."""
    row = {"table": PluginState._meta.table_name, "key": key, "action": action, "before": before, "after": after}
    AuditEntry.append(
        actor_id=actor.user.id if actor.user else None,
        actor_name=actor.user.username if actor.user else "maru",
        address=actor.address,
        plugin="admin",
        action=actor.action,
        request=actor.request,
        note=reason,
        changes=[row],
    )
