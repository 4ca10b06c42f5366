"""The archives that lie in the data folder, and what the audit knows of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from maru import AuditEntry, NotFound, Plugin, Portal, local, now, t

from .archive import ArchiveManifest, DamagedArchive, digest_of, opened

REMOVED = "admin.removed"
"""The action of the audit entry that an archive is known by."""
_NAME = re.compile(r"[a-z][a-z0-9_]*-[\w.]+-\d{8}-\d{6}(-\d+)?\.zip")


@dataclass(frozen=True)
class Known:
    """What the audit says of an archive: its SHA-256, when it was made, by whom and why."""

    sha256: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Kept:
    """An archive in the folder. Without a `manifest` it cannot be read, and `known` is None where no audit entry is."""

    path: Path
    size_bytes: int
    manifest: ArchiveManifest | None
    known: Known | None

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    def is_as_written(self) -> bool:
        """Whether the file is byte for byte what the audit says. Reads all of it."""
        return self.known is not None and digest_of(self.path) == self.known.sha256


def archives_folder(portal: Portal) -> Path:
    """Where the archives lie."""
    return portal.settings.data_folder / "archives"


def new_path(portal: Portal, key: str, version: str) -> Path:
    """A name that no archive has: function, version, day and time."""
    stem = f"{key}-{version or '0'}-{local(now()):%Y%m%d-%H%M%S}"
    folder = archives_folder(portal)
    names = [f"{stem}.zip", *(f"{stem}-{number}.zip" for number in range(2, 100))]
    return next(folder / name for name in names if not (folder / name).exists())


def archives_of(portal: Portal, plugin: Plugin) -> list[Kept]:
    """The archives of a function, the newest first."""
    folder = archives_folder(portal)
    paths = [p for p in folder.glob(f"{plugin.key}-*.zip") if _NAME.fullmatch(p.name)] if folder.is_dir() else []
    known = _known()
    return [_kept(path, known) for path in sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)]


def archive_named(portal: Portal, plugin: Plugin, name: str) -> Kept:
    """The archive `name` of a function. Raises NotFound."""
    path = archives_folder(portal) / name
    if not (_NAME.fullmatch(name) and name.startswith(f"{plugin.key}-") and path.is_file()):
        raise NotFound(t("이 보관 파일은 없습니다."))
    return _kept(path, _known())


def _kept(path: Path, known: dict[str, Known]) -> Kept:
    try:
        with opened(path) as archive:
            manifest = archive.manifest
    except DamagedArchive:
        return Kept(path, path.stat().st_size, None, known.get(path.name))
    return Kept(path, path.stat().st_size, manifest, known.get(path.name))


def _known() -> dict[str, Known]:
    found: dict[str, Known] = {}
    for entry in AuditEntry.select().where(AuditEntry.action == REMOVED, AuditEntry.plugin == "admin"):
        for change in entry.changes:
            after = change.get("after") or {}
            if "archive" in after:
                found[after["archive"]] = Known(after["sha256"], entry.at, entry.actor_name, entry.note)
    return found
