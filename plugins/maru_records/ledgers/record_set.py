"""A ledger in use: its records as one person may see them. Every list, page, export, file and count asks here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import peewee

from maru import Department, NotFound, Portal, Units, User, t

from ..checking import total_text
from ..definition import Definition, Field
from ..definition.expressions import Fault, Value
from ..models import Record, Revision, Right, StoredDefinition
from .missing import not_found
from .rights import Access, access_to, accesses_of
from .tables import table_for, value_kind
from .values import calculated

__all__ = ["RecordSet", "definition_of", "ledgers_of", "open_ledger", "record_sets_for", "records_of"]

LAST_ID = 2**31 - 1  # what a database takes as the number of a row

_parsed: dict[tuple[str, int, str], Definition] = {}


@dataclass(frozen=True)
class RecordSet:
    """A published ledger: its definition, its table, and who may do what with its rows."""

    stored: StoredDefinition
    definition: Definition

    @property
    def table(self) -> type[Record]:
        """The model of the records."""
        return table_for(self.definition)

    @property
    def href(self) -> str:
        """The address of the ledger."""
        return f"/records/{self.definition.key}/"

    @cached_property
    def linked(self) -> tuple[Field, ...]:
        """The fields that point at people, departments and files."""
        return tuple(f for f in self.definition.fields if f.type in ("person", "department", "file"))

    def access(self, user: User) -> Access:
        """What `user` may do here."""
        return self._unless_closed(access_to(user, self.definition.key))

    def _unless_closed(self, access: Access) -> Access:
        """Nobody writes into a closed ledger (기록 중지)."""
        return replace(access, write=Units()) if self.stored.is_closed else access

    def visible_to(self, user: User, access: Access | None = None) -> peewee.ModelSelect[Record]:
        """The records `user` may see, without an order. The single predicate of reading."""
        access = access or self.access(user)
        condition = access.read.where(self.table.department)
        if access.read and not access.read.everywhere:
            condition |= self.table.created_by == user.id  # what one wrote down stays in sight after a transfer
        query: peewee.ModelSelect[Record] = self.table.select().where(condition)
        return query

    def may_write(self, user: User, record: Record, access: Access | None = None) -> bool:
        """Whether `user` may change or delete this record."""
        return record.department_id in (access or self.access(user)).write

    def find(self, user: User, record: int, access: Access | None = None) -> Record:
        """One record with all it points at. Raises NotFound when it is foreign exactly as when it is missing."""
        query = self.joined(self.visible_to(user, access).where(self.table.id == record))
        found: Record | None = query.first() if record <= LAST_ID else None
        if found is None:
            raise NotFound(t("기록 {record}번이 없거나 볼 수 있는 권한이 없습니다.", record=record))
        return found

    def joined(self, query: peewee.ModelSelect[Record]) -> peewee.ModelSelect[Record]:
        """The query with the people, departments and files of each record, so that a list asks once."""
        selected: list[Any] = [self.table]
        creator, owner = User.alias(), Department.alias()
        query = query.join_from(self.table, owner, peewee.JOIN.LEFT_OUTER, on=self.table.department, attr="department")
        query = query.join_from(
            self.table, creator, peewee.JOIN.LEFT_OUTER, on=self.table.created_by, attr="created_by"
        )
        selected += [owner, creator]
        for field in self.linked:
            column = getattr(self.table, field.key)
            other = column.rel_model.alias()
            query = query.join_from(self.table, other, peewee.JOIN.LEFT_OUTER, on=column, attr=field.key)
            selected.append(other)
        return query.select(*selected)

    def count_and_totals(self, query: peewee.ModelSelect[Record]) -> tuple[int, dict[str, str]]:
        """How many records `query` gives, and the foot: the text under each `total` field. One query."""
        keys = self.definition.summed
        sums = [peewee.fn.SUM(getattr(self.table, key)).alias(f"sum_{key}") for key in keys]
        row = query.select(peewee.fn.COUNT(self.table.id), *sums).tuples().first()
        numbers: dict[str, Value | Fault] = {key: _decimal(value) for key, value in zip(keys, row[1:], strict=True)}
        totals = {f.key: total_text(self.definition, f, numbers) for f in self.definition.fields if f.total}
        return int(row[0]), totals

    def computed(self, values: dict[str, Any]) -> dict[str, Value | Fault]:
        """The 계산 fields of one row, given its entered values."""
        return calculated(self.definition, values)

    def kind(self, field: Field) -> str:
        """What the field holds; see `value_kind`."""
        return value_kind(self.definition, field)

    def history(self, record: Record, most: int | None = None) -> list[Revision]:
        """The changes of a record, the latest first; the latest `most` of them."""
        return list(Revision.of(self.definition.key, record.id).limit(most))


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def definition_of(stored: StoredDefinition) -> Definition:
    """The stored document as a definition; read and parsed once a version."""
    key = (stored.key, stored.version, stored.created_at.isoformat())
    if key not in _parsed:
        document = stored.document or StoredDefinition.get_by_id(stored.id).document
        _parsed[key] = Definition.model_validate(document)
    return _parsed[key]


def records_of(key: str) -> RecordSet:
    """The published ledger `key`. Raises NotFound. Rights are asked of what it gives: `visible_to(user)`."""
    stored = StoredDefinition.published().where(StoredDefinition.key == key).first()
    if stored is None:
        raise NotFound(t("'{key}' 대장이 없습니다.", key=key))
    return RecordSet(stored, definition_of(stored))


def ledgers_of(keys: Iterable[str]) -> dict[str, RecordSet]:
    """The published ledgers with these keys. One query; rights are asked of what it gives."""
    found = StoredDefinition.published().where(StoredDefinition.key.in_(sorted(keys)))
    return {stored.key: RecordSet(stored, definition_of(stored)) for stored in found}


def open_ledger(portal: Portal, user: User, key: str) -> tuple[RecordSet, Access]:
    """A ledger and what `user` may do there, in one query.

    Raises NotFound when they may not read any of it, or when the plugin that ships it is off for them; see `not_found`.
    """
    opened = _opened(user, _rights(portal, user).where(Right.ledger == key))
    if not opened:
        raise not_found(portal, user, key)
    return opened[0]


def record_sets_for(portal: Portal, user: User) -> list[tuple[RecordSet, Access]]:
    """The ledgers `user` may read, by key, with what they may do there. One query.

    A ledger goes with the plugin that ships it: where that is off for `user`, the ledger is not there.
    """
    return _opened(user, _rights(portal, user))


def _rights(portal: Portal, user: User) -> peewee.ModelSelect[Right]:
    """The rights to the ledgers that are on for `user`, with the published definitions; without their documents."""
    on = portal.on_for(user)
    columns = [column for column in StoredDefinition._meta.sorted_fields if column.name != "document"]
    query: peewee.ModelSelect[Right] = (
        Right.select(Right, *columns, Department)
        .join(
            StoredDefinition,
            on=(StoredDefinition.key == Right.ledger) & StoredDefinition.is_published,
            attr="stored",
        )
        .join(Department, peewee.JOIN.LEFT_OUTER, on=StoredDefinition.department)
        .where(StoredDefinition.plugin.in_(["", *on] if "records" in on else []))
        .order_by(Right.ledger, Right.id)
    )
    return query


def _opened(user: User, rights: Iterable[Right]) -> list[tuple[RecordSet, Access]]:
    rights = list(rights)
    stored = {right.ledger: right.stored for right in rights}
    accesses = accesses_of(user, rights)
    ledgers = {key: RecordSet(stored[key], definition_of(stored[key])) for key in accesses}
    return [(ledger, ledger._unless_closed(accesses[key])) for key, ledger in ledgers.items()]
