"""Tables as they stand in the database, whoever made them: their columns, what they point at, their rows.

Migrations make them, so there is no model of them here: names and columns are asked of the database.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import peewee

from maru import PluginState

Row = dict[str, Any]
BATCH = 500
HISTORY = "_schema_migration"


def database() -> Any:
    """The database of the portal; Peewee's types leave out most of what is asked of it here."""
    return PluginState._meta.database


def is_sqlite() -> bool:
    """Whether it is SQLite, and not PostgreSQL."""
    return isinstance(database().obj, peewee.SqliteDatabase)


def table_of(name: str) -> Any:
    """The table `name`, for queries."""
    return peewee.Table(name).bind(database())


def column(name: str, of: str) -> Any:
    """The column `of` of the table `name`."""
    return peewee.Column(table_of(name), of)


def columns_of(name: str) -> dict[str, str]:
    """Column → its type in the database, in their order."""
    return {each.name: str(each.data_type).lower() for each in database().get_columns(name)}


def parents_of(name: str) -> dict[str, str]:
    """Column → the table that it points at."""
    return {each.column: each.dest_table for each in database().get_foreign_keys(name)}


def history_of(key: str) -> str:
    """The table that says which migrations of the plugin `key` were applied."""
    return f"{key}{HISTORY}"


def owned_tables(key: str, others: Iterable[str]) -> list[str]:
    """The tables that carry the id `key`, its migrations' history among them; those of the plugins `others` do not."""
    every = list(database().get_tables())
    known = {*others, *(name.removesuffix(HISTORY) for name in every if name.endswith(HISTORY))}
    longer = [other for other in known if other.startswith(f"{key}_")]
    mine = (name for name in every if name.startswith(f"{key}_"))
    return sorted(name for name in mine if not any(name.startswith(f"{other}_") for other in longer))


def parents_first(names: Collection[str]) -> list[str]:
    """The tables, each after those that it points at, as far as they do not point at each other."""
    done: dict[str, None] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name not in done and name not in path:
            for parent in sorted(set(parents_of(name).values()) & set(names)):
                visit(parent, (*path, name))
            done[name] = None

    for name in sorted(names):
        visit(name, ())
    return list(done)


def rows_of(name: str, ids: Sequence[int] | None = None) -> Iterator[Row]:
    """The rows of a table in the order of its key, or those with these ids. A batch at a time is in memory."""
    columns, keys = list(columns_of(name)), list(database().get_primary_keys(name))
    query = table_of(name).select(*[column(name, each) for each in columns])
    if ids is not None:
        for chunk in peewee.chunked(sorted(ids), BATCH):
            yield from _read(query.where(column(name, "id").in_(chunk)).order_by(column(name, "id")), columns)
    elif len(keys) == 1:
        yield from _by_key(query, column(name, keys[0]), keys[0], columns)
    else:
        yield from _read(query.order_by(*[column(name, each) for each in keys or columns]), columns)


def _by_key(query: Any, key: Any, name: str, columns: list[str]) -> Iterator[Row]:
    batch = list(_read(query.order_by(key).limit(BATCH), columns))
    while batch:
        yield from batch
        batch = list(_read(query.where(key > batch[-1][name]).order_by(key).limit(BATCH), columns))


def _read(query: Any, columns: list[str]) -> Iterator[Row]:
    return (dict(zip(columns, row, strict=True)) for row in list(query.tuples()))


def count_of(name: str, ids: Sequence[int] | None = None) -> int:
    """How many rows a table has, or how many ids these are."""
    return int(table_of(name).select().count()) if ids is None else len(ids)


def as_line(row: Row) -> bytes:
    """A row as one line of JSON, equal for equal rows; what JSON does not know is named by its kind."""
    kept = {name: {"json": value} if isinstance(value, dict | list) else value for name, value in row.items()}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), default=_tagged).encode() + b"\n"


def _tagged(value: object) -> object:
    if isinstance(value, bytes | memoryview | bytearray):
        return {"bytes": b64encode(bytes(value)).decode()}
    if isinstance(value, Decimal | datetime | date | time | UUID):
        return {"text": str(value)}
    raise TypeError(f"{type(value).__name__} cannot be kept in an archive")


def from_line(line: bytes) -> Row:
    """The row of a line. Decimals, dates and documents are text, which both databases take for their columns."""
    return {name: _untagged(value) for name, value in json.loads(line).items()}


def _untagged(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, kept)] = value.items()
    return b64decode(kept) if kind == "bytes" else json.dumps(kept, ensure_ascii=False) if kind == "json" else kept


def put_rows(name: str, rows: Iterable[Row], types: Mapping[str, str]) -> int:
    """Insert rows, each with the columns that the table has of it; gives their number."""
    count = 0
    for batch in peewee.chunked(rows, BATCH):
        names = [each for each in types if each in batch[0]]
        values = [tuple(_fitting(row[each], types[each]) for each in names) for row in batch]
        table_of(name).insert(values, columns=[column(name, each) for each in names]).execute()
        count += len(batch)
    return count


def _fitting(value: Any, kind: str) -> Any:
    return bool(value) if isinstance(value, int) and kind == "boolean" else value  # SQLite keeps truth as 0 and 1


def forward_sequence(name: str) -> None:
    """Let the next row of a table get an id that no row has: PostgreSQL counts apart from the rows."""
    if is_sqlite() or "id" not in columns_of(name):
        return
    found = database().execute_sql("SELECT pg_get_serial_sequence(%s, 'id')", (f'"{name}"',)).fetchone()[0]
    if found:
        highest = table_of(name).select(peewee.fn.MAX(column(name, "id"))).scalar() or 1
        reached = database().execute_sql("SELECT nextval(%s)", (found,)).fetchone()[0]
        database().execute_sql("SELECT setval(%s, %s)", (found, max(highest, reached)))


def delete_rows(name: str, ids: Sequence[int] | None = None) -> None:
    """Delete the rows with these ids, or all of a table."""
    if ids is None:
        table_of(name).delete().execute()
    else:
        for chunk in peewee.chunked(ids, BATCH):
            table_of(name).delete().where(column(name, "id").in_(chunk)).execute()


def drop_tables(names: Collection[str]) -> None:
    """Drop tables that may point at each other. Inside a change of tables, where SQLite does not mind their order."""
    quoted = [f'"{name}"' for name in reversed(parents_first(names))]
    for statement in quoted if is_sqlite() else [", ".join(quoted)] if quoted else []:
        database().execute_sql(f"DROP TABLE {statement}")
