"""What is to be written to the index together: one commit, or several where there is much of it."""

from __future__ import annotations

from collections.abc import Mapping

from .api import SearchDocument
from .entries import entries_of
from .index import Entry, Shelf
from .models import FileText
from .turns import Turn

MOST_LETTERS = 1_000_000
"""A letter becomes some hundred bytes while it is indexed."""


class Batch:
    """Entries to be put in place of those of the same owner."""

    def __init__(self, shelf: Shelf, turn: Turn) -> None:
        self.shelf = shelf
        self._turn = turn
        self._entries: dict[str, list[Entry]] = {}
        self._letters = 0

    def differing(self, digests: Mapping[str, str], force: bool) -> list[str]:
        """The keys that are indexed otherwise than by these digests ('' for what is gone); with `force` all."""
        with self._turn.turns.writing:
            before = {key: self.shelf.digest_of(key) for key in self._turn.say(digests)}
        return [key for key, digest in before.items() if digest != digests[key] or (force and digests[key])]

    def put(
        self, plugin: str, key: str, document: SearchDocument | None, texts: Mapping[str, FileText], digest: str
    ) -> None:
        """Let `key` be what `document` says, or nothing."""
        self._entries[key] = entries_of(plugin, document, texts, digest) if document else []
        self._letters += sum(len(entry.shown["title"]) + len(entry.shown["body"]) for entry in self._entries[key])
        if self._letters > MOST_LETTERS:
            self.write()

    def write(self) -> None:
        """Commit, apart from what somebody asked for later and has written."""
        with self._turn.turns.writing:
            mine = self._turn.say(self._entries)
            if mine:
                self.shelf.write(mine, [entry for key in mine for entry in self._entries[key]])
        self._entries, self._letters = {}, 0
