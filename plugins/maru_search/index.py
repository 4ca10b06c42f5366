"""The index on disk: Whoosh segments in a private folder, written by one process, read by all.

Files of the index are pickles, so the folder belongs to the portal's own account alone. Whoosh itself never calls
fsync: the storage below writes everything of a commit through to the disk before the table of contents names it.
"""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.searching import Searcher
from whoosh.writing import SegmentWriter

logger = logging.getLogger("maru.search")

VERSION = 2
"""Of the fields below and of the analysis: an index of another version is built anew."""

LOCK_SECONDS = 20.0
MOST_SEGMENTS = 10
SMALL_SEGMENT = 2_000


@dataclass(frozen=True)
class Entry:
    """A document ready to be written: its terms by field, and what a hit shows."""

    key: str
    owner: str
    plugin: str
    digest: str
    kind: str
    unit: int | None
    at: datetime | None
    people: tuple[int, ...]
    tokens: tuple[str, ...]
    terms: Mapping[str, Sequence[str]]
    shown: Mapping[str, Any]


def _schema() -> fields.Schema:
    terms = {name: fields.TEXT(phrase=False) for name in ("title", "text", "grams", "title_grams")}
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        owner=fields.ID(stored=True),
        plugin=fields.STORED,
        digest=fields.STORED,
        kind=fields.ID(sortable=True),
        unit=fields.ID(sortable=True),
        people=fields.KEYWORD(),
        tokens=fields.KEYWORD(),
        initials=fields.KEYWORD(),
        at=fields.NUMERIC(numtype=int, bits=64, sortable=True, default=0),
        shown=fields.STORED,
        **terms,
    )


class SyncedStorage(FileStorage):
    """Files that are on the disk before the table of contents speaks of them."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._fresh: set[str] = set()

    def create_file(self, name: str, *args: Any, **options: Any) -> Any:
        """Remember what was written since the last table of contents."""
        self._fresh.add(name)
        return super().create_file(name, *args, **options)

    def rename_file(self, frm: str, to: str, safe: bool = False) -> None:
        """Write everything through, then let the new table of contents take its place, then the folder."""
        for name in self._fresh:
            if self.file_exists(name):
                _sync(Path(self.folder) / name)
        self._fresh.clear()
        super().rename_file(frm, to, safe)
        if os.name != "nt":  # Windows writes a folder through with its files
            _sync(Path(self.folder))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Shelf:
    """The index of one portal in one process. Writing is for one process at a time, which a lock file sees to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._here = threading.local()
        self._opening = threading.Lock()
        self._index: FileIndex | None = None

    def _opened(self) -> FileIndex:
        with self._opening:
            if self._index is None or not self._label.is_file():  # gone with the plugin, which is back
                self._here = threading.local()
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._index = self._found() or self._made()
        return self._index

    def _found(self) -> FileIndex | None:
        """The index that is there; None when it is missing or cannot be read."""
        try:
            found = FileIndex(SyncedStorage(str(self.folder)), indexname=f"v{VERSION}")
            found.reader().close()
        except Exception as wrong:  # noqa: BLE001 — a damaged file is read as a pickle, and that may raise anything
            if any(self.folder.iterdir()):
                logger.warning("The search index cannot be read and is built anew: %r", wrong)
            return None
        return found if self._label.is_file() else None

    def _made(self) -> FileIndex:
        """An empty index under a new name, which no build has filled yet. Indexes of other versions are swept away."""
        for old in self.folder.iterdir():
            old.unlink(missing_ok=True)
        self._label.write_text(uuid.uuid4().hex, encoding="utf-8")
        _sync(self._label)
        made: FileIndex = FileIndex.create(SyncedStorage(str(self.folder)), _schema(), f"v{VERSION}")
        return made

    @property
    def _label(self) -> Path:
        return self.folder / "name.txt"

    @property
    def name(self) -> str:
        """Of this index: a build fills the index of one name, and another index needs another build."""
        self._opened()
        return self._label.read_text(encoding="utf-8")

    def searcher(self) -> Searcher:
        """A reader of the newest commit, whichever process made it. Each thread has its own and keeps it."""
        index = self._opened()
        found: Searcher | None = getattr(self._here, "searcher", None)
        if found is None or not found.up_to_date():
            if found is not None:
                found.close()
            # Opened anew: Searcher.refresh() takes segments along that were merged away, deleted documents with them.
            found = self._here.searcher = index.searcher()
        return found

    def write(self, gone: Iterable[str], entries: Sequence[Entry]) -> None:
        """Take the documents of the owners `gone` out and put `entries` in, in one commit that is on the disk."""
        with self._writer() as writer:
            reader = self.searcher().reader()  # the newest commit, and nobody else can make another one now
            for owner in gone:
                for number in _numbers(reader, owner):
                    writer.delete_document(number)
            for entry in entries:
                writer.add_document(**_fields(entry))

    def tidy(self) -> bool:
        """Merge small segments when there are many. Apart from `write`, so that no fresh document waits for it."""
        index = self._opened()
        if len(index._segments()) <= MOST_SEGMENTS:
            return False
        with self._writer(merge=True):
            pass
        return True

    @contextmanager
    def _writer(self, merge: bool = False) -> Iterator[SegmentWriter]:
        writer = SegmentWriter(self._opened(), timeout=LOCK_SECONDS, limitmb=64)
        try:
            yield writer
        except BaseException:
            writer.cancel()
            raise
        writer.commit(mergetype=_merge_small if merge else None, merge=False)

    def owners(self) -> dict[str, tuple[str, str]]:
        """Owner → (plugin, digest) of what is indexed."""
        every = (stored for _, stored in self.searcher().reader().iter_docs())
        return {stored["owner"]: (stored["plugin"], stored["digest"]) for stored in every}

    def digest_of(self, owner: str) -> str:
        """The digest of what is indexed for `owner`, '' when nothing is."""
        reader = self.searcher().reader()
        for number in _numbers(reader, owner):
            digest: str = reader.stored_fields(number)["digest"]
            return digest
        return ""

    def count(self) -> int:
        """How many documents there are."""
        return int(self.searcher().doc_count())


def _numbers(reader: Any, owner: str) -> list[int]:
    try:
        return list(reader.postings("owner", owner).all_ids())
    except TermNotFound:
        return []


def _merge_small(writer: SegmentWriter, segments: Sequence[Any]) -> list[Any]:
    """Whoosh's merge policy: small segments, and those that are mostly deleted, become one; the others stay."""
    kept = []
    for segment in segments:
        if segment.doc_count() <= SMALL_SEGMENT or segment.deleted_count() * 2 > segment.doc_count_all():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        else:
            kept.append(segment)
    return kept


def _fields(entry: Entry) -> dict[str, Any]:
    at = entry.at.astimezone(UTC) if entry.at else None
    return {
        "key": entry.key,
        "owner": entry.owner,
        "plugin": entry.plugin,
        "digest": entry.digest,
        "kind": entry.kind,
        "unit": str(entry.unit or 0),  # always: Whoosh counts wrongly across segments of which one lacks the column
        "people": [str(person) for person in entry.people],
        "tokens": list(entry.tokens),
        "at": int(at.timestamp()) if at else 0,
        "shown": dict(entry.shown),
        **{name: list(terms) for name, terms in entry.terms.items()},
    }
