"""What a unit's workbook holds, as frozen values."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from .layout import Value
from .words import CellProblem


class FilledRow(NamedTuple):
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
