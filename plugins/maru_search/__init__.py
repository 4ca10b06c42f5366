"""통합 검색: one box over people, posts, collections, submissions, records and the texts of their files.

Staff find what they may see, and nothing tells them of the rest: no hit, no count, no suggestion. A forgotten Korean
keyboard, first consonants alone (초성), spaces and particles do not matter; what was widened is said and can be undone.
A thing that was saved is found within two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from maru import Event, Job, JobRun, Portal, hookimpl

from .api import SearchDocument, SearchKind
from .people import PERSON, documents_of_people, keys_of_people


@hookimpl
def on_event(event: Event, portal: Portal) -> None:
    """Bring the index up to date with a change."""
    from .indexing import indexer_of  # the index and the analysis are for the worker that indexes

    indexer_of(portal).take(event)


@hookimpl
def jobs() -> list[Job]:
    """Reading files, and asking again for what could not be given."""
    return [
        Job("search.read", {"ko": "첨부 본문 읽기", "en": "Reading attached files"}, _read, limit_seconds=120),
        Job("search.catch_up", {"ko": "색인 따라잡기", "en": "Catching up with the index"}, _catch_up),
    ]


def _read(run: JobRun) -> None:
    from .working import read_files  # only the one process that runs jobs needs it

    read_files(run)


def _catch_up(run: JobRun) -> None:
    from .working import catch_up

    catch_up(run)


@hookimpl
def search_kinds() -> list[SearchKind]:
    """People, and the files of all others."""
    return [
        SearchKind(PERSON, {"ko": "사람", "en": "People"}, "user", order=10),
        SearchKind("attachment", {"ko": "첨부 본문", "en": "Files"}, "paperclip", order=90),
    ]


@hookimpl
def search_keys(event: Event | None) -> list[str]:
    """People."""
    return keys_of_people(event)


@hookimpl
def search_documents(keys: Sequence[str]) -> list[SearchDocument]:
    """People."""
    return documents_of_people(keys)
