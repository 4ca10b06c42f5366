"""From a definition to its real table `records_<key>`: the model, and the changes of the schema."""

from __future__ import annotations

import hashlib
from typing import Any

import peewee
from playhouse.migrate import SchemaMigrator
from pydantic import BaseModel, ConfigDict, create_model

from maru import Conflict, Invalid, schema_change, t

from ..definition import Definition, Field
from ..fields import kind_of
from ..models import Record, StoredDefinition
from .keys import RESERVED_FIELDS, RESERVED_KEYS

__all__ = ["column_of", "make_table", "table_for", "value_kind", "widen_table", "write_model"]

_tables: dict[tuple[str, int, str], type[Record]] = {}


def value_kind(definition: Definition, field: Field) -> str:
    """What a field holds: 'text', 'number', 'date', 'datetime', 'truth', 'choice', 'person', 'department', 'file'."""
    if field.type == "computed":
        return definition.expressions[field.key].kind
    kinds = {"integer": "number", "decimal": "number", "amount": "number", "yes_no": "truth", "long_text": "text"}
    return kinds.get(field.type, field.type)


def column_of(definition: Definition, field: Field) -> peewee.Field[Any] | None:
    """The column for a field; for a 계산 field it follows from its expression. None where nothing is stored."""
    if field.type == "computed":
        other: dict[str, type[peewee.Field[Any]]] = {
            "text": peewee.TextField, "truth": peewee.BooleanField, "date": peewee.DateField,
        }  # fmt: skip
        kind = definition.expressions[field.key].kind
        if kind in other:
            return other[kind](null=True)
    return kind_of(field).column(field)


def table_for(definition: Definition) -> type[Record]:
    """The model of `records_<key>`. The same definition gives the same class."""
    text = definition.model_dump_json()
    cached = (definition.key, definition.version, hashlib.sha256(text.encode()).hexdigest())
    if cached not in _tables:
        _tables[cached] = _make_model(definition)
    return _tables[cached]


def _make_model(definition: Definition) -> type[Record]:
    columns = {field.key: column_of(definition, field) for field in definition.fields}
    attributes: dict[str, Any] = {key: column for key, column in columns.items() if column is not None}
    attributes["__module__"] = __name__
    attributes["__doc__"] = f"A record of the ledger {definition.key!r}, version {definition.version}."
    attributes["Meta"] = type("Meta", (), {"table_name": f"records_{definition.key}"})
    name = "".join(word.capitalize() for word in definition.key.split("_")) + "Record"
    model: type[Record] = type(name, (Record,), attributes)
    return model


def make_table(definition: Definition) -> None:
    """Create the table, or add what this version has more than it. Columns left out are kept with what they hold.

    Never inside `write`. Raises Invalid for keys that cannot be used, Conflict where a column holds another type.
    """
    _check_names(definition)
    _check_types(definition)
    with schema_change():
        widen_table(definition)


def widen_table(definition: Definition) -> None:
    """What `make_table` does, for a definition that was in use before. Inside a change of tables."""
    model = table_for(definition)
    database = model._meta.database
    if not database.table_exists(model._meta.table_name):
        database.create_tables([model])
        return
    present = {column.name for column in database.get_columns(model._meta.table_name)}
    migrator = SchemaMigrator.from_database(database.obj)
    for column in model._meta.sorted_fields:
        if column.column_name not in present:
            operation = migrator.add_column(model._meta.table_name, column.column_name, column)
            operation.run()


def _check_names(definition: Definition) -> None:
    if definition.key in RESERVED_KEYS:
        raise Invalid(t("'{key}'은(는) 대장의 키로 쓸 수 없습니다. 다른 이름을 골라 주세요.", key=definition.key))
    for field in definition.fields:
        if field.key in RESERVED_FIELDS:
            raise Invalid(
                t("'{key}'은(는) 필드의 키로 쓸 수 없습니다. '{key}_'처럼 다른 이름을 골라 주세요.", key=field.key)
            )


def _check_types(definition: Definition) -> None:
    """A column that ever held dates cannot hold numbers now: the field needs a new key."""
    for stored in StoredDefinition.select().where(StoredDefinition.key == definition.key):
        before = Definition.model_validate(stored.document)
        for field in definition.fields:
            old = before.by_key.get(field.key)
            if old is None or (field.type == old.type and field.type != "computed"):
                continue
            if field.type == old.type and type(column_of(before, old)) is not type(column_of(definition, field)):
                raise Conflict(
                    t("계산식 '{key}'의 결과는 전에 다른 종류였습니다. 전과 같은 종류가 나오게 고치거나 새 항목을 더해 주세요.",
                      key=field.key)
                )  # fmt: skip
            if type(column_of(before, old)) is not type(column_of(definition, field)) or "person" in (
                old.type,
                field.type,
            ):
                raise Conflict(
                    t("필드 '{key}'의 유형은 {old}에서 {new}(으)로 바꿀 수 없습니다. 새 키로 필드를 더해 주세요.",
                      key=field.key, old=old.type, new=field.type)
                )  # fmt: skip


def write_model(definition: Definition) -> type[BaseModel]:
    """What may be written into a record, as a pydantic model: required fields required, nothing else accepted."""
    entered: dict[str, Any] = {
        field.key: (kind_of(field).annotation(field), ...)
        if field.required
        else (kind_of(field).annotation(field) | None, None)
        for field in definition.entered
    }
    made: type[BaseModel] = create_model(
        f"{definition.key}_record", __config__=ConfigDict(extra="forbid", frozen=True), **entered
    )
    return made
