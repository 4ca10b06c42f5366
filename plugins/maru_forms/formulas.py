"""계산식 as people write it: over the labels of fields ('도착 계기 - 출발 계기'), kept over their keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from .design import DesignField

__all__ = ["names_in", "over_keys", "over_labels", "renamed", "unknown_word", "words_to_labels"]

_SIGNS = str.maketrans(  # what people paste from documents
    {"−": "-", "–": "-", "×": "*", "÷": "/", "（": "(", "）": ")", "，": ",", "≤": "<=", "≥": ">=", "≠": "<>"}
)
_STRINGS = re.compile(r'("(?:[^"]|"")*")')
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ][가-힣ㄱ-ㅎㅏ-ㅣ\w ]*")


def _outside_strings(text: str, change: re.Pattern[str], to: Mapping[str, str]) -> str:
    """`text` with what `change` finds outside of "…" replaced, looked up without blanks."""
    parts = _STRINGS.split(text)
    for place in range(0, len(parts), 2):
        parts[place] = change.sub(lambda found: to.get(_bare(found[0]), found[0]), parts[place])
    return "".join(parts)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def over_keys(text: str, fields: Iterable[DesignField]) -> str:
    """The expression with keys for labels; blanks in a label do not matter, the longest label wins."""
    labels = {_bare(field.label): field.key for field in fields}
    parts = _STRINGS.split(text.strip().removeprefix("="))
    plain = "".join(part if n % 2 else part.translate(_SIGNS) for n, part in enumerate(parts))
    if not labels:
        return plain
    longest_first = sorted(labels, key=len, reverse=True)
    pattern = "|".join(_pattern(label) for label in longest_first)
    return _outside_strings(plain, re.compile(pattern), labels)


def _pattern(label: str) -> str:
    """A label with blanks anywhere in it; a Latin one is no part of a longer word."""
    spaced = r"\s*".join(re.escape(letter) for letter in label)
    before = r"(?<![A-Za-z0-9_])" if label[0].isascii() and label[0].isalnum() else ""
    after = r"(?![A-Za-z0-9_])" if label[-1].isascii() and label[-1].isalnum() else ""
    return f"{before}{spaced}{after}"


def over_labels(text: str, fields: Iterable[DesignField]) -> str:
    """The expression as it is shown: labels for keys."""
    return _outside_strings(text, _NAME, {field.key: field.label for field in fields})


@lru_cache(maxsize=1024)
def names_in(expression: str) -> frozenset[str]:
    """The names that an expression over keys uses, functions too."""
    return frozenset(name for part in _STRINGS.split(expression)[::2] for name in _NAME.findall(part))


def renamed(text: str, keys: Mapping[str, str]) -> str:
    """The expression over other keys."""
    return _outside_strings(text, _NAME, keys)


def words_to_labels(sentence: str, fields: Iterable[DesignField]) -> str:
    """A sentence about an expression with labels for the keys in it."""
    labels = {field.key: field.label for field in fields}
    return _NAME.sub(lambda found: labels.get(found[0], found[0]), sentence)


def unknown_word(text: str) -> str:
    """The first word in Hangul that is left of an expression over keys: no field bears it."""
    for part in _STRINGS.split(text)[::2]:
        if found := _HANGUL.search(part):
            return found[0].strip()
    return ""
