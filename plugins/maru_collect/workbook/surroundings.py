"""What stands around the entry rows: every reference to them grows, everything below them moves."""

import re
from xml.sax.saxutils import escape

from .formulas import Computation, Row, Scalar, Tally, UnknownFormula, result
from .grid import Cell, Grid
from .layout import Layout
from .markup import Markup, Node
from .package import Package
from .parsing import compiled
from .refs import Area, Growth, rewrite, sheet_of
from .rowwriter import RowWriter
from .texts import stored_value

FORMULA_NODES = frozenset({"formula", "formula1", "formula2", "f"})
LEFT_ALONE = frozenset({"sheetData", "sheetViews", "dimension", "cols"})
VML_ROW = re.compile(r"(<\w+:Row>)(\d+)(</\w+:Row>)")
VML_ANCHOR = re.compile(r"(<\w+:Anchor>)([^<]*)(</\w+:Anchor>)")


def grow_rules(markup: Markup, growth: Growth, home: str, sheet: str) -> None:
    """Filters, validations, conditional formats, merges, links and breaks of the sheet `home`, for rows of `sheet`."""
    for child in markup.root.children:
        if child.name not in LEFT_ALONE:
            _grow_rule(markup, child, growth, home, sheet)
            for node in child.every(*_names(child)):
                _grow_rule(markup, node, growth, home, sheet)


def _names(node: Node) -> set[str]:
    names: set[str] = set()
    stack = [node]
    while stack:
        one = stack.pop()
        names |= {child.name for child in one.children}
        stack += one.children
    return names


def _grow_rule(markup: Markup, node: Node, growth: Growth, home: str, sheet: str) -> None:
    if node.name in FORMULA_NODES and not node.children:
        markup.text(node, growth.formula(node.text, home, sheet))
    if home != sheet or node.name in ("mergeCells", "mergeCell"):
        return
    if node.name == "hyperlink" and growth.first <= Area.read(node.get("ref")).top <= growth.last:
        markup.remove(node)
        return
    for name in ("ref", "sqref"):
        if name in node.attributes:
            markup.attribute(node, name, growth.areas(node.get(name)))
    if node.name == "sqref":
        markup.text(node, growth.areas(node.text))
    if node.name == "brk" and int(node.get("id", "0")) > growth.last:
        markup.attribute(node, "id", str(growth.row(int(node.get("id")))))


def grow_merges(grid: Grid, growth: Growth) -> None:
    """Merges below move; sideways merges of the first entry row repeat in every row; others among them go."""
    markup = grid.markup
    cells = next(markup.root.every("mergeCells"), None)
    if cells is None:
        return
    prefix = cells.tag[: -len("mergeCells")]
    kept, repeated = [], []
    for area in grid.merges:
        if (
            area.top > growth.last
            or area.bottom < growth.first
            or (area.top < growth.first and area.bottom > growth.last)
        ):
            top, bottom = growth.rows(area.top, area.bottom)
            kept.append(Area(top, area.left, bottom, area.right))
        elif area.top == area.bottom == growth.first:
            repeated.append(area)
    for area in repeated:
        kept += [Area(row, area.left, row, area.right) for row in range(growth.first, growth.new_last + 1)]
    if kept == grid.merges:
        return
    markup.attribute(cells, "count", str(len(kept)))
    markup.replace(cells.inner, cells.close, "".join(f'<{prefix}mergeCell ref="{area}"/>' for area in kept))


def move_rows_below(grid: Grid, growth: Growth) -> None:
    """Rows below the entries get their new numbers, their cells too."""
    for number, node in grid.rows.items():
        if number > growth.last and growth.delta:
            grid.markup.attribute(node, "r", str(growth.row(number)))
    for (row, _), cell in grid.cells.items():
        if row > growth.last and growth.delta:
            place = Area(growth.row(row), cell.column, growth.row(row), cell.column)
            grid.markup.attribute(cell.node, "r", str(place))


