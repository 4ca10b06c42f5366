"""What lies outside of the database: bytes are deleted a while later, where nobody has them; folders at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import peewee

from maru import Job, JobRun, OutboxEvent, Payload, PluginState, Portal, StoredFile, now

if TYPE_CHECKING:
    from .holdings import Holdings

BATCH = 500
BYTES_STAY = timedelta(minutes=15)
"""Whoever is uploading the same file while a function is uninstalled has a row for it by then."""


class LeftFiles(Payload):
    """Files, by SHA-256, whose rows went at the instant `at` with `plugin`, and the folders that it had."""

    event = "admin.sweep_files"

    plugin: str
    digests: tuple[str, ...]
    folders: tuple[str, ...]
    at: datetime


def sweep_later(holdings: Holdings) -> None:
    """Have the bytes and folders deleted. Inside of a change of tables, which has no `enqueue`."""
    if holdings.digests or holdings.folders:
        left = LeftFiles(plugin=holdings.key, digests=holdings.digests, folders=holdings.folders, at=now())
        OutboxEvent.create(
            name=left.event, key=left.event, owner="admin", payload=left.model_dump(mode="json"),
            next_at=left.at + BYTES_STAY,
        )  # fmt: skip


def delete_folders(portal: Portal, folders: Iterable[str]) -> None:
    """Delete folders below the data folder, as far as nobody holds a file in them open."""
    for folder in folders:
        shutil.rmtree(portal.settings.data_folder / folder, ignore_errors=True)


def sweep_files(run: JobRun) -> None:
    """Delete the bytes that no file has any more, unless they were uploaded since. A second time changes nothing."""
    left = run.read(LeftFiles)
    if PluginState.select().where(PluginState.key == left.plugin, PluginState.version == "").exists():
        delete_folders(run.portal, left.folders)  # a process that was killed left them, or Windows
    for done, digests in enumerate(peewee.chunked(left.digests, BATCH)):
        run.progress(done * BATCH, len(left.digests))
        same = StoredFile.select(StoredFile.sha256).where(StoredFile.sha256.in_(digests))
        for digest in set(digests) - {str(file.sha256) for file in same}:
            path = StoredFile.place_of(digest)
            if path.is_file() and path.stat().st_mtime <= left.at.timestamp():
                path.unlink(missing_ok=True)


SWEEP = Job(
    LeftFiles.event, {"ko": "제거한 기능의 파일 정리", "en": "Sweeping up the files of removed functions"}, sweep_files
)
