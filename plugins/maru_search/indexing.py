"""From events to the index: at least once, several events in one commit, and whole builds a part at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from maru import Actor, Change, Event, OutboxEvent, PluginState, Portal, now, today, write_as

from .api import SearchDocument
from .entries import digest_of, entries_of
from .index import Entry, Shelf
from .models import Behind, Build
from .people import keys_of_people
from .texts import texts_of

logger = logging.getLogger("maru.search")

AHEAD = 100
CHUNK = 200
STEP_SECONDS = 1.5
RETRY = timedelta(seconds=30)
BUILD = "search.build"
SWITCHED = "maru_plugin_state.changed"

_indexers: WeakKeyDictionary[object, Indexer] = WeakKeyDictionary()


def indexer_of(portal: Portal) -> Indexer:
    """The indexer of a portal, one for each process."""
    if portal.dispatcher not in _indexers:
        _indexers[portal.dispatcher] = Indexer(portal)
    return _indexers[portal.dispatcher]


class Indexer:
    """Keeps the index equal to the documents that the plugins give."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.shelf = Shelf(portal.settings.data_folder / "search")
        self._taken: set[int] = set()
        self._day: date | None = None

    def take(self, event: Event) -> None:
        """Index what `event` concerns, and what the next events in the outbox concern, in one commit.

        Documents are read as they are now, so an event that was taken ahead needs nothing more when it is handed on,
        and one that is handed on twice changes nothing. What a killed process took is forgotten and comes again.
        """
        if event.id in self._taken:
            self._taken.discard(event.id)
            return
        self.ensure_build()
        if event.name == BUILD:
            self._build_on(event.payload)
            return
        if event.name == SWITCHED:
            self._catch_up_with(PluginState.get_or_none(PluginState.id == event.payload["id"]))
            return
        wanted = self.keys_of(event)
        if self._day != today():  # posts begin and end with a day, and no event says so
            wanted.setdefault("search", set()).update(keys_of_people(None))
        ahead = list(self._ahead_of(event))
        for other in ahead:
            for plugin, keys in self.keys_of(other).items():
                wanted.setdefault(plugin, set()).update(keys)
        self._catch_up(wanted)
        self.refresh(wanted)
        self._day = today()
        self._taken = {*self._taken, *(other.id for other in ahead)}
        if not ahead:
            self.shelf.tidy()

    def _catch_up_with(self, switched: PluginState | None) -> None:
        """After a switch: what a plugin that is on changed meanwhile comes in, and what was uninstalled goes.

        What belongs to a plugin that is off stays in the index, where nobody finds it. Where the search itself was
        off, it has missed the changes of all.
        """
        if switched is not None and (self._is_on(switched.key) or not self._is_kept(switched.key)):
            self.begin_build("" if switched.key == "search" else switched.key)

    def _catch_up(self, wanted: dict[str, set[str]]) -> None:
        """Add all documents of the plugins that failed before and are due to be asked again."""
        owners: dict[str, tuple[str, str]] = {}
        for behind in list(Behind.select().where(Behind.tried_at < now() - RETRY)):
            with self._bookkeeping():
                behind.delete_instance()  # noted again when it fails again
            owners = owners or self.shelf.owners()
            known = {owner for owner, (plugin, _) in owners.items() if plugin == behind.plugin}
            every = self.keys_of(None, only=behind.plugin).get(behind.plugin, set())
            wanted.setdefault(behind.plugin, set()).update(every | known)

    def _bookkeeping(self) -> AbstractContextManager[Change]:
        return write_as(Actor(None, BUILD, plugin="search"))

    def _ahead_of(self, event: Event) -> Iterator[Event]:
        rows = OutboxEvent.select().where(
            OutboxEvent.done_at.is_null(), OutboxEvent.owner == "", OutboxEvent.id > event.id, OutboxEvent.next_at <= now()
        )
        for row in list(rows.order_by(OutboxEvent.id).limit(AHEAD)):
            is_taken = row.id in self._taken or (row.waiting is not None and "search" not in row.waiting)
            if not is_taken and row.name not in (BUILD, SWITCHED):
                yield Event(row.id, row.name, row.key, row.payload, row.at)

    def keys_of(self, event: Event | None, only: str | None = None) -> dict[str, set[str]]:
        """Plugin → the keys of its documents that `event` concerns, or of all. A plugin that fails is noted."""
        found: dict[str, set[str]] = {}
        for plugin, keys in self._answers("search_keys", only, event=event):
            found.setdefault(plugin, set()).update(keys)
        return {plugin: keys for plugin, keys in found.items() if keys}

    def refresh(self, wanted: dict[str, set[str]], force: bool = False) -> int:
        """Make the index say of these keys what their plugins say now. Gives how many documents were written."""
        gone: list[str] = []
        entries: list[Entry] = []
        for plugin, keys in wanted.items():
            ordered = sorted(keys)
            for start in range(0, len(ordered), CHUNK):
                changed, made = self._compare(plugin, ordered[start : start + CHUNK], force)
                gone += changed
                entries += made
        if gone or entries:
            self.shelf.write(gone, entries)
        return len(entries)

    def _compare(self, plugin: str, keys: Sequence[str], force: bool) -> tuple[list[str], list[Entry]]:
        """The keys whose entries have to go, and the entries that take their place."""
        given = self._documents(plugin, keys)
        if given is None:
            return [], []
        texts = texts_of([each.file for document in given.values() for each in document.attachments])
        gone: list[str] = []
        entries: list[Entry] = []
        for key in keys:
            document, before = given.get(key), self.shelf.digest_of(key)
            after = digest_of(document, texts) if document else ""
            if before != after or (force and after):
                gone += [key] if before else []
                entries += entries_of(plugin, document, texts, after) if document else []
        return gone, entries

    def _documents(self, plugin: str, keys: Sequence[str]) -> dict[str, SearchDocument] | None:
        """Key → document. None when the plugin fails or is off: then nobody knows, and what is indexed stays."""
        if not self._is_on(plugin):
            return None if self._is_kept(plugin) else {}
        answers = self._answers("search_documents", plugin, keys=keys)
        return {each.key: each for _, documents in answers for each in documents} if answers else None

    def _answers(self, hook: str, only: str | None = None, **arguments: Any) -> list[tuple[str, Any]]:
        """What the plugins that are on say. Those that fail, or are paused, are noted as behind."""
        dispatcher = self.portal.dispatcher
        asked = [key for key in dispatcher.listeners(hook) if self._is_on(key) and only in (None, key)]
        answers = list(dispatcher.call(hook, only=only, **arguments))
        silent = sorted(set(asked) - {key for key, _ in answers})
        if silent:
            with self._bookkeeping():
                for plugin in silent:
                    Behind.note(plugin)
        return answers

    def _is_on(self, plugin: str) -> bool:
        return self.portal.is_on(plugin)

    def _is_kept(self, plugin: str) -> bool:
        """Whether the plugin is installed, on or off."""
        is_installed = (PluginState.key == plugin) & (PluginState.version != "")
        return plugin in self.portal.dispatcher.plugins and PluginState.select().where(is_installed).exists()

    def is_built(self) -> bool:
        """Whether a build has filled this index; until then hits may be missing."""
        latest = Build.latest()
        return latest is not None and latest.shelf == self.shelf.name and latest.ended_at is not None

    def ensure_build(self) -> None:
        """Begin a build when the index is another than the last build filled: it is new, or was lost."""
        latest = Build.latest()
        if latest is None or latest.shelf != self.shelf.name:
            self.begin_build()

    def begin_build(self, only: str = "") -> None:
        """Begin a build by ourselves."""
        with write_as(Actor(None, BUILD, plugin="search"), note="build of the search index") as change:
            self.announce_build(change, only=only)

    def announce_build(self, change: Change, force: bool = False, only: str = "") -> None:
        """Go through all documents, a part at each event; `force` writes those too that are as they were.

        Inside a write. A build under way is replaced by this one, which then is for all even if asked for the
        documents of the plugin `only`.
        """
        only = "" if Build.is_under_way() or not self.is_built() else only
        build = Build.create(shelf=self.shelf.name)
        change.emit(BUILD, {"build": build.id, "after": ["", ""], "force": force, "only": only}, BUILD)

    def _build_on(self, payload: Any) -> None:
        """The next part of a build; it ends when every key was seen, and takes out what has no key any more."""
        latest = Build.latest()
        if latest is None or latest.id != payload["build"]:
            return  # another build took its place
        only = payload.get("only") or None
        every = sorted((plugin, key) for plugin, keys in self.keys_of(None, only).items() for key in keys)
        waiting = [pair for pair in every if pair > tuple(payload["after"])]
        until = time.monotonic() + STEP_SECONDS
        while waiting and time.monotonic() < until:
            self.refresh(_by_plugin(waiting[:CHUNK]), payload["force"])
            payload = {**payload, "after": list(waiting[:CHUNK][-1])}
            waiting = waiting[CHUNK:]
        if not waiting:
            self._take_out_all_but({key for _, key in every}, only)
            self.shelf.tidy()
        self._note(latest, len(every) - len(waiting), len(every), payload if waiting else None)

    def _take_out_all_but(self, keys: set[str], only: str | None) -> None:
        """Ask once more for what is indexed and has no key: whoever is gone does not answer."""
        owners = [(plugin, owner) for owner, (plugin, _) in self.shelf.owners().items() if only in (None, plugin)]
        self.refresh(_by_plugin([(plugin, owner) for plugin, owner in owners if owner not in keys]))

    def _note(self, build: Build, done: int, total: int, rest: Any) -> None:
        with self._bookkeeping() as change:
            build.done_count, build.total_count = done, total
            build.ended_at = None if rest else now()
            build.save()
            if rest:
                change.emit(BUILD, rest, BUILD)

    def differences(self) -> tuple[set[str], set[str], set[str]]:
        """Keys that are missing in the index, that are there too much, and that differ from what plugins say now.

        Without those of plugins that are off: they are compared when they are on again.
        """
        asleep = {
            state.key for state in PluginState.select() if self._is_kept(state.key) and not self._is_on(state.key)
        }
        owners = {owner: said for owner, said in self.shelf.owners().items() if said[0] not in asleep}
        current: dict[str, str] = {}
        for plugin, keys in self.keys_of(None).items():
            ordered = sorted(keys)
            for start in range(0, len(ordered), CHUNK):
                documents = self._documents(plugin, ordered[start : start + CHUNK]) or {}
                texts = texts_of([each.file for one in documents.values() for each in one.attachments])
                current |= {key: digest_of(document, texts) for key, document in documents.items()}
        different = {key for key in current.keys() & owners.keys() if current[key] != owners[key][1]}
        return current.keys() - owners.keys(), owners.keys() - current.keys(), different


def _by_plugin(pairs: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for plugin, key in pairs:
        found.setdefault(plugin, set()).add(key)
    return found
