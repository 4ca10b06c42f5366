"""글·긴 글·선택·예/아니오: words."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import peewee

from maru import t

from ..definition import Field
from .kind import Kind, Reading, excel_error

__all__ = ["ChoiceKind", "LongTextKind", "TextKind", "YesNoKind"]

LONGEST_TEXT = 500
LONGEST_LONG_TEXT = 20_000
_YES = frozenset({"o", "○", "ㅇ", "●", "예", "네", "y", "yes", "true", "1", "v", "✓", "✔", "√", "유", "있음", "해당"})
_NO = frozenset({"x", "×", "✕", "아니오", "아니요", "n", "no", "false", "0", "무", "없음", "미해당", "해당 없음"})


def _without_controls(text: str) -> str:
    """Without control characters and halves of surrogates, which no database takes. Private letters of 한글 stay."""
    return "".join(c for c in text if c.isspace() or (unicodedata.category(c) not in ("Cc", "Cs") and c != "\ufeff"))


class TextKind(Kind):
    """글: one line. Line breaks inside a pasted cell become spaces."""

    name = "text"
    longest: ClassVar[int] = LONGEST_TEXT

    def read(self, field: Field, text: str) -> Reading:
        value = self._clean(text)
        if value.startswith("#") and (broken := excel_error(value)):
            return broken
        longest = field.max_length or self.longest
        if len(value) > longest:
            return Reading.error(
                t("{longest}자까지 넣을 수 있습니다. 지금은 {count}자입니다.", longest=longest, count=len(value))
            )
        return Reading(value)

    def _clean(self, text: str) -> str:
        if text.isprintable():
            return text.strip()
        return " ".join(_without_controls(text).split())

    def attributes(self, field: Field) -> Mapping[str, str]:
        return {"maxlength": str(field.max_length or self.longest)}


class LongTextKind(TextKind):
    """긴 글: several lines, kept as typed."""

    name = "long_text"
    widget = "textarea"
    longest = LONGEST_LONG_TEXT

    def _clean(self, text: str) -> str:
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        return _without_controls(lines).strip()


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class ChoiceKind(Kind):
    """선택: one of a few words. Spaces and width do not matter; a near miss is offered as a repair."""

    name = "choice"
    widget = "select"
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "one_of"

    def read(self, field: Field, text: str) -> Reading:
        typed = text.strip()
        if typed in field.choices:
            return Reading(typed)
        by_folded = {_folded(choice): choice for choice in field.choices}
        folded = _folded(typed)
        if folded in by_folded:
            return Reading(by_folded[folded])
        if broken := excel_error(typed):
            return broken
        near = difflib.get_close_matches(folded[:100], by_folded, n=1, cutoff=0.5)
        choices = ", ".join(field.choices[:8]) + (" …" if len(field.choices) > 8 else "")
        message = t("보기에 없는 말입니다: '{text}'. 보기: {choices}", text=typed[:40], choices=choices)
        return Reading.error(message, by_folded[near[0]] if near else None)


class YesNoKind(Kind):
    """예/아니오: also O/X, Y/N, 유/무."""

    name = "yes_no"
    widget = "yes_no"
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "one_of"

    def read(self, field: Field, text: str) -> Reading:
        word = unicodedata.normalize("NFKC", text).strip().casefold()
        if word in _YES:
            return Reading(True)
        if word in _NO:
            return Reading(False)
        return excel_error(text.strip()) or Reading.error(
            t("예 또는 아니오로 넣어 주세요: '{text}'.", text=text.strip()[:40])
        )

    def format(self, field: Field, value: Any) -> str:
        return "" if value is None else t("예") if value else t("아니오")

    def column(self, field: Field) -> peewee.Field:
        return peewee.BooleanField(null=True)

    def annotation(self, field: Field) -> Any:
        return bool
