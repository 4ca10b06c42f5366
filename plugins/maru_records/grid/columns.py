"""The columns of a grid and its merged headings, drawn from the fields of a definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from maru import label_text, t

from ..definition import Field

__all__ = ["GridColumn", "HeadingCell", "grid_columns", "heading_rows"]

READ_ONLY_TYPES = frozenset({"row_number", "computed", "department", "file"})
NUMBER_TYPES = frozenset({"integer", "decimal", "amount", "computed"})
DATE_TYPES = frozenset({"date", "datetime"})
WIDTHS = (4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 50)  # grid.css has one class for each
TYPE_WIDTHS = {
    "row_number": 4,
    "text": 20,
    "long_text": 32,
    "integer": 8,
    "decimal": 10,
    "amount": 10,
    "computed": 10,
    "date": 12,
    "datetime": 18,
    "yes_no": 8,
    "choice": 10,
    "person": 12,
    "department": 10,
    "file": 16,
}


@dataclass(frozen=True)
class HeadingCell:
    """One cell of the merged headings (병합 머리글). `column` counts the grid's fields from 0."""

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1
    unit: str = ""
    is_leaf: bool = False
    is_required: bool = False
    help: str = ""


@dataclass(frozen=True)
class GridColumn:
    """One column: `name` is what a sentence calls it ('시비', or '사업비 계' where '계' alone would be ambiguous)."""

    key: str
    name: str
    headings: tuple[str, ...]
    kind: str
    is_required: bool
    is_read_only: bool
    is_sent: bool
    choices: tuple[str, ...]
    width: int
    help: str

    @property
    def css_class(self) -> str:
        """Classes of each cell in this column: `n` number, `d` date, `l` long text, `c` choice, `x` read-only."""
        letter = {"number": "n", "date": "d", "long": "l", "choice": "c"}.get(self.kind, "")
        return " ".join(name for name in (letter, "x" if self.is_read_only else "") if name)


def grid_columns(fields: Sequence[Field]) -> tuple[GridColumn, ...]:
    """One column for each field, in order."""
    labels = [label_text(field.label) for field in fields]
    seen = Counter(labels)
    return tuple(
        GridColumn(
            key=field.key,
            name=label if seen[label] == 1 else " ".join((*field.headings, label)),
            headings=(*field.headings, label),
            kind=_kind(field),
            is_required=field.required,
            is_read_only=field.type in READ_ONLY_TYPES,
            is_sent=field.is_entered,
            choices=(t("예"), t("아니오")) if field.type == "yes_no" else tuple(field.choices),
            width=_width(field, label),
            help=label_text(field.help),
        )
        for field, label in zip(fields, labels, strict=True)
    )


def heading_rows(fields: Sequence[Field]) -> tuple[tuple[HeadingCell, ...], ...]:
    """The merged headings: neighbours that share a path share a cell, and a leaf reaches down to the last row.

    A unit (단위) that everything below a heading shares is said there, once.
    """
    depth = 1 + max((len(field.path) for field in fields), default=0)
    return tuple(tuple(_heading_row(fields, level, depth)) for level in range(depth))


def _heading_row(fields: Sequence[Field], level: int, depth: int) -> list[HeadingCell]:
    cells = []
    column = 0
    while column < len(fields):
        field = fields[column]
        span = _span(fields, column, level)
        if level < len(field.path):
            unit = _shared_unit(fields, column, level)
            shown_above = level > 0 and bool(_shared_unit(fields, column, level - 1))
            cells.append(HeadingCell(field.headings[level], column, colspan=span, unit="" if shown_above else unit))
        elif level == len(field.path):
            shown_above = level > 0 and bool(_shared_unit(fields, column, level - 1))
            cells.append(
                HeadingCell(
                    label_text(field.label),
                    column,
                    rowspan=depth - level,
                    unit="" if shown_above else field.unit_text,
                    is_leaf=True,
                    is_required=field.required,
                    help=label_text(field.help),
                )
            )
        column += span
    return cells


def _span(fields: Sequence[Field], column: int, level: int) -> int:
    """How many columns from this one on share its path down to `level`; 1 for a leaf."""
    path = fields[column].path
    if level >= len(path):
        return 1
    end = column
    while end < len(fields) and fields[end].path[: level + 1] == path[: level + 1]:
        end += 1
    return end - column


def _shared_unit(fields: Sequence[Field], column: int, level: int) -> str:
    """The unit that every column below the heading at `level` has, or ''."""
    path = fields[column].path[: level + 1]
    start = column
    while start > 0 and fields[start - 1].path[: level + 1] == path:
        start -= 1
    units = {field.unit_text for field in fields[start : start + _span(fields, start, level)]}
    return units.pop() if len(units) == 1 else ""


def _kind(field: Field) -> str:
    """How the script treats the column: row_number, number, date, choice, long or text."""
    if field.type == "row_number":
        return "row_number"
    if field.type in NUMBER_TYPES:
        return "number"
    if field.type in DATE_TYPES:
        return "date"
    if field.type in ("choice", "yes_no"):
        return "choice"
    return "long" if field.type == "long_text" else "text"


def _width(field: Field, label: str) -> int:
    """The width class: at least what the type and the heading need, in half-width characters."""
    heading = min(len(label), 8) * 2 + (2 if field.required else 0)
    choices = max((len(choice) for choice in field.choices), default=0) * 2 + 4
    wanted = field.width or max(TYPE_WIDTHS[field.type], min(choices, 20) if field.choices else 0)
    return next((width for width in WIDTHS if width >= max(wanted, heading)), WIDTHS[-1])
