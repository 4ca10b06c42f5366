"""From a template to its layout: which sheet, which table, which columns."""

import re
from pathlib import Path

from .columns import UNIT, read_columns
from .grid import Grid, plain
from .layout import Column, Kept, Layout, LineBelow
from .package import Package, Sheet
from .serials import date_text
from .table import TOTAL_LABEL, Entries, Heading, entries, heading_columns, headings
from .validations import cell_text, read_validations
from .words import N_, Sentence, WorkbookProblem, say

BASIS = re.compile(r"기준|근거|현재")
NO_TABLE = N_("‘{sheet}’ 시트에서 표를 찾지 못했습니다. 제목 행이 있는 시트를 고르거나, 제목을 두 칸 이상 적어 주세요.")
NO_SHEET = N_("‘{name}’에 ‘{sheet}’ 시트가 없습니다. 있는 시트: {sheets}.")
EMPTY = N_("‘{name}’에 읽을 수 있는 시트가 없습니다. 엑셀에서 열어 표가 있는 시트를 남기고 다시 올려 주세요.")


def sheets(path: Path | str) -> list[str]:
    """Names of the visible sheets in their order, for choosing when the form has several."""
    with Package(path) as package, package.understood():
        return [sheet.name for sheet in package.sheets() if sheet.is_visible]


def recognize(path: Path | str, sheet: str | None = None) -> Layout:
    """The layout of a form. Without `sheet`, the visible sheet whose table is the most certain.

    Raises WorkbookProblem: not an xlsx, protected, too large, no such sheet, no table.
    Macros are ignored: they are neither run nor carried into anything that is written.
    """
    with Package(path) as package, package.understood():
        every = package.sheets()
        if not every:
            raise WorkbookProblem("no_sheet", say(EMPTY, name=package.name))
        if sheet is not None:
            return _recognized(package, *_best(package, [_named(package, every, sheet)]))
        return _recognized(package, *_best(package, [one for one in every if one.is_visible] or every))


def _named(package: Package, every: list[Sheet], name: str) -> Sheet:
    for one in every:
        if one.name == name:
            return one
    names = ", ".join(f"‘{one.name}’" for one in every)
    raise WorkbookProblem("no_sheet", say(NO_SHEET, name=package.name, sheet=name, sheets=names))


def _best(package: Package, candidates: list[Sheet]) -> tuple[Sheet, Grid, Heading]:
    found = []
    for place, sheet in enumerate(candidates):
        grid = Grid(package, sheet.part)
        found += [(-one.score, place, sheet, grid, one) for one in headings(grid)[:1]]
    if not found:
        raise WorkbookProblem("no_table", say(NO_TABLE, sheet=candidates[0].name))
    _, _, sheet, grid, heading = min(found, key=lambda one: one[:2])
    return sheet, grid, heading


def _recognized(package: Package, sheet: Sheet, grid: Grid, heading: Heading) -> Layout:
    rows = entries(grid, heading)
    title, basis, unit_text, notes = _above(grid, heading.top)
    found = heading_columns(grid, heading.top, heading.bottom, heading.left, heading.right)
    validations = read_validations(package, grid, sheet.name)
    heading_rows = range(heading.top, heading.bottom + 1)
    columns = read_columns(grid, found, rows, validations, unit_text, heading_rows)
    total_label, total_column = _total_label(grid, rows, heading)
    return Layout(
        sheet=sheet.name, part=sheet.part, title=title, basis=basis, unit_text=unit_text, notes=notes,
        header_top=heading.top, header_bottom=heading.bottom, columns=columns,
        first_row=rows.first, last_row=rows.last, total_row=rows.total,
        total_label=total_label, total_column=total_column,
        samples=_samples(grid, rows, columns), lines_below=_lines_below(grid, rows),
        kept=_kept(package, sheet, grid, len(validations)), why=_why(heading, rows),
    )  # fmt: skip


def _why(heading: Heading, rows: Entries) -> tuple[Sentence, ...]:
    place = say("{top}~{bottom}행을 표의 제목으로 읽었습니다.", top=heading.top, bottom=heading.bottom)
    return (place, *heading.why, *rows.why)


