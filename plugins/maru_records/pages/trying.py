"""시험 사용: the form of a definition that is not published, filled in and calculated, with nothing kept."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData

from maru import User, label_text

from ..contexts import EntryField
from ..definition import Definition
from ..definition.expressions import Fault
from ..fields import kind_of
from ..ledgers.values import calculated
from .entry import entries_of, people_near
from .forms import Entered, read_record_form

__all__ = ["Trial", "Worked", "trial_of"]


@dataclass(frozen=True)
class Worked:
    """A 계산 field and what it comes to."""

    label: str
    unit: str
    text: str


@dataclass(frozen=True)
class Trial:
    """The inputs as a record's form has them, and what the 계산 fields come to with what was typed."""

    inputs: tuple[EntryField, ...]
    people: tuple[User, ...]
    worked: tuple[Worked, ...]
    error_count: int
    is_filled: bool


def trial_of(definition: Definition, user: User, typed: FormData | None) -> Trial:
    """The blank form, or the one that was `typed` in with its problems. Files are not taken."""
    entered = _entered(definition, user, typed) if typed is not None else None
    return Trial(
        inputs=entries_of(definition, {}, {}, entered),
        people=people_near(definition, user),
        worked=_worked(definition, entered) if entered else (),
        error_count=len(entered.problems) if entered else 0,
        is_filled=entered is not None,
    )


def _entered(definition: Definition, user: User, typed: FormData) -> Entered:
    texts = FormData([(key, value) for key, value in typed.multi_items() if isinstance(value, str)])
    entered = read_record_form(definition, texts, {}, user)
    for field in definition.entered:
        if field.type == "file":
            entered.problems.pop(field.key, None)
    return entered


def _worked(definition: Definition, entered: Entered) -> tuple[Worked, ...]:
    found = calculated(definition, entered.values)
    return tuple(
        Worked(
            label_text(field.label),
            field.unit_text,
            str(value) if isinstance(value := found[field.key], Fault) else kind_of(field).format(field, value),
        )
        for field in definition.fields
        if field.key in found
    )
