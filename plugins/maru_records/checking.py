"""행 검사: rows of typed text against a definition, all problems with row, column and repair.

Works by columns: each different text of a column is read once (a column of departments or amounts repeats itself),
then rows are put together again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple

from maru import is_blank, t

from .definition import Definition, Field
from .definition.expressions import Fault, Value
from .fields import Problem, Severity, kind_of

__all__ = ["CellProblem", "RowsCheck", "check_rows", "totals"]

Json = str | int | bool | None
MOST_CALCULATED = 5_000_000
"""Characters that the calculated texts of all rows may come to together; those beyond are #VALUE!."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with, or was changed in, one cell. `repair` is the text that would put it right."""

    row: int
    column: int
    severity: Severity
    message: str
    repair: str | None = None


@dataclass(frozen=True)
class RowsCheck:
    """Rows as understood: `values` are JSON (Decimal as text, dates in ISO form), `texts` as people read them.

    A cell with an error has the value None and keeps its text as typed. `row_count` counts rows that are not empty.
    """

    values: list[list[Json]]
    texts: list[list[str]]
    problems: list[CellProblem]
    totals: list[str]
    row_count: int

    @property
    def is_clean(self) -> bool:
        """True where nothing keeps the rows from being submitted."""
        return not any(problem.severity == "error" for problem in self.problems)


_Cell = tuple[Any, Json, str, Problem | None]
"""Value, JSON, text, problem: a bare tuple, because there are a million of them."""


class _Column(NamedTuple):
    values: list[Any]
    jsons: list[Json]
    texts: list[str]
    problems: dict[int, Problem]


_BLANK: _Cell = (None, None, "", None)


def check_rows(definition: Definition, rows: Sequence[Sequence[str | None]]) -> RowsCheck:
    """Read `rows` as rows of the definition's fields. Never raises for what a person may have typed.

    Empty rows stay empty and are not asked for required fields. Short rows are filled up; what stands to the right
    of the last column is reported.
    """
    width = len(definition.fields)
    typed = _by_column(rows, width)
    columns = {field.key: _read_column(field, cells) for field, cells in zip(definition.fields, typed, strict=True)}
    entered = [columns[field.key].texts for field in definition.entered]
    filled = [any(texts) for texts in zip(*entered, strict=True)] if entered else [False] * len(rows)
    _require(definition, columns, filled)
    _number_rows(definition, columns, filled)
    _compute(definition, columns, filled)
    return RowsCheck(
        values=list(map(list, zip(*(column.jsons for column in columns.values()), strict=True))),
        texts=list(map(list, zip(*(column.texts for column in columns.values()), strict=True))),
        problems=_in_order(definition, columns) + _overhang(rows, width),
        totals=totals(definition, {key: column.values for key, column in columns.items()}),
        row_count=sum(filled),
    )


def totals(definition: Definition, columns: dict[str, list[Any]]) -> list[str]:
    """The foot: the sum of each `total` field as text, '' elsewhere.

    A computed percentage is not summed: its expression is applied to the sums (집행률 of the whole).
    """
    sums: dict[str, Value | Fault] = {key: sum(filter(None, columns[key]), Decimal(0)) for key in definition.summed}
    return [total_text(definition, field, sums) if field.total else "" for field in definition.fields]


def total_text(definition: Definition, field: Field, sums: dict[str, Value | Fault]) -> str:
    """One cell of the foot, given the sums of the number fields by key."""
    if field.type == "computed" and field.percent:
        ratio = definition.expressions[field.key].evaluate(sums)
        return str(ratio) if isinstance(ratio, Fault) else kind_of(field).format(field, ratio)
    return kind_of(field).format(field, sums[field.key]) if field.key in sums else ""


def _by_column(rows: Sequence[Sequence[str | None]], width: int) -> list[Sequence[str | None]]:
    columns: list[Sequence[str | None]] = list(zip_longest(*rows))[:width]  # type: ignore[assignment]  # list is invariant
    return columns + [[None] * len(rows)] * (width - len(columns))


