"""Reading what a unit sent back: rows, cell addresses, and what is wrong with the workbook."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from .grid import plain, shown
from .layout import NUMBER_TYPES, Layout, Value
from .matching import Match, find_headings
from .package import DAMAGED, Package
from .refs import Area, address, column_of
from .words import CellProblem, Severity, WorkbookProblem, say

MOST_CELLS = 20_000_000
MOST_PROBLEMS = 500
# One pattern for each kind of quote: a pattern that starts with fixed letters is searched several times faster.
FAR_CELLS_FOUND = (re.compile(rb'r="(?:[A-Z]{2,3}\d|[A-Z]\d{5})'), re.compile(rb"r='(?:[A-Z]{2,3}\d|[A-Z]\d{5})"))
ANY_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d+)["']""")
ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\br=["']([A-Z]{1,3}\d+)["'])(?=[^>]*\bt=["']e["'])[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)""",
    re.DOTALL,
)
MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z0-9:]+)["']""")
DASHES = frozenset({"-", "－", "–", "—", "ㅡ", "―"})
NOT_ENTERED = frozenset({"row_number", "computed", "department"})
MIDNIGHT = time()
BLOCK = 500
SHEETS = r"xl/worksheets/[^/]+\.xml"

NO_SHEET = "‘{sheet}’ 시트가 없습니다. 내려받은 서식의 시트 이름을 바꾸지 말고 다시 올려 주세요."
OTHER_SHEET = "‘{sheet}’ 시트가 없어 제목이 같은 ‘{found}’ 시트를 읽었습니다."
HEADINGS_GONE = "‘{sheet}’ 시트에서 서식의 제목을 찾지 못했습니다. 서식을 다시 내려받아 옮겨 적어 주세요."
ERROR_VALUE = "{address} 칸에 오류 값 {value}이(가) 있습니다. 수식을 고치거나 값을 직접 입력해 주세요."
DASH = "{address} 칸의 ‘{value}’을(를) 0으로 읽었습니다."
MERGED = "{address} 칸이 병합되어 있습니다. 병합을 풀고 행마다 값을 입력해 주세요."
WRONG_UNIT = "{address} 칸의 부서가 ‘{value}’입니다. ‘{unit}’의 자료만 입력해 주세요."
BELOW_TOTAL = "{row}행이 합계 행 아래에 있어 읽지 않았습니다. 합계 행 위에 행을 넣고 옮겨 주세요."
FAR_CELLS = (
    "‘{name}’의 ‘{sheet}’ 시트가 {cell} 칸까지 쓰여 있어 너무 넓습니다. 표 밖의 행과 열을 지우고 다시 올려 주세요."
)
MORE_PROBLEMS = "고칠 곳이 {count}곳을 넘어 나머지는 표시하지 않았습니다."


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row that a unit filled in: its row number in the sheet and a value for each column of the layout.

    Numbers are int or Decimal, dates ISO texts, empty cells None; a text in a number cell stays the text it is.
    """

    row: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a unit's workbook holds. `letters` are the sheet's columns, None for one that was removed."""

    rows: tuple[FilledRow, ...]
    problems: tuple[CellProblem, ...]
    letters: tuple[str | None, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything has to be put right before the rows can be merged."""
        return any(problem.severity == "error" for problem in self.problems)

    def address(self, place: int, column: int) -> str:
        """The address of row `place` (from 0, of `rows`) in the layout's column (from 0); '' for a removed column."""
        letter = self.letters[column]
        return f"{letter}{self.rows[place].row}" if letter else ""

    def texts(self) -> list[list[str | None]]:
        """The rows as texts for a check of records: 9800 is '9800', a date '2027-03-02', empty None."""
        return [[None if value is None else _as_text(value) for value in row.values] for row in self.rows]


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def read_rows(path: Path | str, layout: Layout, unit_name: str | None = None) -> Filled:
    """The rows of a returned workbook, with everything that is wrong about it and where.

    Blank rows, untouched samples, the total row and the lines below it are left out. Columns are found by their
    headings, wherever they are now. `unit_name` is what the department columns have to say.
    Raises WorkbookProblem only when the file cannot be read at all; all else is in `problems`.
    """
    with Package(path, kept=SHEETS) as package:
        sheets = {sheet.name: sheet.part for sheet in package.sheets()}
        candidates = [layout.sheet] if layout.sheet in sheets else list(sheets)
        reading = _Reading(package, layout, unit_name)
        workbook = _opened(package)
        for name in candidates:
            xml = package.read(sheets[name])
            reading.check_extent(name, xml)
            merges = tuple(Area.read(ref.decode()) for ref in _merge_references(xml))
            sheet = workbook.get_sheet_by_name(name)
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


def _first_rows(sheet: CalamineSheet, layout: Layout) -> list[list[Any]]:
    """The rows in which the headings have to be, a few inserted ones allowed for."""
    rows = []
    for row in sheet.iter_rows():
        rows.append(row)
        if len(rows) >= layout.header_bottom + 20:
            break
    return rows


@dataclass(slots=True)
class _Reading:
    """One workbook being read, and the problems found so far."""

    package: Package
    layout: Layout
    unit_name: str | None
    problems: list[CellProblem] = field(default_factory=list)
    _own: list[int] = field(init=False)
    _samples: frozenset[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._own = [n for n, column in enumerate(self.layout.columns) if column.type not in NOT_ENTERED]
        self._samples = frozenset(self.layout.samples)

    def tell(self, place: str, severity: Severity, code: str, msgid: str, **values: object) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(CellProblem(place, severity, code, say(msgid, **values)))
        elif len(self.problems) == MOST_PROBLEMS:
            self.problems.append(CellProblem("", "error", "more", say(MORE_PROBLEMS, count=MOST_PROBLEMS)))

    def check_extent(self, sheet: str, xml: bytes) -> None:
        """Refuse a sheet whose cells lie so far apart that laying them out would fill the memory."""
        if not any(pattern.search(xml) for pattern in FAR_CELLS_FOUND):
            return
        row = column = 1
        for letters, digits in ANY_CELL.findall(xml):
            row, column = max(row, int(digits)), max(column, column_of(letters.decode()))
        if row * column > MOST_CELLS:
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
        rows = tuple(self._rows(sheet, match))
        last = rows[-1].row if rows else match.bottom
        self._check_merges(match, merges, last)
        self._check_errors(match, xml, last)
        letters = tuple(None if one is None else address(1, one)[:-1] for one in match.columns)
        return Filled(rows, tuple(self.problems), letters)

    def _rows(self, sheet: CalamineSheet, match: Match) -> Iterator[FilledRow]:
        """Rows with at least one entry of the unit's own, in the sheet's order; converted block by block."""
        layout = self.layout
        start = layout.first_row + match.bottom - layout.header_bottom
        rows = islice(sheet.iter_rows(), start - 1, None)
        ends = self._ends(match)
        is_below = False
        while block := list(islice(rows, BLOCK)):
            columns = [_column(block, one) for one in match.columns]
            self._read_dashes(match, start, columns)
            strange = self._strange_units(columns)
            marked = {at for place, text, whole in ends for at, cells in enumerate(block)
                      if _begins(cells, place, text, whole)}  # fmt: skip
            for row, values in enumerate(zip(*columns, strict=True), start):
                if marked and row - start in marked:
                    is_below = True
                    continue
                kind = self._kind(values)
                if kind and is_below:
                    self._tell_below(row, kind)
                elif kind:
                    if strange:
                        self._check_unit(match, row, values, strange)
                    yield FilledRow(row, values)
            start += len(block)

    def _kind(self, values: tuple[Value, ...]) -> int:
        """How many cells of a row are the unit's own entries; 0 for a blank row or an untouched sample."""
        own = [values[n] for n in self._own]
        count = len(own) - own.count(None)
        if count and self._samples and self._sample(values) in self._samples:
            return 0
        return count

    def _strange_units(self, columns: list[list[Value]]) -> list[int]:
        """Department columns that hold anything but the unit's name."""
        if self.unit_name is None:
            return []
        kinds = self.layout.columns
        return [n for n, one in enumerate(columns)
                if kinds[n].type == "department" and not {None, self.unit_name}.issuperset(one)]  # fmt: skip

    def _ends(self, match: Match) -> list[tuple[int, str, bool]]:
        """Texts that end the entries: (column from 0, text for comparison, must be the whole cell)."""
        layout = self.layout
        moved = {column.index: now for column, now in zip(layout.columns, match.columns, strict=True) if now}
        ends = [
            (moved.get(line.column, line.column) - 1, beginning, False)
            for line in layout.lines_below
            if (beginning := _beginning(line.text))
        ]
        if layout.total_label and (layout.total_row or 0) > layout.last_row:
            place = moved.get(layout.total_column, layout.total_column) - 1
            ends.append((place, plain(layout.total_label), True))
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
            if column.type not in NUMBER_TYPES or index is None or DASHES.isdisjoint(_stripped(columns[n])):
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
        for where, value in ERROR_CELL.findall(xml) if b'"e"' in xml or b"'e'" in xml else ():
            cell = Area.read(where.decode())
            if start <= cell.top <= last and cell.left in columns:
                self.tell(str(cell), "error", "error_value", ERROR_VALUE, address=cell, value=value.decode())


def _merge_references(xml: bytes) -> list[bytes]:
    start = xml.find(b"mergeCells")
    return MERGE.findall(xml, start) if start >= 0 else []


def _column(block: list[list[Any]], index: int | None) -> list[Value]:
    """One column of a block of rows. Where all cells are of one kind, no step of Python per cell is taken."""
    if index is None:
        return [None] * len(block)
    place = index - 1
    try:
        cells = [row[place] for row in block]
    except IndexError:
        cells = [row[place] if place < len(row) else "" for row in block]
    kinds = set(map(type, cells))
    if kinds == {float} and all(map(float.is_integer, cells)):
        return list(map(int, cells))
    if kinds == {str} and "" not in cells and not any(map(str.isspace, cells)):
        return cells
    if kinds == {date}:
        return list(map(date.isoformat, cells))
    return [_value(cell) for cell in cells]


def _stripped(column: list[Value]) -> set[str]:
    return {value.strip() for value in column if type(value) is str}


def _value(cell: Any) -> Value:
    """A cell as calamine gives it, as the value that is kept: no '.0', no float noise, ISO dates."""
    kind = type(cell)
    if kind is str:
        return cell if cell and not cell.isspace() else None
    if kind is float:
        return int(cell) if cell.is_integer() else Decimal(repr(cell)) if math.isfinite(cell) else None
    if kind is bool or kind is int:
        return cell  # type: ignore[no-any-return]  # as above
    if kind is date:
        return cell.isoformat()  # type: ignore[no-any-return]  # as above
    if kind is datetime:
        whole_day = cell.time() == MIDNIGHT
        return cell.date().isoformat() if whole_day else cell.isoformat()  # type: ignore[no-any-return]  # as above
    return str(cell)


def _begins(cells: Sequence[Any], place: int, text: str, whole: bool) -> bool:
    if place >= len(cells) or type(cell := cells[place]) is not str or not cell:
        return False
    return plain(cell) == text if whole else plain(cell).startswith(text)


def _beginning(text: str) -> str:
    """The fixed part of a line below the table: '작성자:      (서명)' begins with '작성자:'."""
    head, colon, _ = text.partition(":")
    return plain(head + colon if colon else text)
