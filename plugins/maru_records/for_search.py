"""Records in the search: whoever may read a row of a ledger finds it, and its files with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from maru import Event, Portal, StoredFile, User, hookimpl, label_text
from maru_search.api import Attached, SearchDocument, SearchKind, tokens_held, tokens_of_unit

from .ledgers.record_set import RecordSet, definition_of, record_sets_for
from .ledgers.values import text_of
from .models import Record, StoredDefinition, value_of
from .pages.showing import title_of

PREFIX = "records_"


@hookimpl
def search_kinds() -> list[SearchKind]:
    """One tab for the records of all ledgers."""
    return [SearchKind("record", {"ko": "대장", "en": "Records"}, "table", order=20)]


@hookimpl
def search_keys(event: Event | None) -> list[str]:
    """`records_<ledger>:<number>`: the record itself, or all of a ledger that was defined anew."""
    if event is None:
        return [key for ledger in _ledgers() for key in _keys_in(ledger)]
    table, _, _ = event.name.rpartition(".")
    if table == "records_definition":
        one = StoredDefinition.get_or_none(StoredDefinition.id == event.payload["id"])
        return [key for ledger in _ledgers() if one and ledger.definition.key == one.key for key in _keys_in(ledger)]
    is_record = table.startswith(PREFIX) and table not in ("records_right", "records_revision")
    return [event.key] if is_record else []


def _ledgers() -> list[RecordSet]:
    return [RecordSet(stored, definition_of(stored)) for stored in StoredDefinition.published()]


def _keys_in(ledger: RecordSet) -> list[str]:
    rows = cast("Iterable[tuple[int]]", ledger.table.select(ledger.table.id).tuples())
    return [f"{PREFIX}{ledger.definition.key}:{number}" for (number,) in rows]


@hookimpl
def search_documents(keys: Sequence[str]) -> list[SearchDocument]:
    """Every field of each record as its page shows it. One query a ledger."""
    wanted: dict[str, list[int]] = {}
    for key in keys:
        ledger, _, number = key.removeprefix(PREFIX).partition(":")
        wanted.setdefault(ledger, []).append(int(number))
    return [
        _document(ledger, record)
        for ledger in _ledgers()
        if ledger.definition.key in wanted
        for record in ledger.joined(ledger.table.select().where(ledger.table.id.in_(wanted[ledger.definition.key])))
    ]


def _document(ledger: RecordSet, record: Record) -> SearchDocument:
    key = ledger.definition.key
    values = [(field, value_of(record, field.key)) for field in ledger.definition.fields if field.type != "row_number"]
    lines = [f"{label_text(field.label)} {text_of(field, value)}" for field, value in values if value]
    people = [record.created_by, *(value for _, value in values if isinstance(value, User))]
    return SearchDocument(
        key=f"{PREFIX}{key}:{record.id}",
        kind="record",
        title=f"{label_text(ledger.definition.label)} · {title_of(ledger, record)}",
        body="\n".join(lines),
        href=f"{ledger.href}{record.id}",
        access_tokens=(*tokens_of_unit(key, record.department_id), *_of_creator(key, record)),
        unit=record.department_id,
        at=record.updated_at,
        people=tuple(dict.fromkeys(person.id for person in people if person is not None)),
        attachments=tuple(Attached(value) for _, value in values if isinstance(value, StoredFile)),
    )


def _of_creator(key: str, record: Record) -> tuple[str, ...]:
    return (f"{key}:by:{record.created_by.id}",) if record.created_by else ()


@hookimpl
def search_access(viewer: User, portal: Portal) -> list[str]:
    """What RecordSet.visible_to says: the units readable in each ledger, and what one wrote down. One query."""
    if not viewer.may("records.read"):
        return []
    return [
        token
        for ledger, access in record_sets_for(portal, viewer)
        for token in (
            *tokens_held(ledger.definition.key, access.read),
            *([] if access.read.everywhere else [f"{ledger.definition.key}:by:{viewer.id}"]),
        )
    ]
