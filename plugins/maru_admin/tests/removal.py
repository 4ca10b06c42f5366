"""What the tests of uninstalling share: doing it as an administrator, and what the database and the folder say then."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import peewee

from maru import PluginState, StoredFile
from maru_db import connected
from maru_devkit.fixtures import Site

QUICK = {"pulse_seconds": 0.01}
"""Uninstalling waits for two beats of the workers."""


def uninstall(site: Site, key: str, reason: str = "쓰지 않음") -> Any:
    """The answer to `admin` who uninstalls `key`."""
    return site.client("admin").post(f"/admin/plugins/{key}/remove", data={"reason": reason})


def restore(site: Site, archive: str, reason: str = "다시 씀") -> Any:
    """The answer to `admin` who restores the archive at this address."""
    return site.client("admin").post(f"{archive}/restore", data={"reason": reason})


def uninstalled(site: Site, key: str) -> str:
    """Uninstall `key` and give the address of its archive."""
    answer = uninstall(site, key)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def file_of(site: Site, archive: str) -> Path:
    """Where the archive at this address lies."""
    return site.portal.settings.data_folder / "archives" / archive.rpartition("/")[2]


def archives(site: Site) -> list[str]:
    """The names in the folder of archives, half-written ones too."""
    folder = site.portal.settings.data_folder / "archives"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def members(path: Path) -> set[str]:
    """The names of what an archive holds."""
    with zipfile.ZipFile(path) as content:
        return set(content.namelist())


def state(key: str) -> PluginState:
    """What the database says of a function."""
    with connected():
        return PluginState.get(PluginState.key == key)


def rows(prefix: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table whose name begins so."""
    database = PluginState._meta.database
    with connected():
        names = [name for name in database.get_tables() if name.startswith(prefix)]
        return {name: sorted(peewee.Table(name).bind(database).select().tuples()) for name in names}


def bytes_in_store() -> set[str]:
    """The digests of the files whose bytes are there."""
    return {path.name for path in StoredFile.folder.glob("??/*")}
