"""Bringing the tables and the first rights of core and plugins up to date, once at start."""

from collections.abc import Mapping
from pathlib import Path

from maru.models import Grant, PluginState, Role
from maru.models.rights import STAFF
from maru.plugins.loader import Guard, Plugin, unguarded
from maru.plugins.manifest import RoleKey
from maru_db import connected, transaction
from maru_db.migrations import migrate

ROLES = {
    STAFF: ("직원", "Staff"),
    "department-admin": ("부서 관리자", "Department administrator"),
    "city-admin": ("시 관리자", "City administrator"),
}

Default = Mapping[RoleKey, str] | None
"""Which roles have a permission at first, as role → scope; None once an administrator has decided otherwise."""


def install(plugins: list[Plugin], guard: Guard = unguarded) -> None:
    """Migrate the core and every well plugin, and give new permissions to their default roles.

    A default that is corrected later is applied as long as no administrator has changed what roles were granted.
    Safe to run in several processes at once. A plugin whose migration fails falls ill alone.
    """
    with connected():
        migrate(Path(__file__).resolve().parents[1] / "migrations", "maru")
        _ensure_roles()
        uninstalled = {state.key for state in PluginState.select().where(PluginState.version == "")}
        for plugin in plugins:
            if plugin.is_well and plugin.key not in uninstalled:
                try:
                    with guard(plugin, "tables"):
                        install_plugin(plugin)
                except BaseException as wrong:  # noqa: BLE001 — a migration is a plugin's code and may raise anything
                    plugin.fall_ill(wrong)


def _ensure_roles() -> None:
    if missing := ROLES.keys() - {role.key for role in Role.select()}:
        with transaction():
            for key in sorted(missing):
                Role.get_or_create(key=key, defaults={"label_ko": ROLES[key][0], "label_en": ROLES[key][1]})


def install_plugin(plugin: Plugin) -> None:
    """Bring the tables of one plugin and the first rights to it up to date. Raises what its migrations raise."""
    migrate(plugin.folder / "migrations", plugin.key)
    defaults = {permission.key: permission.default for permission in plugin.facts.permissions}
    as_it_is = (plugin.facts.version, defaults)
    state = PluginState.get_or_none(PluginState.key == plugin.key)
    if state is not None and (state.version, state.known_permissions) == as_it_is:
        return
    with transaction():
        state = PluginState.get_or_none(PluginState.key == plugin.key) or PluginState(key=plugin.key)
        known = state.known_permissions
        if isinstance(known, list):  # as it was kept once: the permissions whose default was granted
            known = {key: defaults.get(key) for key in known}
        state.version = plugin.facts.version
        state.known_permissions = {key: _granted(key, known.get(key, {}), new) for key, new in defaults.items()}
        state.save()


def _granted(permission: str, before: Default, new: Default) -> Default:
    """The default `new`, granted in the place of `before`; None, for good, where an administrator changed what was."""
    if before is None or before == new:
        return before
    of_roles = (Grant.permission == permission) & Grant.role.is_null(False)
    found = Grant.select(Grant.role, Grant.scope, Grant.unit, Grant.valid_from, Grant.valid_until).where(of_roles)
    if set(found.tuples()) != {(role, scope, None, None, None) for role, scope in before.items()}:
        return None
    Grant.delete().where(of_roles).execute()
    for role, scope in (new or {}).items():
        Grant.create(role=role, permission=permission, scope=scope)
    return new
