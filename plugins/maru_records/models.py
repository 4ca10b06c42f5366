"""What the engine keeps: definitions, rights to ledgers, and what happened to each record."""

from __future__ import annotations

from typing import Any

import peewee

from maru import Department, JSONField, Model, User, UtcDateTimeField, now

from .definition import KEY_PATTERN

__all__ = ["KEY_PATTERN", "Record", "Revision", "Right", "StoredDefinition", "value_of"]

EVERYONE = "everyone"


class StoredDefinition(Model):
    """One version of a 대장 정의. Exactly one version of a key is in use (`is_published`).

    A closed ledger (`is_closed`, 기록 중지) can be read and exported as before, and takes no records.
    """

    key = peewee.CharField(max_length=41)
    version = peewee.IntegerField()
    label = JSONField()
    document = JSONField()
    icon = peewee.CharField(max_length=40, default="table")
    department = peewee.ForeignKeyField(Department, null=True, backref="+", on_delete="RESTRICT")
    department_id: int | None  # peewee adds it; declared for the type checkers
    plugin = peewee.CharField(max_length=40, default="")
    is_published = peewee.BooleanField(default=True)
    is_closed = peewee.BooleanField(default=False)
    created_at = UtcDateTimeField(default=now)
    created_by = peewee.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")

    class Meta:
        table_name = "records_definition"
        indexes = ((("key", "version"), True),)

    @classmethod
    def published(cls) -> peewee.ModelSelect[StoredDefinition]:
        """The versions in use, by key, with their owning departments."""
        query: peewee.ModelSelect[StoredDefinition] = (
            cls.select(cls, Department)
            .join(Department, peewee.JOIN.LEFT_OUTER)
            .where(cls.is_published)
            .order_by(cls.key)
        )
        return query

    @classmethod
    def versions_of(cls, key: str) -> peewee.ModelSelect[StoredDefinition]:
        """All versions (판) of a ledger with who published them, the latest first."""
        query: peewee.ModelSelect[StoredDefinition] = (
            cls.select(cls, User)
            .join(User, peewee.JOIN.LEFT_OUTER, on=cls.created_by)
            .where(cls.key == key)
            .order_by(cls.version.desc())
        )
        return query


class Right(Model):
    """Who may read, write or manage one ledger: everyone, a role, a department with what is below it, or a person.

    `rows` is 'all', or 'unit': only the records of the units the person works in.
    """

    ledger = peewee.CharField(max_length=41, index=True)
    role = peewee.CharField(max_length=40, default="")
    department = peewee.ForeignKeyField(Department, null=True, backref="+", on_delete="CASCADE")
    user = peewee.ForeignKeyField(User, null=True, backref="+", on_delete="CASCADE")
    department_id: int | None  # peewee adds these two; declared for the type checkers
    user_id: int | None
    stored: StoredDefinition  # where a query joins it
    may = peewee.CharField(max_length=10)
    rows = peewee.CharField(max_length=10, default="all")


class Record(Model):
    """What every record (기록) has beside its fields. The tables themselves are made in `ledgers/tables.py`."""

    created_at = UtcDateTimeField(default=now)
    created_by = peewee.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")
    updated_at = UtcDateTimeField(default=now)
    updated_by = peewee.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")
    department = peewee.ForeignKeyField(Department, null=True, backref="+", on_delete="RESTRICT")
    department_id: int | None  # peewee adds it; declared for the type checkers
    row_version = peewee.IntegerField(default=1)


def value_of(record: Record, key: str) -> Any:
    """The value of a field; for people, departments and files the row it points at."""
    return getattr(record, key)


class Revision(Model):
    """One change of one record (변경 이력): `changes` maps a field key to its text before and after."""

    recorded = False  # the audit entry of the record says the same; this is the form people read

    ledger = peewee.CharField(max_length=41)
    record = peewee.IntegerField()
    row_version = peewee.IntegerField()
    action = peewee.CharField(max_length=10)
    changes = JSONField(default=dict)
    at = UtcDateTimeField(default=now)
    by = peewee.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")

    class Meta:
        indexes = ((("ledger", "record", "row_version"), False),)

    @classmethod
    def of(cls, ledger: str, record: int) -> peewee.ModelSelect[Revision]:
        """The changes of a record with who made them, the latest first."""
        query: peewee.ModelSelect[Revision] = (
            cls.select(cls, User)
            .join(User, peewee.JOIN.LEFT_OUTER)
            .where(cls.ledger == ledger, cls.record == record)
            .order_by(cls.id.desc())
        )
        return query
