"""Formulas of the entry row: what their references mean within one row of values."""

import re
from operator import itemgetter

from .formulas import Computation, Row, Tally, UnknownFormula
from .grid import Grid
from .layout import Layout
from .parsing import compiled
from .refs import Area, column_of, sheet_of


class RowReferences:
    """References of an entry row's formula: to values of the same row, and to other formulas in it."""

    def __init__(self, grid: Grid, layout: Layout, sheet: str) -> None:
        self._grid, self._layout = grid, layout
        self._sheet = sheet
        self._places = {column.index: place for place, column in enumerate(self._layout.columns)}
        self._open: set[int] = set()

    def computation(self, column: int) -> Computation | None:
        """How to compute the formula of a column; None when it is beyond what is computed here."""
        try:
            return self._cell(column)
        except UnknownFormula:
            return None

    def _cell(self, column: int) -> Computation:
        cell = self._grid.at(self._layout.first_row, column)
        if cell is not None and cell.formula:
            if column in self._open:
                raise UnknownFormula("circular")
            self._open.add(column)
            try:
                return compiled(cell.formula, self)
            finally:
                self._open.discard(column)
        place = self._places.get(column)
        if place is None:
            return lambda row: None
        return itemgetter(place)

    def resolve(self, match: re.Match[str]) -> Computation:
        """The value of a cell of the same row, or the tally of several."""
        if not match["start"] or sheet_of(match, self._sheet) != self._sheet:
            raise UnknownFormula(match[0])
        area = Area.read(match["start"] + (match["end"] or ""))
        if area.top != self._layout.first_row or area.bottom != area.top or "$" in match["start"][1:]:
            raise UnknownFormula(match[0])
        if not match["end"]:
            return self._cell(column_of(match["start"].replace("$", "").rstrip("0123456789")))
        cells = [self._cell(column) for column in range(area.left, area.right + 1)]

        def tallied(row: Row) -> Tally:
            tally = Tally()
            for cell in cells:
                value = cell(row)
                if not isinstance(value, Tally):
                    tally.add(value)
            return tally

        return tallied
