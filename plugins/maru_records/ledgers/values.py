"""The values of one record: those typed, those calculated, and how people read them."""

from __future__ import annotations

from typing import Any

from maru import Department, StoredFile, User

from ..definition import Definition, Field
from ..definition.expressions import Fault, Value
from ..fields import kind_of
from ..models import Record, value_of

__all__ = ["calculated", "entered_values", "exact_text", "text_of"]

MOST_CALCULATED = 100_000
"""Characters that the calculated texts of one record may come to together; a text beyond is #VALUE!."""


def entered_values(definition: Definition, record: Record) -> dict[str, Any]:
    """The values people typed, by field key."""
    return {field.key: value_of(record, field.key) for field in definition.entered}


def calculated(definition: Definition, values: dict[str, Any]) -> dict[str, Value | Fault]:
    """The 계산 fields of one row by key, given its entered values; a Fault where Excel would show an error."""
    row: dict[str, Any] = {key: getattr(value, "name", value) for key, value in values.items()}
    room = MOST_CALCULATED
    for key, expression in definition.expressions.items():
        value = expression.evaluate(row)
        room -= len(value) if type(value) is str else 0
        row[key] = Fault("#VALUE!") if room < 0 and type(value) is str else value
    return {key: row[key] for key in definition.expressions}


def text_of(field: Field, value: Any) -> str:
    """A stored value as people read it; people, departments and files by their name."""
    if isinstance(value, User | Department | StoredFile):
        return value.name
    return kind_of(field).format(field, value)


def exact_text(field: Field, value: Any) -> str:
    """A stored value in words, nothing of it rounded."""
    if isinstance(value, User | Department | StoredFile):
        return value.name
    return kind_of(field).exact(field, value)
