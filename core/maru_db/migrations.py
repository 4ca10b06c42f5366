"""Migrations per plugin: numbered files with `up` and `down`, one history table a plugin."""

from collections.abc import Collection
from pathlib import Path

from playhouse.migrations import Runner

from maru_db.database import connected, database, schema_change
from maru_db.errors import MigrationError


def _runner(folder: Path, owner: str) -> Runner:
    return Runner(database.obj, str(folder), table_name=f"{owner}_schema_migration")


def pending(folder: Path, owner: str) -> list[str]:
    """Names of the migrations of `owner` that were not applied yet, in order."""
    if not folder.is_dir():
        return []
    with connected():
        return [found.name for found in _runner(folder, owner).status() if found.applied is None]


def migrate(folder: Path, owner: str, only: Collection[str] | None = None) -> list[str]:
    """Apply what is pending, or `only` these of it, and return its names. Raises MigrationError naming what failed."""
    applied: list[str] = []
    for name in (name for name in pending(folder, owner) if only is None or name in only):
        try:
            with schema_change():
                _runner(folder, owner).up(name)
        except Exception as failed:  # a migration is a plugin's code and may raise anything
            message = f'Migration "{name}" of "{owner}" failed: {failed}. Its tables are as they were before it.'
            raise MigrationError(message, str(folder / f"{name}.py")) from failed
        applied.append(name)
    return applied
