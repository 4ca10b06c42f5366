"""What plugins do wrong outside of their pages, in hooks, cards and jobs: a served portal leaves it out and goes on.

Under `maru dev` a strip at the foot of every page says it, until the place goes well again.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from maru.pages import Portal
from maru.plugins import Plugin
from maru_boundary.quarantine import Place, Quarantine
from maru_devkit.manifests import reasons


@dataclass(frozen=True)
class Fault:
    """`where` is `maru_rooms/__init__.py:31`, `code` what stands there; `place` is a hook, empty for an ill plugin."""

    plugin: str
    place: str
    where: str
    said: str
    code: str = ""

    @classmethod
    def at(cls, plugin: Plugin, place: str, where: str, said: str) -> Self:
        """The fault of `plugin` at a line of its own, named from its folder."""
        path, _, line = where.rpartition(":")
        linecache.checkcache()
        code = linecache.getline(str(plugin.folder / path), int(line)).strip() if line.isdigit() else ""
        return cls(plugin.key, place, f"{plugin.package}/{where}" if where else plugin.package, said, code)


class WatchedQuarantine(Quarantine):
    """Remembers what fails until it goes well, and pauses nothing: what was mended is to be asked again at once."""

    def __init__(self) -> None:
        super().__init__()
        self.failing: dict[Place, tuple[str, str]] = {}
        """(what was said, where) of each place."""

    def note(
        self, place: Place, problem: str, where: str, *, pauses: bool, at_once: bool = False, person: int | None = None
    ) -> None:
        """Count a failure, remember it, and say the first one in the window where `maru dev` runs."""
        super().note(place, problem, where, pauses=pauses, at_once=at_once, person=person)
        if place not in self.failing:
            print(f"  {place[0]} fails in {place[1]}, at {where or '?'}: {problem}", flush=True)
        self.failing[place] = problem, where

    def went_well(self, place: Place) -> None:
        """Forget it at once."""
        super().went_well(place)
        self.failing.pop(place, None)

    def forget(self, place: Place) -> None:
        """Forget it: it went well, or an administrator has put it away."""
        super().forget(place)
        self.failing.pop(place, None)

    def paused_until(self, place: Place) -> datetime | None:
        """Never."""
        return None


def watch(portal: Portal) -> WatchedQuarantine:
    """Have the portal remember its failures from now on, those of its start included."""
    watched, before = WatchedQuarantine(), portal.dispatcher.quarantine
    for failure in before.take_failures():
        watched.note((failure.plugin, failure.place), failure.problem, failure.where, pauses=False)
    portal.dispatcher.quarantine = watched
    return watched


def faults_of(portal: Portal, watched: WatchedQuarantine) -> Iterator[Fault]:
    """What is wrong now: plugins that could not be loaded, then what fails elsewhere than in a page of its own."""
    for plugin in portal.plugins:
        for line in reasons(plugin):
            where, _, said = line.partition(": ")
            yield Fault.at(plugin, "", where.removeprefix(f"{plugin.package}/"), said)
    views = {page.view_name for _, page, _ in portal.pages}
    for (key, place), (said, where) in sorted(watched.failing.items()):
        if place not in views:
            yield Fault.at(portal.dispatcher.plugins[key], place, where, said.removeprefix("PluginError: "))
