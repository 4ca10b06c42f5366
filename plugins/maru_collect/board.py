"""현황판: who has submitted, who has not and why, in 직제순."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from maru import Portal, t

from .models import DONE, ENTERING, NIL, SUBMITTED, WAITING, CollectionRequest, Submission, Target
from .reach import unreached

Kind = Literal["danger", "warning", "info", "success", "neutral"]
ORDER = (SUBMITTED, NIL, ENTERING, WAITING)


@dataclass(frozen=True)
class StateTag:
    """A state as a word with its colour and shape."""

    kind: Kind
    text: str


def state_tag(state: str) -> StateTag:
    """미제출, 입력 중, 해당 없음, 제출."""
    tags: dict[str, StateTag] = {
        WAITING: StateTag("danger", t("미제출")),
        ENTERING: StateTag("info", t("입력 중")),
        NIL: StateTag("neutral", t("해당 없음")),
        SUBMITTED: StateTag("success", t("제출")),
    }
    return tags[state]


@dataclass(frozen=True)
class BoardLine:
    """One unit on the board. `order` is its place in 직제순 among the units asked, `round` the current 회차.

    `note` says what the state alone does not.
    """

    id: int
    order: int
    unit_name: str
    state: str
    tag: StateTag
    person: str
    phone: str
    row_count: int
    changed_at: datetime | None
    opened_at: datetime | None
    submitted_at: datetime | None
    is_late: bool
    round: int
    note: str

    @property
    def is_done(self) -> bool:
        """Submitted or nil."""
        return self.state in DONE


@dataclass(frozen=True)
class Share:
    """How many units are in a state, and where its piece of the bar lies, in per mille of the width."""

    state: str
    label: str
    count: int
    start: int
    width: int


@dataclass(frozen=True)
class Board:
    """The lines that are shown (unfinished first) and the counts of all of them."""

    unfinished: tuple[BoardLine, ...]
    finished: tuple[BoardLine, ...]
    shares: tuple[Share, ...]
    total: int
    done: int
    row_count: int
    chosen_state: str

    @property
    def missing(self) -> int:
        """Units that have neither submitted nor reported nil."""
        return self.total - self.done

    @property
    def last_done(self) -> BoardLine | None:
        """The finished unit that came last."""
        return max(self.finished, key=lambda line: line.submitted_at or _LONG_AGO, default=None)


_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def read_board(portal: Portal, collection: CollectionRequest, chosen_state: str = "") -> Board:
    """The board of a request in one query. `chosen_state` shows the units of one state only."""
    targets = list(Target.in_order(collection))
    off = unreached(portal, (target.department_id for target in targets))
    lines = [_line(collection, target, place, off) for place, target in enumerate(targets, 1)]
    shown = [line for line in lines if not chosen_state or line.state == chosen_state]
    return Board(
        unfinished=tuple(line for line in shown if not line.is_done),
        finished=tuple(line for line in shown if line.is_done),
        shares=shares(line.state for line in lines),
        total=len(lines),
        done=sum(line.is_done for line in lines),
        row_count=sum(line.row_count for line in lines if line.state == SUBMITTED),
        chosen_state=chosen_state,
    )


def shares(states: Iterable[str]) -> tuple[Share, ...]:
    """The pieces of the bar, finished ones first; states that no unit is in are left out."""
    counts = Counter(states)
    total = max(1, counts.total())
    pieces, before = [], 0
    for state in ORDER:
        if count := counts[state]:
            start, end = before * 1000 // total, (before + count) * 1000 // total
            pieces.append(Share(state, state_tag(state).text, count, start, end - start))
            before += count
    return tuple(pieces)


def _line(collection: CollectionRequest, target: Target, place: int, off: frozenset[int]) -> BoardLine:
    draft = getattr(target, "draft", None)
    changed_at = target.changed_at if target.is_done or not draft else draft.saved_at or target.changed_at
    is_late = target.is_late(collection.due_at)
    return BoardLine(
        id=target.id,
        order=place,
        unit_name=target.unit_name,
        state=target.state,
        tag=state_tag(target.state),
        person=target.person.name if target.person else "",
        phone=(target.person.phone if target.person else "") or target.department.phone,
        row_count=target.row_count if target.is_done else target.draft_rows,
        changed_at=changed_at,
        opened_at=target.opened_at,
        submitted_at=target.submitted_at,
        is_late=is_late,
        round=target.round,
        note=_note(target, is_late, target.department_id in off),
    )


def _note(target: Target, is_late: bool, is_off: bool) -> str:
    said = [t("자동취합 꺼짐")] if is_off and not target.is_done else []
    if target.state == NIL and target.nil_reason:
        said.append(f"“{target.nil_reason}”")
    if target.state == WAITING and target.opened_at is None and not is_off:
        said.append(t("아직 열어 보지 않음"))
    if target.round > 1:
        said.append(t("{n}차", n=target.round))
    if is_late:
        said.append(t("기한 지나 제출") if target.is_done else t("기한 지남"))
    return " · ".join(said)


@dataclass(frozen=True)
class Moment:
    """One entry of a unit's timeline."""

    at: datetime
    text: str
    person: str = ""
    quote: str = ""


def timeline(collection: CollectionRequest, target: Target, versions: Iterable[Submission]) -> tuple[Moment, ...]:
    """What happened with a unit's answer, the newest first, made of its versions and instants."""
    moments = []
    if collection.sent_at:
        moments.append(Moment(collection.sent_at, t("발송"), collection.department.name))
    if target.opened_at:
        moments.append(Moment(target.opened_at, t("처음 열어 봄")))
    for version in versions:
        moments.append(Moment(version.at, _what(version), version.person.name, version.reason))
        if version.taken_back_at:
            moments.append(Moment(version.taken_back_at, _how_it_ended(version)))
    if collection.closed_at:
        moments.append(Moment(collection.closed_at, t("마감")))
    return tuple(sorted(moments, key=lambda moment: moment.at, reverse=True))


def _how_it_ended(version: Submission) -> str:
    return t("작성하던 행을 엑셀 파일로 바꿈") if version.how == "replaced" else t("회수")


def _what(version: Submission) -> str:
    if version.how == "replaced":
        return t("작성하던 {rows}행 저장 ({n}차)", rows=f"{version.row_count:,}", n=version.round)
    if version.how == "nil":
        return t("해당 없음 ({n}차)", n=version.round)
    by = t("엑셀 파일로") if version.how == "workbook" else t("화면에서")
    return t("제출 ({n}차) · {rows}행 · {by}", n=version.round, rows=f"{version.row_count:,}", by=by)
