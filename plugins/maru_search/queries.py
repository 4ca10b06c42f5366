"""Queries of the index: all words, some words, a whole sentence, first consonants, everything."""

from __future__ import annotations

from whoosh.query.compound import And, Or, Require
from whoosh.query.qcore import Every, NullQuery, Query
from whoosh.query.terms import Prefix, Term

from .analysis import INITIALS_KEPT, bigrams, has_morphemes, morphemes, normal, stem, words

GRAMS_WEIGHT = 0.6  # of a bigram, where a morpheme counts 1; `python -m tests.bench relevance` says what it is worth
TITLE_WEIGHT = 1.5
SHORT = 3


def all_words(text: str) -> Query:
    """Documents that hold each word of `text`: all its morphemes, or all its bigrams. Nothing where there is no word.

    Words that only bind others together (대한, 위한) need not be there.
    """
    every = words(text)
    telling = [word for word in every if morphemes(word) or len(word) > SHORT] or every
    return Require(ranked(text), And([_word(word) for word in telling])) if telling else NullQuery


def _word(word: str) -> Query:
    ways = [_every("text", morphemes(word)), _every("grams", bigrams(stem(word)))]
    return Or([way for way in ways if way is not None])


def _every(field: str, terms: list[str]) -> Query | None:
    unique = list(dict.fromkeys(terms))
    return And([Term(field, term) for term in unique]) if unique else None


def some_words(text: str) -> Query:
    """Documents that hold one of the words at least, or one morpheme of two letters; what shares most stands first."""
    telling = [Term("text", term) for term in dict.fromkeys(morphemes(text)) if len(term) > 1]
    if not has_morphemes():
        telling += [Term("grams", term) for term in dict.fromkeys(bigrams(text))]
    ways = [*telling, *(_word(word) for word in words(text))]
    return Require(ranked(text), Or(ways)) if ways else NullQuery


def ranked(text: str) -> Query:
    """Documents that hold any morpheme or bigram of `text`, in its title or elsewhere; what shares most is first."""
    weights = {"text": 1.0, "grams": GRAMS_WEIGHT, "title": TITLE_WEIGHT, "title_grams": TITLE_WEIGHT * GRAMS_WEIGHT}
    terms = {"text": dict.fromkeys(morphemes(text)), "grams": dict.fromkeys(bigrams(text))}
    terms |= {"title": terms["text"], "title_grams": terms["grams"]}
    every = [Term(field, term, boost=weights[field]) for field, found in terms.items() for term in found]
    return Or(every) if every else NullQuery


def initials(text: str) -> Query:
    """Titles in which some words in a row begin with these consonants."""
    return Prefix("initials", text[:INITIALS_KEPT])


def everything() -> Query:
    """All documents."""
    return Every()


def needles_of(text: str) -> list[str]:
    """What is marked in a passage: the words as typed, without their particles, and their morphemes; longest first."""
    found = {normal(text), *words(text)}
    for word in words(text):
        found |= {stem(word), *(each for each in morphemes(word) if len(each) > 1 or len(word) == 1)}
    return sorted((needle for needle in found if needle.strip()), key=len, reverse=True)
