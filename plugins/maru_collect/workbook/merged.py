"""Writing into the form: only the sheet's XML is streamed anew, every other part is taken over as it is."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from .formulas import Scalar
from .grid import Grid
from .layout import Layout, Value
from .markup import Markup, Node
from .package import Package, PackageWriter
from .refs import LAST_ROW, Area, Growth
from .rowwriter import RowWriter
from .surroundings import (
    Totals,
    grow_charts,
    grow_merges,
    grow_rules,
    has_reference_beyond,
    move_drawings,
    move_notes,
    move_rows_below,
)
from .words import N_, WorkbookProblem, say

TOO_MANY_ROWS = N_("모은 행이 {count}개라 한 시트에 담을 수 없습니다(최대 {limit}개). 나누어 취합해 주세요.")
FAR_BELOW = N_(
    "‘{name}’의 ‘{sheet}’ 시트가 {row}행까지 쓰여 있어 표에 행을 더할 수 없습니다. 표 아래의 쓰지 않는 행을 지우고 다시 올려 주세요."
)
OTHER_LAYOUT = N_("‘{name}’에 ‘{sheet}’ 시트의 표가 없습니다. 서식을 다시 올려 주세요.")
IN_MEMORY_BYTES = 8_000_000
BLANK_ROWS = 20
ROOM_BELOW = 100


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What was written. `totals` are the values of the total row by column key, where it has a formula.

    `sheet_bytes` is the size of the sheet's XML, `cut_count` how many texts were longer than a cell holds,
    `uncalculated` the formulas that show a value only once the workbook is opened in Excel.
    """

    row_count: int
    first_row: int
    last_row: int
    total_row: int | None
    totals: dict[str, Scalar]
    sheet_bytes: int
    cut_count: int = 0
    uncalculated: tuple[str, ...] = ()


def write_merged(
    template_path: Path | str,
    layout: Layout,
    rows: Iterable[Sequence[Value]],
    out: BinaryIO | Path | str,
) -> WriteReport:
    """Write rows into the form: one value for each column of the layout, in its order.

    Numbers may come as int, Decimal, float or text, dates as ISO text or date. Row numbers and formulas are made
    here, whatever the row says. Texts never become formulas. Totals, filters, rules, print area and the formulas
    of other sheets grow; headings, widths, boxes and everything else stay. `rows` may be a generator: one block
    is held in memory, unless a formula has to know the number of rows beforehand.
    """
    with Package(template_path) as package:
        return _written(package, layout, rows, out)


def blank_copy(
    template_path: Path | str, layout: Layout, unit_name: str | None, out: BinaryIO | Path | str
) -> WriteReport:
    """The workbook that a unit downloads: the form with room for 20 rows or more, its own name filled in."""
    row: list[Value] = [unit_name if column.type == "department" else None for column in layout.columns]
    count = max(BLANK_ROWS, layout.last_row - layout.first_row + 1)
    with Package(template_path) as package, package.understood():
        return _written(package, layout, [row] * count, out)


def _written(
    package: Package, layout: Layout, rows: Iterable[Sequence[Value]], out: BinaryIO | Path | str
) -> WriteReport:
    if not any(sheet.name == layout.sheet and sheet.part == layout.part for sheet in package.sheets()):
        raise WorkbookProblem("layout", say(OTHER_LAYOUT, name=package.name, sheet=layout.sheet))
    return _Writing(package, layout).write(rows, Path(out) if isinstance(out, str) else out)


