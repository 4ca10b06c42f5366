"""복원: an archive put back — tables as they were, rows, files, rights, settings; then brought up to this version.

The rows come back in one change: a process that is killed on the way leaves the function uninstalled, or restored.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import peewee

from maru import (
    Actor,
    Conflict,
    Plugin,
    PluginState,
    Portal,
    StoredFile,
    WriteOutsideError,
    install_plugin,
    migrate,
    schema_change,
    t,
)

from ..plugin_facts import name_of
from .archive import FORMAT, Archive, ArchivedTable, DamagedArchive, check_archive, opened
from .holdings import belongings_for, installed_keys
from .shelf import Kept
from .tables import (
    Row,
    column,
    columns_of,
    database,
    delete_rows,
    forward_sequence,
    is_sqlite,
    owned_tables,
    parents_first,
    parents_of,
    put_rows,
    table_of,
)
from .uninstalling import audit, tell_of_the_switch


def obstacle_to_restoring(portal: Portal, plugin: Plugin, kept: Kept) -> str:
    """Why the archive cannot be restored, with the way out; empty when it can. Reads the manifest, not the rows."""
    manifest = kept.manifest
    if manifest is None or kept.known is None:
        return t("이 파일은 이 포털이 끝까지 만든 보관 파일이 아니어서 복원할 수 없습니다.")
    if not plugin.is_well:
        return t("불러오지 못한 기능은 복원할 수 없습니다. 그 잘못을 먼저 고쳐 주세요.")
    installed = installed_keys()
    if plugin.key in installed:
        return t("이 기능은 설치되어 있습니다. 지금 자료를 보관하고 제거한 다음 복원해 주세요.")
    if missing := [name_of(each) for each in portal.plugins if _is_needed(plugin, each) and each.key not in installed]:
        return t("{names} 기능이 있어야 합니다. 그 기능을 먼저 설치해 주세요.", names=", ".join(missing))
    here = {path.stem for path in (plugin.folder / "migrations").glob("[0-9]*.py")}
    newer = _numbers(manifest.version) > _numbers(plugin.facts.version)
    if manifest.format > FORMAT or newer or not here.issuperset(manifest.migrations):
        return t(
            "보관 파일은 {old} 판의 것이고 지금 있는 것은 {new} 판입니다. 기능을 {old} 판 이상으로 올린 다음 복원해 주세요.",
            old=manifest.version,
            new=plugin.facts.version,
        )
    return ""


def _is_needed(plugin: Plugin, other: Plugin) -> bool:
    return other.key in [key for key, _ in plugin.facts.needed()]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")) if version else ()


def left_out(portal: Portal, kept: Kept) -> list[str]:
    """The functions for which the archive holds rows and that are not installed: those rows do not come back."""
    tables = kept.manifest.tables if kept.manifest else ()
    present = {*installed_keys(), kept.manifest.plugin if kept.manifest else "", ""}
    absent = {table.keeper for table in tables if table.keeper not in present}
    names = {each.key: name_of(each) for each in portal.plugins}
    return sorted(names.get(key, key) for key in absent)


def restore(portal: Portal, plugin: Plugin, kept: Kept, actor: Actor, reason: str) -> None:
    """Put an archive back; the function stays off until it is switched on. Raises Conflict when that cannot be."""
    if obstacle := obstacle_to_restoring(portal, plugin, kept):
        raise Conflict(obstacle)
    if not kept.is_as_written() or not _is_whole(kept):
        raise Conflict(
            t("보관 파일이 만들 때와 다릅니다. 백업에서 이 파일을 되찾아 다시 복원해 주세요. 바뀐 것은 없습니다.")
        )
    with opened(kept.path) as archive:
        with _migrating(plugin):
            migrate(plugin.folder / "migrations", plugin.key, archive.manifest.migrations)
        present = [file.sha256 for file in archive.manifest.files if not file.is_missing]
        added = [sha256 for sha256 in present if _put_file(archive, sha256)]
        try:
            _put_back(portal, plugin, archive, actor, reason)
        except BaseException:
            for sha256 in added:
                StoredFile.place_of(sha256).unlink(missing_ok=True)
            raise
    with _migrating(plugin):
        install_plugin(plugin)  # what this version adds: migrations, permissions
    portal.refresh_plugins()
    portal.forget()


@contextmanager
def _migrating(plugin: Plugin) -> Iterator[None]:
    try:
        yield
    except Exception as wrong:  # a migration is a plugin's code and may raise anything
        said = t(
            "{name} 기능의 표를 만들다가 멈추었습니다. 기능은 꺼져 있고 보관 파일은 그대로입니다. 개발 담당자에게 이 줄을 알려 주세요: {problem}",
            name=name_of(plugin),
            problem=wrong,
        )
        raise Conflict(said) from wrong


def _is_whole(kept: Kept) -> bool:
    try:
        check_archive(kept.path)
    except DamagedArchive:
        return False
    return True


def _put_file(archive: Archive, sha256: str) -> bool:
    """Whether the bytes were not in the store, and are now."""
    path = StoredFile.place_of(sha256)
    if path.is_file():
        os.utime(path)  # the sweep that waits since the uninstalling leaves them
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting, digest = path.with_name(f"{uuid.uuid4().hex}.part"), hashlib.sha256()
    try:
        with waiting.open("wb") as out:
            for piece in archive.bytes_of(sha256):
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    return True


def _put_back(portal: Portal, plugin: Plugin, archive: Archive, actor: Actor, reason: str) -> None:
    manifest = archive.manifest
    with _fitting(), schema_change():
        state = PluginState.get_or_none(PluginState.key == plugin.key) or PluginState(key=plugin.key, version="")
        if state.version:
            raise Conflict(t("그 사이에 다른 사람이 이 기능을 설치했습니다."))
        own = owned_tables(plugin.key, [each.key for each in portal.plugins])
        for table in reversed(parents_first(own)):
            delete_rows(table)  # what its migrations put there; the archive has it too
        present = {*installed_keys(), plugin.key, ""}
        tables = {table.table: table for table in manifest.tables if table.keeper in present}
        putting = Putting(archive, tables)
        putting.put([name for name, table in tables.items() if name in own or not table.is_whole])
        _make_whole(portal, plugin, set(tables) - putting.done)
        putting.put([name for name in tables if name not in putting.done])
        state.version, state.is_enabled, state.units = manifest.version, False, manifest.units
        state.settings, state.known_permissions = manifest.settings, manifest.known_permissions
        state.save()
        tell_of_the_switch(state)
        audit(actor, reason, plugin.key, "created", None, {"restored from": archive.content.filename})


@contextmanager
def _fitting() -> Iterator[None]:
    """What the database refuses is said in words: a person, a department or a name that rows need."""
    try:
        yield
    except (peewee.DatabaseError, WriteOutsideError) as wrong:
        said = t(
            "보관 파일의 자료가 지금 있는 자료와 맞지 않아 복원하지 못했습니다. 바뀐 것은 없습니다. ({problem})",
            problem=wrong,
        )
        raise Conflict(said) from wrong


def _make_whole(portal: Portal, plugin: Plugin, wanted: set[str]) -> None:
    """Let the keepers make the tables that no migration makes."""
    for each in belongings_for(portal, plugin.key) if wanted else []:
        if each.make is not None and each.table in wanted:
            if database().table_exists(each.table):
                raise Conflict(
                    t(
                        "‘{table}’ 표가 그 사이에 다시 만들어졌습니다. 같은 이름의 자료를 먼저 정리해 주세요.",
                        table=each.table,
                    )
                )
            each.make()
    if left := [name for name in wanted if not database().table_exists(name)]:
        raise Conflict(t("‘{table}’ 표를 다시 만들 수 없습니다. 바뀐 것은 없습니다.", table=", ".join(left)))


@dataclass
class Putting:
    """Rows on their way back. `moved`: of a table that stayed, the ids that others have taken since → the new ones."""

    archive: Archive
    tables: dict[str, ArchivedTable]
    done: set[str] = field(default_factory=set)
    moved: dict[str, dict[int, int]] = field(default_factory=dict)

    def put(self, names: list[str]) -> None:
        """Insert the rows of these tables, parents first."""
        for name in parents_first(names):
            types, parents = columns_of(name), parents_of(name)
            self.done.add(name)
            late = [] if is_sqlite() else [each for each, parent in parents.items() if self._is_later(parent, name)]
            rows = self._shared(name) if not self.tables[name].is_whole else self.archive.rows(name)
            pointed = (self._pointing(row, parents) for row in rows)
            put_rows(name, ({**row, **dict.fromkeys(late)} for row in pointed), types)
            for row in self.archive.rows(name) if late else ():
                self._point_late(name, row, late)
            forward_sequence(name)

    def _is_later(self, parent: str, name: str) -> bool:
        """PostgreSQL wants the parent first, also in tables that point at themselves or at each other."""
        return parent == name or (parent in self.tables and parent not in self.done)

    def _point_late(self, name: str, row: Row, late: list[str]) -> None:
        values = {column(name, each): row[each] for each in late}
        table_of(name).update(values).where(column(name, "id") == row["id"]).execute()

    def _pointing(self, row: Row, parents: dict[str, str]) -> Row:
        """The row, pointing at the rows that moved."""
        return row | {
            each: self.moved[parent].get(row[each], row[each])
            for each, parent in parents.items()
            if parent in self.moved and each in row
        }

    def _shared(self, name: str) -> Iterator[Row]:
        """Rows of a table that stayed; those whose id was taken meanwhile get a new one.

        What is about a file that somebody has uploaded again is there already.
        """
        about = self.tables[name].digest or "id"
        found = list(table_of(name).select(column(name, "id"), column(name, about)).tuples())
        taken, known = {row[0] for row in found}, {row[1] for row in found} if about != "id" else set()
        rows = [row for row in self.archive.rows(name) if row[about] not in known]
        free = max([*taken, *(row["id"] for row in rows)], default=0) + 1
        for row in rows:
            if row["id"] in taken:
                self.moved.setdefault(name, {})[row["id"]] = free
                row["id"], free = free, free + 1
            yield row
