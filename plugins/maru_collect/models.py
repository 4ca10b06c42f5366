"""취합의 표: the request, the frozen list of units, what each is writing, and every version that was submitted."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import peewee

from maru import Department, JSONField, Model, StoredFile, User, UtcDateTimeField, now

DRAFT, SENT, CLOSED = "draft", "sent", "closed"
WAITING, ENTERING, NIL, SUBMITTED = "waiting", "entering", "nil", "submitted"
DONE = (NIL, SUBMITTED)


class CollectionRequest(Model):
    """취합 요청: what is asked, of whom and until when. `chosen_ids` are the units picked so far, until it is sent.

    `layout` is the form as it was recognised, `definition` what the web grid and the checks are made from;
    `openness` says who may see the result once it is closed besides the requesting unit.
    """

    department_id: int
    collector_id: int

    title = peewee.CharField(max_length=200, default="")
    basis = peewee.TextField(default="")
    reference_on = peewee.DateField(null=True)
    guidance = peewee.TextField(default="")
    due_at = UtcDateTimeField(null=True, index=True)
    department = peewee.ForeignKeyField(Department, on_delete="RESTRICT")
    collector = peewee.ForeignKeyField(User, on_delete="RESTRICT")
    state = peewee.CharField(max_length=10, default=DRAFT, index=True)
    openness = peewee.CharField(max_length=12, default="closed")
    template = peewee.ForeignKeyField(StoredFile, on_delete="RESTRICT")
    layout = JSONField()
    definition = JSONField()
    chosen_ids = JSONField(default=list)
    created_at = UtcDateTimeField(default=now)
    sent_at = UtcDateTimeField(null=True)
    closed_at = UtcDateTimeField(null=True)

    @classmethod
    def changeable_by(cls, user: User) -> peewee.ModelSelect[CollectionRequest]:
        """The requests of the units for which `user` may request collections."""
        return cls._with_names().where(user.units("collect.request").where(cls.department))

    @classmethod
    def visible_to(cls, user: User) -> peewee.ModelSelect[CollectionRequest]:
        """Those of the own units, and what was sent by all units in which `user` may see every collection."""
        own = user.units("collect.request").where(cls.department)
        every = user.units("collect.see_all").where(cls.department)
        return cls._with_names().where(own | (every & (cls.state != DRAFT)))

    @classmethod
    def result_visible_to(cls, user: User) -> peewee.ModelSelect[CollectionRequest]:
        """Requests whose merged table `user` may see: the collectors' own always, others' as open as they were made."""
        own = user.units("collect.request").where(cls.department)
        every = user.units("collect.see_all").where(cls.department)
        took_part = Target.select(Target.request).where(user.units("collect.answer").where(Target.department))
        shared = (cls.openness == "open") | ((cls.openness == "contributors") & cls.id.in_(took_part))
        return cls._with_names().where(own | (every & (cls.state != DRAFT)) | ((cls.state == CLOSED) & shared))

    @classmethod
    def _with_names(cls) -> peewee.ModelSelect[CollectionRequest]:
        return cls.select(cls, Department, User).join(Department).switch(cls).join(User)

    @property
    def is_open(self) -> bool:
        """Whether units may still answer."""
        return self.state == SENT

    @property
    def is_overdue(self) -> bool:
        """Whether the deadline (마감) has passed while it is still open."""
        return self.state == SENT and self.due_at is not None and self.due_at < now()


class Target(Model):
    """받을 부서: one unit on the list that was frozen at sending, and how far its answer is.

    `unit_name` and `official_order` are those of that moment. `round` (회차) grows when a submission is taken back;
    `person` is who entered or submitted last.
    """

    request_id: int
    department_id: int
    person_id: int | None

    request = peewee.ForeignKeyField(CollectionRequest, backref="targets", on_delete="CASCADE")
    department = peewee.ForeignKeyField(Department, on_delete="RESTRICT")
    official_order = peewee.IntegerField()
    unit_name = peewee.CharField(max_length=80)
    state = peewee.CharField(max_length=10, default=WAITING)
    round = peewee.IntegerField(default=1)
    row_count = peewee.IntegerField(default=0)
    opened_at = UtcDateTimeField(null=True)
    changed_at = UtcDateTimeField(null=True)
    submitted_at = UtcDateTimeField(null=True)
    person = peewee.ForeignKeyField(User, null=True, on_delete="RESTRICT")
    nil_reason = peewee.CharField(max_length=500, default="")

    class Meta:
        indexes = ((("request", "department"), True),)

    @classmethod
    def answerable_by(cls, user: User) -> peewee.ModelSelect[Target]:
        """The places in which `user` may answer for their unit, in requests that were sent; closed ones too."""
        return (
            cls.select(cls, CollectionRequest, Department, Draft.row_count, Draft.saved_at)
            .join(CollectionRequest)
            .join(Department, on=CollectionRequest.department)
            .switch(cls)
            .join(Draft, peewee.JOIN.LEFT_OUTER, on=(Draft.target == cls.id), attr="draft")
            .where(CollectionRequest.state != DRAFT, user.units("collect.answer").where(cls.department))
        )

    @classmethod
    def open_for(cls, user: User) -> peewee.ModelSelect[Target]:
        """What still waits for the units of `user`: neither submitted nor nil, in requests that are open."""
        unfinished = cls.answerable_by(user).where(CollectionRequest.state == SENT, cls.state.not_in(DONE))
        return unfinished.order_by(CollectionRequest.due_at, cls.official_order)

    @classmethod
    def waiting_first(cls, targets: peewee.ModelSelect[Target]) -> peewee.ModelSelect[Target]:
        """What waits by deadline, then what is done, then what is closed, each the newest first."""
        waits = (CollectionRequest.state == SENT) & cls.state.not_in(DONE)
        rank = peewee.Case(None, ((waits, 0), (CollectionRequest.state == SENT, 1)), 2)
        deadline = peewee.Case(None, ((waits, CollectionRequest.due_at),), None)
        return targets.order_by(rank, deadline, CollectionRequest.sent_at.desc(), cls.official_order)

    @classmethod
    def in_order(cls, request: CollectionRequest) -> peewee.ModelSelect[Target]:
        """The units of a request in 직제순, with the person and the draft of each."""
        return (
            cls.select(cls, Department, User, Draft.row_count, Draft.saved_at)
            .join(Department)
            .switch(cls)
            .join(User, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Draft, peewee.JOIN.LEFT_OUTER, on=(Draft.target == cls.id), attr="draft")
            .where(cls.request == request.id)
            .order_by(cls.official_order, cls.id)
        )

    @property
    def is_done(self) -> bool:
        """Submitted, or reported nil (해당 없음)."""
        return self.state in DONE

    def fresh_with(self, request: CollectionRequest) -> Target:
        """This row and its request as they stand in the database now: read again inside a write, before deciding."""
        found = self.fresh()
        found.request = request.fresh()
        return found

    @property
    def draft_rows(self) -> int:
        """How many rows its draft holds, where the query joined it."""
        draft = getattr(self, "draft", None)
        return draft.row_count if draft is not None and draft.row_count else 0

    def is_late(self, due_at: datetime | None) -> bool:
        """Whether it came, or still is, after the deadline. Derived, never stored."""
        return due_at is not None and (self.submitted_at if self.is_done and self.submitted_at else now()) > due_at


class Draft(Model):
    """입력 중인 행: the rows as typed, saved every few seconds by whoever works on them. `version` grows by each save.

    `upload` is what was found in the workbook the rows came from, None once somebody typed into the grid.
    Kept out of the audit, because it changes while somebody types; what counts is the Submission made from it.
    """

    recorded = False

    person_id: int

    target = peewee.ForeignKeyField(Target, unique=True, on_delete="CASCADE")
    rows = JSONField(default=list)
    row_count = peewee.IntegerField(default=0)
    version = peewee.IntegerField(default=0)
    person = peewee.ForeignKeyField(User, on_delete="RESTRICT")
    saved_at = UtcDateTimeField(default=now)
    upload = JSONField(null=True)
    workbook = peewee.ForeignKeyField(StoredFile, null=True, on_delete="SET NULL")

    @classmethod
    def of(cls, target: Target) -> Draft | None:
        """The draft of a unit, if it began one."""
        found: Draft | None = cls.get_or_none(cls.target == target.id)
        return found


class Submission(Model):
    """제출: one version of a unit's answer, kept for ever. `how` is grid, workbook or nil.

    Rows that were never submitted and gave way to a workbook are kept like a version taken back, `how` being replaced.

    The rows stay out of the audit entry: they are kept here unchanged, and the entry names this row.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"rows"})

    person_id: int

    target = peewee.ForeignKeyField(Target, backref="submissions", on_delete="CASCADE")
    round = peewee.IntegerField()
    rows = JSONField(default=list)
    row_count = peewee.IntegerField(default=0)
    sums = JSONField(default=dict)
    how = peewee.CharField(max_length=10)
    reason = peewee.CharField(max_length=500, default="")
    person = peewee.ForeignKeyField(User, on_delete="RESTRICT")
    at = UtcDateTimeField(default=now)
    workbook = peewee.ForeignKeyField(StoredFile, null=True, on_delete="SET NULL")
    taken_back_at = UtcDateTimeField(null=True)
    taken_back_by = peewee.ForeignKeyField(User, null=True, on_delete="RESTRICT", backref="+")

    @classmethod
    def versions(cls, target: Target) -> peewee.ModelSelect[Submission]:
        """All versions of a unit without their rows, the newest first."""
        columns = [field for name, field in cls._meta.fields.items() if name != "rows"]
        return (
            cls.select(*columns, User).join(User, on=cls.person).where(cls.target == target.id).order_by(cls.id.desc())
        )

    @classmethod
    def standing(cls, target: Target) -> Submission | None:
        """The version that counts now, if there is one."""
        found: Submission | None = (
            cls.select().where(cls.target == target.id, cls.taken_back_at.is_null()).order_by(cls.id.desc()).first()
        )
        return found

    @classmethod
    def merged(cls, request: CollectionRequest) -> peewee.ModelSelect[Submission]:
        """The versions that count of all units that submitted rows, in 직제순."""
        return (
            cls.select(cls, Target)
            .join(Target)
            .where(Target.request == request.id, Target.state == SUBMITTED, cls.taken_back_at.is_null())
            .order_by(Target.official_order, Target.id)
        )
