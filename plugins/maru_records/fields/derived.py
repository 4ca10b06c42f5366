"""계산·순번: values nobody types."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

import peewee

from maru import t

from ..definition import Field
from .kind import Kind, Reading
from .numbers import KEPT_PLACES, format_number

__all__ = ["ComputedKind", "RowNumberKind"]


class ComputedKind(Kind):
    """계산: follows from the other fields of the row; what is typed into it is ignored."""

    name = "computed"
    widget = "none"
    sorting: ClassVar[Literal["text", "number", "date", "none"]] = "number"
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "range"

    def read(self, field: Field, text: str) -> Reading:
        return Reading(None)

    def format(self, field: Field, value: Any) -> str:
        if isinstance(value, bool):
            return t("예") if value else t("아니오")
        if isinstance(value, Decimal | int):
            return format_number(value, field.decimals, field.percent)
        if isinstance(value, date):
            return f"{value.year}. {value.month}. {value.day}."
        return "" if value is None else str(value)

    def to_json(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return f"{value:f}"
        return value.isoformat() if isinstance(value, date | datetime) else value

    def column(self, field: Field) -> peewee.Field:
        return peewee.DecimalField(max_digits=38, decimal_places=KEPT_PLACES, auto_round=True, null=True)

    def annotation(self, field: Field) -> Any:
        return Decimal


class RowNumberKind(Kind):
    """순번: the place of the row in the list; nothing is stored."""

    name = "row_number"
    widget = "none"
    sorting: ClassVar[Literal["text", "number", "date", "none"]] = "none"
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "none"

    def read(self, field: Field, text: str) -> Reading:
        return Reading(None)

    def column(self, field: Field) -> None:
        return None
