"""The passage of a text that shows why it was found, with what was looked for marked. Nothing here makes HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LETTERS = 120
BEFORE = 30
MOST_PLACES = 200


@dataclass(frozen=True)
class Piece:
    """A piece of text, marked or not."""

    text: str
    is_marked: bool


def marked(text: str, needles: Sequence[str]) -> tuple[Piece, ...]:
    """`text` in pieces, each place that holds a needle marked."""
    pattern = pattern_of(needles)
    pieces: list[Piece] = []
    place = 0
    for found in pattern.finditer(text) if pattern else ():
        if found.start() > place:
            pieces.append(Piece(text[place : found.start()], False))
        pieces.append(Piece(found[0], True))
        place = found.end()
    return (*pieces, Piece(text[place:], False)) if text[place:] else tuple(pieces)


def pattern_of(needles: Sequence[str]) -> re.Pattern[str] | None:
    """Finds any needle, the longest first; Korean letters may have a space between them: 도로점용 is in 도로 점용."""
    if not needles:
        return None
    return re.compile("|".join(_loosely(needle) for needle in needles), re.IGNORECASE)


def _loosely(needle: str) -> str:
    if re.fullmatch("[가-힣 ]{2,}", needle):
        return r"\s?".join(map(re.escape, needle.replace(" ", "")))
    return re.escape(needle)


def passage(text: str, needles: Sequence[str]) -> tuple[Piece, ...]:
    """About 120 letters around the place where most different needles stand close together; else the beginning."""
    flat = " ".join(text.split())
    pattern = pattern_of(needles)
    start = _best_start(flat, pattern) if pattern else 0
    cut = flat[start : start + LETTERS]
    shown = ("…" if start else "") + cut.strip() + ("…" if start + LETTERS < len(flat) else "")
    return marked(shown, needles)


def _best_start(text: str, pattern: re.Pattern[str]) -> int:
    places: list[tuple[int, str]] = []
    for found in pattern.finditer(text):
        places.append((found.start(), re.sub(r"\s", "", found[0]).lower()))
        if len(places) == MOST_PLACES:
            break
    best, most = 0, 0
    for number, (start, _) in enumerate(places):
        near = {needle for at, needle in places[number : number + 12] if at < start + LETTERS - BEFORE}
        weight = sum(len(needle) for needle in near)
        if weight > most:
            best, most = start, weight
    return _word_start(text, max(0, best - BEFORE)) if most else 0


def _word_start(text: str, place: int) -> int:
    """The next beginning of a word, so that a passage does not begin inside of one."""
    if place == 0:
        return 0
    space = text.find(" ", place - 1, place + 15)
    return space + 1 if space >= 0 else place
