"""How well the search finds Korean documents: ours against Whoosh as it comes, and against plain bigrams.

Each question was made by rule from one document, which is the right answer. See `_questions.py` for the texts, which
have to be fetched once, and for the rules.

    python -m tests.bench relevance --json [--corpus FOLDER]

| key | means |
|---|---|
| recall_at_10 | share of the questions whose document is among the first ten hits |
| mrr_at_10 | mean of 1/place of that document, 0 beyond ten |
| ours | as the search page asks: all words, else what is widened; a sentence by what it shares |
| ours_without_morphemes | the same where the morpheme packages are missing |
| whoosh_default, whoosh_default_or | StandardAnalyzer and Whoosh's own query parser: all words, or any |
| bigrams | Whoosh with two letters as a term, any of them |
| ms_a_question | milliseconds a question, of the whole run divided |
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.bench._questions import Question, corpus_folder, documents, questions

FIRST = 10
Ranking = Callable[[str], list[int]]


def run(arguments: list[str]) -> dict[str, Any]:
    """Index the documents in each way, ask all questions, give the measures of each way and rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench relevance")
    parser.add_argument("--corpus", type=Path, help="folder into which konlpy's corpora were unpacked")
    texts = documents(corpus_folder(parser.parse_args(arguments).corpus))
    asked = questions(texts)
    figures: dict[str, Any] = {"documents": len(texts), "questions": len(asked)}
    with tempfile.TemporaryDirectory() as folder:
        for name, make in ENGINES.items():
            figures[name] = measured(make(texts, Path(folder) / name), asked)
    with tempfile.TemporaryDirectory() as folder, patch("maru_search.analysis.has_morphemes", return_value=False):
        figures["ours_without_morphemes"] = measured(ours(texts, Path(folder) / "ours"), asked)
    return figures


def measured(ranking: Ranking, asked: list[Question]) -> dict[str, Any]:
    """Recall and reciprocal rank over all questions, and by rule."""
    began = time.perf_counter()
    places = {question: place_of(question.document, ranking(question.text)) for question in asked}
    seconds = time.perf_counter() - began
    rules = sorted({question.rule for question in asked})
    by_rule = {rule: [place for question, place in places.items() if question.rule == rule] for rule in rules}
    return {
        **measures(list(places.values())),
        "by_rule": {rule: measures(found) for rule, found in by_rule.items()},
        "ms_a_question": round(seconds * 1000 / len(asked), 2),
    }


def measures(places: list[int]) -> dict[str, float]:
    """`places` count from 1; 0 is beyond ten."""
    return {
        "recall_at_10": round(sum(place > 0 for place in places) / len(places), 3),
        "mrr_at_10": round(sum(1 / place for place in places if place) / len(places), 3),
    }


def place_of(document: int, ranked: list[int]) -> int:
    """Where the document stands among the first ten, from 1; 0 when it does not."""
    return ranked.index(document) + 1 if document in ranked else 0


def ours(texts: list[str], folder: Path) -> Ranking:
    """The index and the readings of the search page."""
    from maru_search.api import EVERYONE, SearchDocument
    from maru_search.asking import Asked
    from maru_search.entries import entries_of, token_of
    from maru_search.index import Shelf
    from maru_search.matching import Visible
    from maru_search.searching import matches_of

    shelf = Shelf(folder)
    entries = []
    for number, text in enumerate(texts):
        document = SearchDocument(f"law:{number}", "law", "", f"/{number}", (EVERYONE,), text)  # pieces have no titles
        entries += entries_of("law", document, {}, str(number))
    shelf.write([], entries)
    visible = Visible(shelf.searcher(), [token_of("law", EVERYONE)])

    def rank(text: str) -> list[int]:
        found, _, _ = matches_of(visible, Asked(words=text))
        return [int(visible.shown(match)["href"][1:]) for match in found[:FIRST]]

    return rank


def _whoosh(analyzer: Callable[[], Any], is_all: bool) -> Callable[[list[str], Path], Ranking]:
    def make(texts: list[str], folder: Path) -> Ranking:
        from whoosh import fields, index
        from whoosh.qparser.default import QueryParser
        from whoosh.qparser.syntax import AndGroup, OrGroup

        folder.mkdir()
        schema = fields.Schema(number=fields.STORED, text=fields.TEXT(analyzer=analyzer()))
        shelf = index.create_in(str(folder), schema)
        writer = shelf.writer()
        for number, text in enumerate(texts):
            writer.add_document(number=number, text=text)
        writer.commit()
        searcher = shelf.searcher()
        parser = QueryParser("text", schema, plugins=[], group=AndGroup if is_all else OrGroup)

        def rank(text: str) -> list[int]:
            return [hit["number"] for hit in searcher.search(parser.parse(text), limit=FIRST)]

        return rank

    return make


def _standard() -> Any:
    from whoosh.analysis.analyzers import StandardAnalyzer

    return StandardAnalyzer()


def _pairs() -> Any:
    from whoosh.analysis.ngrams import NgramWordAnalyzer

    return NgramWordAnalyzer(2, 2)


ENGINES: dict[str, Callable[[list[str], Path], Ranking]] = {
    "ours": ours,
    "whoosh_default": _whoosh(_standard, is_all=True),
    "whoosh_default_or": _whoosh(_standard, is_all=False),
    "bigrams": _whoosh(_pairs, is_all=False),
}