class Totals:
    """Formulas outside the entry rows: prepared before the rows are written, computed from the tallies afterwards."""

    def __init__(self, layout: Layout, grids: dict[str, Grid], writer: RowWriter, growth: Growth) -> None:
        self._layout, self._grids, self._writer, self._growth = layout, grids, writer, growth
        self._computations: dict[tuple[str, int, int], Computation | None] = {}
        self._touching: set[tuple[str, int, int]] = set()
        self._open: list[tuple[str, int, int]] = []
        for sheet, grid in grids.items():
            for (row, column), cell in grid.cells.items():
                if cell.formula and not self._is_entry(sheet, row):
                    self._prepare(sheet, row, column)

    def grow(self, growth: Growth) -> None:
        """Set the growth once the number of rows is known."""
        self._growth = growth

    def _is_entry(self, sheet: str, row: int) -> bool:
        return sheet == self._layout.sheet and self._layout.first_row <= row <= self._layout.last_row

    def _prepare(self, sheet: str, row: int, column: int) -> Computation | None:
        key = sheet, row, column
        if key in self._computations:
            return self._computations[key]
        if key in self._open:
            raise UnknownFormula("circular")
        self._open.append(key)
        try:
            self._computations[key] = compiled(self._grids[sheet].cells[row, column].formula, self)
        except UnknownFormula:
            self._computations[key] = None
        finally:
            self._open.pop()
        return self._computations[key]

    def resolve(self, match: re.Match[str]) -> Computation:
        """A reference as a cell, or as a tally of the cells it covers."""
        caller = self._open[-1]
        sheet = sheet_of(match, caller[0])
        if sheet not in self._grids or not (match["start"] or match["columns"]):
            raise UnknownFormula(match[0])
        area = Area.read(match["columns"] or match["start"] + (match["end"] or ""))
        if match["start"] and not match["end"]:
            return self._cell(caller, sheet, area.top, area.left)
        return self._range(caller, sheet, area)

    def _cell(self, caller: tuple[str, int, int], sheet: str, row: int, column: int) -> Computation:
        if self._is_entry(sheet, row):
            self._touching.add(caller)
            raise UnknownFormula("one entry cell")
        cell = self._grids[sheet].at(row, column)
        if cell is None:
            return lambda row: None
        if not cell.formula:
            value = cell.value
            return lambda row: value
        computation = self._prepare(sheet, row, column)
        if (sheet, row, column) in self._touching:
            self._touching.add(caller)
        if computation is None:
            raise UnknownFormula(cell.formula)
        return computation

    def _range(self, caller: tuple[str, int, int], sheet: str, area: Area) -> Computation:
        layout = self._layout
        tallies: list[Tally] = []
        if sheet == layout.sheet and area.top <= layout.last_row and area.bottom >= layout.first_row:
            self._touching.add(caller)
            if self._growth.rows(area.top, area.bottom)[1] < self._growth.new_last or area.top > layout.first_row:
                raise UnknownFormula("part of the entry rows")
            tallies = [self._writer.tally(column) for column in range(area.left, min(area.right, area.left + 300) + 1)]
        grid = self._grids[sheet]
        cells = [self._cell(caller, sheet, row, column) for row, column in sorted(grid.cells)
                 if area.holds(row, column) and not self._is_entry(sheet, row) and (sheet, row, column) != caller]  # fmt: skip

        def tallied(row: Row) -> Tally:
            every = Tally()
            for tally in tallies:
                every.join(tally)
            for cell in cells:
                value = cell(row)
                every.join(value) if isinstance(value, Tally) else every.add(value)
            return every

        return tallied

    def value(self, row: int, column: int) -> Scalar:
        """The computed value of a formula on the form's sheet, row and column as in the template; None if unknown."""
        computation = self._computations.get((self._layout.sheet, row, column))
        return None if computation is None else result(computation, [])

    def write(self) -> list[str]:
        """Put moved formulas and computed values into the sheets; gives the addresses left without a value."""
        without = []
        for (sheet, row, column), computation in self._computations.items():
            cell = self._grids[sheet].cells[row, column]
            formula = self._growth.formula(cell.formula, sheet, self._layout.sheet)
            is_touched = (sheet, row, column) in self._touching
            if formula == cell.formula and not is_touched:
                self._write_shared_plainly(sheet, cell)
                continue
            value = None if computation is None else result(computation, [])
            self._write_cell(sheet, cell, formula, value, computation is not None)
            if computation is None:
                without.append(f"{sheet}!{Area(row, column, row, column)}")
        return without

    def _write_shared_plainly(self, sheet: str, cell: Cell) -> None:
        """A shared formula is written out: the cell that it was shared from may have gone or changed."""
        node = cell.node.child("f")
        if node is not None and node.get("t") == "shared":
            markup = self._grids[sheet].markup
            markup.replace(node.start, node.end, f"<{node.tag}>{escape(cell.formula)}</{node.tag}>")

    def _write_cell(self, sheet: str, cell: Cell, formula: str, value: Scalar, is_known: bool) -> None:
        markup, node = self._grids[sheet].markup, cell.node
        tag = node.tag[:-1]
        kind, stored = stored_value(value, tag) if is_known else ("", "")
        old = node.child("f")
        array = ""
        if old is not None and old.get("t") == "array":
            area = self._growth.area(old.get("ref")) if sheet == self._layout.sheet else old.get("ref")
            array = f' t="array" ref="{area}"'
        row = self._growth.row(cell.row) if sheet == self._layout.sheet else cell.row
        others = "".join(
            f' {name}="{escape(text)}"' for name, text in node.attributes.items() if name not in ("r", "t")
        )
        place = Area(row, cell.column, row, cell.column)
        # One replacement for the whole cell: a pending edit of its number is inside and gives way.
        markup.overwrite(
            node.start, node.end,
            f'<{tag}c r="{place}"{others}{kind}><{tag}f{array}>{escape(formula)}</{tag}f>{stored}</{tag}c>',
        )  # fmt: skip


