"""What happens to a ledger that is in use: its rights are set anew, it is closed and opened, formulas change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import peewee

from maru import Actor, Change, JobRun, OutboxEvent, Payload, t, write_as

from ..definition import Definition
from ..definition.expressions import Fault
from ..ledgers.record_set import RecordSet, ledgers_of
from ..ledgers.rights import Allowed
from ..ledgers.tables import table_for
from ..ledgers.values import calculated
from ..models import Record, Right, StoredDefinition, value_of

__all__ = ["PIECE", "is_recalculating", "recalculate", "recalculate_piece", "set_closed", "set_rights"]

PIECE = 500
"""Records calculated in one write, a tenth of a second: nobody in the city waits longer than that for a formula."""


class Recalculation(Payload):
    """The records from `first` to `last` of a ledger are to be calculated anew."""

    event = "records.recalculate"
    ledger: str
    first: int
    last: int


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

    Lists and sums are made from what is stored, so a formula that changes must change the records too. Those of a
    large ledger follow after the commit, `PIECE` by `PIECE`, each a job, which waits while the ledgers are off.
    """
    if {key: e.text for key, e in before.expressions.items()} == {key: e.text for key, e in after.expressions.items()}:
        return
    table = table_for(after)
    ids = [record.id for record in table.select(table.id).order_by(table.id)]
    if len(ids) <= PIECE:
        _recalculate_all(change, after, table.select())
        return
    for piece in (ids[start : start + PIECE] for start in range(0, len(ids), PIECE)):
        change.enqueue(Recalculation(ledger=after.key, first=piece[0], last=piece[-1]), key=_job_key(after.key))


def recalculate_piece(run: JobRun) -> None:
    """Calculate the records of one piece by the formulas that are in use now: a second time changes nothing."""
    told = run.read(Recalculation)
    ledger = ledgers_of([told.ledger]).get(told.ledger)
    if ledger is None:
        return
    actor = Actor(None, Recalculation.event, plugin="records")
    with write_as(actor, t("계산식이 바뀌어 다시 계산함")) as change:
        piece = ledger.table.id.between(told.first, told.last)
        _recalculate_all(change, ledger.definition, ledger.table.select().where(piece))


def is_recalculating(ledger: str) -> bool:
    """Whether records of the ledger still wait for formulas that changed."""
    waiting = OutboxEvent.select().where(OutboxEvent.key == _job_key(ledger), OutboxEvent.done_at.is_null())
    return bool(waiting.exists())


def _job_key(ledger: str) -> str:
    return f"records_formulas:{ledger}"


def _recalculate_all(change: Change, definition: Definition, records: peewee.ModelSelect[Record]) -> None:
    for record in list(records):
        _recalculate_record(change, definition, table_for(definition), record)


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