def _read_column(field: Field, typed: Sequence[str | None]) -> _Column:
    read = {text: _read_cell(field, text) for text in set(typed)}
    cells = [read[text] for text in typed]
    has_problems = any(cell[3] for cell in read.values())
    return _Column(
        [cell[0] for cell in cells],
        [cell[1] for cell in cells],
        [cell[2] for cell in cells],
        {row: cell[3] for row, cell in enumerate(cells) if cell[3]} if has_problems else {},
    )


def _read_cell(field: Field, text: str | None) -> _Cell:
    if text is None or not field.is_entered or is_blank(text := str(text)):
        return _BLANK
    kind = kind_of(field)
    value, problem = kind.read(field, text)
    if problem is not None and problem.severity == "error":
        return (None, None, text.strip(), problem)
    if value == "":
        return _BLANK  # nothing but characters that cannot be kept
    return (
        value,
        kind.to_json(value),
        kind.exact(field, value),
        problem,
    )  # what is shown is sent back, to be read again


def _require(definition: Definition, columns: dict[str, _Column], filled: list[bool]) -> None:
    for field in definition.entered:
        column = columns[field.key]
        if not field.required or all(column.texts):
            continue
        missing = Problem("error", t("꼭 넣어야 하는 칸입니다."))
        column.problems.update({row: missing for row, text in enumerate(column.texts) if filled[row] and not text})


def _number_rows(definition: Definition, columns: dict[str, _Column], filled: list[bool]) -> None:
    for field in definition.fields:
        if field.type != "row_number":
            continue
        column, count = columns[field.key], 0
        for row, is_filled in enumerate(filled):
            count += is_filled
            if is_filled:
                column.values[row] = column.jsons[row] = count
                column.texts[row] = str(count)


def _compute(definition: Definition, columns: dict[str, _Column], filled: list[bool]) -> None:
    """Fill the computed columns. A cell that needs an erroneous cell stays blank: the error is told once."""
    room = MOST_CALCULATED
    for key, expression in definition.expressions.items():
        field, column, kind = definition.by_key[key], columns[key], kind_of(definition.by_key[key])
        needed = [(name, columns[name]) for name in sorted(expression.names)]
        needs_values = [(name, source.values) for name, source in needed]
        broken = {
            row for _, source in needed for row, problem in source.problems.items() if problem.severity == "error"
        }
        for row, is_filled in enumerate(filled):
            if not is_filled or row in broken:
                continue
            value = expression.evaluate({name: values[row] for name, values in needs_values})
            room -= len(value) if type(value) is str else 0
            if room < 0 and type(value) is str:
                value = Fault("#VALUE!")
            if isinstance(value, Fault):
                column.texts[row] = str(value)
                column.problems[row] = Problem(
                    "error", t("계산할 수 없습니다({fault}). 식: {text}", fault=value, text=expression.text)
                )
            else:
                column.values[row] = value
                column.jsons[row] = kind.to_json(value)
                column.texts[row] = kind.format(field, value)


def _in_order(definition: Definition, columns: dict[str, _Column]) -> list[CellProblem]:
    found = [
        CellProblem(row, place, problem.severity, problem.message, problem.repair)
        for place, field in enumerate(definition.fields)
        for row, problem in columns[field.key].problems.items()
    ]
    return sorted(found, key=lambda problem: (problem.row, problem.column))


def _overhang(rows: Sequence[Sequence[str | None]], width: int) -> list[CellProblem]:
    """Cells beyond the last column: a paste one column too wide must not vanish without a word."""
    return [
        CellProblem(
            row, width - 1, "warning",
            t("오른쪽에 칸이 {count}개 더 있어 읽지 않았습니다.", count=len(cells) - width),
        )
        for row, cells in enumerate(rows)
        if len(cells) > width and any(cell and str(cell).strip() for cell in cells[width:])
    ]  # fmt: skip
