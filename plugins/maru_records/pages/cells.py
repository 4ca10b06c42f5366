"""The cells of one record, as the list and its own page show them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from maru import StoredFile

from ..contexts import Cell
from ..definition import Field
from ..definition.expressions import Fault, Value
from ..ledgers.record_set import RecordSet
from ..ledgers.values import entered_values, text_of
from ..models import Record, value_of

__all__ = ["RecordCells"]


@dataclass(frozen=True)
class RecordCells:
    """The cells of one record. `number` is its place in the list, for 순번."""

    ledger: RecordSet
    record: Record
    number: int = 0

    @cached_property
    def _worked_out(self) -> dict[str, Value | Fault]:
        """The 계산 fields, calculated once for all that could not be kept: each says why."""
        return self.ledger.computed(entered_values(self.ledger.definition, self.record))

    def under(self, each: Field) -> Cell:
        """The cell under a field."""
        if each.type == "row_number":
            return Cell("number", str(self.number))
        value = value_of(self.record, each.key)
        if value is None and each.type == "computed":
            fault = self._worked_out[each.key]
            return Cell("number", "" if fault is None else str(fault))
        kind = self.ledger.kind(each)
        if value is None:
            return Cell("number" if kind == "number" else "text", "")
        if isinstance(value, StoredFile):
            return Cell("file", value.name, value)
        shape = "long" if each.type == "long_text" else kind if kind in ("number", "date", "datetime") else "text"
        return Cell(shape, text_of(each, value), value)
