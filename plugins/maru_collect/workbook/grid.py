"""The cells of a template sheet: values, formulas, styles and merges, with the nodes they came from."""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .formulas import Scalar
from .markup import Markup, Node
from .package import Package
from .refs import Area, column_of, translated
from .styles import PLAIN, Style, read_styles

MERGED_CELLS = 100_000
WIDE = 200
LARGEST_EXPONENT = 308


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `value` is None where it is empty; an error is its text, such as '#N/A'."""

    row: int
    column: int
    style: int
    value: Scalar
    formula: str
    kind: str
    node: Node

    @property
    def text(self) -> str:
        """The text of a text cell that is no formula; '' otherwise."""
        return self.value if isinstance(self.value, str) and not self.formula and self.kind != "e" else ""


class Grid:
    """A template sheet by row and column, both from 1."""

    def __init__(self, package: Package, part: str) -> None:
        self.markup: Markup = package.markup(part)
        self.styles = read_styles(package)
        self.cells: dict[tuple[int, int], Cell] = {}
        self.rows: dict[int, Node] = {}
        self.merges = [Area.read(node.get("ref")) for node in self.markup.root.every("mergeCell")]
        self.last_row = 0
        self.from_1904 = _counts_from_1904(package)
        self._merged: dict[int, set[int]] = defaultdict(set)
        self._anchors = self._anchor_cells()
        self._shared: dict[str, tuple[str, int, int]] = {}
        strings = _shared_strings(package) if package.first_related(package.workbook_part, "sharedStrings") else []
        sheet = self.markup.root.child("sheetData")
        self._columns: dict[int, set[int]] = defaultdict(set)
        for node in sheet.children if sheet else []:
            self._read_row(node, strings)
        self._row_numbers = sorted(self.rows)

    def _anchor_cells(self) -> dict[tuple[int, int], Area]:
        held: dict[tuple[int, int], Area] = {}
        for area in self.merges:
            if len(held) + (area.bottom - area.top + 1) * (area.right - area.left + 1) <= MERGED_CELLS:
                for row in range(area.top, area.bottom + 1):
                    for column in range(area.left, area.right + 1):
                        held[row, column] = area
                        if area.right - area.left < WIDE:
                            self._merged[row].add(column)
        return held

    def _read_row(self, row: Node, strings: list[str]) -> None:
        number = int(row.get("r") or self.last_row + 1)
        self.rows[number] = row
        self.last_row = max(self.last_row, number)
        column = 0
        for node in row.children:
            if node.name != "c":
                continue
            place = node.get("r")
            column = column_of(place.rstrip("0123456789")) if place else column + 1
            self.cells[number, column] = self._cell(number, column, node, strings)
            self._columns[number].add(column)

    def _cell(self, row: int, column: int, node: Node, strings: list[str]) -> Cell:
        kind = node.get("t", "n")
        formula = node.child("f")
        style = int(node.get("s", "0"))
        return Cell(row, column, style, _value(node, kind, strings), self._formula(formula, row, column), kind, node)

    def _formula(self, node: Node | None, row: int, column: int) -> str:
        if node is None:
            return ""
        if node.get("t") != "shared":
            return node.text
        if node.text:
            self._shared[node.get("si")] = (node.text, row, column)
            return node.text
        text, top, left = self._shared.get(node.get("si"), ("", row, column))
        return translated(text, row - top, column - left)

    def at(self, row: int, column: int) -> Cell | None:
        """The cell itself, or None where the sheet has none."""
        return self.cells.get((row, column))

    def style(self, row: int, column: int) -> Style:
        """The style of a cell; plain where there is none."""
        cell = self.cells.get((row, column))
        return self.styles[cell.style] if cell and 0 <= cell.style < len(self.styles) else PLAIN

    def merge(self, row: int, column: int) -> Area | None:
        """The merged area that holds a cell."""
        return self._anchors.get((row, column))

    def text(self, row: int, column: int) -> str:
        """The text that a person sees at a cell: its own, or that of the merged area it lies in."""
        area = self._anchors.get((row, column))
        cell = self.cells.get((area.top, area.left) if area else (row, column))
        return shown(cell.text) if cell else ""

    def rows_from(self, first: int) -> list[int]:
        """The rows that the sheet has, from `first` on: a stray cell far below costs no more than itself."""
        return self._row_numbers[bisect_left(self._row_numbers, first) :]

    def columns_of(self, row: int) -> list[int]:
        """The columns in which a row has cells."""
        return sorted(self._columns.get(row, ()))

    def merged_columns_of(self, row: int) -> set[int]:
        """The columns in which a row lies in a merged area, areas of 200 columns and more left out."""
        return self._merged.get(row, set())


def shown(text: str) -> str:
    """A text on one line, with single spaces: headings are broken over lines only for looks."""
    return re.sub(r"\s+", " ", text).strip()


def plain(text: str) -> str:
    """A heading for comparison: no spaces, no required mark, full-width letters made ordinary."""
    return re.sub(r"[\s*※]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _value(node: Node, kind: str, strings: list[str]) -> Scalar:
    if kind == "inlineStr":
        inline = node.child("is")
        return string_of(inline) or None if inline else None
    content = node.child("v")
    text = content.text if content else ""
    if kind in ("str", "e"):
        return text or None
    if not text:
        return None
    if kind == "s":
        return strings[int(text)] or None if int(text) < len(strings) else None
    if kind == "b":
        return text == "1"
    if kind == "d":
        return text
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite() or abs(value.adjusted()) > LARGEST_EXPONENT:
        return text  # no number that Excel could hold; as an integer it would fill the memory
    return int(value) if value == value.to_integral_value() else value


def string_of(node: Node) -> str:
    """The text of a string element: its own and that of its runs; readings of characters are left out."""
    pieces = [child.text for child in node.children if child.name == "t"]
    for run in node.children:
        if run.name == "r":
            pieces += [child.text for child in run.children if child.name == "t"]
    return "".join(pieces)


def _shared_strings(package: Package) -> list[str]:
    part = package.first_related(package.workbook_part, "sharedStrings")
    return [string_of(node) for node in package.markup(part).root.children if node.name == "si"]


def _counts_from_1904(package: Package) -> bool:
    settings = package.markup(package.workbook_part).root.child("workbookPr")
    return settings is not None and settings.get("date1904") in ("1", "true")