class _Writing:
    """One workbook being written."""

    def __init__(self, package: Package, layout: Layout) -> None:
        self.package, self.layout = package, layout
        self.grids = {layout.sheet: Grid(package, layout.part)}
        for sheet in package.sheets():
            if sheet.name != layout.sheet and (b"<f" in (xml := package.read(sheet.part)) or b":f>" in xml):
                self.grids[sheet.name] = Grid(package, sheet.part)
        self.grid = self.grids[layout.sheet]

    def write(self, rows: Iterable[Sequence[Value]], out: BinaryIO | Path) -> WriteReport:
        layout = self.layout
        here = Growth(layout.first_row, layout.last_row, layout.last_row - layout.first_row + 1)
        if not isinstance(rows, Sized) and self._needs_count(here):
            rows = list(rows)
        if isinstance(rows, Sized):
            here = self._growth(len(rows))
        writer = RowWriter(self.grid, layout, here)
        totals = Totals(layout, self.grids, writer, here)
        with PackageWriter(out) as target:
            size, growth, without = self._write_sheet(target, rows, writer, totals)
            self._write_others(target, growth)
        below = layout.total_row
        return WriteReport(
            row_count=writer.count, first_row=layout.first_row, last_row=growth.new_last,
            total_row=None if below is None else growth.row(below), totals=self._totals(totals),
            sheet_bytes=size, cut_count=writer.cut_count, uncalculated=tuple(without),
        )  # fmt: skip

    def _needs_count(self, growth: Growth) -> bool:
        cells = [self.grid.at(growth.first, column) for column in self.grid.columns_of(growth.first)]
        return any(cell and has_reference_beyond(cell.formula, growth, self.layout.sheet) for cell in cells)

    def _growth(self, count: int) -> Growth:
        growth = Growth(self.layout.first_row, self.layout.last_row, max(1, count))
        if growth.row(self.grid.last_row) > LAST_ROW >= growth.new_last + ROOM_BELOW:
            values = {"name": self.package.name, "sheet": self.layout.sheet, "row": f"{self.grid.last_row:,}"}
            raise WorkbookProblem("too_large", say(FAR_BELOW, **values))
        if growth.row(max(self.grid.last_row, growth.last)) > LAST_ROW:
            raise WorkbookProblem(
                "too_large", say(TOO_MANY_ROWS, count=f"{count:,}", limit=f"{LAST_ROW - ROOM_BELOW:,}")
            )
        return growth

    def _write_sheet(
        self, target: PackageWriter, rows: Iterable[Sequence[Value]], writer: RowWriter, totals: Totals
    ) -> tuple[int, Growth, list[str]]:
        """Stream the form's sheet. Only formulas above the rows make it wait for the last of them."""
        start, end = self._cut()
        blocks = writer.blocks(rows, self.layout.sheet)
        if not self._has_formulas_above() and isinstance(rows, Sized):
            self._set_dimension(self._growth(len(rows)))
        elif not self._has_formulas_above():
            self._drop_dimension()
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as kept, target.stream(self.layout.part) as part:
            size = 0
            if self._has_formulas_above():
                for block in blocks:
                    kept.write(block)
                growth = self._growth(writer.count)
                self._set_dimension(growth)
                without = self._surround(growth, totals)
                kept.seek(0)
                blocks = iter(lambda: kept.read(1 << 20), b"")
                size += part.write(self.grid.markup.render(0, start))
                size += _pour(part, blocks)
            else:
                size += part.write(self.grid.markup.render(0, start))
                size += _pour(part, blocks)
                growth = self._growth(writer.count)
                without = self._surround(growth, totals)
            size += part.write(self.grid.markup.render(end))
        return size, growth, without

    def _cut(self) -> tuple[int, int]:
        """The bytes of the sheet that the new rows take the place of."""
        inside = [node for row, node in self.grid.rows.items() if self.layout.first_row <= row <= self.layout.last_row]
        if inside:
            return inside[0].start, inside[-1].end
        above = [node.end for row, node in self.grid.rows.items() if row < self.layout.first_row]
        return above[-1], above[-1]

    def _has_formulas_above(self) -> bool:
        return any(cell.formula for (row, _), cell in self.grid.cells.items() if row < self.layout.first_row)

    def _dimension(self) -> Node | None:
        return self.grid.markup.root.child("dimension")

    def _set_dimension(self, growth: Growth) -> None:
        node = self._dimension()
        if node is not None:
            area = Area.read(node.get("ref") or "A1")
            bottom = max(growth.row(max(area.bottom, growth.last)), growth.new_last)
            right = max([area.right, *(column.index for column in self.layout.columns)])
            self.grid.markup.attribute(node, "ref", str(Area(area.top, area.left, bottom, right)))

    def _drop_dimension(self) -> None:
        node = self._dimension()
        if node is not None:
            self.grid.markup.remove(node)

    def _surround(self, growth: Growth, totals: Totals) -> list[str]:
        """Everything on the form's sheet but its entry rows, and the formulas of other sheets."""
        totals.grow(growth)
        move_rows_below(self.grid, growth)
        without = totals.write()
        grow_merges(self.grid, growth)
        for name, grid in self.grids.items():
            grow_rules(grid.markup, growth, name, self.layout.sheet)
        return without

    def _totals(self, totals: Totals) -> dict[str, Scalar]:
        row = self.layout.total_row
        if row is None:
            return {}
        return {
            column.key: totals.value(row, column.index)
            for column in self.layout.columns
            if (cell := self.grid.at(row, column.index)) and cell.formula
        }

    def _write_others(self, target: PackageWriter, growth: Growth) -> None:
        """All other parts: raw where nothing changed, with their few edits where something did."""
        package = self.package
        rewritten = move_notes(package, self.layout.part, growth)
        move_drawings(package, self.layout.part, growth)
        grow_charts(package, growth, self.layout.sheet)
        self._change_workbook(growth)
        dropped = _drop_calculation_and_macros(package)
        edited = package.edited()
        for part in package.parts():
            name = part.filename
            if name == self.layout.part or name in dropped:
                continue
            if name in edited or name in rewritten:
                fresh = rewritten.get(name) or edited[name].render()
                target.writestr(name, fresh)
            else:
                target.take_over(package, part)

    def _change_workbook(self, growth: Growth) -> None:
        markup = self.package.markup(self.package.workbook_part)
        for node in markup.root.every("definedName"):
            markup.text(node, growth.formula(node.text, "", self.layout.sheet))
        _recalculate_on_load(markup)


