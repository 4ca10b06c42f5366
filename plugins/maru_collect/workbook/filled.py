"""Reading what a unit sent back: rows, cell addresses, and what is wrong with the workbook."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from .cells import column_values
from .extent import extent
from .grid import plain, shown
from .layout import NUMBER_TYPES, Layout, Value
from .matching import Match, find_headings
from .package import DAMAGED, Package
from .refs import LAST_COLUMN, LAST_ROW, Area, address
from .returned import Filled, FilledRow
from .words import N_, CellProblem, Severity, WorkbookProblem, say

MOST_CELLS = 20_000_000
MOST_PROBLEMS = 500
ERROR_FOUND = (re.compile(rb't="e"'), re.compile(rb"t='e'"))
ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\br=["']([A-Z]{1,3}\d+)["'])(?=[^>]*\bt=["']e["'])[^>]*>"""
    rb"""(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)""",
    re.DOTALL,
)
MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z0-9:]+)["']""")
DASHES = frozenset({"-", "－", "–", "—", "ㅡ", "―"})
NOT_ENTERED = frozenset({"row_number", "computed", "department"})
BLOCK = 2_000
SHEETS = r"xl/worksheets/[^/]+\.xml"

NO_SHEET = N_("‘{sheet}’ 시트가 없습니다. 내려받은 서식의 시트 이름을 바꾸지 말고 다시 올려 주세요.")
OTHER_SHEET = N_("‘{sheet}’ 시트가 없어 제목이 같은 ‘{found}’ 시트를 읽었습니다.")
HEADINGS_GONE = N_("‘{sheet}’ 시트에서 서식의 제목을 찾지 못했습니다. 서식을 다시 내려받아 옮겨 적어 주세요.")
ERROR_VALUE = N_("{address} 칸에 오류 값 {value}이(가) 있습니다. 수식을 고치거나 값을 직접 입력해 주세요.")
DASH = N_("{address} 칸의 ‘{value}’을(를) 0으로 읽었습니다.")
MERGED = N_("{address} 칸이 병합되어 있습니다. 병합을 풀고 행마다 값을 입력해 주세요.")
WRONG_UNIT = N_("{address} 칸의 부서가 ‘{value}’입니다. ‘{unit}’의 자료만 입력해 주세요.")
BELOW_TOTAL = N_("{row}행이 합계 행 아래에 있어 읽지 않았습니다. 합계 행 위에 행을 넣고 옮겨 주세요.")
FAR_CELLS = N_(
    "‘{name}’의 ‘{sheet}’ 시트가 {cell} 칸까지 쓰여 있어 너무 넓습니다. 표 밖의 행과 열을 지우고 다시 올려 주세요."
)
MORE_ROWS = N_(
    "‘{name}’에 {limit}행보다 많은 자료가 있습니다. {limit}행까지 받을 수 있으니 표에 필요 없는 행을 지우고 다시 올려 주세요."
)
MORE_PROBLEMS = N_("고칠 곳이 {count}곳을 넘어 나머지는 표시하지 않았습니다.")


def read_rows(path: Path | str, layout: Layout, unit_name: str | None = None, most_rows: int = LAST_ROW) -> Filled:
    """The rows of a returned workbook, with everything that is wrong about it and where.

    Blank rows, untouched samples, the total row and the lines below it are left out. Columns are found by their
    headings, wherever they are now. `unit_name` is what the department columns have to say.
    Raises WorkbookProblem only when the file cannot be read at all, or has more than `most_rows` rows; all else is in
    `problems`.
    """
    with Package(path, kept=SHEETS) as package, package.understood():
        sheets = {sheet.name: sheet.part for sheet in package.sheets()}
        candidates = [layout.sheet] if layout.sheet in sheets else list(sheets)
        reading = _Reading(package, layout, unit_name, most_rows)
        workbook = _opened(package)
        for name in candidates:
            xml = package.read(sheets[name])
            reading.check_extent(name, xml)
            merges = tuple(Area.read(ref.decode()) for ref in _merge_references(xml))
            sheet = _sheet(package, workbook, name)
            match = find_headings(layout, _first_rows(sheet, layout), merges)
            if match is None or (name != layout.sheet and any(one.code != "moved" for one in match.problems)):
                continue
            if name != layout.sheet:
                reading.tell("", "warning", "sheet", OTHER_SHEET, sheet=layout.sheet, found=name)
            return reading.read(sheet, match, merges, xml)
        return reading.nothing(layout.sheet in sheets)


