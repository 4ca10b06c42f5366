"""What happens to a ledger that is in use: its rights are set anew, it is closed and opened, formulas change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maru import Change

from .definition import Definition
from .expressions import Fault
from .models import Record, Right, StoredDefinition, value_of
from .record_set import RecordSet, calculated
from .rights import Allowed
from .tables import table_for

__all__ = ["recalculate", "set_closed", "set_rights"]


def set_rights(change: Change, ledger: str, rights: Iterable[Allowed]) -> None:
    """Give the ledger exactly these rights. Inside a write; rights that stay the same are not touched."""
    wanted: dict[tuple[Any, ...], Allowed] = {
        (a.may, a.rows, a.department, a.user, a.role if not (a.department or a.user) else ""): a for a in rights
    }
    for right in Right.select().where(Right.ledger == ledger):
        if wanted.pop((right.may, right.rows, right.department, right.user, right.role), None) is None:
            right.delete_instance()
    for allowed in wanted.values():
        allowed.give(ledger)


def set_closed(change: Change, ledger: RecordSet, is_closed: bool) -> None:
    """Close a ledger (기록 중지: it can be read and exported, nobody writes) or open it again. Inside a write."""
    stored = ledger.stored.fresh()
    stored.is_closed = is_closed
    stored.save(only=[StoredDefinition.is_closed])


def recalculate(change: Change, before: Definition, after: Definition) -> None:
    """Fill in the 계산 fields of all records when a formula is new or says something else. Inside a write.

    Lists and sums are made from what is stored, so a formula that changes must change the records too.
    """
    if {key: e.text for key, e in before.expressions.items()} == {key: e.text for key, e in after.expressions.items()}:
        return
    table = table_for(after)
    for record in table.select():
        _recalculate_record(change, after, table, record)


def _recalculate_record(change: Change, definition: Definition, table: type[Record], record: Record) -> None:
    raw = record.__data__  # links as ids: a formula over people and files has nothing to calculate with
    values = {
        field.key: value_of(record, field.key) if field.type == "department" else raw[field.key]
        for field in definition.entered
    }
    found = {key: None if isinstance(v, Fault) else v for key, v in calculated(definition, values).items()}
    differs: dict[str, Any] = {key: value for key, value in found.items() if raw[key] != value}
    if differs:
        table.update(differs).where(table.id == record.id).execute()
        was = {key: raw[key] for key in differs}
        change.record(table._meta.table_name, record.id, "changed", was, differs)
