"""What the pages show: one frozen class a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maru import Department, t
from maru_records.api import GridContext

from .board import Board, BoardLine, Moment, Share, StateTag
from .incoming import Finding
from .merging import MergedPage
from .models import CollectionRequest, Target
from .sheet_view import SheetView


@dataclass(frozen=True)
class Filter:
    """A chip above a list: what it shows and how many there are."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class ReceivedLine:
    """One request to one of my units, with the state of our answer and the one next step."""

    href: str
    title: str
    from_unit: str
    to_unit: str
    due_at: datetime | None
    is_overdue: bool
    is_closed: bool
    is_waiting: bool
    tag: StateTag
    note: str
    action: str


@dataclass(frozen=True)
class ReceivedContext:
    """받은 요청: mine waiting first. `names_units` where the person answers for several units."""

    lines: tuple[ReceivedLine, ...]
    filters: tuple[Filter, ...]
    chosen: str
    page: int
    page_count: int
    names_units: bool


@dataclass(frozen=True)
class SentLine:
    """One request of my unit with its progress. `step` is where a draft goes on."""

    href: str
    title: str
    state: StateTag
    unit_name: str
    collector: str
    due_at: datetime | None
    is_overdue: bool
    shares: tuple[Share, ...]
    done: int
    total: int
    is_draft: bool


@dataclass(frozen=True)
class SentContext:
    """보낸 요청: drafts and open ones first."""

    lines: tuple[SentLine, ...]
    page: int
    page_count: int


@dataclass(frozen=True)
class Step:
    """One of the five steps before sending."""

    label: str
    href: str
    state: str


@dataclass(frozen=True)
class NewContext:
    """서식: `departments` are offered where the person may request for several units; `problem` says what was wrong.

    `department` is the id that was chosen before the file was refused.
    """

    steps: tuple[Step, ...]
    departments: tuple[Department, ...]
    department: str
    collection: CollectionRequest | None
    problem: str


@dataclass(frozen=True)
class ColumnLine:
    """One column in the table beside the sheet: what it was taken for, what else it may be, and why."""

    key: str
    letter: str
    path: str
    label: str
    type: str
    types: tuple[tuple[str, str], ...]
    required: bool
    unit: str
    is_automatic: bool
    has_unit: bool
    why: tuple[str, ...]


@dataclass(frozen=True)
class ColumnsContext:
    """열 확인: the sheet as it was read, the columns, and what stays as it is in the merged file.

    `uncalculated` counts columns whose formula only Excel can calculate.
    """

    collection: CollectionRequest
    steps: tuple[Step, ...]
    sheet: SheetView
    columns: tuple[ColumnLine, ...]
    heading_rows: str
    entry_rows: str
    has_total: bool
    uncalculated: int
    why: tuple[str, ...]
    kept: tuple[str, ...]
    problem: str


@dataclass(frozen=True)
class UnitGroup:
    """A branch of the tree: units that answer, under the name of what they belong to."""

    name: str
    key: str
    units: tuple[Department, ...]
    picked: int


@dataclass(frozen=True)
class TargetsContext:
    """받을 부서: all units that answer, in 직제순, those picked ticked; `unreached_ids` are those that cannot answer."""

    collection: CollectionRequest
    steps: tuple[Step, ...]
    groups: tuple[UnitGroup, ...]
    picked_ids: frozenset[int]
    unreached_ids: frozenset[int]
    total: int
    townships: int
    headquarters: int
    problem: str


@dataclass(frozen=True)
class DetailsContext:
    """안내와 마감: `values` by field name as they stand in the form, `problems` by field name."""

    collection: CollectionRequest
    steps: tuple[Step, ...]
    values: dict[str, str]
    problems: dict[str, str]
    least_day: date


@dataclass(frozen=True)
class ReviewContext:
    """발송: everything once more, and the grid as the units will see it; `unreached` are units that cannot answer."""

    collection: CollectionRequest
    steps: tuple[Step, ...]
    units: tuple[str, ...]
    unreached: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    column_count: int
    required_count: int
    grid: GridContext


@dataclass(frozen=True)
class UnitPanel:
    """Everything about one unit, beside the board."""

    line: BoardLine
    moments: tuple[Moment, ...]
    totals: tuple[tuple[str, str], ...]
    answer_href: str


@dataclass(frozen=True)
class StatusContext:
    """현황판 of a request that was sent."""

    collection: CollectionRequest
    board: Board
    panel: UnitPanel | None
    may_change: bool
    due_on: str
    due_time: str
    problem: str
    href: str


@dataclass(frozen=True)
class AnswerContext:
    """제출 화면 of one unit: the grid to fill in, or the standing answer to read.

    `replaces` is the version of the rows that a workbook may take the place of, once that is asked for; 0 before.
    """

    collection: CollectionRequest
    target: Target
    state: StateTag
    grid: GridContext | None
    moments: tuple[Moment, ...]
    upload_name: str
    upload_rows: int
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    changes: tuple[Finding, ...]
    problem: str
    must_confirm: bool
    draft_version: int
    replaces: int
    is_editable: bool
    may_take_back: bool
    hidden_rows: int
    result_href: str

    @property
    def base(self) -> str:
        """The address that everything on the page is below."""
        return f"/collect/{self.collection.id}/answer/{self.target.id}"


@dataclass(frozen=True)
class UnitContext:
    """제출한 표: the standing answer of one unit, as the collector reads it."""

    collection: CollectionRequest
    line: BoardLine
    grid: GridContext | None
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class MergedContext:
    """병합 결과 on the screen, a page at a time."""

    collection: CollectionRequest
    grid: GridContext
    merged: MergedPage
    units_done: int
    units_total: int
    may_change: bool


@dataclass(frozen=True)
class CardLine:
    """A bar on the home page: how many of the requests due in a period are answered."""

    label: str
    done: int
    nil: int
    total: int

    @property
    def done_width(self) -> int:
        """The length of the submitted part, in per mille."""
        return self.done * 1000 // max(1, self.total)

    @property
    def nil_width(self) -> int:
        """The length of the nil part, in per mille."""
        return (self.done + self.nil) * 1000 // max(1, self.total) - self.done_width


@dataclass(frozen=True)
class CardContext:
    """우리 부서 취합 on the home page."""

    lines: tuple[CardLine, ...]
    open_count: int


STEP_NAMES = ("new", "columns", "targets", "details", "review")


def steps(current: str, collection: CollectionRequest | None = None) -> tuple[Step, ...]:
    """The five steps with those behind and before `current`; those of a draft that exists are links."""
    labels = (t("서식"), t("열 확인"), t("받을 부서"), t("안내와 마감"), t("발송"))
    place = STEP_NAMES.index(current)
    found = []
    for number, (name, label) in enumerate(zip(STEP_NAMES, labels, strict=True)):
        state = "current" if number == place else "done" if number < place else "ahead"
        href = f"/collect/{collection.id}/{'form' if name == 'new' else name}" if collection is not None else ""
        found.append(Step(label, "" if state == "current" else href, state))
    return tuple(found)
