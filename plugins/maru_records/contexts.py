"""What each template of this plugin gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maru import Department, MenuEntry, User, Waiting, day, today

from .definition import Field
from .grid.columns import HeadingCell
from .models import Record, Revision

__all__ = [
    "Cell", "Chip", "Column", "DetailLine", "EntryField", "Filter", "FormContext", "IndexContext", "IndexLine",
    "ListContext", "ListLine", "ShowContext", "StaleField",
]  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One value as the page shows it. `kind` picks the format: text, long, number, date, datetime, file, truth."""

    kind: str
    text: str
    value: Any = None

    @property
    def is_number(self) -> bool:
        """True where figures are set to be compared."""
        return self.kind == "number"

    @property
    def short_day(self) -> str:
        """The day with its weekday, the year left out when it is this one: `11. 20.(금)`."""
        year = str(today().year)
        return day(self.value).removeprefix(f"{year}. ").removesuffix(f" {year}")


@dataclass(frozen=True)
class Column:
    """A heading of the list with the address that sorts by it ('' where it cannot be sorted)."""

    field: Field
    label: str
    sort_href: str
    sorted: str
    is_number: bool
    is_short: bool
    total: str = ""


@dataclass(frozen=True)
class Filter:
    """What can be asked of one field: `kind` is contains, range or one_of; `choices` are (value, text)."""

    name: str
    label: str
    kind: str
    value: str = ""
    until: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    is_date: bool = False


@dataclass(frozen=True)
class Chip:
    """A condition in force, and the address without it."""

    text: str
    href: str


@dataclass(frozen=True)
class IndexLine:
    """A ledger in the list of ledgers."""

    href: str
    label: str
    summary: str
    owner: str
    icon: str
    may_write: bool
    is_closed: bool


@dataclass(frozen=True)
class IndexContext:
    """views.index: the ledgers I may read."""

    ledgers: tuple[IndexLine, ...]
    links: tuple[MenuEntry, ...]


@dataclass(frozen=True)
class ListLine:
    """A record in the list of a ledger; the cell at `title_at` carries the link."""

    href: str
    cells: tuple[Cell, ...]
    title_at: int


@dataclass(frozen=True)
class ListContext:
    """views.records: one page of a ledger."""

    label: str
    summary: str
    owner: str
    href: str
    count: int
    columns: tuple[Column, ...]
    headings: tuple[tuple[HeadingCell, ...], ...]
    lines: tuple[ListLine, ...]
    filters: tuple[Filter, ...]
    chips: tuple[Chip, ...]
    clear_href: str
    export_href: str
    search: str
    sort: str
    page: int
    page_count: int
    page_href: str
    may_write: bool
    has_totals: bool
    has_problem: bool
    is_closed: bool
    links: tuple[MenuEntry, ...]


@dataclass(frozen=True)
class DetailLine:
    """A field of a record with its value; `file_href` where it is a file."""

    label: str
    path: str
    unit: str
    help: str
    cell: Cell
    file_href: str
    is_computed: bool


@dataclass(frozen=True)
class ShowContext:
    """views.show: one record and its history; `conflict` says why it was not deleted."""

    ledger: str
    ledger_href: str
    href: str
    title: str
    record: Record
    lines: tuple[DetailLine, ...]
    history: tuple[Revision, ...]
    labels: Mapping[str, str]
    may_write: bool
    conflict: str = ""


@dataclass(frozen=True)
class EntryField:
    """One input of the form. `waiting` is the file that came with it before the form was refused."""

    field: Field
    label: str
    help: str
    widget: str
    text: str
    error: str
    repair: str
    attributes: Mapping[str, str]
    choices: tuple[tuple[str, str], ...] = ()
    file_name: str = ""
    waiting: Waiting | None = None
    has_focus: bool = False


@dataclass(frozen=True)
class StaleField:
    """A field that somebody changed while this form was open: before, now, and what the form says.

    One that this person left as it was (`is_untouched`) takes the new value by itself.
    """

    key: str
    label: str
    before: str
    now: str
    mine: str

    @property
    def is_untouched(self) -> bool:
        """True where the form still says what it said when it was opened."""
        return self.mine == self.before


@dataclass(frozen=True)
class FormContext:
    """views.create and views.edit: the form of one record."""

    ledger: str
    ledger_href: str
    action: str
    back_href: str
    title: str
    inputs: tuple[EntryField, ...]
    row_version: int
    people: tuple[User, ...] = ()
    units: tuple[Department, ...] = ()
    unit_id: int | None = None
    error_count: int = 0
    stale: tuple[StaleField, ...] = ()
    stale_by: str = ""
    computed: tuple[DetailLine, ...] = ()
