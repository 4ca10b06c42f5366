"""The kinds of fields (항목 종류) that the palette offers: what they are called, how they look, what may become what."""

from __future__ import annotations

from dataclasses import dataclass

from maru import t
from maru_records.api import FieldType

__all__ = ["NUMBERS", "FieldKind", "alike", "kind_of_type", "kinds"]

NUMBERS = ("integer", "decimal", "amount")
_ALIKE: tuple[tuple[FieldType, ...], ...] = (("text", "long_text", "choice"), ("decimal", "amount"))
"""Types that are stored alike, so that a field in use may change between them."""


@dataclass(frozen=True)
class FieldKind:
    """A kind of field; `hint` says what stands in the empty field of the canvas."""

    type: FieldType
    name: str
    icon: str
    hint: str
    is_wide: bool = False


def kinds() -> tuple[FieldKind, ...]:
    """All kinds in the order of the palette, in the reader's language."""
    return (
        FieldKind("text", t("글"), "type", ""),
        FieldKind("long_text", t("긴 글"), "scroll-text", "", is_wide=True),
        FieldKind("integer", t("정수"), "hash", "0"),
        FieldKind("decimal", t("소수"), "calculator", "0.0"),
        FieldKind("amount", t("금액"), "banknote", "0"),
        FieldKind("date", t("날짜"), "calendar", t("날짜")),
        FieldKind("datetime", t("날짜와 시각"), "clock", t("날짜와 시각")),
        FieldKind("choice", t("고르기"), "list", t("선택하세요")),
        FieldKind("yes_no", t("예·아니오"), "circle-check", t("예·아니오")),
        FieldKind("person", t("사람"), "user", t("직원 계정")),
        FieldKind("department", t("부서"), "building-2", t("부서")),
        FieldKind("file", t("파일"), "paperclip", t("파일 하나"), is_wide=True),
        FieldKind("computed", t("계산"), "sigma", ""),
        FieldKind("row_number", t("순번"), "list-ordered", t("저절로 매겨집니다")),
    )


def kind_of_type(type_: str) -> FieldKind:
    """The kind with this type."""
    return next(kind for kind in kinds() if kind.type == type_)


def alike(type_: FieldType) -> tuple[FieldType, ...]:
    """The types that a field in use, of type `type_`, may take: its column stays what it is."""
    return next((group for group in _ALIKE if type_ in group), (type_,))
