"""사람·부서·파일: fields that point at something of the core.

In the pure check of rows they are the words a person types (an account, the name of a unit). In a published ledger
they are foreign keys; `pages/forms.py` looks the words up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import peewee

from maru import t

from ..definition import Field
from .kind import Kind, Reading, excel_error

__all__ = ["DepartmentKind", "FileKind", "PersonKind"]


class _LinkKind(Kind):
    """A reference by its name."""

    def read(self, field: Field, text: str) -> Reading:
        name = " ".join(text.split())
        if broken := excel_error(name):
            return broken
        return (
            Reading(name) if len(name) <= 200 else Reading.error(t("이름이 너무 깁니다. 200자까지 넣을 수 있습니다."))
        )

    def annotation(self, field: Field) -> Any:
        return int


class PersonKind(_LinkKind):
    """사람: an account of the portal."""

    name = "person"
    widget = "person"

    def column(self, field: Field) -> peewee.Field:
        from maru import User  # only a published definition needs the models

        return peewee.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")

    def attributes(self, field: Field) -> Mapping[str, str]:
        return {"list": "records-people", "autocomplete": "off", "placeholder": t("이름이나 계정")}


class DepartmentKind(_LinkKind):
    """부서: a unit of the organisation."""

    name = "department"
    widget = "department"
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "one_of"

    def column(self, field: Field) -> peewee.Field:
        from maru import Department  # only a published definition needs the models

        return peewee.ForeignKeyField(Department, null=True, backref="+", on_delete="RESTRICT")


class FileKind(Kind):
    """파일: one attached file. It cannot be typed or pasted into a grid."""

    name = "file"
    widget = "file"
    sorting: ClassVar[Literal["text", "number", "date", "none"]] = "none"
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "none"

    def read(self, field: Field, text: str) -> Reading:
        return Reading.error(t("파일은 표에 붙여 넣을 수 없습니다. 기록을 열어 올려 주세요."), "")

    def column(self, field: Field) -> peewee.Field:
        from maru import StoredFile  # only a published definition needs the models

        return peewee.ForeignKeyField(StoredFile, null=True, backref="+", on_delete="RESTRICT")

    def annotation(self, field: Field) -> Any:
        return int
