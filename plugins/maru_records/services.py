"""Defining ledgers, and writing records: each change leaves its revision, whoever makes it.

The argument `change` is what `with write(request) as change:` gave: nobody gets here without an open write.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from pydantic import ValidationError

from maru import Change, Conflict, Department, Invalid, StoredFile, User, now, t

from .apart import check_apart
from .definition import Definition, Field
from .expressions import Fault
from .fields import kind_of
from .models import Record, Revision, StoredDefinition, value_of
from .record_set import RecordSet, definition_of, records_of
from .rights import Allowed
from .tables import make_table, table_for, write_model
from .upkeep import recalculate

__all__ = ["add_record", "change_record", "define", "delete_record", "text_of"]


def define(
    definition: Definition,
    within: AbstractContextManager[Change],
    *,
    department: Department | None = None,
    plugin: str = "",
    by: User | None = None,
    rights: Iterable[Allowed] = (),
) -> RecordSet:
    """Publish a definition: its table is made or widened, then it takes the place of the version in use.

    `within` is a write that was not entered yet (`write(request)`, `site.write_as(user)`): tables cannot change inside
    of it. `rights` are given when the ledger is new; without any, everyone records in their own unit and reads what
    `definition.readers` says. The version is raised by itself when the number is taken; formulas that changed are
    calculated anew for the records that exist. Raises Invalid for unusable keys, Conflict for changed types and for
    keys that belong to another owner.
    """
    before = StoredDefinition.published().where(StoredDefinition.key == definition.key).first()
    if before is not None:
        _check_owner(before, department, plugin)
        if definition_of(before).model_copy(update={"version": definition.version}) == definition:
            return records_of(definition.key)
        definition = definition.model_copy(update={"version": max(definition.version, before.version + 1)})
    make_table(definition)
    with within as change:
        if before is not None:
            before.is_published = False
            before.save()
            recalculate(change, definition_of(before), definition)
        StoredDefinition.create(
            key=definition.key, version=definition.version, label=definition.label, document=definition.document(),
            icon=definition.icon, department=department, plugin=plugin, created_by=by,
            is_closed=before is not None and before.is_closed,
        )  # fmt: skip
        if before is None:
            for allowed in tuple(rights) or _first_rights(definition):
                allowed.give(definition.key)
    return records_of(definition.key)


def _first_rights(definition: Definition) -> tuple[Allowed, ...]:
    own = Allowed("write", rows="unit")
    return (Allowed("read"), own) if definition.readers == "everyone" else (own,)


def _check_owner(before: StoredDefinition, department: Department | None, plugin: str) -> None:
    if (before.plugin, before.department_id) != (plugin, department.id if department else None):
        owner = before.plugin or (before.department.name if before.department else "-")
        raise Conflict(
            t("대장 키 '{key}'은(는) {owner}의 것입니다. 다른 키를 골라 주세요.", key=before.key, owner=owner)
        )


def add_record(
    change: object, ledger: RecordSet, by: User, values: dict[str, Any], department: Department | None
) -> Record:
    """Write a new record. `values` by field key; links as ids or rows. Inside a write.

    The caller has checked that `by` may write here. Raises Invalid when a value does not fit the definition,
    Refused when the record would overlap another.
    """
    entered = _validated(ledger.definition, values)
    record = table_for(ledger.definition)(**entered, created_by=by, updated_by=by, department=department)
    _fill_computed(ledger, record)
    check_apart(ledger, record)
    record.save()
    after = _texts(ledger.definition, record)
    _note(ledger, record, by, "created", {key: [None, text] for key, text in after.items() if text})
    return record


def change_record(change: object, ledger: RecordSet, by: User, record: Record, values: dict[str, Any]) -> Record:
    """Change a record. Inside a write. Raises Conflict when it is not the version that `record` was read with."""
    entered = _validated(ledger.definition, values)
    current = _current(ledger, record)
    before = _texts(ledger.definition, current)
    for key, value in entered.items():
        setattr(current, key, value)
    _fill_computed(ledger, current)
    check_apart(ledger, current)
    after = _texts(ledger.definition, current)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changed:
        return current
    current.updated_at, current.updated_by, current.row_version = now(), by, current.row_version + 1
    current.save()
    _note(ledger, current, by, "changed", changed)
    return current


def delete_record(change: object, ledger: RecordSet, by: User, record: Record) -> None:
    """Delete a record; its revision and the audit keep what it held. Inside a write.

    Raises Conflict when it is not the version that `record` was read with.
    """
    record = _current(ledger, record)
    _note(
        ledger,
        record,
        by,
        "deleted",
        {k: [text, None] for k, text in _texts(ledger.definition, record).items() if text},
    )
    record.delete_instance()


def _current(ledger: RecordSet, record: Record) -> Record:
    current: Record | None = ledger.table.get_or_none(ledger.table.id == record.id)
    if current is None or current.row_version != record.row_version:
        raise Conflict(t("그 사이에 다른 사람이 이 기록을 바꾸었습니다."))
    return current


def _validated(definition: Definition, values: dict[str, Any]) -> dict[str, Any]:
    plain = {key: value.get_id() if hasattr(value, "get_id") else value for key, value in values.items()}
    try:
        return dict(write_model(definition).model_validate(plain))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise Invalid(
            t("'{field}' 값을 쓸 수 없습니다: {reason}", field=".".join(map(str, first["loc"])), reason=first["msg"])
        ) from wrong


def _fill_computed(ledger: RecordSet, record: Record) -> None:
    for key, value in ledger.computed(entered_values(ledger.definition, record)).items():
        setattr(record, key, None if isinstance(value, Fault) else value)


def entered_values(definition: Definition, record: Record) -> dict[str, Any]:
    """The values people typed, by field key."""
    return {field.key: value_of(record, field.key) for field in definition.entered}


def text_of(field: Field, value: Any) -> str:
    """A stored value as people read it; people, departments and files by their name."""
    if isinstance(value, User | Department | StoredFile):
        return value.name
    return kind_of(field).format(field, value)


def _texts(definition: Definition, record: Record) -> dict[str, str]:
    return {f.key: text_of(f, value_of(record, f.key)) for f in definition.fields if f.type != "row_number"}


def _note(ledger: RecordSet, record: Record, by: User, action: str, changes: dict[str, Any]) -> None:
    Revision.create(
        ledger=ledger.definition.key,
        record=record.id,
        row_version=record.row_version,
        action=action,
        changes=changes,
        by=by,
    )
