"""The parent of `maru dev`: it starts the workers anew when a file of a plugin, a theme or the core changes."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from maru.settings import CHECKOUT, Settings
from maru_devkit.debug import debugging
from maru_server.parent import Parent

WATCHED = frozenset({".py", ".toml", ".json", ".html", ".css", ".js", ".svg", ".po"})
PASSED_OVER = frozenset({"__pycache__", "vendor", "tests", "node_modules"})
LOOK_SECONDS = 0.3
GRACE_SECONDS = 1.0

Stamps = dict[str, tuple[int, int]]


def folders_of(settings: Settings) -> list[Path]:
    """What is watched: all folders of plugins, the themes, and in a checkout the core."""
    core = [CHECKOUT / "core"] if (CHECKOUT / "core").is_dir() else []
    return [*settings.plugins_path, settings.themes_path, *core]


def stamps(folders: Iterable[Path]) -> Stamps:
    """When each watched file was changed, and its size. Files that vanish meanwhile are left out."""
    return {path: stamp for folder in folders for path, stamp in _walk(str(folder))}


def _walk(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name in PASSED_OVER:
                    continue
                if entry.is_dir():
                    yield from _walk(entry.path)
                elif os.path.splitext(entry.name)[1] in WATCHED:  # noqa: PTH122 — a Path for each would cost more than the look
                    seen = entry.stat()
                    yield entry.path, (seen.st_mtime_ns, seen.st_size)
    except OSError:
        return  # a folder that is being moved or removed; the next look sees what came of it


class Watch:
    """Tells what has changed, once nothing changes any more: an editor or a copy may need a moment."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._known = self._last = stamps(self._folders)

    def changed(self) -> list[str]:
        """The files that changed, appeared or vanished since the last answer; none while they still change."""
        found = stamps(self._folders)
        is_settled, self._last = found == self._last, found
        if not is_settled or found == self._known:
            return []
        known, self._known = self._known, found
        return sorted({path for path, _ in known.items() ^ found.items()})


class DevelopingParent(Parent):
    """A parent that begins anew with fresh workers after each change. The address stays open: a page just waits."""

    wrap = staticmethod(debugging)

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        super().__init__(settings, listening)
        self._watch = Watch(folders_of(settings))
        self._look_again_at = 0.0

    def _bury_the_dead(self) -> None:
        if time.monotonic() >= self._look_again_at:
            changed = self._watch.changed()
            self._look_again_at = time.monotonic() + LOOK_SECONDS
            if changed:
                self._begin_anew(changed)
        super()._bury_the_dead()

    def _begin_anew(self, changed: list[str]) -> None:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        print(f"{_shown(changed[0])}{more} changed: starting anew.", flush=True)
        self._stop_workers(GRACE_SECONDS)
        self.workers.clear()
        self.forgive()


def _shown(path: str) -> str:
    here = Path.cwd()
    return str(Path(path).relative_to(here) if Path(path).is_relative_to(here) else Path(path))