def _pour(part: IO[bytes], blocks: Iterator[bytes]) -> int:
    """Write all blocks; gives the bytes they had. (A second thread for zlib was tried: more CPU, no time gained.)"""
    return sum(part.write(block) for block in blocks)


def _recalculate_on_load(markup: Markup) -> None:
    calculation = markup.root.child("calcPr")
    if calculation is not None:
        markup.attribute(calculation, "fullCalcOnLoad", "1")
        return
    before = [markup.root.child(name) for name in ("definedNames", "externalReferences", "functionGroups", "sheets")]
    place = next(node.end for node in before if node is not None)
    prefix = markup.root.tag[: -len("workbook")]
    markup.replace(place, place, f'<{prefix}calcPr calcId="0" fullCalcOnLoad="1"/>')


def _drop_calculation_and_macros(package: Package) -> set[str]:
    """Leave out the calculation chain, which Excel makes anew, and macros, which are never passed on."""
    dropped = set()
    workbook = package.workbook_part
    for kind, target in package.related(workbook).values():
        if kind in ("calcChain", "vbaProject"):
            dropped.add(target)
    dropped |= {part.filename for part in package.parts() if "vbaProject" in part.filename}
    if not dropped:
        return dropped
    types = package.markup("[Content_Types].xml")
    for node in types.root.children:
        if node.get("PartName").lstrip("/") in dropped:
            types.remove(node)
        elif "macroEnabled" in node.get("ContentType"):
            types.attribute(node, "ContentType", PLAIN_WORKBOOK)
    folder, _, name = workbook.rpartition("/")
    relations = package.markup(f"{folder}/_rels/{name}.rels")
    for node in relations.root.children:
        if node.get("Type").rpartition("/")[2] in ("calcChain", "vbaProject"):
            relations.remove(node)
    return dropped


PLAIN_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
