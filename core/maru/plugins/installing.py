"""Bringing the tables and the first rights of core and plugins up to date, once at start."""

from pathlib import Path

from maru.db import connected, transaction
from maru.db.migrations import migrate
from maru.models import Grant, PluginState, Role
from maru.models.rights import STAFF
from maru.plugins.loader import Plugin

CORE_MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
ROLES = {
    STAFF: ("직원", "Staff"),
    "department-admin": ("부서 관리자", "Department administrator"),
    "city-admin": ("시 관리자", "City administrator"),
}


def install(plugins: list[Plugin]) -> None:
    """Migrate the core and every well plugin, and give new permissions to their default roles.

    Safe to run in several processes at once. A plugin whose migration fails falls ill alone.
    """
    with connected():
        migrate(CORE_MIGRATIONS, "maru")
        _ensure_roles()
        for plugin in plugins:
            if plugin.is_well:
                _install(plugin)


def _ensure_roles() -> None:
    missing = ROLES.keys() - {role.key for role in Role.select()}
    if missing:
        with transaction():
            for key in sorted(missing):
                Role.get_or_create(key=key, defaults={"label_ko": ROLES[key][0], "label_en": ROLES[key][1]})


def _install(plugin: Plugin) -> None:
    try:
        migrate(plugin.folder / "migrations", plugin.key)
    except Exception as wrong:  # noqa: BLE001 — a migration is a plugin's code and may raise anything
        plugin.fall_ill(wrong)
        return
    facts = plugin.facts
    keys = [permission.key for permission in facts.permissions]
    state = PluginState.get_or_none(PluginState.key == plugin.key)
    if state is not None and state.version == facts.version and state.known_permissions == keys:
        return
    with transaction():
        state = PluginState.get_or_none(PluginState.key == plugin.key) or PluginState(key=plugin.key)
        for permission in facts.permissions:
            if permission.key not in (state.known_permissions or []):
                for role, scope in permission.default.items():
                    Grant.create(role=role, permission=permission.key, scope=scope)
        state.version, state.known_permissions = facts.version, keys
        state.save()
