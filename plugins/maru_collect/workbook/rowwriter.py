"""Entry rows as XML: the sample row is compiled once, then whole blocks of rows are written column by column."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from xml.sax.saxutils import escape

from .formulas import Computation, Scalar, Tally, number_text, results
from .grid import Cell, Grid
from .layout import NUMBER_TYPES, Column, Layout, Value
from .refs import CELL, Growth, letters_of, rewrite, sheet_of
from .rowformulas import RowReferences
from .styles import NumberFormat
from .texts import SAFE, Dates, Texts, are_plain, are_safe, stored_value

BLOCK = 1_000
HERE = "\x00"
PLAIN_KINDS = frozenset({int, Decimal, type(None)})
NUMBER_KINDS = frozenset({int, Decimal})


class RowWriter:
    """Writes merged rows in the look of the template's first entry row and tallies the columns asked for."""

    def __init__(self, grid: Grid, layout: Layout, growth: Growth) -> None:
        self._grid, self._layout, self._growth = grid, layout, growth
        node = grid.rows.get(layout.first_row)
        tag = node.tag if node else next(iter(grid.rows.values())).tag
        self.tag = tag[: len(tag) - len("row")]
        self.tallies: dict[int, Tally] = {}
        self.count = 0
        self._texts = Texts(tag=self.tag)
        self._offsets: dict[int, str] = {}
        self._slots: list[_Slot] = []
        self._ending = ""
        self._dates = Dates(self.tag, grid.from_1904, self._texts)

    @property
    def cut_count(self) -> int:
        """How many texts were longer than a cell can hold."""
        return self._texts.cut_count

    def tally(self, column: int) -> Tally:
        """The tally of a sheet column, kept from the first row on; ask before writing."""
        return self.tallies.setdefault(column, Tally())

    def blocks(self, rows: Iterable[Sequence[Value]], sheet: str) -> Iterator[bytes]:
        """The XML of all rows, in blocks. One empty row is written when there are none."""
        self._compile(sheet)
        stream = iter(rows)
        while block := list(islice(stream, BLOCK)):
            yield self._block(block)
        if not self.count:
            yield self._block([(None,) * len(self._layout.columns)])
            self.count = 0

    def _compile(self, sheet: str) -> None:
        """The row as pieces of text with a place for each value and each row number."""
        layout, grid, tag = self._layout, self._grid, self.tag
        by_index = {column.index: (place, column) for place, column in enumerate(layout.columns)}
        present = set(grid.columns_of(layout.first_row)) | set(by_index)
        text = self._row_tag()
        references = RowReferences(grid, layout, sheet)
        for index in sorted(present):
            cell = grid.at(layout.first_row, index)
            style = f' s="{cell.style}"' if cell and cell.style else ""
            text += f'<{tag}c r="{letters_of(index)}{HERE}"{style}'
            place, column = by_index.get(index, (-1, None))
            formula = self._formula(cell, sheet)
            if formula:
                element = f"<{tag}f>{formula}</{tag}f>"
                self._slots.append(_Slot(text, index, place, column, element, references.computation(index)))
                text = ""
            elif column is not None:
                self._slots.append(_Slot(text, index, place, column))
                text = ""
            else:
                text += "/>"
        self._ending = f"{text}</{tag}row>"

    def _row_tag(self) -> str:
        node = self._grid.rows.get(self._layout.first_row)
        if node is None:
            return f'<{self.tag}row r="{HERE}">'
        others = "".join(
            f' {name}="{escape(value)}"' for name, value in node.attributes.items() if name not in ("r", "spans")
        )
        return f'<{self.tag}row r="{HERE}"{others}>'.replace("%", "%%")

    def _formula(self, cell: Cell | None, sheet: str) -> str:
        """The formula with its own row as a place; other rows as offsets, fixed ones where they are afterwards."""
        if cell is None or not cell.formula:
            return ""
        home = self._layout.first_row
        growth = self._growth

        def row_mark(found: re.Match[str]) -> str:
            row = int(found[4])
            if found[3]:
                return f"{found[1]}{found[2]}${growth.row(row)}"
            mark = HERE if row == home else self._offsets.setdefault(row - home, chr(0xE000 + len(self._offsets)))
            return f"{found[1]}{found[2]}{mark}"

        def replaced(match: re.Match[str]) -> str:
            if sheet_of(match, sheet) != sheet or not match["start"]:
                return match[0]
            return (match["sheet"] or "") + CELL.sub(row_mark, match["start"] + (match["end"] or ""))

        return escape(rewrite(cell.formula, replaced)).replace("%", "%%")

    def _block(self, rows: list[Sequence[Value]]) -> bytes:
        columns: list[list[Scalar]] = []
        start = self._layout.first_row + self.count
        for column, values in zip(self._layout.columns, zip(*rows, strict=True), strict=True):
            columns.append(self._normal(column, values))
        cells = [self._cells(slot, columns, len(rows)) for slot in self._slots]
        pattern = "".join(slot.before + form for slot, (form, _) in zip(self._slots, cells, strict=True)) + self._ending
        values_by_row = zip(*(one for _, several in cells for one in several), strict=True)
        self.count += len(rows)
        return "".join(self._lines(pattern, start, values_by_row)).encode()

    def _lines(self, pattern: str, start: int, values_by_row: Iterable[tuple[object, ...]]) -> Iterator[str]:
        if not self._offsets:
            pieces = pattern.split(HERE)
            return (str(row).join(pieces) % values for row, values in enumerate(values_by_row, start))
        return (self._shifted(pattern, row) % values for row, values in enumerate(values_by_row, start))

    def _shifted(self, pattern: str, row: int) -> str:
        text = pattern.replace(HERE, str(row))
        for offset, mark in self._offsets.items():
            text = text.replace(mark, str(max(1, row + offset)))
        return text

    def _normal(self, column: Column, values: Sequence[Value]) -> list[Scalar]:
        """Values as they count in formulas: numbers as int or Decimal, the rest as given."""
        if column.type == "row_number":
            return list(range(self.count + 1, self.count + len(values) + 1))
        kinds = set(map(type, values))
        if column.type in NUMBER_TYPES and not kinds <= PLAIN_KINDS:
            return [value if type(value) is int else _number(value) for value in values]
        if float in kinds:
            return [_number(value) if type(value) is float else value for value in values]  # type: ignore[misc]  # no float is left
        return list(values)  # type: ignore[arg-type]  # no float is left

    def _cells(self, slot: "_Slot", columns: list[list[Scalar]], count: int) -> "tuple[str, list[Iterable[object]]]":
        """How a block's cells of one column go on after their address: a pattern, and what goes into it row by row.

        A block of nothing but integers, or texts, or computed numbers is put in without a step of Python per cell.
        """
        tag = self.tag
        values = self._computed(slot, columns) if slot.formula else columns[slot.place]
        tally = self.tallies.get(slot.index)
        if tally is not None:
            tally.add_all(values)
        if slot.formula and slot.computation is None and not self._is_row_number(slot):
            return f">{slot.formula}</{tag}c>", []
        kinds = set(map(type, values))
        if kinds <= NUMBER_KINDS and kinds and self._takes_numbers(slot) and are_safe(values, kinds):
            return f">{slot.formula}<{tag}v>%s</{tag}v></{tag}c>", [values]
        if slot.formula:
            stored = [stored_value(value, tag) for value in values]
            return f"%s>{slot.formula}%s</{tag}c>", [[kind for kind, _ in stored], [text for _, text in stored]]
        if kinds == {str} and not self._is_date(slot) and are_plain(values):
            return f' t="inlineStr"><{tag}is><{tag}t>%s</{tag}t></{tag}is></{tag}c>', [values]
        return "%s", [self._tails(slot, values, kinds)]

    def _is_date(self, slot: "_Slot") -> bool:
        return slot.column is not None and slot.column.type == "date" and self._style(slot).kind == "date"

    def _is_row_number(self, slot: "_Slot") -> bool:
        return slot.column is not None and slot.column.type == "row_number"

    def _takes_numbers(self, slot: "_Slot") -> bool:
        return bool(slot.formula) or self._style(slot).kind != "text" or self._is_number_column(slot)

    def _is_number_column(self, slot: "_Slot") -> bool:
        return slot.column is not None and (slot.column.type in NUMBER_TYPES or slot.column.type == "row_number")

    def _style(self, slot: "_Slot") -> NumberFormat:
        return self._grid.style(self._layout.first_row, slot.index).format

    def _computed(self, slot: "_Slot", columns: list[list[Scalar]]) -> list[Scalar]:
        if self._is_row_number(slot):
            return columns[slot.place]
        if slot.computation is None:
            return []
        return results(slot.computation, zip(*columns, strict=True))

    def _tails(self, slot: "_Slot", values: list[Scalar], kinds: set[type]) -> list[str]:
        if self._is_date(slot):
            dates = self._dates
            if kinds == {str}:
                return list(map(dates.__getitem__, values))  # type: ignore[arg-type]  # `kinds` has just shown it
            return [dates[value] if type(value) is str else self._date(value) for value in values]
        texts = self._texts
        if kinds == {str} and "" not in values:
            return list(map(texts.__getitem__, values))  # type: ignore[arg-type]  # `kinds` has just shown it
        as_text = self._style(slot).kind == "text" and not self._is_number_column(slot)
        return [texts[value] if type(value) is str and value else self._any(value, as_text) for value in values]

    def _any(self, value: Scalar | date, as_text: bool) -> str:
        """One cell of whatever kind: numbers as numbers unless the form says text."""
        tag = self.tag
        if value is None or value == "":
            return "/>"
        if isinstance(value, bool):
            return f' t="b"><{tag}v>{int(value)}</{tag}v></{tag}c>'
        if isinstance(value, int | Decimal) and not as_text:
            return f"><{tag}v>{number_text(value)}</{tag}v></{tag}c>"
        if isinstance(value, date):
            return self._texts[value.isoformat()]
        return self._texts[format(value, "f") if isinstance(value, Decimal) else str(value)]

    def _date(self, value: Scalar | date) -> str:
        """A date as the serial number that the workbook counts; what is no date stays what it is."""
        if isinstance(value, date):
            return self._dates[value.isoformat()]
        return self._any(value, False)


@dataclass(slots=True)
class _Slot:
    """One place in the row's text: what stands before it, its columns, its formula and how to compute that."""

    before: str
    index: int
    place: int
    column: Column | None
    formula: str = ""
    computation: Computation | None = field(default=None)


def _number(value: Value | date) -> Scalar:
    """A number however it comes: int, Decimal, float, or text from a stored record."""
    if value is None or isinstance(value, bool | int | Decimal):
        return value
    try:
        found = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        return str(value) or None
    if not found.is_finite():
        return str(value)
    return int(found) if found == found.to_integral_value() and abs(found) < SAFE else found