def move_drawings(package: Package, part: str, growth: Growth) -> None:
    """Pictures and boxes below the table move with their rows; those above stay."""
    for kind, target in package.related(part).values():
        if kind != "drawing" or not package.has(target):
            continue
        markup = package.markup(target)
        for anchor in markup.root.every("twoCellAnchor", "oneCellAnchor"):
            start, end = anchor.child("from"), anchor.child("to")
            first = start.child("row") if start else None
            last = end.child("row") if end else None
            if first is None:
                continue
            is_below = int(first.text) + 1 > growth.last
            if is_below:
                markup.text(first, str(growth.row(int(first.text) + 1) - 1))
            stretches = anchor.get("editAs", "twoCell") == "twoCell"
            if last is not None and int(last.text) + 1 > growth.last and (is_below or stretches):
                markup.text(last, str(growth.row(int(last.text) + 1) - 1))


def move_notes(package: Package, part: str, growth: Growth) -> dict[str, bytes]:
    """Notes (메모) below the table move, their boxes too; tables (표) grow. Gives parts that are no clean XML."""
    rewritten = {}
    for kind, target in package.related(part).values():
        if not package.has(target):
            continue
        if kind in ("comments", "threadedComment", "table"):
            markup = package.markup(target)
            for node in [markup.root, *markup.root.every("comment", "threadedComment", "autoFilter", "sortState")]:
                if node.get("ref"):
                    moved = growth.area if kind == "table" else lambda ref: str(_moved(growth, ref))
                    markup.attribute(node, "ref", moved(node.get("ref")))
        elif kind == "vmlDrawing":
            rewritten[target] = _moved_vml(package.read(target).decode("utf-8", "replace"), growth).encode()
    return rewritten


def _moved(growth: Growth, reference: str) -> Area:
    area = Area.read(reference)
    return Area(growth.row(area.top), area.left, growth.row(area.bottom), area.right)


def _moved_vml(text: str, growth: Growth) -> str:
    def row(match: re.Match[str]) -> str:
        return f"{match[1]}{growth.row(int(match[2]) + 1) - 1}{match[3]}"

    def anchor(match: re.Match[str]) -> str:
        numbers = [one.strip() for one in match[2].split(",")]
        if len(numbers) == 8 and all(one.isdigit() for one in numbers):
            for place in (2, 6):
                numbers[place] = str(growth.row(int(numbers[place]) + 1) - 1)
        return f"{match[1]}{', '.join(numbers)}{match[3]}"

    return VML_ANCHOR.sub(anchor, VML_ROW.sub(row, text))


def grow_charts(package: Package, growth: Growth, sheet: str) -> None:
    """Charts anywhere in the workbook show all rows."""
    for part in package.parts():
        if re.fullmatch(r"xl/charts/chart\d+\.xml", part.filename):
            markup = package.markup(part.filename)
            for node in markup.root.every("f"):
                markup.text(node, growth.formula(node.text, "", sheet))


def has_reference_beyond(formula: str, growth: Growth, sheet: str) -> bool:
    """Whether an entry row's formula points below the entry rows, so that their number must be known first."""
    found = False

    def look(match: re.Match[str]) -> str:
        nonlocal found
        if match["start"] and sheet_of(match, sheet) == sheet:
            found = found or Area.read(match["start"] + (match["end"] or "")).bottom > growth.last
        return match[0]

    rewrite(formula, look)
    return found
