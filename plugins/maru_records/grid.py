"""The data-entry grid (입력 표) as the server sees it: what is drawn, what the browser posts, what it hears back.

A page makes a `GridContext` with `grid_context()`, names it `grid` and includes `maru_records/_grid.html`.
The view behind `save_url` reads a `SaveRequest` and answers `save_answer()`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limit

from maru import label_text, local, t

from .checking import CellProblem, RowsCheck
from .definition import Definition, Field

MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 10_000
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


class SaveRequest(BaseModel):
    """What the grid posts to its save URL: the version it was loaded with, and every row as typed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Limit(ge=0)]
    rows: Annotated[
        list[
            Annotated[list[Annotated[str, Limit(max_length=MAX_CELL_CHARACTERS)] | None], Limit(max_length=MAX_COLUMNS)]
        ],
        Limit(max_length=MAX_ROWS),
    ]

    def rows_for(self, definition: Definition, unit_name: str = "") -> list[list[str | None]]:
        """The rows, each exactly as wide as the definition: short ones filled with None, long ones cut.

        The department columns (부서) of every row that holds something say `unit_name`, when one is given.
        """
        width = len(definition.fields)
        rows = [(row + [None] * width)[:width] for row in self.rows]
        own = [place for place, field in enumerate(definition.fields) if field.type == "department"]
        for row in rows:
            for place in own if unit_name and any(row) else ():
                row[place] = unit_name
        return rows


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


@dataclass(frozen=True)
class GridContext:
    """Everything `maru_records/_grid.html` draws. Make one with `grid_context()`."""

    label: str
    columns: tuple[GridColumn, ...]
    headings: tuple[tuple[HeadingCell, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    problems: tuple[CellProblem, ...]
    row_count: int
    save_url: str
    version: int
    owner: str
    upload_url: str
    login_url: str
    saved_at: str
    actions: str
    aside: str
    is_read_only: bool
    max_rows: int = MAX_ROWS
    id: str = "grid"

    @property
    def lead(self) -> int:
        """1 when the row heads are drawn beside the fields; 0 when the first field is the row number (연번)."""
        return 0 if self.columns and self.columns[0].kind == "row_number" else 1

    @property
    def has_totals(self) -> bool:
        """True when some column has a sum in the foot."""
        return any(self.totals)

    @property
    def total_label_column(self) -> int:
        """The column that bears the word 합계; -1 is the row head."""
        for place, total in enumerate(self.totals):
            if self.lead == 0 and place == 0:
                continue
            return -1 if total else place
        return -1

    @property
    def error_count(self) -> int:
        """Cells that must be corrected (고칠 곳)."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warning_count(self) -> int:
        """Cells to look at (확인할 곳)."""
        return sum(problem.severity == "warning" for problem in self.problems)

    @property
    def marks(self) -> Mapping[tuple[int, int], CellProblem]:
        """The weightiest problem of each (row, column)."""
        lightest_first = sorted(
            self.problems, key=lambda problem: ("changed", "warning", "error").index(problem.severity)
        )
        return {(problem.row, problem.column): problem for problem in lightest_first}

    @property
    def config(self) -> dict[str, Any]:
        """What the script needs beside the table itself, as JSON."""
        return {
            "lead": self.lead,
            "max_rows": self.max_rows,
            "columns": [
                {
                    "name": column.name,
                    "headings": column.headings,
                    "kind": column.kind,
                    "required": column.is_required,
                    "read_only": column.is_read_only,
                    "sent": column.is_sent,
                    "choices": column.choices,
                    "help": column.help,
                }
                for column in self.columns
            ],
            "problems": [asdict(problem) for problem in self.problems],
        }


def grid_context(
    definition: Definition,
    check: RowsCheck,
    *,
    save_url: str,
    version: int,
    owner: str = "",
    label: str = "",
    upload_url: str = "",
    login_url: str = "/login",
    saved_at: datetime | None = None,
    actions: str = "",
    aside: str = "",
    is_read_only: bool = False,
    least_rows: int = 10,
) -> GridContext:
    """The grid of a definition with its checked rows, followed by blank rows to type into.

    `check` is `check_rows(definition, rows)`. `owner` (a user name) keeps the browser's backup apart from other
    people's at the same PC. `actions` and `aside` name templates drawn in the save bar and below the problems.
    """
    columns = grid_columns(definition.fields)
    return GridContext(
        label=label or label_text(definition.label),
        columns=columns,
        headings=heading_rows(definition.fields),
        rows=_padded(check.texts, len(columns), 0 if is_read_only else least_rows),
        totals=tuple(check.totals),
        problems=tuple(problem for problem in check.problems if problem.column < len(columns)),
        row_count=check.row_count,
        save_url="" if is_read_only else save_url,
        version=version,
        owner=owner,
        upload_url=upload_url,
        login_url=login_url,
        saved_at=clock(saved_at) if saved_at else "",
        actions=actions,
        aside=aside,
        is_read_only=is_read_only,
    )


def save_answer(check: RowsCheck, *, version: int, saved_at: datetime) -> dict[str, Any]:
    """The JSON the grid expects after a save: normalised texts, problems, totals. `saved_at` is an aware instant."""
    return {
        "version": version,
        "texts": [list(row) for row in check.texts],
        "problems": [asdict(note) for note in check.problems],
        "totals": list(check.totals),
        "row_count": check.row_count,
        "saved_at": clock(saved_at),
    }


def clock(instant: datetime) -> str:
    """The local time of day, '10:04'."""
    return f"{local(instant):%H:%M}"


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


def _padded(texts: Sequence[Sequence[str]], width: int, least: int) -> tuple[tuple[str, ...], ...]:
    """The rows and at least two blank ones after them (none when `least` is 0)."""
    rows = [tuple(row) for row in texts]
    blank_count = max(2, least - len(rows)) if least else 0
    return (*rows, *(("",) * width for _ in range(blank_count)))
