"""The collector's own sheet as a table of cells, each coloured by what it was taken for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .layouts import FILLED_IN_BY_ITSELF, NUMBERS
from .workbook import Column, Layout
from .workbook.grid import Cell, Grid
from .workbook.package import Package
from .workbook.refs import letters_of
from .workbook.serials import date_text

MOST_ROWS = 60
MOST_COLUMNS = 60


@dataclass(frozen=True)
class SheetCell:
    """One cell as drawn. `part` is title, heading, entry, automatic, total, kept or blank.

    `key` is the column's where the cell heads one.
    """

    text: str
    part: str
    colspan: int = 1
    rowspan: int = 1
    is_number: bool = False
    key: str = ""


@dataclass(frozen=True)
class SheetLine:
    """One row of the sheet with its number."""

    number: int
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True)
class SheetView:
    """The sheet: letters of its columns and its rows."""

    name: str
    letters: tuple[str, ...]
    lines: tuple[SheetLine, ...]


def sheet_view(path: Path, layout: Layout) -> SheetView:
    """The upper left part of the form's sheet, as far as it is drawn (60 rows, 60 columns)."""
    with Package(path) as package:
        grid = Grid(package, layout.part)
    bottom = min(
        max([row for (row, _), cell in grid.cells.items() if cell.value is not None or cell.formula], default=1),
        MOST_ROWS,
    )
    right = min(max(column.index + column.span - 1 for column in layout.columns), MOST_COLUMNS)
    lines = tuple(SheetLine(row, tuple(_cells(grid, layout, row, right, bottom))) for row in range(1, bottom + 1))
    return SheetView(layout.sheet, tuple(letters_of(column) for column in range(1, right + 1)), lines)


def _cells(grid: Grid, layout: Layout, row: int, right: int, bottom: int) -> list[SheetCell]:
    drawn = []
    for column in range(1, right + 1):
        area = grid.merge(row, column)
        if area is not None and (row, column) != (area.top, area.left):
            continue
        colspan = min(area.right, right) - column + 1 if area else 1
        rowspan = min(area.bottom, bottom) - row + 1 if area else 1
        drawn.append(_drawn(grid, layout, row, column, colspan, rowspan))
    return drawn


def _drawn(grid: Grid, layout: Layout, row: int, column: int, colspan: int, rowspan: int) -> SheetCell:
    cell = grid.at(row, column)
    found = next((one for one in layout.columns if one.index <= column < one.index + one.span), None)
    part = _part(layout, row, cell, found)
    is_head = (
        part == "heading" and found is not None and row + rowspan - 1 == layout.header_bottom and colspan == found.span
    )
    day = _day(grid, row, column)
    return SheetCell(
        text=day or _text(cell),
        part=part,
        colspan=colspan,
        rowspan=rowspan,
        is_number=not day and part in ("entry", "total") and found is not None and found.type in (*NUMBERS, "computed"),
        key=found.key if is_head and found else "",
    )


def _part(layout: Layout, row: int, cell: Cell | None, column: Column | None) -> str:
    text = _text(cell)
    if layout.header_top <= row <= layout.header_bottom:
        return "heading" if column else "blank"
    if row == layout.total_row:
        return "total"
    if layout.first_row <= row <= layout.last_row:
        return "automatic" if column and column.type in FILLED_IN_BY_ITSELF else "entry" if column else "blank"
    if not text:
        return "blank"
    return "title" if row < layout.header_top and layout.title and layout.title in " ".join(text.split()) else "kept"


def _day(grid: Grid, row: int, column: int) -> str:
    """The ISO date of a cell that the form shows as one: a workbook keeps it as a number. Empty for all others."""
    cell = grid.at(row, column)
    is_number = cell is not None and not cell.formula and isinstance(cell.value, int | Decimal)
    if cell is None or not is_number or grid.style(row, column).format.kind != "date":
        return ""
    return date_text(int(str(cell.value).split(".")[0]), grid.from_1904)


def _text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    if cell.formula:
        return f"={cell.formula}" if len(cell.formula) < 12 else f"={cell.formula[:8]}…"
    value = cell.value
    return (
        ""
        if value is None
        else f"{value:,}"
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
        else str(value)
    )
