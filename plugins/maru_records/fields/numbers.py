"""정수·소수·금액: numbers, as they are typed in an office."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar, Literal

import peewee

from maru import t

from ..definition import Field
from .kind import Kind, Problem, Reading, excel_error
from .number_text import MONEY, NumberText, read_number

__all__ = ["KEPT_PLACES", "AmountKind", "DecimalKind", "IntegerKind", "format_number"]

_WHOLE = re.compile(r"0|[1-9][0-9]{0,13}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4}")
EXACT_DIGITS = 15  # SQLite keeps numbers as doubles
LARGEST = Decimal(10) ** EXACT_DIGITS
KEPT_PLACES = 10
"""Decimals that a column keeps."""


def format_number(value: Decimal | int, decimals: int | None, percent: bool = False) -> str:
    """'9,800' · '12.50' · '87.5%'. Half is rounded up, away from zero."""
    if not percent and not decimals and value == (whole := int(value)):
        return f"{whole:,}"  # most numbers of an office, three times as fast
    number = Decimal(value)
    if percent:
        number, decimals = number * 100, 1 if decimals is None else decimals
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    else:
        number = number.normalize()
    return f"{number or abs(number):,f}" + ("%" if percent else "")


def _too_exact(places: int) -> str:
    if places:
        return t("소수점 아래 {count}자리까지 넣을 수 있습니다.", count=places)
    return t("소수점 없이 정수로 넣어 주세요.")


class DecimalKind(Kind):
    """소수: as many decimals as typed, unless the field says how many."""

    name = "decimal"
    widget = "number"
    sorting: ClassVar[Literal["text", "number", "date", "none"]] = "number"
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "range"

    def decimals(self, field: Field) -> int | None:
        return field.decimals

    def dash(self, field: Field) -> Reading:
        return Reading.error(t("'-'는 숫자가 아닙니다. 0이면 0을 넣고, 없으면 비워 두세요."), "0")

    def read(self, field: Field, text: str) -> Reading:
        if _WHOLE.fullmatch(text) and field.minimum is None and field.maximum is None:
            return Reading(self._stored(Decimal(text.replace(",", ""))))  # most cells of most tables
        found = read_number(text)
        if found is None:
            return excel_error(text.strip()) or Reading.error(
                t("숫자가 아닙니다: '{text}'. 숫자만 넣어 주세요.", text=text.strip()[:40])
            )
        if found.how == "dash":
            return self.dash(field)
        if abs(found.value) >= LARGEST:
            return Reading.error(t("숫자가 너무 큽니다. 15자리까지 넣을 수 있습니다."))
        meant = self._meant(field, text, found)
        return meant if meant.value is None else self._limits(field, meant)

    def read_entry(self, field: Field, text: str) -> Reading:
        reading = self.read(field, text)
        return reading if reading.value is None else self._storable(field, reading)

    def _storable(self, field: Field, reading: Reading) -> Reading:
        """A number that would come back from the table as another one is refused, not rounded without a word."""
        number = Decimal(reading.value).normalize()
        places = max(0, -int(number.as_tuple().exponent))
        if places > KEPT_PLACES:
            return Reading.error(_too_exact(KEPT_PLACES - 2 if field.percent else KEPT_PLACES))
        if len(number.as_tuple().digits) > EXACT_DIGITS:
            return Reading.error(t("숫자가 너무 큽니다. 15자리까지 넣을 수 있습니다."))
        return reading

    def _meant(self, field: Field, text: str, found: NumberText) -> Reading:
        """The value after what was typed around it: units, Korean numerals, odd commas."""
        value, suffix = found.value, found.suffix
        if found.how == "korean":
            return self._korean(field, text, found)
        if found.how == "commas":
            repair = self._repair(field, value)
            return Reading.error(t("쉼표 자리가 맞지 않습니다: '{text}'.", text=text.strip()), repair)
        if suffix == "%" and field.percent:
            return Reading(value / 100)
        if not suffix:
            return Reading(value)
        if suffix in (field.unit_ko, field.unit_text) or (not field.unit and suffix in MONEY):
            shown = self.format(field, value)
            return Reading.changed(value, t("'{suffix}' 단위를 떼고 읽었습니다: {shown}", suffix=suffix, shown=shown))
        if suffix in MONEY and field.unit_ko in MONEY:
            value = value * MONEY[suffix] / MONEY[field.unit_ko]
        return Reading.error(
            t("이 칸의 단위는 {unit}입니다. '{suffix}' 없이 숫자만 넣어 주세요.",
              suffix=suffix[:12], unit=field.unit_text or t("없음")),
            self._repair(field, value),
        )  # fmt: skip

    def _korean(self, field: Field, text: str, found: NumberText) -> Reading:
        """'9천8백' is offered as 9800; 만·억·조 mean won, so in a 천원 column they are converted."""
        value, is_clear = found.value, True
        if MONEY.get(field.unit_ko, 1) != 1:
            if found.suffix == "원" or "억" in text or "조" in text:
                value = value / MONEY[field.unit_ko]
            else:
                is_clear = "만" not in text  # 3만 in a 천원 column: 30 or 30,000?
        repair = self._repair(field, value) if is_clear else None
        return Reading.error(t("숫자로만 적어 주세요: '{text}'.", text=text.strip()), repair)

    def _repair(self, field: Field, value: Decimal) -> str:
        places = self.decimals(field)
        if places is not None:
            places += 2 if field.percent else 0
            value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if field.percent:
            return self.exact(field, value)
        return f"{value.normalize():f}" if value else "0"

    def _limits(self, field: Field, reading: Reading) -> Reading:
        value: Decimal = reading.value
        places = self.decimals(field)
        if places is not None:
            kept = round(value, places + 2 if field.percent else places)
            if value != kept:
                return Reading.error(_too_exact(places), self._repair(field, value))
            value = kept
        if field.minimum is not None and value < field.minimum:
            return Reading.error(t("{limit} 이상이어야 합니다.", limit=self.format(field, field.minimum)))
        if field.maximum is not None and value > field.maximum:
            return Reading.error(t("{limit} 이하여야 합니다.", limit=self.format(field, field.maximum)))
        return Reading(self._stored(value), reading.problem)

    def _stored(self, value: Decimal) -> Any:
        return value

    def format(self, field: Field, value: Any) -> str:
        return "" if value is None else format_number(value, self.decimals(field), field.percent)

    def exact(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        kept, shown = round(Decimal(value), KEPT_PLACES), self.decimals(field)
        if shown is None and field.percent:
            shown = 1
        if shown is not None:
            shown = max(shown, -int(kept.normalize().as_tuple().exponent) - (2 if field.percent else 0))
        return format_number(kept, shown, field.percent)

    def to_json(self, value: Any) -> Any:
        return None if value is None else f"{value:f}"

    def from_json(self, value: Any) -> Any:
        return None if value is None else Decimal(str(value))

    def column(self, field: Field) -> peewee.Field:
        return peewee.DecimalField(max_digits=26, decimal_places=KEPT_PLACES, auto_round=True, null=True)

    def annotation(self, field: Field) -> Any:
        return Decimal

    def attributes(self, field: Field) -> Mapping[str, str]:
        return {"inputmode": "decimal"}


class AmountKind(DecimalKind):
    """금액: no decimals unless the field asks for them; '-' alone is zero, as in a budget book."""

    name = "amount"

    def decimals(self, field: Field) -> int | None:
        return field.decimals or 0

    def dash(self, field: Field) -> Reading:
        return self._limits(field, Reading(Decimal(0), Problem("changed", t("'-'를 0으로 읽었습니다."))))

    def attributes(self, field: Field) -> Mapping[str, str]:
        return {"inputmode": "decimal" if field.decimals else "numeric"}


class IntegerKind(DecimalKind):
    """정수: counts of people, things, days."""

    name = "integer"

    def decimals(self, field: Field) -> int | None:
        return 0

    def _stored(self, value: Decimal) -> Any:
        return int(value)

    def to_json(self, value: Any) -> Any:
        return value

    def from_json(self, value: Any) -> Any:
        return None if value is None else int(value)

    def column(self, field: Field) -> peewee.Field:
        return peewee.BigIntegerField(null=True)

    def annotation(self, field: Field) -> Any:
        return int

    def attributes(self, field: Field) -> Mapping[str, str]:
        return {"inputmode": "numeric"}
