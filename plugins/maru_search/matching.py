"""Asking the index in the name of a person: what they may see is a filter inside the query.

Nothing is counted, suggested or shown before the filter: matches, facets and suggestions all come from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from whoosh.idsets import BitSet
from whoosh.query.qcore import Query
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from .asking import is_one_key_off

KEPT_FILTERS = 16
MOST_TERMS_TRIED = 60_000
MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class Match:
    """One document that was found, with what it is filtered and counted by."""

    number: int
    kind: str
    unit: int
    at: int


class Visible:
    """The part of the index that the holder of `tokens` may see."""

    def __init__(self, searcher: Searcher, tokens: Collection[str]) -> None:
        self.searcher = searcher
        self.reader = searcher.reader()
        self._allowed = _allowed(searcher, frozenset(tokens))

    def matches(self, wanted: Query, newest_first: bool = False) -> list[Match]:
        """All matches, the best first, or the newest."""
        if not self._allowed:
            return []
        results = self.searcher.search(wanted, limit=None, filter=self._allowed, scored=not newest_first)
        kinds, units, ats = (self.reader.column_reader(name) for name in ("kind", "unit", "at"))
        found = [Match(number, kinds[number], int(units[number]), int(ats[number])) for number, _ in results.items()]
        return sorted(found, key=lambda match: (-match.at, match.number)) if newest_first else found

    def has_any(self, wanted: Query) -> bool:
        """Whether there is a match at all."""
        return bool(self.matches(wanted))  # Whoosh's way of stopping early fails on these queries

    def shown(self, match: Match) -> dict[str, Any]:
        """What was stored of a match for showing it."""
        shown: dict[str, Any] = self.reader.stored_fields(match.number)["shown"]
        return shown

    def by_person(self, person: int) -> set[int]:
        """The numbers of the documents that a person is responsible for."""
        return _posting(self.reader, "people", str(person))

    def words_like(self, word: str) -> list[str]:
        """Words of titles one key away from `word` that stand in a document within this part; the commonest first."""
        near: Counter[str] = Counter()
        for place, term in enumerate(self.reader.lexicon("title")):
            if place == MOST_TERMS_TRIED:
                break
            text = term.decode("utf-8")
            if len(text) > 1 and abs(len(text) - len(word)) < 2 and is_one_key_off(text, word):
                near[text] = sum(number in self._allowed for number in _posting(self.reader, "title", text))
        return [text for text, count in near.most_common(MOST_SUGGESTIONS) if count]


def _allowed(searcher: Searcher, tokens: frozenset[str]) -> BitSet:
    """The documents that carry one of the tokens; kept with the searcher, which a new commit replaces."""
    kept: dict[frozenset[str], BitSet] = searcher.__dict__.setdefault("maru_allowed", {})
    if tokens not in kept:
        while len(kept) >= KEPT_FILTERS:
            del kept[next(iter(kept))]
        reader = searcher.reader()
        kept[tokens] = BitSet(size=reader.doc_count_all())
        for token in tokens:
            for number in _posting(reader, "tokens", token):
                kept[tokens].add(number)
    return kept[tokens]


def _posting(reader: Any, field: str, text: str) -> set[int]:
    try:
        return set(reader.postings(field, text).all_ids())
    except TermNotFound:
        return set()
