"""The jobs of the search: reading the files that were found, and asking again for what could not be given."""

from __future__ import annotations

import random
import time
from itertools import chain

from maru import JobRun, now

from .giving import HOOK
from .indexing import READ_IN_BUILD, Indexer, indexer_of
from .models import RETRY, Behind, Stuck
from .texts import take_out, unread

RUN_SECONDS = 8.0
"""After so long a run begins no other file: those of other people come in between."""
MOST_STUCK_IN_A_ROW = 2
"""A plugin is paused after five failures, and these are no reason to."""


def read_files(run: JobRun) -> None:
    """Read files, those of documents with few of them first, then index the documents; the rest waits its turn."""
    indexer = indexer_of(run.portal)
    plugin, keys, row = (run.payload[name] for name in ("plugin", "keys", "row"))
    documents = indexer.ask(plugin, keys).documents.values()
    files = [unread([each.file for each in document.attachments]) for document in documents]
    files.sort(key=len)
    waiting = list(chain.from_iterable(files))
    until = time.monotonic() + RUN_SECONDS
    for done, file in enumerate(waiting, 1):
        take_out(file)
        run.progress(done, len(waiting))
        if time.monotonic() > until:
            break
    indexer.refresh({plugin: keys}, row=row)  # what is still unread is asked for there


def catch_up(run: JobRun) -> None:
    """Ask again whoever is due: plugins for all of their documents, and for what is stuck one by one."""
    indexer = indexer_of(run.portal)
    for behind in list(Behind.select().where(Behind.tried_at <= now() - RETRY)):
        with indexer.bookkeeping():
            behind.delete_instance()  # noted again when it fails again
        _ask_for_all(indexer, behind.plugin)
    failed = 0
    for stuck in list(Stuck.due_next().where(Stuck.next_at <= now())):
        failed = failed + 1 if _is_still_stuck(indexer, stuck) else 0
        if failed == MOST_STUCK_IN_A_ROW:
            break
    with indexer.bookkeeping() as change:
        indexer.plan_catch_up(change)


def _ask_for_all(indexer: Indexer, plugin: str) -> None:
    """In random order: what cannot be given stands among others that can, and the plugin is not taken for broken."""
    quarantine = indexer.portal.dispatcher.quarantine
    if not quarantine.is_paused((plugin, HOOK)):
        quarantine.forget((plugin, HOOK))  # one failure after a pause is a pause again: see `ask`
    known = {owner for owner, (whose, _) in indexer.shelf.owners().items() if whose == plugin}
    keys = sorted(indexer.keys_of(None, only=plugin).get(plugin, set()) | known)
    random.shuffle(keys)
    indexer.refresh({plugin: keys}, row=READ_IN_BUILD)


def _is_still_stuck(indexer: Indexer, stuck: Stuck) -> bool:
    """Whether it still cannot be given. While its plugin is off it is forgotten: on again, a build follows."""
    if not indexer.portal.is_on(stuck.plugin):
        with indexer.bookkeeping():
            Stuck.forget(stuck.plugin, [stuck.key])
        return False
    indexer.refresh({stuck.plugin: [stuck.key]})
    return bool(Stuck.among(stuck.plugin, [stuck.key]))