def _above(grid: Grid, top: int) -> tuple[str, str, str, tuple[str, ...]]:
    """Title, basis (such as '기준일 2026-06-30'), unit text and further notes above the headings."""
    texts = [(row, column, grid.text(row, column)) for row, column in sorted(grid.cells)
             if row < top and (cell := grid.at(row, column)) and cell.text]  # fmt: skip
    title = max(texts, key=lambda one: (_prominence(grid, one[0], one[1]), -one[0]), default=(0, 0, ""))[2]
    unit = next((found[0] for _, _, text in texts if (found := UNIT.search(text))), "")
    unit = unit or next((text for _, _, text in texts if plain(text).startswith("단위")), "")
    basis, notes = "", []
    for row, column, text in texts:
        if text == title:
            continue
        if BASIS.search(text) and not basis:
            basis = " ".join(part for part in (text, _value_beside(grid, row, column)) if part)
        elif text.strip() != unit:
            notes.append(text)
    cut = title.replace(unit, "").strip() if unit else title
    return cut or title, basis, unit, tuple(notes)


def _prominence(grid: Grid, row: int, column: int) -> int:
    area, style = grid.merge(row, column), grid.style(row, column)
    return (area.right - area.left if area else 0) + 3 * style.is_bold


def _value_beside(grid: Grid, row: int, column: int) -> str:
    cell = grid.at(row, column + 1)
    if cell is None or cell.value is None or cell.text:
        return ""
    if grid.style(row, column + 1).format.kind == "date" and isinstance(cell.value, int):
        return date_text(cell.value, grid.from_1904)
    return cell_text(cell)


def _total_label(grid: Grid, rows: Entries, heading: Heading) -> tuple[str, int]:
    if rows.total is None:
        return "", 0
    for column in range(max(1, heading.left - 1), heading.right + 1):
        cell = grid.at(rows.total, column)
        if cell and TOTAL_LABEL.fullmatch(plain(cell.text)):
            return cell.text, column
    return "", 0


def _samples(grid: Grid, rows: Entries, columns: tuple[Column, ...]) -> tuple[tuple[str, ...], ...]:
    """What stands in the entry rows of the template, so that a unit's untouched sample is not taken for an entry."""
    found = []
    for row in range(rows.first, min(rows.last, rows.first + 200) + 1):
        texts = tuple(sample_text(grid, row, column) for column in columns)
        if any(texts):
            found.append(texts)
    return tuple(found)


def sample_text(grid: Grid, row: int, column: Column) -> str:
    """What a sample cell holds, dates as ISO texts; formulas count as empty."""
    cell = grid.at(row, column.index)
    if cell is None or cell.formula or cell.value is None:
        return ""
    if isinstance(cell.value, int) and grid.style(row, column.index).format.kind == "date":
        return date_text(cell.value, grid.from_1904)
    return cell_text(cell)


def _lines_below(grid: Grid, rows: Entries) -> tuple[LineBelow, ...]:
    below = max(rows.last, rows.total or 0)
    return tuple(
        LineBelow(column, cell.text)
        for (row, column), cell in sorted(grid.cells.items())
        if row > below and cell.text
    )  # fmt: skip


def _kept(package: Package, sheet: Sheet, grid: Grid, validation_count: int) -> Kept:
    root = grid.markup.root
    drawing = package.first_related(sheet.part, "drawing")
    anchors = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
    return Kept(
        merges=len(grid.merges),
        has_print_setup=root.child("pageSetup") is not None or root.child("headerFooter") is not None,
        has_frozen_panes=any(node.get("state", "").startswith("frozen") for node in root.every("pane")),
        has_filter=root.child("autoFilter") is not None,
        conditional_formats=sum(1 for _ in root.every("conditionalFormatting")),
        validations=validation_count,
        drawings=sum(1 for _ in package.markup(drawing).root.every(*anchors)) if drawing else 0,
    )
