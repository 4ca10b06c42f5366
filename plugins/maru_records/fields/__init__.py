"""필드 유형: one small class per type; `kind_of(field)` gives it."""

from __future__ import annotations

from ..definition import Field
from .dates import DateKind, DatetimeKind
from .derived import ComputedKind, RowNumberKind
from .kind import Kind, Problem, Reading, Severity
from .links import DepartmentKind, FileKind, PersonKind
from .numbers import KEPT_PLACES, AmountKind, DecimalKind, IntegerKind, format_number
from .words import ChoiceKind, LongTextKind, TextKind, YesNoKind

__all__ = ["KEPT_PLACES", "KINDS", "Kind", "Problem", "Reading", "Severity", "format_number", "kind_of"]

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        TextKind(), LongTextKind(), IntegerKind(), DecimalKind(), AmountKind(), DateKind(), DatetimeKind(),
        YesNoKind(), ChoiceKind(), PersonKind(), DepartmentKind(), FileKind(), ComputedKind(), RowNumberKind(),
    )
}  # fmt: skip


def kind_of(field: Field) -> Kind:
    """The behaviour of a field's type."""
    return KINDS[field.type]
