"""What people enter: text that cannot be seen is no text, and a year that nobody meant is no year."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from maru_language.catalogues import t

FIRST_YEAR, LAST_YEAR = 1900, 2100
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters by name, and nothing to see
_UNSEEN = ("Cc", "Cf", "Cs")  # control characters, zero-width ones, halves of signs
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # all but tab and line end


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen: spaces, control characters, zero-width ones, Hangul fillers (U+3164)."""
    return all(each.isspace() or each in _FILLERS or unicodedata.category(each) in _UNSEEN for each in text)


def plain_text(text: object) -> str:
    """`text` in composed Hangul, as Windows types it, without control characters; '' where nothing can be seen.

    Tabs and line ends stay.
    """
    plain = _CONTROL.sub("", unicodedata.normalize("NFC", str(text)))
    return "" if is_blank(plain) else plain


def one_line(text: object) -> str:
    """`plain_text` in one line: each run of spaces, tabs and line ends is one space, none at the ends."""
    return " ".join(plain_text(text).split())


def _meant(on: date) -> date:
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise ValueError(
            t("{first}년부터 {last}년 사이의 날짜를 적어 주세요. 연도가 {year}년으로 적혔습니다.",
              first=FIRST_YEAR, last=LAST_YEAR, year=on.year)
        )  # fmt: skip
    return on


OfficeDay = Annotated[date, AfterValidator(_meant)]
"""A day as an office means it, in the fields of a form: between 1900 and 2100, else a sentence that says so."""

Line = Annotated[str, BeforeValidator(one_line)]
"""A title, a name, a reason, in the fields of a form: `one_line` of what was typed."""

Text = Annotated[str, BeforeValidator(plain_text)]
"""What may have paragraphs, in the fields of a form: `plain_text` of what was typed."""
