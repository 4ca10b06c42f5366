"""What the templates show: one frozen class each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maru import Department, Kind, User
from maru_records.api import StoredDefinition, Trial

from .changes import Difference
from .design import Design, DesignField
from .field_types import FieldKind
from .models import Draft
from .trials import FormulaTrial


@dataclass(frozen=True)
class State:
    """How far a ledger is, as a word with its kind."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Tab:
    """A page about one draft."""

    label: str
    href: str
    is_current: bool
    problem_count: int = 0


@dataclass(frozen=True)
class Head:
    """The head of every page about a draft. `version` is the one in use, 0 before the first."""

    draft: Draft
    state: State
    tabs: tuple[Tab, ...]
    version: int
    ledger_href: str


@dataclass(frozen=True)
class IndexLine:
    """A ledger of my units: in the making or in use."""

    draft: Draft
    state: State
    field_count: int
    ledger_href: str


@dataclass(frozen=True)
class IndexContext:
    """views.index: what my units make and have made."""

    lines: tuple[IndexLine, ...]


@dataclass(frozen=True)
class NewContext:
    """views.new: where a ledger begins. `models` are (key, name) of ledgers to copy."""

    label: str
    departments: tuple[Department, ...]
    department_id: int
    start: str
    models: tuple[tuple[str, str], ...]
    model: str
    takes_workbooks: bool
    problems: Mapping[str, str]


@dataclass(frozen=True)
class CanvasCell:
    """A field on the canvas: as it will stand in the form, with its place and what it still lacks."""

    field: DesignField
    kind: FieldKind
    shown: str
    problem: str
    is_chosen: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Panel:
    """The settings of the chosen field. `shows` names the controls that this kind of field has."""

    field: DesignField
    kind: FieldKind
    types: tuple[tuple[str, str], ...]
    shows: frozenset[str]
    formula: str
    others: tuple[str, ...]
    problems: Mapping[str, str]
    trial: FormulaTrial | None
    is_in_use: bool
    seen: str
    conflict: str


@dataclass(frozen=True)
class BuildContext:
    """views.build: palette, canvas, panel. `focus` is the id of the control that takes the focus, "" for none."""

    head: Head
    palette: tuple[FieldKind, ...]
    cells: tuple[CanvasCell, ...]
    panel: Panel | None
    removed: tuple[DesignField, ...]
    used: frozenset[str]
    problem: str
    focus: str


@dataclass(frozen=True)
class ColumnLine:
    """A field as a column of the list."""

    field: DesignField
    kind: FieldKind
    may_total: bool


@dataclass(frozen=True)
class ColumnsContext:
    """views.columns: which fields the list shows and sums up, what names a record, and in which order they come."""

    head: Head
    lines: tuple[ColumnLine, ...]
    titles: tuple[tuple[str, str], ...]
    orders: tuple[tuple[str, str], ...]
    design: Design


@dataclass(frozen=True)
class Audience:
    """One of the two questions about rights, with what is chosen."""

    name: str
    who: str
    departments: frozenset[int]
    people: tuple[User, ...]
    added: str


@dataclass(frozen=True)
class SettingsContext:
    """views.settings: name, summary, picture, who reads and who writes."""

    head: Head
    label: str
    summary: str
    icon_name: str
    icons: tuple[str, ...]
    readers: Audience
    writers: Audience
    departments: tuple[Department, ...]
    accounts: tuple[User, ...]
    problems: Mapping[str, str]


@dataclass(frozen=True)
class TryOutContext:
    """views.try_out: the form as it will be; what is typed is calculated and not kept."""

    head: Head
    trial: Trial
    problem_count: int


@dataclass(frozen=True)
class ReviewContext:
    """views.review: what publishing does. `problems` are (label, sentence) of what has to be mended before."""

    head: Head
    problems: tuple[tuple[str, str, str], ...]
    differences: tuple[Difference, ...]
    fields: tuple[tuple[DesignField, FieldKind], ...]
    readers: str
    writers: str
    sees_it: bool
    versions: tuple[StoredDefinition, ...]
    is_closed: bool
    record_count: int
    next_version: int
    problem: str
