"""Plugins that are held back, because a worker died while it loaded them: kept beside the crashes, one file each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import peewee

from maru.errors import PluginError
from maru.models import PluginFailure
from maru.plugins import Plugin, Step
from maru_db import connected

MIGRATION = "migration"


@dataclass(frozen=True)
class Held:
    """Why a plugin is held back. `stamp` is that of its files, as they were then.

    `is_noted`: administrators see the failure; once it is gone from their list, the plugin is free again.
    """

    stamp: str
    place: str
    where: str
    problem: str
    is_noted: bool = False

    def is_free(self, key: str) -> bool:
        """Whether administrators saw the failure of plugin `key`, and have cleared it."""
        return self.is_noted and not self.is_listed(key)

    def is_listed(self, key: str) -> bool:
        """Whether administrators see it now. True where that cannot be asked: there may be no tables yet."""
        try:
            with connected():
                mine = (PluginFailure.plugin == key) & (PluginFailure.place == self.place)
                return bool(PluginFailure.select().where(mine).exists())
        except peewee.PeeweeException:
            return True


class Holds:
    """The files `crashes/<plugin>.held` of a data folder."""

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder / "crashes"

    def of(self, key: str) -> Held | None:
        """Why plugin `key` is held back; None where it is not."""
        with suppress(FileNotFoundError, ValueError, TypeError):
            return Held(**json.loads(self._path(key).read_text(encoding="utf-8")))
        return None

    def keys(self) -> list[str]:
        """The ids of the plugins that are held back."""
        return sorted(path.stem for path in self._folder.glob("*.held"))

    def keep(self, key: str, held: Held) -> None:
        """Hold plugin `key` back from the next start on."""
        self._path(key).write_text(json.dumps(asdict(held)), encoding="utf-8")

    def release(self, key: str) -> None:
        """Let plugin `key` be loaded again."""
        self._path(key).unlink(missing_ok=True)

    def refuse(self, plugin: Plugin) -> None:
        """Raises PluginError while `plugin` is held back; lets it go when its files or the administrators say so."""
        held = self.of(plugin.key)
        if held is None:
            return
        if held.stamp != stamp_of(plugin.folder) or held.is_free(plugin.key):
            self.release(plugin.key)
            return
        raise PluginError(
            f"{held.problem}: a worker died of it, so it is not loaded again until its files change, "
            "or its failures are cleared in the administration.",
            held.where,
        )

    @contextmanager
    def caution(self, plugin: Plugin, step: Step) -> Iterator[None]:
        """The guard of commands: they do not load what kills whoever loads it. Tables may take the time they need."""
        held = self.of(plugin.key)
        is_for_tables = held is not None and held.place == MIGRATION
        if step == "import" and not is_for_tables:
            self.refuse(plugin)
        yield
        if step == "tables" and is_for_tables:
            self.release(plugin.key)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.held"


def stamp_of(folder: Path) -> str:
    """Changes with any file of the plugin, but not with what Python compiles of it."""
    seen = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if "__pycache__" not in path.parts and path.is_file():
            known = path.stat()
            seen.update(f"{path.relative_to(folder)} {known.st_size} {known.st_mtime_ns}\n".encode())
    return seen.hexdigest()
