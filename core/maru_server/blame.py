"""Which plugin a dead worker died of, and what follows from it.

A crash in a hook, a page, a card or a job pauses that place in every worker, at once. A crash while a plugin is
imported or changes its tables, or at a place that cannot be paused, holds the plugin back: it is ill, with file and line,
until its files change or an administrator clears its failures. Everything else starts.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import peewee

from maru.errors import PluginError
from maru.models import PluginFailure
from maru.pages import Portal
from maru.plugins import Plugin, Step
from maru.settings import Settings
from maru_db import connected
from maru_server.crashes import BlackBox, Crash, Frame, are_waiting, spelled, take

logger = logging.getLogger("maru.serve")

STEP_SECONDS = 30.0
TABLES_SECONDS = 600.0
"""What the import of a plugin, and the change of its tables at start, may take. `maru migrate` takes what it needs."""

IMPORTING = "<module>"
DECLARING = "jobs"
AT_START = ("import", "migration", DECLARING)


@dataclass(frozen=True)
class Held:
    """Why a plugin is held back, as kept in `data_folder/crashes/<id>.held`. `stamp` is that of its files.

    `is_noted`: administrators see the failure; once it is gone from their list, the plugin is free again.
    """

    stamp: str
    place: str
    where: str
    problem: str
    is_noted: bool = False


class Blame:
    """One worker's view of the crashes: stands guard while plugins are imported, looks for crashes while it serves."""

    def __init__(self, settings: Settings, box: BlackBox) -> None:
        self.data_folder = settings.data_folder
        self.box = box
        self._crashes = take(self.data_folder)
        self._refused: set[str] = set()

    @contextmanager
    def guard(self, plugin: Plugin, step: Step) -> Iterator[None]:
        """Around each step of the start of `plugin`: its import, where it may be held back, its tables, its jobs."""
        if step == "import":
            self._hold_if_guilty(plugin)
            self._refuse_if_held(plugin)
        with self.box.within(TABLES_SECONDS if step == "tables" else STEP_SECONDS):
            yield

    def _hold_if_guilty(self, plugin: Plugin) -> None:
        for crash in self._crashes:
            for stack in suspects(crash, plugin, [plugin]):
                if _is_start(stack[0], plugin):
                    self._hold(plugin, _place_at_start(stack[0], plugin), stack, crash)

    def _hold(self, plugin: Plugin, place: str, stack: tuple[Frame, ...], crash: Crash) -> None:
        held = Held(stamp_of(plugin.folder), place, _where(stack[-1], plugin), crash.problem)
        self._keep(plugin.key, held)
        logger.error("Plugin %s is held back: a worker died of it at %s (%s)", plugin.key, held.where, held.problem)

    def _refuse_if_held(self, plugin: Plugin) -> None:
        held = self._held(plugin.key)
        if held is not None and (held.stamp != stamp_of(plugin.folder) or self._is_free(plugin.key, held)):
            self._release(plugin.key)
        elif held is not None:
            self._refused.add(plugin.key)
            raise PluginError(
                f"{held.problem}: a worker died of it, so it is not loaded again until its files change, "
                "or its failures are cleared in the administration.",
                held.where,
            )

    def settle(self, portal: Portal) -> None:
        """Note what the dead workers died of, so that no living one dies of it."""
        crashes, self._crashes = [*self._crashes, *take(self.data_folder)], []
        for crash in crashes:
            blamed = [plugin.key for plugin in portal.plugins if self._settle_with(portal, plugin, crash)]
            if not blamed:
                logger.error("A worker died of no plugin: %s", crash.problem)
        for plugin in portal.plugins:
            held = self._held(plugin.key)
            if held is not None and not held.is_noted:
                quarantine = portal.dispatcher.quarantine
                quarantine.note((plugin.key, held.place), held.problem, held.where, pauses=False)

    def _settle_with(self, portal: Portal, plugin: Plugin, crash: Crash) -> bool:
        stacks = suspects(crash, plugin, portal.plugins)
        for stack in stacks:
            place = None if _is_start(stack[0], plugin) else place_in(portal, plugin, stack)
            if place is None and self._held(plugin.key) is None:
                self._hold(plugin, _place_at_start(stack[0], plugin), stack, crash)
            elif place is not None:
                where = _where(stack[-1], plugin)
                logger.error("A worker died of plugin %s in %s at %s: %s", plugin.key, place, where, crash.problem)
                noted = (plugin.key, place), f"{crash.problem} (a worker died of it)", where
                portal.dispatcher.quarantine.note(*noted, pauses=True, at_once=True)
        return bool(stacks)

    def look(self, portal: Portal) -> bool:
        """In a serving worker, now and then. True when it should begin anew, with a plugin more or less."""
        if are_waiting(self.data_folder):
            self.settle(portal)
        for path in (self.data_folder / "crashes").glob("*.held"):
            held = self._held(path.stem)
            if held is not None and self._is_free(path.stem, held):
                self._release(path.stem)
            elif held is not None and not held.is_noted and _is_listed(path.stem, held):
                self._keep(path.stem, replace(held, is_noted=True))
        return any(self._differs(plugin) for plugin in portal.plugins)

    def _differs(self, plugin: Plugin) -> bool:
        """Whether this process has loaded what is held back, or was refused what is free.

        What was once imported well stays: the files may have changed for the worse meanwhile.
        """
        held = self._held(plugin.key)
        if held is None:
            return plugin.key in self._refused
        return plugin.is_well and held.place not in AT_START

    def _is_free(self, key: str, held: Held) -> bool:
        return held.is_noted and not _is_listed(key, held)

    def _held(self, key: str) -> Held | None:
        with suppress(FileNotFoundError, ValueError, TypeError):
            return Held(**json.loads(self._path(key).read_text(encoding="utf-8")))
        return None

    def _keep(self, key: str, held: Held) -> None:
        self._path(key).write_text(json.dumps(asdict(held)), encoding="utf-8")

    def _release(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.data_folder / "crashes" / f"{key}.held"


def _is_listed(key: str, held: Held) -> bool:
    """Whether the failure stands in the administrators' list. True where that cannot be asked: tables may be to come."""
    try:
        with connected():
            return bool(PluginFailure.select().where(PluginFailure.plugin == key, PluginFailure.place == held.place))
    except peewee.OperationalError:
        return True


def suspects(crash: Crash, plugin: Plugin, among: Sequence[Plugin]) -> list[tuple[Frame, ...]]:
    """The stacks of `crash` that went through `plugin`, cut down to its own frames.

    Where the system says in which thread it happened, that one alone. A frozen worker does not say: a thread that
    stands in a line of any plugin (`among` these) is more likely to hold the interpreter than one that waits inside a
    library.
    """
    if crash.died_in:
        found = [_own(crash.died_in, plugin)]
    else:
        busy = [stack for stack in crash.others if any(_own(stack[-1:], each) for each in among)]
        found = [_own(stack, plugin) for stack in busy or crash.others]
    return [stack for stack in found if stack]


def _own(stack: tuple[Frame, ...], plugin: Plugin) -> tuple[Frame, ...]:
    return tuple(frame for frame in stack if _file(frame, plugin))


def _file(frame: Frame, plugin: Plugin) -> str:
    """`views.py`: the file of the frame inside the folder of `plugin`; empty where it lies elsewhere."""
    folder = spelled(plugin.folder)
    is_inside = frame.file.startswith(folder) and frame.file[len(folder) :][:1] in ("/", "\\")
    return frame.file[len(folder) + 1 :].replace("\\", "/") if is_inside else ""


def _where(frame: Frame, plugin: Plugin) -> str:
    return f"{_file(frame, plugin)}:{frame.line}"


def _is_start(outermost: Frame, plugin: Plugin) -> bool:
    """Whether the plugin was being imported, changed its tables, or declared its jobs: all that a start consists of."""
    return outermost.function in (IMPORTING, DECLARING) or _file(outermost, plugin).startswith("migrations/")


def _place_at_start(outermost: Frame, plugin: Plugin) -> str:
    if _file(outermost, plugin).startswith("migrations/"):
        return "migration"
    return "import" if outermost.function == IMPORTING else outermost.function


def place_in(portal: Portal, plugin: Plugin, stack: tuple[Frame, ...]) -> str | None:
    """The hook, page, card or job that `stack` ran in, the outermost that is known; None for any other code."""
    known = _places(portal, plugin)
    for frame in stack:
        if place := known.get((frame.file, frame.function)):
            return place
        if (file := _file(frame, plugin)).startswith("templates/"):
            return f"card {file.removeprefix('templates/')}"
    return None


def _places(portal: Portal, plugin: Plugin) -> dict[tuple[str, str], str]:
    """(file, function) → what the dispatcher calls the place."""
    found = {}
    for hook in portal.dispatcher.specifications:
        for each in getattr(portal.dispatcher.manager.hook, hook).get_hookimpls():
            if each.plugin_name.split("/")[0] == plugin.key:
                found[_code(each.function)] = hook
    for _, page, owner in portal.pages:
        if owner is plugin:
            found[_code(page.view)] = page.view_name
    mine = [job for job in portal.dispatcher.jobs.values() if job.name.partition(".")[0] == plugin.key]
    return found | {_code(job.run): f"job {job.name}" for job in mine}


def _code(function: Callable[..., Any]) -> tuple[str, str]:
    code = getattr(inspect.unwrap(function), "__code__", None)  # an object that can be called has none
    return (spelled(code.co_filename), code.co_name) if code else ("", "")


def stamp_of(folder: Path) -> str:
    """Changes with any file of the plugin, but not with what Python compiles of it."""
    seen = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if "__pycache__" not in path.parts and path.is_file():
            known = path.stat()
            seen.update(f"{path.relative_to(folder)} {known.st_size} {known.st_mtime_ns}\n".encode())
    return seen.hexdigest()