def _opened(package: Package) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(package.path))
    except (CalamineError, OSError, ValueError) as problem:
        raise WorkbookProblem("damaged", say(DAMAGED, name=package.name)) from problem


def _sheet(package: Package, workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, ValueError) as problem:
        raise WorkbookProblem("damaged", say(DAMAGED, name=package.name)) from problem


def _first_rows(sheet: CalamineSheet, layout: Layout) -> list[list[Any]]:
    """The rows in which the headings have to be, a few inserted ones allowed for."""
    return list(islice(sheet.iter_rows(), layout.header_bottom + 20))


@dataclass(slots=True)
class _Reading:
    """One workbook being read, and the problems found so far."""

    package: Package
    layout: Layout
    unit_name: str | None
    most_rows: int
    problems: list[CellProblem] = field(default_factory=list)
    _own: list[int] = field(init=False)
    _samples: frozenset[tuple[str, ...]] = field(init=False)
    _telling: int = field(init=False)
    _telling_texts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._own = [n for n, column in enumerate(self.layout.columns) if column.type not in NOT_ENTERED]
        self._samples = frozenset(self.layout.samples)
        # The samples differ the most in this column, so that it tells them from entries the soonest.
        different = {n: frozenset(sample[n] for sample in self._samples) for n in self._own}
        self._telling = max(different, key=lambda n: len(different[n] - {""}), default=0)
        self._telling_texts = different.get(self._telling, frozenset())

    def tell(self, place: str, severity: Severity, code: str, msgid: str, **values: object) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(CellProblem(place, severity, code, say(msgid, **values)))
        elif len(self.problems) == MOST_PROBLEMS:
            self.problems.append(CellProblem("", "error", "more", say(MORE_PROBLEMS, count=MOST_PROBLEMS)))

    def check_extent(self, sheet: str, xml: bytes) -> None:
        """Refuse a sheet whose cells lie so far apart that laying them out would fill the memory."""
        row, column = extent(xml)
        if row * column > MOST_CELLS or row > LAST_ROW or column > LAST_COLUMN:
            name, cell = self.package.name, address(row, column)
            raise WorkbookProblem("too_large", say(FAR_CELLS, name=name, sheet=sheet, cell=cell))

    def nothing(self, has_sheet: bool) -> Filled:
        if not has_sheet:
            self.tell("", "error", "sheet", NO_SHEET, sheet=self.layout.sheet)
        else:
            self.tell("", "error", "headings", HEADINGS_GONE, sheet=self.layout.sheet)
        return Filled((), tuple(self.problems), (None,) * len(self.layout.columns))

    def read(self, sheet: CalamineSheet, match: Match, merges: tuple[Area, ...], xml: bytes) -> Filled:
        for problem in match.problems:
            self.problems.append(problem)
        rows = self._rows(sheet, match)
        last = rows[-1].row if rows else match.bottom
        self._check_merges(match, merges, last)
        self._check_errors(match, xml, last)
        letters = tuple(None if one is None else address(1, one)[:-1] for one in match.columns)
        return Filled(rows, tuple(self.problems), letters)

    def _rows(self, sheet: CalamineSheet, match: Match) -> tuple[FilledRow, ...]:
        """Rows with at least one entry of the unit's own, in the sheet's order; converted block by block."""
        start = self.layout.first_row + match.bottom - self.layout.header_bottom
        rows = islice(sheet.iter_rows(), start - 1, None)
        ends = self._ends(match)
        found: list[FilledRow] = []
        is_below = False
        while block := list(islice(rows, BLOCK)):
            cells = list(zip(*block, strict=True))
            marked = [] if is_below else _marked(cells, ends)
            cut = 0 if is_below else marked[0] if marked else len(block)
            if cut:
                found += self._entries(match, start, [column[:cut] for column in cells] if marked else cells)
                self._check_count(len(found))
            is_below = is_below or bool(marked)
            if cut < len(block):
                self._check_below(match, start + cut, [column[cut:] for column in cells], ends)
            start += len(block)
        return tuple(found)

    def _check_count(self, row_count: int) -> None:
        if row_count > self.most_rows:
            sentence = say(MORE_ROWS, name=self.package.name, limit=f"{self.most_rows:,}")
            raise WorkbookProblem("too_large", sentence)

    def _entries(self, match: Match, start: int, cells: list[tuple[Any, ...]]) -> Iterable[FilledRow]:
        """Rows above the total row. Where some entered column has no gap, no row is looked at by itself."""
        columns = [column_values(cells, one) for one in match.columns]
        self._read_dashes(match, start, columns)
        strange = self._strange_units(columns)
        rows: Iterator[tuple[Value, ...]] = zip(*columns, strict=True)
        if not strange and not self._samples and any(None not in columns[n] for n in self._own):
            return map(FilledRow, count(start), rows)
        found = [FilledRow(row, values) for row, values in enumerate(rows, start) if self._kind(values)]
        if strange:
            for entry in found:
                self._check_unit(match, entry.row, entry.values, strange)
        return found

    def _check_below(self, match: Match, start: int, cells: list[tuple[Any, ...]], ends: "list[_End]") -> None:
        """Tell rows that were typed below the total row or the signature."""
        columns = [column_values(cells, one) for one in match.columns]
        marked = set(_marked(cells, ends))
        for place, values in enumerate(zip(*columns, strict=True)):
            if place not in marked and (kind := self._kind(values)):
                self._tell_below(start + place, kind)

    def _kind(self, values: tuple[Value, ...]) -> int:
        """How many cells of a row are the unit's own entries; 0 for a blank row or an untouched sample."""
        own = [values[n] for n in self._own]
        filled_count = len(own) - own.count(None)
        if filled_count and self._samples and self._may_be_sample(values) and self._sample(values) in self._samples:
            return 0
        return filled_count

    def _may_be_sample(self, values: tuple[Value, ...]) -> bool:
        """Whether one telling cell agrees with a sample, so that the others are worth comparing."""
        n = self._telling
        value = values[n]
        return ("" if value is None else shown(str(value))) in self._telling_texts

    def _strange_units(self, columns: list[list[Value]]) -> list[int]:
        """Department columns that hold anything but the unit's name."""
        if self.unit_name is None:
            return []
        kinds = self.layout.columns
        return [n for n, one in enumerate(columns)
                if kinds[n].type == "department" and not {None, self.unit_name}.issuperset(one)]  # fmt: skip

    def _ends(self, match: Match) -> "list[_End]":
        """Texts that end the entries."""
        layout = self.layout
        moved = {column.index: now for column, now in zip(layout.columns, match.columns, strict=True) if now}
        ends = [
            _End(moved.get(line.column, line.column) - 1, beginning, False)
            for line in layout.lines_below
            if (beginning := _beginning(line.text))
        ]
        if layout.total_label and (layout.total_row or 0) > layout.last_row:
            place = moved.get(layout.total_column, layout.total_column) - 1
            ends.append(_End(place, plain(layout.total_label), True))
        return ends

    def _sample(self, values: tuple[Value, ...]) -> tuple[str, ...]:
        columns = self.layout.columns
        return tuple(
            "" if value is None or columns[n].type == "computed" else shown(str(value))
            for n, value in enumerate(values)
        )  # fmt: skip

    def _tell_below(self, row: int, filled_count: int) -> None:
        if filled_count * 2 >= len(self._own):
            self.tell(f"A{row}", "error", "below_total", BELOW_TOTAL, row=row)

    def _read_dashes(self, match: Match, start: int, columns: list[list[Value]]) -> None:
        """A dash in a number cell is zero, and said so."""
        for n, column in enumerate(self.layout.columns):
            index = match.columns[n]
            if column.type not in NUMBER_TYPES or index is None or str not in set(map(type, columns[n])):
                continue
            for place, value in enumerate(columns[n]):
                if isinstance(value, str) and value.strip() in DASHES:
                    where = address(start + place, index)
                    self.tell(where, "changed", "dash", DASH, address=where, value=value.strip())
                    columns[n][place] = 0

    def _check_unit(self, match: Match, row: int, values: tuple[Value, ...], departments: list[int]) -> None:
        for n in departments:
            value = values[n]
            if value is not None and plain(str(value)) != plain(self.unit_name or ""):
                where = address(row, match.columns[n] or 1)
                self.tell(where, "error", "unit", WRONG_UNIT, address=where, value=value, unit=self.unit_name)

    def _check_merges(self, match: Match, merges: tuple[Area, ...], last: int) -> None:
        spans = {now: column.span for column, now in zip(self.layout.columns, match.columns, strict=True) if now}
        start = self.layout.first_row + match.bottom - self.layout.header_bottom
        for area in merges:
            is_form = area.top == area.bottom and spans.get(area.left) == area.right - area.left + 1
            if start <= area.top <= last and not is_form and any(area.left <= one <= area.right for one in spans):
                self.tell(str(area), "error", "merged", MERGED, address=area)

    def _check_errors(self, match: Match, xml: bytes, last: int) -> None:
        start = self.layout.first_row + match.bottom - self.layout.header_bottom
        computed = {now for column, now in zip(self.layout.columns, match.columns, strict=True)
                    if column.type in ("computed", "row_number")}  # fmt: skip
        columns = {now for now in match.columns if now} - computed
        for where, value in ERROR_CELL.findall(xml) if _found(ERROR_FOUND, xml) else ():
            cell = Area.read(where.decode())
            if start <= cell.top <= last and cell.left in columns:
                self.tell(str(cell), "error", "error_value", ERROR_VALUE, address=cell, value=value.decode())


