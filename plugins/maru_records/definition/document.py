"""대장 정의: one document that a table, its pages, its grid and its checks are all made from.

A definition is data. It is stored as JSON, ships as a file in a plugin's `app/` folder, and reads well in a diff:
`to_json()` leaves out what has its default. What cannot work (an unknown field in a 계산식, a circle, a choice
without choices) is refused when the definition is made, by name and with the way out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, PlainSerializer, StringConstraints, model_validator

from maru import Label, label_text, t

from .apart import Apart
from .expressions import Expression, ExpressionError, compile_expression, evaluation_order
from .expressions import Kind as ValueKind

__all__ = ["KEY_PATTERN", "Definition", "Field", "FieldType"]

KEY_PATTERN = r"^[a-z][a-z0-9_]{0,40}$"
FORMAT = 1

FieldType = Literal[
    "text", "long_text", "integer", "decimal", "amount", "date", "datetime", "yes_no", "choice",
    "person", "department", "file", "computed", "row_number",
]  # fmt: skip
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
Limit = Annotated[Decimal, PlainSerializer(str, when_used="json")]

NUMBERS = ("integer", "decimal", "amount")
_VALUE_KINDS: dict[str, ValueKind] = {
    "integer": "number", "decimal": "number", "amount": "number", "date": "date", "datetime": "date",
    "yes_no": "truth",
}  # fmt: skip


class Field(BaseModel):
    """필드: one column of a ledger, one question of a form.

    `path` holds the headings above it (merged headings); `unit` is written once in the heading (천원, 명), both in one
    language or in both; `decimals` None means as typed (amounts and integers: none); `width` counts characters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    label: Label
    type: FieldType
    required: bool = False
    path: tuple[Label, ...] = ()
    choices: tuple[str, ...] = ()
    unit: Label = ""
    decimals: int | None = None
    minimum: Limit | None = None
    maximum: Limit | None = None
    max_length: int | None = None
    expression: str = ""
    percent: bool = False
    help: Label = ""
    in_list: bool = True
    total: bool = False
    width: int | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.type == "choice" and not self.choices:
            raise ValueError(t("선택 필드 '{key}'에 보기가 없습니다. choices에 보기를 넣어 주세요.", key=self.key))
        if self.type == "computed" and not self.expression.strip():
            raise ValueError(t("계산 필드 '{key}'에 계산식이 없습니다. expression에 넣어 주세요.", key=self.key))
        if self.type != "computed" and self.expression:
            raise ValueError(
                t("필드 '{key}'의 계산식 '{text}'은(는) computed 유형에서만 쓸 수 있습니다. 유형을 바꾸거나 지워 주세요.",
                  key=self.key, text=self.expression)
            )  # fmt: skip
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(
                t("필드 '{key}'의 최솟값 {low}이(가) 최댓값 {high}보다 큽니다. 둘을 바꿔 주세요.",
                  key=self.key, low=self.minimum, high=self.maximum)
            )  # fmt: skip
        if self.decimals is not None and not 0 <= self.decimals <= 10:
            raise ValueError(
                t(
                    "필드 '{key}'의 소수 자릿수 {count}은(는) 0에서 10 사이여야 합니다.",
                    key=self.key,
                    count=self.decimals,
                )
            )
        return self

    @property
    def is_entered(self) -> bool:
        """True where a person types the value; computed fields and row numbers come by themselves."""
        return self.type not in ("computed", "row_number")

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings above it in the reader's language, from the top."""
        return tuple(map(label_text, self.path))

    @property
    def unit_text(self) -> str:
        """Its unit (단위) in the reader's language."""
        return label_text(self.unit)

    @property
    def unit_ko(self) -> str:
        """Its unit in Korean: the word that is calculated with, 천원 or 억원."""
        return self.unit if isinstance(self.unit, str) else self.unit.get("ko", "")


