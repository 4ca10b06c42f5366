"""What every field type can do: read what people type, show it, store it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, NamedTuple

import peewee

from maru import t

from ..definition import Field

__all__ = ["EXCEL_ERRORS", "Kind", "Problem", "Reading", "Severity"]

Severity = Literal["error", "warning", "changed"]
EXCEL_ERRORS = frozenset({"#VALUE!", "#REF!", "#N/A", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})


class Problem(NamedTuple):
    """What is wrong with one cell; `repair` is the text that would put it right, where one is clear."""

    severity: Severity
    message: str
    repair: str | None = None


class Reading(NamedTuple):
    """A cell as understood. With a problem of severity 'error' the value is None."""

    value: Any
    problem: Problem | None = None

    @classmethod
    def error(cls, message: str, repair: str | None = None) -> Reading:
        return cls(None, Problem("error", message, repair))

    @classmethod
    def changed(cls, value: Any, message: str) -> Reading:
        return cls(value, Problem("changed", message))


class Kind:
    """One field type. Subclasses override what differs; instances hold nothing."""

    name: ClassVar[str]
    widget: ClassVar[str] = "text"
    """The input of the form: text, textarea, number, date, datetime, checkbox, select, person, department, file."""
    sorting: ClassVar[Literal["text", "number", "date", "none"]] = "text"
    """How the list sorts and aligns it."""
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "contains"
    """How the list filters it."""

    def read(self, field: Field, text: str) -> Reading:
        """Understand what a person typed. `text` is not blank. Never raises."""
        raise NotImplementedError

    def read_entry(self, field: Field, text: str) -> Reading:
        """Understand what a person types who sees at once how it was taken: in a form, in a condition of a list."""
        return self.read(field, text)

    def read_cell(self, field: Field, cell: object) -> Reading:
        """Understand a value from a workbook: str, float, int, bool, date, datetime."""
        return self.read(field, self.cell_text(cell))

    def cell_text(self, cell: object) -> str:
        """A workbook's value as a person would have typed it; 3.0 is '3'."""
        if isinstance(cell, bool):
            return "TRUE" if cell else "FALSE"
        if isinstance(cell, float):
            return f"{Decimal(repr(cell)).normalize():f}" if cell else "0"
        if isinstance(cell, date | datetime):
            return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
        return str(cell)

    def format(self, field: Field, value: Any) -> str:
        """The value as people read it, rounded to what the field shows."""
        return "" if value is None else str(value)

    def exact(self, field: Field, value: Any) -> str:
        """The value to be typed over and compared, not rounded: `read(field, exact(field, value)).value == value`."""
        return self.format(field, value)

    def to_json(self, value: Any) -> Any:
        """The value as JSON: Decimal as text, dates in ISO form."""
        return value

    def from_json(self, value: Any) -> Any:
        """The inverse of `to_json`."""
        return value

    def column(self, field: Field) -> peewee.Field | None:
        """The table column, or None where nothing is stored. Always nullable: rules may change, rows stay."""
        return peewee.TextField(null=True)

    def annotation(self, field: Field) -> Any:
        """The type in the pydantic write model (without None)."""
        return str

    def attributes(self, field: Field) -> Mapping[str, str]:
        """HTML attributes of the input."""
        return {}


def excel_error(text: str) -> Reading | None:
    """A reading that reports '#REF!' and its like, or None."""
    if text.upper() not in EXCEL_ERRORS:
        return None
    return Reading.error(t("엑셀 오류 값 '{text}'입니다. 원본의 수식을 고치거나 값을 직접 넣어 주세요.", text=text))