def _found(patterns: tuple[re.Pattern[bytes], re.Pattern[bytes]], xml: bytes) -> bool:
    """Whether the pattern for double quotes occurs, or that for single ones where the sheet has any at all."""
    double, single = patterns
    return bool(double.search(xml)) or (b"'" in xml and bool(single.search(xml)))


def _merge_references(xml: bytes) -> list[bytes]:
    start = xml.find(b"mergeCells")
    return MERGE.findall(xml, start) if start >= 0 else []


class _End(NamedTuple):
    """A text that ends the entries: its column from 0, and whether it has to be the whole cell or its beginning."""

    place: int
    text: str
    is_whole: bool

    def fits(self, cell: str) -> bool:
        """Whether a cell says so."""
        return plain(cell) == self.text if self.is_whole else plain(cell).startswith(self.text)


def _marked(cells: list[tuple[Any, ...]], ends: list[_End]) -> list[int]:
    """The rows of a block, from 0, that end the entries. Each text is compared once, however often it stands there."""
    found: set[int] = set()
    for end in ends:
        column = cells[end.place] if end.place < len(cells) else ()
        texts = {cell for cell in column if type(cell) is str and cell and end.fits(cell)}
        if texts:
            found.update(place for place, cell in enumerate(column) if type(cell) is str and cell in texts)
    return sorted(found)


def _beginning(text: str) -> str:
    """The fixed part of a line below the table: '작성자:      (서명)' begins with '작성자:'."""
    head, colon, _ = text.partition(":")
    return plain(head + colon if colon else text)
