"""Records added, changed and deleted: each change leaves its revision, whoever makes it.

The argument `change` is what `with write(request) as change:` gave: nobody gets here without an open write.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from maru import Conflict, Department, Invalid, User, now, t

from ..definition import Definition, Field
from ..definition.expressions import Fault
from ..fields import KEPT_PLACES
from ..ledgers.record_set import RecordSet
from ..ledgers.tables import table_for, write_model
from ..ledgers.values import entered_values, exact_text
from ..models import Record, Revision, value_of
from .apart import check_apart

__all__ = ["add_record", "change_record", "delete_record"]

LONGEST_NOTED = 500
"""Characters of a calculated text that the history tells; what people typed it tells whole."""


def add_record(
    change: object, ledger: RecordSet, by: User, values: dict[str, Any], department: Department | None
) -> Record:
    """Write a new record. `values` by field key; links as ids or rows. Inside a write.

    The caller has checked that `by` may write here. Raises Invalid when a value does not fit the definition,
    Refused when the record would overlap another.
    """
    entered = _validated(ledger.definition, values)
    record = table_for(ledger.definition)(**entered, created_by=by, updated_by=by, department=department)
    after = _texts(ledger.definition, _filled(ledger, record))
    check_apart(ledger, record)
    record.save()
    _note(ledger, record, by, "created", {key: [None, text] for key, text in after.items() if text})
    return record


def change_record(change: object, ledger: RecordSet, by: User, record: Record, values: dict[str, Any]) -> Record:
    """Change a record. Inside a write. Raises Conflict when it is not the version that `record` was read with.

    What changed is found by the values, and told by texts in which nothing is rounded: no number moves unseen.
    """
    entered = _validated(ledger.definition, values)
    current = _current(ledger, record)
    before = _worked_out(ledger, current)
    for key, value in entered.items():
        setattr(current, key, value)
    after = _filled(ledger, current)
    check_apart(ledger, current)
    differing = {key for key in after if before[key] != after[key]}
    old, new = _texts(ledger.definition, before), _texts(ledger.definition, after)
    typed = {field.key for field in ledger.definition.entered}
    changed = {key: [old[key], new[key]] for key in new if key in differing and (key in typed or old[key] != new[key])}
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
    held = _texts(ledger.definition, {f.key: value_of(record, f.key) for f in _told(ledger.definition)})
    _note(ledger, record, by, "deleted", {key: [text, None] for key, text in held.items() if text})
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


def _worked_out(ledger: RecordSet, record: Record) -> dict[str, Any]:
    """What people typed and what follows from it by today's formulas, by field key, as the columns keep it."""
    typed = entered_values(ledger.definition, record)
    return {key: _kept(value) for key, value in (typed | ledger.computed(typed)).items()}


def _kept(value: Any) -> Any:
    if isinstance(value, Decimal):
        return round(value, KEPT_PLACES)
    return None if isinstance(value, Fault) or value == "" else value


def _filled(ledger: RecordSet, record: Record) -> dict[str, Any]:
    """Set the 계산 fields of a record by what it holds. Gives all its values."""
    values = _worked_out(ledger, record)
    for key in ledger.definition.expressions:
        setattr(record, key, values[key])
    return values


def _told(definition: Definition) -> Iterable[Field]:
    return (field for field in definition.fields if field.type != "row_number")


def _texts(definition: Definition, values: dict[str, Any]) -> dict[str, str]:
    """The values as the history tells them."""
    texts = {field.key: (field, exact_text(field, values[field.key])) for field in _told(definition)}
    return {
        key: f"{text[: LONGEST_NOTED - 1]}…" if field.type == "computed" and len(text) > LONGEST_NOTED else text
        for key, (field, text) in texts.items()
    }


def _note(ledger: RecordSet, record: Record, by: User, action: str, changes: dict[str, Any]) -> None:
    Revision.create(
        ledger=ledger.definition.key,
        record=record.id,
        row_version=record.row_version,
        action=action,
        changes=changes,
        by=by,
    )
