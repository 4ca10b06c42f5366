"""Ledgers that were begun in the browser: the design of each, whether it was published, and who may work at it."""

from __future__ import annotations

from typing import Any

import peewee

from maru import Department, JSONField, Model, User, UtcDateTimeField, now

from .design import Design

LABEL_LENGTH = 60


class Draft(Model):
    """A ledger being made (작성 중) or changed (고치는 중). `key` is empty until it is published the first time.

    `document` is the design as it stands now, `published` as it stood when it was published last.
    """

    label = peewee.CharField(max_length=LABEL_LENGTH)
    summary = peewee.CharField(max_length=200, default="")
    department = peewee.ForeignKeyField(Department, backref="+", on_delete="RESTRICT")
    key = peewee.CharField(max_length=41, default="", index=True)
    document: Any = JSONField(default=dict)
    published: Any = JSONField(null=True)
    created_by = peewee.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")
    updated_by = peewee.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")
    updated_at = UtcDateTimeField(default=now)

    department_id: int
    updated_by_id: int | None

    @classmethod
    def visible_to(cls, user: User) -> peewee.ModelSelect[Draft]:
        """The drafts of the units in which `user` may build, with unit and last editor, the latest first."""
        query: peewee.ModelSelect[Draft] = (
            cls.select(cls, Department, User)
            .join_from(cls, Department)
            .join_from(cls, User, peewee.JOIN.LEFT_OUTER, on=cls.updated_by)
            .where(user.units("forms.build").where(cls.department))
            .order_by(cls.updated_at.desc(), cls.id.desc())
        )
        return query

    @property
    def design(self) -> Design:
        """The design as it stands."""
        return Design.model_validate(self.document)

    @property
    def is_published(self) -> bool:
        """Whether the ledger is in use."""
        return bool(self.key)

    @property
    def seen(self) -> str:
        """Which design this is: a page that shows it says so when something is done from there."""
        return str(self.updated_at.isoformat())

    @property
    def state(self) -> dict[str, Any]:
        """All that is published together."""
        return {"label": self.label, "summary": self.summary, "design": self.document}

    @property
    def is_changed(self) -> bool:
        """Whether something waits for being published."""
        return bool(self.state != self.published)

    @property
    def published_design(self) -> Design | None:
        """The design in use, if there is any."""
        return Design.model_validate(self.published["design"]) if self.published else None
