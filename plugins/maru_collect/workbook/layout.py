"""What a form looks like, as frozen values that are stored as JSON."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .refs import address, letters_of
from .words import Sentence

ColumnType = Literal[
    "text", "long_text", "integer", "decimal", "amount", "date", "choice", "computed", "row_number", "department"
]
Value = str | int | float | Decimal | bool | None
NUMBER_TYPES: frozenset[ColumnType] = frozenset({"integer", "decimal", "amount"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form. `index` counts from 1 in the sheet (A is 1); `path` are its headings, top down.

    `span` is the number of sheet columns it takes when its cells are merged sideways. `formula` is that of the
    first entry row; `expression` the same over the keys of columns, '' when it cannot be said that way.
    `why` says why each property was read so.
    """

    key: str
    index: int
    path: tuple[str, ...]
    type: ColumnType
    span: int = 1
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""
    decimals: int | None = None
    percent: bool = False
    formula: str = ""
    expression: str = ""
    width: int | None = None
    total: bool = False
    number_format: str = "General"
    why: tuple[Sentence, ...] = ()

    @property
    def letter(self) -> str:
        """The letters of the column in the sheet."""
        return letters_of(self.index)

    @property
    def label(self) -> str:
        """The lowest heading."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays as it is in every workbook made from the form; shown to the clerk as reassurance."""

    merges: int = 0
    has_print_setup: bool = False
    has_frozen_panes: bool = False
    has_filter: bool = False
    conditional_formats: int = 0
    validations: int = 0
    drawings: int = 0


@dataclass(frozen=True, slots=True)
class LineBelow:
    """A text below the table, such as the signature line (작성자: … (서명))."""

    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A form as it was recognised. All rows and columns count from 1, as in the sheet.

    `first_row`..`last_row` are the entry rows of the template (its samples); `total_row` is above them or below,
    None where there is none. `samples` are the texts that stand in the entry rows, one tuple a row.
    """

    sheet: str
    part: str
    title: str
    basis: str
    unit_text: str
    notes: tuple[str, ...]
    header_top: int
    header_bottom: int
    columns: tuple[Column, ...]
    first_row: int
    last_row: int
    total_row: int | None = None
    total_label: str = ""
    total_column: int = 0
    samples: tuple[tuple[str, ...], ...] = ()
    lines_below: tuple[LineBelow, ...] = ()
    kept: Kept = Kept()
    why: tuple[Sentence, ...] = ()

    def column(self, key: str) -> Column:
        """The column with that key. Raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def address(self, row: int, place: int) -> str:
        """The address of the cell in sheet row `row` and the layout's column number `place` (from 0)."""
        return address(row, self.columns[place].index)
