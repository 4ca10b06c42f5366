"""The steps of building: each takes a design and gives the next one. Nothing here reads or writes a database."""

from __future__ import annotations

from itertools import count
from typing import Any

from maru_records.api import RESERVED_FIELDS, FieldType, key_for

from .design import Design, DesignField
from .field_types import kind_of_type
from .formulas import renamed

__all__ = ["MOST_FIELDS", "added", "changed", "copied", "moved", "moved_before", "removed", "restored", "with_own_keys"]

MOST_FIELDS = 80


def added(design: Design, type_: FieldType, after: str = "") -> tuple[Design, str]:
    """A new field of this type behind the field `after`, or at the end; and its key."""
    label = _free_label(design, kind_of_type(type_).name)
    field = DesignField(key=_free_key(design), label=label, type=type_, in_list=type_ not in ("long_text", "file"))
    return _inserted(design, field, after), field.key


def copied(design: Design, key: str) -> tuple[Design, str]:
    """A copy of a field behind it; and its key."""
    field = design.by_key[key]
    twin = field.model_copy(update={"key": _free_key(design), "label": _free_label(design, field.label)})
    return _inserted(design, twin, key), twin.key


def _inserted(design: Design, field: DesignField, after: str) -> Design:
    keys = list(design.by_key)
    place = keys.index(after) + 1 if after in keys else len(keys)
    return design.with_fields((*design.fields[:place], field, *design.fields[place:]))


def _free_key(design: Design) -> str:
    return next(key for number in count(1) if (key := f"f{number}") not in design.keys)


def _free_label(design: Design, wanted: str) -> str:
    labels = {field.label for field in design.fields}
    if wanted not in labels:
        return wanted
    return next(label for number in count(2) if (label := f"{wanted} {number}") not in labels)


def changed(design: Design, field: DesignField) -> Design:
    """The design with this state of one of its fields."""
    return design.with_fields(tuple(field if one.key == field.key else one for one in design.fields))


def moved(design: Design, key: str, step: int) -> Design:
    """A field one place up (-1) or down (1); at the end it stays."""
    keys = list(design.by_key)
    place = keys.index(key)
    return _placed(design, key, max(0, min(len(keys) - 1, place + step)))


def moved_before(design: Design, key: str, other: str) -> Design:
    """A field to the place of another, as dragging does."""
    return _placed(design, key, list(design.by_key).index(other)) if other in design.by_key else design


def _placed(design: Design, key: str, place: int) -> Design:
    rest = [field for field in design.fields if field.key != key]
    rest.insert(place, design.by_key[key])
    return design.with_fields(tuple(rest))


def removed(design: Design, key: str) -> Design:
    """A field taken out. It is kept aside, and what a published ledger holds of it stays in its column."""
    field = design.by_key[key]
    left = design.with_fields(tuple(one for one in design.fields if one.key != key))
    return left.model_copy(update={"removed": (*design.removed, field)})


def restored(design: Design, key: str) -> Design:
    """A field that was taken out, back at the end."""
    field = next(one for one in design.removed if one.key == key)
    field = field.model_copy(update={"label": _free_label(design, field.label)})
    aside = tuple(one for one in design.removed if one.key != key)
    return design.model_copy(update={"fields": (*design.fields, field), "removed": aside})


def with_own_keys(design: Design, kept: set[str]) -> Design:
    """Before publishing: every field that is not among the `kept` ones gets a key that reads like its label.

    Fields in use keep their keys for ever; those that were taken out before they were ever used are forgotten.
    """
    aside = tuple(field for field in design.removed if field.key in kept)
    taken = {*kept, *RESERVED_FIELDS}
    keys: dict[str, str] = {}
    for field in design.fields:
        keys[field.key] = field.key if field.key in kept else key_for(field.label, taken, "field")
        taken.add(keys[field.key])
    fields = tuple(
        field.model_copy(update={"key": keys[field.key], "expression": renamed(field.expression, keys)})
        for field in design.fields
    )
    order = renamed(design.order, keys)
    more: dict[str, Any] = {"fields": fields, "removed": aside, "title": keys.get(design.title, ""), "order": order}
    return design.model_copy(update=more)
