"""Everything a grid (입력 표) draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from maru import label_text

from ..checking import CellProblem, RowsCheck
from ..definition import Definition
from .columns import GridColumn, HeadingCell, grid_columns, heading_rows
from .saving import MAX_ROWS, clock

__all__ = ["GridContext", "grid_context"]


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


def _padded(texts: Sequence[Sequence[str]], width: int, least: int) -> tuple[tuple[str, ...], ...]:
    """The rows and at least two blank ones after them (none when `least` is 0)."""
    rows = [tuple(row) for row in texts]
    blank_count = max(2, least - len(rows)) if least else 0
    return (*rows, *(("",) * width for _ in range(blank_count)))
