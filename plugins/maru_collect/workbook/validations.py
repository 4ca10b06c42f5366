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
    return [_read(package, node, sheet) for node in grid.markup.root.every("dataValidation")]


def _read(package: Package, node: Node, sheet: str) -> Validation:
    inner = node.child("sqref")
    areas = tuple(Area.read(one) for one in (node.get("sqref") or (inner.text if inner else "")).split())
    first, second = _formula(node, "formula1"), _formula(node, "formula2")
    kind = node.get("type", "none")
    allows_blank = node.get("allowBlank", "0") in ("1", "true")
    if kind == "list":
        choices, source = _choices(package, first, sheet)
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


def _choices(package: Package, formula: str, sheet: str) -> tuple[tuple[str, ...], str]:
    if formula.startswith('"'):
        texts = formula.strip('"').replace('""', '"').split(",")
        return tuple(text.strip() for text in texts if text.strip()), ""
    match = TOKEN.fullmatch(formula)
    if match is None or not (match["start"] or match["columns"]):
        formula = _named(package, formula)
        match = TOKEN.fullmatch(formula)
    if match is None or not (match["start"] or match["columns"]):
        return (), formula
    target = sheet_of(match, sheet)
    part = next((found.part for found in package.sheets() if found.name == target), "")
    if not part:
        return (), formula
    reference = match["columns"] or match["start"] + (match["end"] or "")
    return _texts(Grid(package, part), Area.read(reference)), formula


def _named(package: Package, name: str) -> str:
    """What a defined name stands for."""
    for node in package.markup(package.workbook_part).root.every("definedName"):
        if node.get("name") == name:
            return node.text
    return name


def _texts(grid: Grid, area: Area) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row, column in sorted(grid.cells):
        if area.holds(row, column) and len(found) < MOST_CHOICES:
            text = cell_text(grid.cells[row, column])
            if text:
                found[text] = None
    return tuple(found)


def cell_text(cell: Cell) -> str:
    """What a cell holds as text, numbers included."""
    return "" if cell.value is None else shown(str(cell.value))