class Definition(BaseModel):
    """대장 정의: the key never changes; a changed definition is a new version of the same key.

    `title` is the field that names a record (default: the first text field), `order` the default order of the list
    ('-lent_on' is newest first). `readers` says who reads it at first, where no rights are given with it: everyone, or
    each unit its own records; later its rights decide. `apart` forbids that records overlap, as bookings do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    key: Key
    version: int = 1
    label: Label
    summary: Label = ""
    icon: str = "table"
    title: str = ""
    order: str = ""
    readers: Literal["unit", "everyone"] = "unit"
    apart: Apart | None = None
    fields: tuple[Field, ...]

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        if not self.fields:
            raise ValueError(t("정의 '{key}'에 필드가 없습니다. 하나 이상 넣어 주세요.", key=self.key))
        twice = [key for key, count in Counter(field.key for field in self.fields).items() if count > 1]
        if twice:
            raise ValueError(t("필드 키 '{key}'이(가) 두 번 나옵니다. 하나의 키를 바꿔 주세요.", key=twice[0]))
        for purpose, key in (("title", self.title), ("order", self.order.removeprefix("-"))):
            if key and key not in self.by_key:
                raise ValueError(
                    t("{purpose}에 적힌 필드 '{key}'이(가) 없습니다. 쓸 수 있는 필드: {known}",
                      purpose=purpose, key=key, known=", ".join(self.by_key))
                )  # fmt: skip
        if self.apart:
            self._check_apart(self.apart)
        _ = self.expressions  # compiled here, so that a definition that exists can be calculated
        return self

    def _check_apart(self, rule: Apart) -> None:
        unknown = [key for key in rule.keys if key not in self.by_key]
        types = {self.by_key[key].type for key in (rule.start, rule.end) if key not in unknown}
        if unknown:
            raise ValueError(
                t("{purpose}에 적힌 필드 '{key}'이(가) 없습니다. 쓸 수 있는 필드: {known}",
                  purpose="apart", key=unknown[0], known=", ".join(self.by_key))
            )  # fmt: skip
        if types not in ({"date"}, {"datetime"}):
            raise ValueError(
                t("apart의 '{start}'과(와) '{end}'은(는) 둘 다 date이거나 둘 다 datetime이어야 합니다.",
                  start=rule.start, end=rule.end)
            )  # fmt: skip

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """The fields by their keys, in order."""
        return {field.key: field for field in self.fields}

    @cached_property
    def expressions(self) -> dict[str, Expression]:
        """The compiled 계산식 by field key, each after those it needs."""
        texts = {field.key: field.expression for field in self.fields if field.type == "computed"}
        order = _order(texts, set(self.by_key))
        kinds: dict[str, ValueKind] = {
            field.key: _VALUE_KINDS.get(field.type, "text") for field in self.fields if field.is_entered
        }
        compiled: dict[str, Expression] = {}
        for key in order:
            try:
                compiled[key] = compile_expression(texts[key], kinds)
            except ExpressionError as error:
                raise ValueError(
                    t("계산 필드 '{key}'의 식 '{text}': {reason}", key=key, text=texts[key], reason=error)
                ) from error
            kinds[key] = compiled[key].kind
        return compiled

    @cached_property
    def entered(self) -> tuple[Field, ...]:
        """The fields that a person fills in."""
        return tuple(field for field in self.fields if field.is_entered)

    @cached_property
    def summed(self) -> tuple[str, ...]:
        """The number fields whose sums the foot needs: `total` fields, and what a computed percentage is made of."""
        wanted = {field.key for field in self.fields if field.total}
        for key, expression in self.expressions.items():
            wanted |= expression.names if key in wanted and self.by_key[key].percent else set()
        return tuple(field.key for field in self.fields if field.key in wanted and self.is_number(field))

    def is_number(self, field: Field) -> bool:
        """True where the field's values can be added up."""
        if field.type == "computed":
            return self.expressions[field.key].kind == "number"
        return field.type in NUMBERS

    @property
    def title_field(self) -> Field:
        """The field that names a record."""
        if self.title:
            return self.by_key[self.title]
        return next((field for field in self.entered if field.type == "text"), self.fields[0])

    def to_json(self) -> str:
        """The document as text: indented, Hangul as Hangul, defaults left out."""
        return json.dumps(self.document(), ensure_ascii=False, indent=2) + "\n"

    def document(self) -> dict[str, Any]:
        """The document as JSON values; `Definition.model_validate(document)` gives the same definition back."""
        shown = self.model_dump(mode="json", exclude_defaults=True)
        return {"format": self.format, "key": self.key, "version": self.version} | shown


def _order(texts: dict[str, str], known: set[str]) -> tuple[str, ...]:
    """The computed fields in the order of calculation, found by the words in them (strings left out)."""
    needs = {
        key: {word for word in re.findall(r"[A-Za-z]\w*", re.sub(r'"[^"]*"', "", text)) if word in known}
        for key, text in texts.items()
    }
    try:
        return evaluation_order(needs)
    except ExpressionError as error:
        raise ValueError(str(error)) from error
