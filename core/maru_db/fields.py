"""Columns that SQLite and PostgreSQL keep alike: aware instants and JSON documents."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import peewee


class _UtcDateTimeField(peewee.Field):
    """An instant, aware, UTC; stored as ISO text of fixed width, so that text order is time order."""

    field_type = "VARCHAR"

    def db_value(self, value: datetime | str | None) -> str | None:
        """Refuses naive instants: nobody can know which clock they were read from."""
        if value is None or isinstance(value, str):
            return value
        if value.tzinfo is None:
            raise ValueError(f"{self.name} = {value!r} has no time zone; use maru.now().")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def python_value(self, value: Any) -> datetime | None:
        """The stored text as an aware instant."""
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class _JSONField(peewee.Field):
    """A JSON document, stored as text; Korean stays readable in it."""

    field_type = "TEXT"

    def db_value(self, value: Any) -> str | None:
        """Compact JSON. Dates become ISO text and decimals text with all their digits."""
        return None if value is None else as_json(value)

    def python_value(self, value: Any) -> Any:
        """The document."""
        return json.loads(value) if isinstance(value, str) else value


if TYPE_CHECKING:  # to a type checker: a field of instants, and one that holds anything
    UtcDateTimeField = peewee.DateTimeField
    JSONField: Any
else:
    UtcDateTimeField, JSONField = _UtcDateTimeField, _JSONField


def as_json(value: Any) -> str:
    """`value` as compact JSON with sorted keys: equal values give equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, peewee.Model):
        return value.get_id()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")
