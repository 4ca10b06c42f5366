"""Cell references: letters and numbers, areas, and formulas whose references move."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

TOKEN = re.compile(
    r"""
      "(?:[^"]|"")*"                                                         # a text
    | (?P<sheet>(?:'(?:[^']|'')+'|(?:\[\d+\])?[^\W\d][\w.]*)!)?
      (?: (?P<start>\$?[A-Z]{1,3}\$?[1-9]\d{0,6})(?P<end>:\$?[A-Z]{1,3}\$?[1-9]\d{0,6})?(?![\w(.!])
        | (?P<rows>\$?[1-9]\d{0,6}:\$?[1-9]\d{0,6})(?![\w.])
        | (?P<columns>\$?[A-Z]{1,3}:\$?[A-Z]{1,3})(?![\w(.!]) )
    | (?:\[\d+\])?[^\W\d][\w.]*!?                                            # a function or a name
    | \d+(?:\.\d+)?(?:[Ee][+-]?\d+)?
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")


@lru_cache(maxsize=4096)
def letters_of(column: int) -> str:
    """The letters of a column number: 1 is 'A', 27 is 'AA'. Raises ValueError below 1."""
    if column < 1:
        raise ValueError(f"there is no column {column}")
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return letters


@lru_cache(maxsize=4096)
def column_of(letters: str) -> int:
    """The number of a column's letters: 'A' is 1, 'AA' is 27. Raises ValueError where one is none of A to Z."""
    if not (letters.isascii() and letters.isalpha()):
        raise ValueError(f"there is no column {letters}")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """The address of a cell, both numbers from 1: (6, 5) is 'E6'."""
    return f"{letters_of(column)}{row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, all four edges included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def read(cls, text: str) -> "Area":
        """The area of 'A1:L3', '$A$1', 'A:C' or '3:5'."""
        first, _, second = text.replace("$", "").partition(":")
        top, left = _corner(first, 1, 1)
        bottom, right = _corner(second or first, LAST_ROW, LAST_COLUMN)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies in the area."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def __str__(self) -> str:
        first, last = address(self.top, self.left), address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def _corner(text: str, row: int, column: int) -> tuple[int, int]:
    letters = text.rstrip("0123456789")
    digits = text[len(letters) :]
    return int(digits) if digits else row, column_of(letters) if letters else column


@dataclass(frozen=True, slots=True)
class Growth:
    """The entry rows `first`..`last` of a template become `count` rows; what lies below moves."""

    first: int
    last: int
    count: int

    @property
    def new_last(self) -> int:
        """The last entry row afterwards."""
        return self.first + self.count - 1

    @property
    def delta(self) -> int:
        """By how many rows everything below moves; negative when rows go."""
        return self.new_last - self.last

    def row(self, row: int) -> int:
        """Where a row is afterwards. An entry row that is gone answers with the last one."""
        if row > self.last:
            return row + self.delta
        return row if row < self.first else min(row, self.new_last)

    def rows(self, top: int, bottom: int) -> tuple[int, int]:
        """Where a range of rows is afterwards: one that holds the first entry row holds all of them."""
        if bottom < self.first or top > self.last or bottom >= LAST_ROW:
            return (top, bottom) if bottom >= LAST_ROW else (self.row(top), self.row(bottom))
        reaches_end = top <= self.first or bottom == self.last
        if bottom <= self.last:
            return self.row(top), self.new_last if reaches_end else self.row(bottom)
        return self.row(top), self.row(bottom)

    def area(self, text: str) -> str:
        """A reference such as 'A5:L7' or 'E6' afterwards; a single entry cell grows with the rows."""
        area = Area.read(text)
        top, bottom = self.rows(area.top, area.bottom)
        return str(Area(top, area.left, bottom, area.right))

    def areas(self, text: str) -> str:
        """A list of references separated by spaces (`sqref`) afterwards."""
        return " ".join(self.area(one) for one in text.split())

    def formula(self, formula: str, home: str, sheet: str) -> str:
        """A formula that stands on sheet `home`, with its references to `sheet` moved or grown."""
        return rewrite(formula, lambda match: self._moved(match) if sheet_of(match, home) == sheet else match[0])

    def _moved(self, match: re.Match[str]) -> str:
        prefix = match["sheet"] or ""
        if match["rows"]:
            first, _, second = match["rows"].partition(":")
            top, bottom = self.rows(int(first.strip("$")), int(second.strip("$")))
            return f"{prefix}{_with_row(first, top)}:{_with_row(second, bottom)}"
        if not match["start"]:
            return match[0]
        if not match["end"]:
            return prefix + _with_row(match["start"], self.row(_row_of(match["start"])))
        top, bottom = self.rows(_row_of(match["start"]), _row_of(match["end"]))
        return f"{prefix}{_with_row(match['start'], top)}:{_with_row(match['end'][1:], bottom)}"


def _row_of(reference: str) -> int:
    return int(reference[len(reference.rstrip("0123456789")) :])


def _with_row(reference: str, row: int) -> str:
    return reference.rstrip("0123456789") + str(row)


def rewrite(formula: str, change: Callable[[re.Match[str]], str]) -> str:
    """A formula with every reference replaced by what `change` makes of it; texts and names stay."""

    def replaced(match: re.Match[str]) -> str:
        return change(match) if match["start"] or match["rows"] or match["columns"] else match[0]

    return TOKEN.sub(replaced, formula)


def sheet_of(match: re.Match[str], home: str) -> str:
    """The sheet that a reference found by TOKEN means."""
    prefix = match["sheet"]
    if not prefix:
        return home
    return prefix[1:-2].replace("''", "'") if prefix[0] == "'" else prefix[:-1]


def translated(formula: str, rows: int, columns: int) -> str:
    """A formula as if copied `rows` down and `columns` right: relative references move, `$` ones stay."""

    def moved_cell(match: re.Match[str]) -> str:
        column = match[2] if match[1] else letters_of(max(1, column_of(match[2]) + columns))
        row = match[4] if match[3] else str(max(1, int(match[4]) + rows))
        return f"{match[1]}{column}{match[3]}{row}"

    def moved(match: re.Match[str]) -> str:
        if not match["start"]:
            return match[0]
        cells = CELL.sub(moved_cell, match["start"] + (match["end"] or ""))
        return (match["sheet"] or "") + cells

    return rewrite(formula, moved)
