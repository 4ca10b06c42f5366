"""서식과 정의: the recognised form as stored JSON, and the records definition the web grid is made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from maru import Invalid, t
from maru_records.api import Definition, Field

from .forms import ColumnChoice
from .workbook import Column, ColumnType, Layout, Sentence

NUMBERS = ("integer", "decimal", "amount")
FILLED_IN_BY_ITSELF = ("row_number", "department", "computed")
UNCALCULATED = '""'
"""The expression of a column whose Excel formula only Excel can calculate: blank on the screen, kept in the file."""


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Layout]:
    return TypeAdapter(Layout)


def as_document(layout: Layout) -> dict[str, Any]:
    """The layout as JSON values."""
    document: dict[str, Any] = _adapter().dump_python(layout, mode="json")
    return document


def as_layout(document: Mapping[str, Any]) -> Layout:
    """The layout that `as_document` made."""
    return _adapter().validate_python(document)


def as_definition(document: Mapping[str, Any]) -> Definition:
    """The stored definition."""
    return Definition.model_validate(document)


def definition_of(layout: Layout, key: str) -> Definition:
    """The records definition of a form: one field a column, in its order.

    Raises Invalid when the columns do not fit together, such as a formula over a column that holds text.
    """
    try:
        return Definition(
            key=key,
            label=layout.title or layout.sheet,
            fields=tuple(_field(layout, column) for column in layout.columns),
        )
    except ValidationError as wrong:
        problem = wrong.errors()[0]
        raise Invalid(str(problem.get("ctx", {}).get("error") or problem["msg"])) from wrong


def _field(layout: Layout, column: Column) -> Field:
    is_number = column.type in NUMBERS
    is_computed = column.type == "computed"
    return Field(
        key=column.key,
        label=column.label,
        path=column.path[:-1],
        type=column.type,
        required=column.required and column.type not in FILLED_IN_BY_ITSELF,
        choices=column.choices if column.type == "choice" else (),
        unit=column.unit,
        decimals=column.decimals if is_number or is_computed else None,
        minimum=column.minimum if is_number else None,
        maximum=column.maximum if is_number else None,
        expression=(column.expression or UNCALCULATED) if is_computed else "",
        percent=column.percent and (is_number or is_computed),
        help=t("엑셀에서 열면 계산됩니다.") if is_computed and not column.expression else "",
        total=(column.total and (is_number or bool(column.expression))) or _has_rate_of_the_whole(layout, column),
        width=column.width,
    )


def _has_rate_of_the_whole(layout: Layout, column: Column) -> bool:
    return column.percent and bool(column.expression) and layout.total_row is not None and column.type == "computed"


def offered_types(column: Column) -> list[tuple[ColumnType, str]]:
    """The types a collector may choose for a column, with their names; what cannot work is not offered."""
    names: dict[ColumnType, str] = {
        "row_number": t("자동 번호"),
        "department": t("부서명 (자동)"),
        "text": t("글"),
        "long_text": t("긴 글"),
        "integer": t("정수"),
        "decimal": t("소수"),
        "amount": t("금액"),
        "date": t("날짜"),
    }
    if column.choices:
        names["choice"] = t("고르기 · {n}개", n=len(column.choices))
    if column.formula:
        names = {"computed": t("계산 (수식 그대로)")}
    return list(names.items())


def with_choices(layout: Layout, choices: Mapping[str, ColumnChoice]) -> Layout:
    """The layout with the collector's corrections; columns without one stay as recognised."""
    chosen = replace(layout, columns=tuple(_chosen(column, choices.get(column.key)) for column in layout.columns))
    _check_formulas(layout, chosen)
    return chosen


def _check_formulas(before: Layout, chosen: Layout) -> None:
    """Refuse to make text of a number that a formula of the form calculates with."""
    for column in chosen.columns:
        for word in set(re.findall(r"[a-z_]\w*", column.expression)) if column.type == "computed" else ():
            was = next((one for one in before.columns if one.key == word and one.type in NUMBERS), None)
            if was is not None and chosen.column(word).type not in NUMBERS:
                raise Invalid(
                    t(
                        "‘{column}’ 열은 ‘{formula}’ 열의 수식에 쓰이므로 숫자로 받아야 합니다.",
                        column=was.label,
                        formula=column.label,
                    )
                )


def _chosen(column: Column, choice: ColumnChoice | None) -> Column:
    if choice is None:
        return column
    if choice.type not in dict(offered_types(column)):
        raise Invalid(t("‘{column}’ 열은 그 종류로 받을 수 없습니다. 다른 종류를 골라 주세요.", column=column.label))
    is_number = choice.type in NUMBERS or choice.type == "computed"
    whole = choice.type in ("integer", "amount") and column.type not in ("integer", "amount")
    return replace(
        column,
        type=choice.type,
        required=choice.required,
        unit=choice.unit if is_number else "",
        decimals=0 if whole else column.decimals,
        total=column.total and is_number,
    )


def said(sentence: Sentence) -> str:
    """A sentence of the workbook engine in the reader's language."""
    return t(sentence.msgid, **dict(sentence.values))


def reference_date(layout: Layout) -> date | None:
    """The reference date (기준일) that the form states, if it states a whole one."""
    for word in layout.basis.replace(".", "-").split():
        try:
            return date.fromisoformat(word.strip("-"))
        except ValueError:
            continue
    return None
