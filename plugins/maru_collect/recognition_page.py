"""What was recognised, in words: the columns with their reasons, and what stays as it is."""

from __future__ import annotations

from maru import t

from .contexts import ColumnLine
from .layouts import FILLED_IN_BY_ITSELF, NUMBERS, offered_types, said
from .workbook import Kept, Layout, Sentence


def column_lines(layout: Layout) -> tuple[ColumnLine, ...]:
    """One line a column, with what else it may be and why it was read so."""
    return tuple(
        ColumnLine(
            key=column.key,
            letter=column.letter,
            path=" › ".join(column.path[:-1]),
            label=column.label,
            type=column.type,
            types=tuple(offered_types(column)),
            required=column.required,
            unit=column.unit,
            is_automatic=column.type in FILLED_IN_BY_ITSELF,
            has_unit=column.type in NUMBERS,
            why=reasons(column.why),
        )
        for column in layout.columns
    )


def reasons(sentences: tuple[Sentence, ...]) -> tuple[str, ...]:
    """Why something was read as it was, in the reader's language."""
    return tuple(said(sentence) for sentence in sentences)


def kept_words(kept: Kept) -> tuple[str, ...]:
    """What every workbook made from the form keeps, as short words."""
    counted = (
        (kept.merges, t("병합 셀 {n}곳", n=kept.merges)),
        (kept.has_print_setup, t("인쇄 설정")),
        (kept.has_frozen_panes, t("틀 고정")),
        (kept.has_filter, t("자동 필터")),
        (kept.conditional_formats, t("조건부 서식 {n}개", n=kept.conditional_formats)),
        (kept.validations, t("입력 규칙 {n}개", n=kept.validations)),
        (kept.drawings, t("그림·결재란 {n}개", n=kept.drawings)),
    )
    return tuple(words for count, words in counted if count)
