"""취합의 규칙: every change of state happens in one of these functions, inside a write of the caller.

The caller hands over rows that it read inside that write; each function saves the fields it changes and no other.

    draft ──send──► sent ──close──► closed            (취합 요청)
    waiting ─► entering ─► submitted                  (받을 부서; take_back returns to entering, the round grows)
         └──────────┴────► nil                        (해당 없음 counts as done)

Lateness is never stored: it follows from the deadline. `at` is the instant of the change, now unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from maru import Change, Conflict, Department, Invalid, StoredFile, User, moment, now, t
from maru_records.api import Definition, RowsCheck, check_rows

from .events import Closed, Extended, Reopened, Sent, Submitted, TakenBack
from .forms import Details, SeenDraft
from .layouts import as_definition, as_document, definition_of, reference_date
from .models import CLOSED, DRAFT, ENTERING, NIL, SENT, SUBMITTED, WAITING, CollectionRequest, Draft, Submission, Target
from .workbook import Layout

Rows = Sequence[Sequence[str | None]]

MOST_ROWS = 20_000


class DraftChanged(Conflict):
    """The rows are not those that the person saw (409). `version` is that of the rows there now."""

    def __init__(self, draft: Draft, way_out: str) -> None:
        who, at = draft.person.name, moment(draft.saved_at)
        there = t("{name} 님이 {at}에 저장한 {n}행이 있습니다.", name=who, at=at, n=draft.row_count)
        super().__init__(f"{there} {way_out}")
        self.version = draft.version


def begin(user: User, department: Department, template: StoredFile, layout: Layout) -> CollectionRequest:
    """A new draft of a request made from a recognised form. Title and reference date come from the form."""
    return CollectionRequest.create(
        title=(layout.title or layout.sheet)[:200],
        reference_on=reference_date(layout),
        department=department,
        collector=user,
        template=template,
        layout=as_document(layout),
        definition=definition_of(layout, "collect").document(),
    )


def replace_form(collection: CollectionRequest, template: StoredFile, layout: Layout) -> None:
    """Start over with another form (다른 파일), keeping units, guidance and deadline."""
    _must_be_draft(collection)
    collection.template = template
    collection.save(only=[CollectionRequest.template])
    set_layout(collection, layout)


def set_layout(collection: CollectionRequest, layout: Layout) -> None:
    """Keep the columns as the collector confirmed them, and the definition made from them."""
    _must_be_draft(collection)
    collection.layout = as_document(layout)
    collection.definition = definition_of(layout, "collect").document()
    collection.save(only=[CollectionRequest.layout, CollectionRequest.definition])


def choose_units(collection: CollectionRequest, unit_ids: Sequence[int]) -> None:
    """Note the units picked so far; only units that answer in their own name are kept, in 직제순."""
    _must_be_draft(collection)
    wanted = set(unit_ids)
    collection.chosen_ids = [unit.id for unit in Department.recipients() if unit.id in wanted]
    collection.save(only=[CollectionRequest.chosen_ids])


def set_details(collection: CollectionRequest, details: Details) -> None:
    """Title, basis, reference date, guidance, deadline and openness."""
    _must_be_draft(collection)
    names = ("title", "basis", "reference_on", "guidance", "due_at", "openness")
    for name in names:
        setattr(collection, name, getattr(details, name))
    collection.save(only=[CollectionRequest._meta.fields[name] for name in names])


def missing_before_sending(collection: CollectionRequest, at: datetime | None = None) -> list[tuple[str, str]]:
    """What keeps a draft from being sent, as (step, sentence)."""
    missing = []
    if not collection.chosen_ids:
        missing.append(("targets", t("받을 부서를 하나 이상 골라 주세요.")))
    if not collection.title:
        missing.append(("details", t("제목을 적어 주세요.")))
    if collection.due_at is None:
        missing.append(("details", t("마감 일시를 정해 주세요.")))
    elif collection.due_at <= (at or now()):
        missing.append(("details", t("마감 일시가 이미 지났습니다. 앞으로의 일시로 고쳐 주세요.")))
    return missing


def send(change: Change, collection: CollectionRequest, at: datetime | None = None) -> None:
    """발송: freeze the list of units as they are called and ordered at this moment, and open the request."""
    _must_be_draft(collection)
    missing = missing_before_sending(collection, at)
    if missing:
        raise Invalid(missing[0][1])
    units = list(Department.recipients().where(Department.id.in_(collection.chosen_ids)))
    if not units:
        raise Invalid(t("고른 부서가 지금은 없습니다. 받을 부서를 다시 골라 주세요."))
    for unit in units:
        Target.create(request=collection, department=unit, official_order=unit.official_order, unit_name=unit.name)
    collection.state, collection.sent_at = SENT, at or now()
    collection.chosen_ids = [unit.id for unit in units]
    collection.save(only=[CollectionRequest.state, CollectionRequest.sent_at, CollectionRequest.chosen_ids])
    change.emit(Sent(request=collection.id, targets=len(units)), key=_key(collection))


def extend(change: Change, collection: CollectionRequest, due_at: datetime) -> None:
    """기한 연장: move the deadline of an open request to a later instant."""
    _must_be_open(collection)
    if due_at <= now():
        raise Invalid(t("마감 일시가 이미 지났습니다. 앞으로의 일시로 고쳐 주세요."))
    collection.due_at = due_at
    collection.save(only=[CollectionRequest.due_at])
    change.emit(Extended(request=collection.id), key=_key(collection))


def close(change: Change, collection: CollectionRequest, at: datetime | None = None) -> None:
    """마감: nobody can submit or take back any more."""
    _must_be_open(collection)
    collection.state, collection.closed_at = CLOSED, at or now()
    collection.save(only=[CollectionRequest.state, CollectionRequest.closed_at])
    change.emit(Closed(request=collection.id), key=_key(collection))


def reopen(change: Change, collection: CollectionRequest) -> None:
    """마감 취소: units may answer again."""
    if collection.state != CLOSED:
        raise Conflict(t("마감된 취합만 다시 열 수 있습니다."))
    collection.state, collection.closed_at = SENT, None
    collection.save(only=[CollectionRequest.state, CollectionRequest.closed_at])
    change.emit(Reopened(request=collection.id), key=_key(collection))


def discard(collection: CollectionRequest) -> None:
    """Throw a draft away. Raises Conflict when units were asked already, whatever its state says."""
    _must_be_draft(collection)
    if collection.sent_at or Target.select().where(Target.request == collection.id).exists():
        raise Conflict(t("이미 부서에 보낸 적이 있는 취합이라 지울 수 없습니다. 담당자에게 문의해 주세요."))
    collection.delete_instance()


def note_opened(target: Target, at: datetime | None = None) -> None:
    """열람: the unit looked at the request for the first time."""
    target.opened_at = at or now()
    target.save(only=[Target.opened_at])


def keep_draft(
    target: Target, user: User, rows: Rows, version: int | None, *, upload: Any = None,
    workbook: StoredFile | None = None, at: datetime | None = None,
) -> tuple[Draft, RowsCheck]:  # fmt: skip
    """Save what was typed or read so far. `version` is the one it was based on; None overwrites whatever is there.

    Raises Conflict when somebody else saved in between, or when the answer was submitted or the request closed.
    """
    _must_be_unfinished(target)
    definition = as_definition(target.request.definition)
    check = check_rows(definition, with_unit(definition, rows, target.unit_name))
    draft = Draft.of(target)
    if version is not None:
        _must_be_based_on(draft, version)
    draft = draft or Draft(target=target)
    draft.rows, draft.row_count = check.texts, check.row_count
    draft.version, draft.person, draft.saved_at = draft.version + 1, user, at or now()
    draft.upload = upload
    draft.workbook = workbook
    draft.save()
    if target.state != ENTERING or target.person_id != user.id:
        target.state, target.person, target.changed_at = ENTERING, user, draft.saved_at
        target.save()
    return draft, check


def take_workbook(
    target: Target, user: User, rows: Rows, seen: SeenDraft, *, upload: Any, workbook: StoredFile
) -> None:
    """Put the rows of a workbook into the draft. Rows that `user` has not seen or another wrote give way when asked to.

    They are kept in the history. Raises DraftChanged as long as `seen.replaces` does not name them.
    """
    _must_be_unfinished(target)
    draft = Draft.of(target)
    if draft is not None and draft.row_count:
        if draft.version == seen.replaces:
            _keep_replaced(draft, user)
        elif draft.version != seen.draft_version or draft.person_id != user.id:
            raise DraftChanged(
                draft, t("올린 파일은 아직 넣지 않았습니다. 표를 확인한 다음 아래에서 바꿀 수 있습니다.")
            )
    keep_draft(target, user, rows, None, upload=upload, workbook=workbook)


def _keep_replaced(draft: Draft, user: User) -> None:
    Submission.create(
        target=draft.target, round=draft.target.round, rows=draft.rows, row_count=draft.row_count, how="replaced",
        person=draft.person, at=draft.saved_at, workbook=draft.workbook, taken_back_at=now(), taken_back_by=user,
    )  # fmt: skip


def with_unit(definition: Definition, rows: Rows, unit_name: str) -> list[list[str | None]]:
    """The rows as wide as the definition, the department columns saying `unit_name` where a row holds anything."""
    width = len(definition.fields)
    own = {place for place, field in enumerate(definition.fields) if field.type == "department"}
    entered = [place for place, field in enumerate(definition.fields) if field.is_entered and place not in own]
    complete: list[list[str | None]] = []
    for row in rows[:MOST_ROWS]:
        cells = [*row, *[None] * (width - len(row))]
        is_empty = not any((cells[place] or "").strip() for place in entered)
        complete.append([None if is_empty else unit_name if place in own else cell for place, cell in enumerate(cells)])
    return complete


def submit(
    change: Change, target: Target, user: User, seen: int | None = None, at: datetime | None = None
) -> Submission:
    """제출: check the draft again and keep it as a version. Raises Invalid while anything has to be corrected.

    `seen` is the version of the rows which the person saw; raises DraftChanged when it is another one. None takes any.
    """
    _must_be_unfinished(target)
    draft = Draft.of(target)
    if seen is not None:
        must_be_seen(draft, seen)
    if draft is None or not draft.row_count:
        raise Invalid(t("입력한 행이 없습니다. 제출할 것이 없으면 ‘해당 없음’을 눌러 주세요."))
    definition = as_definition(target.request.definition)
    check = check_rows(definition, with_unit(definition, [row for row in draft.rows if any(row)], target.unit_name))
    if not check.is_clean or has_errors(draft.upload):
        raise Invalid(t("고칠 곳이 남아 있어 제출하지 못했습니다. 입력한 내용은 그대로 있습니다."))
    rows = [texts for texts in check.texts if any(texts)]
    version = Submission.create(
        target=target, round=target.round, rows=rows, row_count=check.row_count, sums=sums_of(definition, check),
        how="workbook" if draft.upload else "grid", person=user, at=at or now(), workbook=draft.workbook,
    )  # fmt: skip
    _finish(target, SUBMITTED, user, version.at, check.row_count)
    change.emit(Submitted(request=target.request_id, target=target.id), key=_key(target.request))
    return version


def must_be_seen(draft: Draft | None, version: int) -> None:
    """Raises DraftChanged when the draft is not the one that the page showed."""
    if draft is not None and draft.version != version:
        raise DraftChanged(
            draft, t("보던 것과 다른 내용이라 제출하지 않았습니다. 표를 확인한 다음 다시 제출해 주세요.")
        )


def sums_of(definition: Definition, check: RowsCheck) -> dict[str, str]:
    """The sums of the number columns that the foot of the merged table needs, by field key."""
    places = {field.key: place for place, field in enumerate(definition.fields)}
    return {
        key: str(
            sum((Decimal(str(row[places[key]])) for row in check.values if row[places[key]] is not None), Decimal(0))
        )
        for key in definition.summed
    }


def has_errors(upload: Any) -> bool:
    """Whether the workbook that the rows came from had something that must be put right in the file."""
    return bool(upload) and any(problem["severity"] == "error" for problem in upload["problems"])


def report_nil(change: Change, target: Target, user: User, reason: str = "", at: datetime | None = None) -> None:
    """해당 없음: the unit has nothing to report. Counts as done; a reason may be added later. A draft is kept."""
    _must_be_answerable(target)
    if target.state == SUBMITTED:
        raise Conflict(t("이미 제출되었습니다. ‘해당 없음’으로 바꾸려면 먼저 회수해 주세요."))
    if target.state == NIL:
        target.nil_reason = reason
        target.save()
        return
    version = Submission.create(
        target=target, round=target.round, how="nil", reason=reason, person=user, at=at or now()
    )
    target.nil_reason = reason
    _finish(target, NIL, user, version.at, 0)
    change.emit(Submitted(request=target.request_id, target=target.id), key=_key(target.request))


def take_back(change: Change, target: Target, user: User, at: datetime | None = None) -> None:
    """회수: the unit takes its answer back and corrects it. The version is kept and the next one is a new round."""
    _must_be_answerable(target)
    if not target.is_done:
        raise Conflict(t("제출한 것이 없어 회수할 수 없습니다."))
    version = Submission.standing(target)
    if version is not None:
        version.taken_back_at, version.taken_back_by = at or now(), user
        version.save()
    target.state = (
        ENTERING if Draft.select().where(Draft.target == target.id, Draft.row_count > 0).exists() else WAITING
    )
    target.round += 1
    target.person, target.changed_at, target.submitted_at, target.nil_reason = user, at or now(), None, ""
    target.save()
    change.emit(TakenBack(request=target.request_id, target=target.id), key=_key(target.request))


def _finish(target: Target, state: str, user: User, at: datetime, row_count: int) -> None:
    target.state, target.person, target.row_count = state, user, row_count
    target.submitted_at = target.changed_at = at
    target.opened_at = target.opened_at or at
    target.save()


def _key(collection: CollectionRequest) -> str:
    return f"collect_collection_request:{collection.id}"


def _must_be_draft(collection: CollectionRequest) -> None:
    if collection.state != DRAFT:
        raise Conflict(t("이미 발송한 취합은 고칠 수 없습니다. 기한 연장과 마감만 할 수 있습니다."))


def _must_be_open(collection: CollectionRequest) -> None:
    if collection.state == DRAFT:
        raise Conflict(t("아직 발송하지 않은 취합입니다."))
    if collection.state == CLOSED:
        raise Conflict(t("이미 마감한 취합입니다."))


def _must_be_based_on(draft: Draft | None, version: int) -> None:
    if draft is None and version:
        raise Conflict(t("저장된 내용이 없습니다. 새로 불러온 다음 이어서 작성해 주세요."))
    if draft is not None and draft.version != version:
        raise Conflict(
            t("{name} 님이 먼저 저장했습니다. 새로 불러온 다음 이어서 작성해 주세요.", name=draft.person.name)
        )


def _must_be_unfinished(target: Target) -> None:
    _must_be_answerable(target)
    if target.is_done:
        raise Conflict(t("이미 제출되었습니다. 고치려면 먼저 회수해 주세요."))


def _must_be_answerable(target: Target) -> None:
    if target.request.state != SENT:
        raise Conflict(t("마감된 취합이라 더는 제출하거나 고칠 수 없습니다. 요청 부서에 문의해 주세요."))
