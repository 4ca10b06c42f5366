"""설계: a ledger while it is being made. It may be unfinished; `checks.py` says what is missing until it can be used."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict

from maru_records.api import Field, FieldType

__all__ = ["Design", "DesignField", "Sharing"]

Who = Literal["own", "everyone", "chosen"]


class DesignField(BaseModel):
    """항목: a field of the ledger as far as it is known. Its expression (계산식) is kept over keys, shown over labels."""

    model_config = ConfigDict(frozen=True)

    key: str
    label: str
    type: FieldType
    required: bool = False
    path: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    unit: str = ""
    decimals: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    max_length: int | None = None
    expression: str = ""
    percent: bool = False
    help: str = ""
    in_list: bool = True
    total: bool = False
    width: int | None = None

    @property
    def seen(self) -> str:
        """A mark of this very state: a form that was filled from another state bears another mark."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def finished(self) -> Field:
        """The field of the definition. Raises ValidationError while something is missing."""
        return Field.model_validate(self.model_dump(exclude_defaults=True))


class Sharing(BaseModel):
    """Who may do something: the ledger's unit, everyone, or chosen departments (with those below) and people."""

    model_config = ConfigDict(frozen=True)

    who: Who = "own"
    departments: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


class Design(BaseModel):
    """The whole ledger: its fields in order, those that were taken out and may come back, and who uses it."""

    model_config = ConfigDict(frozen=True)

    icon: str = "table"
    title: str = ""
    order: str = ""
    fields: tuple[DesignField, ...] = ()
    removed: tuple[DesignField, ...] = ()
    readers: Sharing = Sharing()
    writers: Sharing = Sharing()

    @property
    def by_key(self) -> dict[str, DesignField]:
        """The fields in use by their keys, in order."""
        return {field.key: field for field in self.fields}

    @property
    def keys(self) -> set[str]:
        """Every key that stands for something, of removed fields too."""
        return {field.key for field in (*self.fields, *self.removed)}

    def with_fields(self, fields: tuple[DesignField, ...]) -> Design:
        """The same with other fields; a title or an order that is gone with its field is given up."""
        keys = {field.key for field in fields}
        return self.model_copy(
            update={
                "fields": fields,
                "title": self.title if self.title in keys else "",
                "order": self.order if self.order.removeprefix("-") in keys else "",
            }
        )
