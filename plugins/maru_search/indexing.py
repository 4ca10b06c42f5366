"""From events to the index: at least once, several events in one commit, and whole builds a part at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from peewee import chunked

from maru import Actor, Change, Event, OutboxEvent, PluginState, Portal, now, today, write_as

from .api import SearchDocument
from .batch import Batch
from .entries import digest_of
from .giving import Given, ask
from .index import Shelf
from .models import RETRY, Behind, Build, Stuck
from .people import keys_of_people
from .texts import texts_of, unread
from .turns import Turns

logger = logging.getLogger("maru.search")

AHEAD = 100
CHUNK = 200
STEP_SECONDS = 1.5
BUILD, CATCH_UP, READ = "search.build", "search.catch_up", "search.read"
READ_IN_BUILD = "search.read build"
"""Files found by a build wait in a row of their own: what was saved a moment ago does not stand behind them."""
SWITCHED = "maru_plugin_state.changed"

_indexers: WeakKeyDictionary[Portal, Indexer] = WeakKeyDictionary()


def indexer_of(portal: Portal) -> Indexer:
    """The indexer of a portal, one for each process."""
    if portal not in _indexers:
        _indexers[portal] = Indexer(portal)
    return _indexers[portal]


class Indexer:
    """Keeps the index equal to the documents that the plugins give."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.shelf = Shelf(portal.settings.data_folder / "search")
        self.turns = Turns()
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
        self.refresh(wanted)
        self._day = today()
        self._taken = {*self._taken, *(other.id for other in ahead)}
        if not ahead:
            self._tidy()

    def _tidy(self) -> None:
        with self.turns.writing:
            self.shelf.tidy()

    def _catch_up_with(self, switched: PluginState | None) -> None:
        """After a switch: what a plugin that is on changed meanwhile comes in, and what was uninstalled goes.

        What belongs to a plugin that is off stays in the index, where nobody finds it. Where the search itself was
        off, it has missed the changes of all.
        """
        if switched is not None and (self._is_on(switched.key) or not self._is_kept(switched.key)):
            self.begin_build("" if switched.key == "search" else switched.key)

    def bookkeeping(self) -> AbstractContextManager[Change]:
        return write_as(Actor(None, BUILD, plugin="search"))

    def _ahead_of(self, event: Event) -> Iterator[Event]:
        for row in OutboxEvent.waiting_for("search", event.id, AHEAD):
            if row.id not in self._taken and row.name not in (BUILD, SWITCHED):
                yield row.as_event()

    def keys_of(self, event: Event | None, only: str | None = None) -> dict[str, set[str]]:
        """Plugin → the keys of its documents that `event` concerns, or of all. A plugin that fails is noted."""
        found: dict[str, set[str]] = {}
        for plugin, keys in self._answers("search_keys", only, event=event):
            found.setdefault(plugin, set()).update(keys)
        return {plugin: keys for plugin, keys in found.items() if keys}

    def refresh(self, wanted: Mapping[str, Iterable[str]], force: bool = False, row: str = READ) -> None:
        """Make the index say of these keys what their plugins say now. Files are read later, by a job in the `row`."""
        with self.turns.turn() as turn:
            batch = Batch(self.shelf, turn)
            for plugin, keys in wanted.items():
                for some in chunked(keys, CHUNK):
                    self._compare(batch, plugin, some, force, row)
            batch.write()

    def _compare(self, batch: Batch, plugin: str, keys: Sequence[str], force: bool, row: str) -> None:
        """Put into the batch what has to go or to come. What nobody answered for stays as it is."""
        given = self.ask(plugin, keys)
        documents = given.documents
        self._have_read(plugin, documents.values(), row)
        texts = texts_of([each.file for document in documents.values() for each in document.attachments])
        after = {key: digest_of(documents[key], texts) if key in documents else "" for key in given.answered}
        for key in batch.differing(after, force):
            batch.put(plugin, key, documents.get(key), texts, after[key])

    def _have_read(self, plugin: str, documents: Iterable[SearchDocument], row: str) -> None:
        """Ask for the job that reads the files nobody has read, before all else: it may begin meanwhile."""
        keys = [each.key for each in documents if unread([attached.file for attached in each.attachments])]
        if keys:
            with self.bookkeeping() as change:
                change.enqueue(READ, {"plugin": plugin, "keys": keys, "row": row}, row)

    def ask(self, plugin: str, keys: Sequence[str]) -> Given:
        """What the plugin says of these keys. While it is off nobody knows; once it is gone, there is nothing."""
        if not self._is_on(plugin):
            return Given() if self._is_kept(plugin) else Given(answered=list(keys))
        apart = Stuck.among(plugin, keys)
        given = ask(self.portal, plugin, [key for key in keys if key not in apart], sorted(apart))
        released = apart.intersection(given.answered)
        if given.stuck or given.unasked or released:
            with self.bookkeeping() as change:
                Stuck.forget(plugin, released)
                for key in given.stuck:
                    Stuck.note(plugin, key)
                if given.unasked:
                    Behind.note(plugin)
                self.plan_catch_up(change)
        return given

    def plan_catch_up(self, change: Change) -> None:
        """Have those that failed asked again when they are due; not before half a minute. Inside a write."""
        due = [*(row.tried_at + RETRY for row in Behind.select()), *(row.next_at for row in Stuck.due_next())]
        is_planned = OutboxEvent.undone().where(OutboxEvent.name == CATCH_UP, OutboxEvent.holder == "")
        if due and not is_planned.where(OutboxEvent.next_at <= max(min(due), now() + RETRY)).exists():
            change.enqueue(CATCH_UP, {}, CATCH_UP, at=max(min(due), now() + RETRY))

    def _answers(self, hook: str, only: str | None = None, **arguments: Any) -> list[tuple[str, Any]]:
        """What the plugins that are on say. Those that fail, or are paused, are noted as behind."""
        dispatcher = self.portal.dispatcher
        asked = [key for key in dispatcher.listeners(hook) if self._is_on(key) and only in (None, key)]
        said = {key: dispatcher.ask(key, hook, **arguments) for key in asked}
        silent = sorted(key for key, answers in said.items() if answers is None)
        if silent:
            with self.bookkeeping() as change:
                for plugin in silent:
                    Behind.note(plugin)
                self.plan_catch_up(change)
        return [(key, answer) for key, answers in said.items() for answer in answers or ()]

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
            self.refresh(_by_plugin(waiting[:CHUNK]), payload["force"], READ_IN_BUILD)
            payload = {**payload, "after": list(waiting[:CHUNK][-1])}
            waiting = waiting[CHUNK:]
        if not waiting:
            self._take_out_all_but({key for _, key in every}, only)
            self._tidy()
        self._note(latest, len(every) - len(waiting), len(every), payload if waiting else None)

    def _take_out_all_but(self, keys: set[str], only: str | None) -> None:
        """Ask once more for what is indexed and has no key: whoever is gone does not answer."""
        owners = [(plugin, owner) for owner, (plugin, _) in self.shelf.owners().items() if only in (None, plugin)]
        self.refresh(_by_plugin([(plugin, owner) for plugin, owner in owners if owner not in keys]))

    def _note(self, build: Build, done: int, total: int, rest: Any) -> None:
        with self.bookkeeping() as change:
            build.done_count, build.total_count = done, total
            build.ended_at = None if rest else now()
            build.save()
            if rest:
                change.emit(BUILD, rest, BUILD)

    def differences(self) -> tuple[set[str], set[str], set[str]]:
        """Keys that are missing in the index, that are there too much, and that differ from what plugins say now.

        Without those of plugins that are off, which are compared when they are on again, and those that are stuck.
        """
        asleep = {
            state.key for state in PluginState.select() if self._is_kept(state.key) and not self._is_on(state.key)
        }
        stuck = {row.key for row in Stuck.select()}
        every = self.shelf.owners().items()
        owners = {owner: said for owner, said in every if said[0] not in asleep and owner not in stuck}
        current: dict[str, str] = {}
        for plugin, keys in self.keys_of(None).items():
            for some in chunked(sorted(keys), CHUNK):
                documents = self.ask(plugin, some).documents
                texts = texts_of([each.file for one in documents.values() for each in one.attachments])
                current |= {key: digest_of(document, texts) for key, document in documents.items()}
        different = {key for key in current.keys() & owners.keys() if current[key] != owners[key][1]}
        return current.keys() - owners.keys(), owners.keys() - current.keys(), different


def _by_plugin(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for plugin, key in pairs:
        found.setdefault(plugin, []).append(key)
    return found
