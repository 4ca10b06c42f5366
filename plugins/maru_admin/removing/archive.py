"""보관 파일: a zip with the rows of each table as lines of JSON, the files, and a manifest that names their digests."""

from __future__ import annotations

import hashlib
import io
import json
import os
import uuid
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from maru import Plugin, PluginState, StoredFile, now

from ..settings_store import without_secrets
from .holdings import Holdings, Part
from .tables import Row, as_line, from_line, rows_of

FORMAT = 1
PIECE = 1 << 20


class DamagedArchive(ValueError):
    """The file is no archive, or not what its manifest says; the text names the member."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class ArchivedTable(_Frozen):
    """Rows of one table: whether all of it, how many, the SHA-256 of their lines. The rest: see `Part`."""

    table: str
    keeper: str
    is_whole: bool
    digest: str
    count: int
    sha256: str
    name: str = ""
    personal: str = ""


class ArchivedFile(_Frozen):
    """The bytes of a file, by their SHA-256. `is_missing`: they were not in the store any more."""

    sha256: str
    size_bytes: int
    is_missing: bool = False


class ArchiveManifest(_Frozen):
    """`manifest.json`: what the archive holds, of which version of which function. `migrations`: those it had.

    The settings are without secrets; `secrets` names those that had one.
    """

    format: int = FORMAT
    plugin: str
    version: str
    made_at: datetime
    migrations: tuple[str, ...]
    units: list[int] | None
    settings: dict[str, Any]
    secrets: tuple[str, ...] = ()
    known_permissions: dict[str, Any] | list[str]
    tables: tuple[ArchivedTable, ...] = ()
    files: tuple[ArchivedFile, ...] = ()


def lines_of(part: Part) -> Iterator[bytes]:
    """The rows of a part as an archive keeps them."""
    return (as_line(row) for row in rows_of(part.table, part.ids))


def archived(part: Part, lines: Iterable[bytes], out: IO[bytes] | None = None) -> ArchivedTable:
    """What the manifest says of these lines, which are written to `out` where there is one."""
    digest, count = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        count += 1
        if out is not None:
            out.write(line)
    return ArchivedTable(
        table=part.table,
        keeper=part.keeper,
        is_whole=part.is_whole,
        digest=part.digest,
        count=count,
        sha256=digest.hexdigest(),
        name=part.name,
        personal=part.personal,
    )


def as_it_stands(holdings: Holdings) -> tuple[ArchivedTable, ...]:
    """What an archive of this very moment would say of its tables."""
    return tuple(archived(part, lines_of(part)) for part in holdings.parts)


def write_archive(path: Path, holdings: Holdings, manifest: ArchiveManifest) -> ArchiveManifest:
    """Write the archive, read it back, and give it its name only then. Gives the manifest that it has."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in path.parent.glob("*.part"):  # by a process that was killed
        if left.stat().st_mtime < now().timestamp() - 3600:
            left.unlink()
    waiting = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        with zipfile.ZipFile(waiting, "w", zipfile.ZIP_DEFLATED) as out:
            tables = tuple(_write_table(out, part) for part in holdings.parts)
            files = tuple(_write_file(out, StoredFile.place_of(digest)) for digest in holdings.digests)
            manifest = manifest.model_copy(update={"tables": tables, "files": files})
            out.writestr("manifest.json", manifest.model_dump_json(indent=1))
        check_archive(waiting)
        _sync(waiting)
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    if os.name != "nt":  # Windows writes a folder through with its files
        _sync(path.parent)
    return manifest


def _write_table(out: zipfile.ZipFile, part: Part) -> ArchivedTable:
    with out.open(f"rows/{part.table}.jsonl", "w", force_zip64=True) as member:
        return archived(part, lines_of(part), member)


def _write_file(out: zipfile.ZipFile, path: Path) -> ArchivedFile:
    if not path.is_file():
        return ArchivedFile(sha256=path.name, size_bytes=0, is_missing=True)
    out.write(path, f"files/{path.name}", zipfile.ZIP_STORED)
    return ArchivedFile(sha256=path.name, size_bytes=path.stat().st_size)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive at `path`. Raises DamagedArchive when it cannot be read as one."""
    try:
        with zipfile.ZipFile(path) as content:
            yield Archive(content, ArchiveManifest.model_validate_json(content.read("manifest.json")))
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        EOFError,
        OSError,
        ValidationError,
        json.JSONDecodeError,
    ) as wrong:
        raise DamagedArchive(f"{path.name}: {wrong}") from wrong


@dataclass(frozen=True)
class Archive:
    """An archive that is open for reading."""

    content: zipfile.ZipFile
    manifest: ArchiveManifest

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, in the order of their key."""
        with self.content.open(f"rows/{table}.jsonl") as member:
            for line in io.BufferedReader(member):  # type: ignore[type-var]  # zipfile's reader is one, its types forget it
                yield from_line(line)

    def bytes_of(self, digest: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece."""
        with self.content.open(f"files/{digest}") as member:
            while piece := member.read(PIECE):
                yield piece


def check_archive(path: Path) -> ArchiveManifest:
    """Read the archive to its end. Raises DamagedArchive for a member that is not what the manifest says."""
    with opened(path) as archive:
        for table in archive.manifest.tables:
            _check(f"rows/{table.table}.jsonl", table.sha256, archive)
        for file in archive.manifest.files:
            if not file.is_missing:
                _check(f"files/{file.sha256}", file.sha256, archive)
        return archive.manifest


def _check(member: str, sha256: str, archive: Archive) -> None:
    digest = hashlib.sha256()
    with archive.content.open(member) as content:
        while piece := content.read(PIECE):
            digest.update(piece)
    if digest.hexdigest() != sha256:
        raise DamagedArchive(f"{member} is not what was written")


def digest_of(path: Path) -> str:
    """The SHA-256 of the whole file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def manifest_for(holdings: Holdings, plugin: Plugin, state: PluginState) -> ArchiveManifest:
    """The head of an archive of `plugin` that is made now, while its state is this."""
    settings, secrets = without_secrets(plugin, state.settings)
    return ArchiveManifest(
        plugin=holdings.key,
        version=state.version,
        made_at=now(),
        migrations=tuple(holdings.migrations),
        units=state.units,
        settings=settings,
        secrets=tuple(secrets),
        known_permissions=state.known_permissions,
    )
