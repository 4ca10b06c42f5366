"""Which plugin a dead worker died of, and what follows from it.

A crash in a hook, a page, a card or a job pauses that place in every worker, at once. A crash while a plugin is
imported or changes its tables, or at a place that cannot be paused, holds the plugin back: it is ill, with file and
line, until its files change or an administrator clears its failures. Everything else starts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from maru.errors import PluginError
from maru.pages import Portal
from maru.plugins import Plugin, Step
from maru.settings import Settings
from maru_server.crashes import BlackBox, Crash, are_waiting, take
from maru_server.culprits import AT_START, Culprit, at_start, culprits, suspects
from maru_server.holds import Held, Holds, stamp_of

logger = logging.getLogger("maru.serve")

STEP_SECONDS = 30.0
TABLES_SECONDS = 600.0
"""What the import of a plugin, and the change of its tables at start, may take. `maru migrate` takes what it needs."""


class Blame:
    """One worker's view of the crashes: stands guard while plugins are imported, looks for crashes while it serves."""

    def __init__(self, settings: Settings, box: BlackBox) -> None:
        self.data_folder = settings.data_folder
        self.box = box
        self._crashes = take(self.data_folder)
        self._refused: set[str] = set()
        self.holds = Holds(self.data_folder)

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
            for stack in suspects(crash, [plugin]):
                if (found := at_start(stack, plugin)) is not None:
                    self._hold(found, crash)

    def _hold(self, culprit: Culprit, crash: Crash) -> None:
        key = culprit.plugin.key
        self.holds.keep(key, Held(stamp_of(culprit.plugin.folder), culprit.place, culprit.where, crash.problem))
        logger.error("Plugin %s is held back: a worker died of it at %s (%s)", key, culprit.where, crash.problem)

    def _refuse_if_held(self, plugin: Plugin) -> None:
        try:
            self.holds.refuse(plugin)
        except PluginError:
            self._refused.add(plugin.key)
            raise

    def settle(self, portal: Portal) -> None:
        """Note what the dead workers died of, so that no living one dies of it."""
        crashes, self._crashes = [*self._crashes, *take(self.data_folder)], []
        for crash in crashes:
            found = culprits(crash, portal)
            for culprit in found:
                self._settle_with(portal, culprit, crash)
            if not found:
                logger.error("A worker died of no plugin: %s", crash.problem)
        for plugin in portal.plugins:
            held = self.holds.of(plugin.key)
            if held is not None and not held.is_noted:
                quarantine = portal.dispatcher.quarantine
                quarantine.note((plugin.key, held.place), held.problem, held.where, pauses=False)

    def _settle_with(self, portal: Portal, culprit: Culprit, crash: Crash) -> None:
        key, place, where = culprit.plugin.key, culprit.place, culprit.where
        if culprit.can_be_paused:
            logger.error("A worker died of plugin %s in %s at %s: %s", key, place, where, crash.problem)
            problem = f"{crash.problem} (a worker died of it)"
            portal.dispatcher.quarantine.note((key, place), problem, where, pauses=True, at_once=True)
        elif self.holds.of(key) is None:
            self._hold(culprit, crash)

    def look(self, portal: Portal) -> bool:
        """In a serving worker, now and then. True when it should begin anew, with a plugin more or less."""
        if are_waiting(self.data_folder):
            self.settle(portal)
        for key in self.holds.keys():  # noqa: SIM118 — not a dictionary
            held = self.holds.of(key)
            if held is not None and held.is_free(key):
                self.holds.release(key)
            elif held is not None and not held.is_noted and held.is_listed(key):
                self.holds.keep(key, replace(held, is_noted=True))
        return any(self._differs(plugin) for plugin in portal.plugins)

    def _differs(self, plugin: Plugin) -> bool:
        """Whether this process has loaded what is held back, or was refused what is free.

        What was once imported well stays: the files may have changed for the worse meanwhile.
        """
        held = self.holds.of(plugin.key)
        if held is None:
            return plugin.key in self._refused
        return plugin.is_well and held.place not in AT_START
