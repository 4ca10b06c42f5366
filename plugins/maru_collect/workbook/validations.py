"""Data validation (데이터 유효성 검사) of a template: both kinds, with the choices read from other sheets."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .grid import Cell, Grid, shown
from .markup import Node
from .package import Package
from .refs import TOKEN, Area, sheet_of

MOST_CHOICES = 1_000


@dataclass(frozen=True, slots=True)
class Validation:
    """What the form demands of an area: a list of choices, or a number or date between bounds.

    `source` is the reference that the choices were read from, '' when they stand in the rule itself.
    """

    areas: tuple[Area, ...]
    kind: str
    allows_blank: bool
    choices: tuple[str, ...] = ()
    source: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    def covers(self, row: int, column: int) -> bool:
        """Whether the rule holds for a cell."""
        return any(area.holds(row, column) for area in self.areas)


def read_validations(package: Package, grid: Grid, sheet: str) -> list[Validation]:
    """All validations of a sheet, those of the 2010 extension (x14) included."""
    lists = _Lists(package, sheet, grid)
    return [_read(lists, node) for node in grid.markup.root.every("dataValidation")]


def _read(lists: "_Lists", node: Node) -> Validation:
    inner = node.child("sqref")
    areas = tuple(Area.read(one) for one in (node.get("sqref") or (inner.text if inner else "")).split())
    first, second = _formula(node, "formula1"), _formula(node, "formula2")
    kind = node.get("type", "none")
    allows_blank = node.get("allowBlank", "0") in ("1", "true")
    if kind == "list":
        choices, source = lists.choices(first)
        return Validation(areas, kind, allows_blank, choices, source)
    minimum, maximum = _bounds(node.get("operator", "between"), _number(first), _number(second), kind == "whole")
    return Validation(areas, kind, allows_blank, minimum=minimum, maximum=maximum)


def _formula(node: Node, name: str) -> str:
    found = node.child(name)
    if found is None:
        return ""
    inner = found.child("f")
    return (inner.text if inner else found.text).strip()


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _bounds(
    operator: str, first: Decimal | None, second: Decimal | None, is_whole: bool
) -> tuple[Decimal | None, Decimal | None]:
    if operator == "between":
        return first, second
    if operator == "greaterThan":
        return first + 1 if first is not None and is_whole else first, None
    if operator == "lessThan":
        return None, first - 1 if first is not None and is_whole else first
    bounds = {"greaterThanOrEqual": (first, None), "lessThanOrEqual": (None, first), "equal": (first, first)}
    return bounds.get(operator, (None, None))


class _Lists:
    """The lists that rules of one sheet refer to: each sheet and each list is read once, however many rules name it."""

    def __init__(self, package: Package, sheet: str, grid: Grid) -> None:
        self._package, self._sheet = package, sheet
        self._grids = {sheet: grid}
        self._known: dict[str, tuple[tuple[str, ...], str]] = {}

    def choices(self, formula: str) -> tuple[tuple[str, ...], str]:
        """The choices, and the reference they were read from, '' when they stand in the rule itself."""
        if formula not in self._known:
            self._known[formula] = self._read(formula)
        return self._known[formula]

    def _read(self, formula: str) -> tuple[tuple[str, ...], str]:
        if formula.startswith('"'):
            texts = formula.strip('"').replace('""', '"').split(",")
            return tuple(text.strip() for text in texts if text.strip()), ""
        match = TOKEN.fullmatch(formula)
        if match is None or not (match["start"] or match["columns"]):
            formula = _named(self._package, formula)
            match = TOKEN.fullmatch(formula)
        if match is None or not (match["start"] or match["columns"]):
            return (), formula
        grid = self._grid(sheet_of(match, self._sheet))
        reference = match["columns"] or match["start"] + (match["end"] or "")
        return _texts(grid, Area.read(reference)) if grid else (), formula

    def _grid(self, name: str) -> Grid | None:
        if name not in self._grids:
            part = next((found.part for found in self._package.sheets() if found.name == name), "")
            if not part:
                return None
            self._grids[name] = Grid(self._package, part)
        return self._grids[name]


def _named(package: Package, name: str) -> str:
    """What a defined name stands for."""
    for node in package.markup(package.workbook_part).root.every("definedName"):
        if node.get("name") == name:
            return node.text
    return name


def _texts(grid: Grid, area: Area) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for place in sorted(place for place in grid.cells if area.holds(*place)):
        if len(found) < MOST_CHOICES:
            text = cell_text(grid.cells[place])
            if text:
                found[text] = None
    return tuple(found)


def cell_text(cell: Cell) -> str:
    """What a cell holds as text, numbers included."""
    return "" if cell.value is None else shown(str(cell.value))
