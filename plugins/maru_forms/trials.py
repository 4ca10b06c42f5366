"""A 계산식 tried: on the records that a ledger in use holds, or on an example that the clerk can change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from maru import User, day, label_text, t, today
from maru_records.api import (
    Definition,
    Fault,
    Field,
    RecordSet,
    calculated,
    check_rows,
    records_of,
    text_of,
    value_of,
)

from .checks import usable_part
from .design import Design, DesignField
from .field_types import NUMBERS
from .formulas import names_in
from .models import Draft

__all__ = ["FormulaTrial", "TriedRow", "formula_trial"]

SHOWN_ROWS = 3
COMPARED_ROWS = 200


@dataclass(frozen=True)
class TriedRow:
    """One row that was calculated: the texts of the fields that the formula reads, and what it comes to."""

    texts: tuple[str, ...]
    result: str


@dataclass(frozen=True)
class FormulaTrial:
    """`inputs` are (key, label, unit) of the fields read. `compared` counts records, `different` those that change.

    An example (`is_example`) has one row, whose texts stand in inputs and can be changed.
    """

    inputs: tuple[tuple[str, str, str], ...]
    rows: tuple[TriedRow, ...]
    is_example: bool
    compared: int = 0
    different: int = 0


def formula_trial(
    draft: Draft, design: Design, field: DesignField, user: User, given: Mapping[str, str]
) -> FormulaTrial | None:
    """The formula of `field` on up to three records that `user` may see, else on an example; None while it is wrong.

    `given` holds the texts of the example as `s.<key>`.
    """
    definition = usable_part(design)
    if field.key not in definition.by_key:
        return None
    read = _entered_fields(definition, field.key)
    inputs = tuple((one.key, label_text(one.label), one.unit_text) for one in read)
    if draft.key:
        ledger = records_of(draft.key)
        newest = list(ledger.visible_to(user).order_by(ledger.table.id.desc()).limit(COMPARED_ROWS))
        if newest:
            return _on_records(definition, ledger, field.key, read, inputs, newest)
    return _on_example(definition, field.key, read, inputs, given)


def _entered_fields(definition: Definition, key: str) -> list[Field]:
    """The entered fields that a formula reads, through other formulas too, in the order of the form."""
    reached, waiting = set[str](), {key}
    while waiting:
        each = waiting.pop()
        if each not in reached and each in definition.by_key:
            reached.add(each)
            waiting |= names_in(definition.by_key[each].expression)
    return [field for field in definition.entered if field.key in reached]


def _on_records(
    definition: Definition, ledger: RecordSet, key: str, read: list[Field],
    inputs: tuple[tuple[str, str, str], ...], records: list[Any],
) -> FormulaTrial:  # fmt: skip
    field, known = definition.by_key[key], ledger.definition.by_key
    rows, different = [], 0
    for record in records:
        values = {one.key: value_of(record, one.key) if one.key in known else None for one in read}
        blanks = {one.key: None for one in definition.entered if one.key not in values}
        found = calculated(definition, values | blanks)[key]
        result = str(found) if isinstance(found, Fault) else text_of(field, found)
        if key in known and known[key].type == "computed":
            different += text_of(known[key], value_of(record, key)) != ("" if isinstance(found, Fault) else result)
        rows.append(TriedRow(tuple(text_of(one, values[one.key]) for one in read), result))
    return FormulaTrial(inputs, tuple(rows[:SHOWN_ROWS]), False, len(records), different)


def _on_example(
    definition: Definition, key: str, read: list[Field], inputs: tuple[tuple[str, str, str], ...],
    given: Mapping[str, str],
) -> FormulaTrial:  # fmt: skip
    places = sorted(read, key=lambda one: _place_in(definition, key, one.key))
    texts = {
        one.key: given.get(f"s.{one.key}", "").replace("\x00", "")[:100] or _example(one, places.index(one))
        for one in read
    }
    row = [texts.get(field.key) for field in definition.fields]
    checked = check_rows(definition, [row])
    result = checked.texts[0][list(definition.by_key).index(key)]
    problem = next((one.message for one in checked.problems if definition.fields[one.column].key == key), "")
    return FormulaTrial(inputs, (TriedRow(tuple(texts.values()), result or problem),), True)


def _place_in(definition: Definition, key: str, name: str) -> int:
    """Where a formula first says a name; those that it reads through others come last."""
    found = re.search(rf"\b{name}\b", definition.by_key[key].expression)
    return found.start() if found else len(definition.by_key[key].expression)


def _example(field: Field, place: int) -> str:
    if field.type in NUMBERS:
        return str(max(1, 300 - 100 * place))  # the first word of a formula is the greatest: A - B is above zero
    if field.type in ("date", "datetime"):
        return day(today() - timedelta(days=place)) if field.type == "date" else f"{today()} 09:00"
    if field.type == "yes_no":
        return t("예")
    return field.choices[0] if field.choices else t("글")
