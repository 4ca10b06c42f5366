"""What a design lacks before it can be used, one sentence a field; and the definition that it becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from maru import t
from maru_records.api import Definition, Expression, ExpressionError, Field, ValueKind, compile_expression

from .design import Design, DesignField
from .field_types import NUMBERS, kind_of_type
from .formulas import names_in, unknown_word, words_to_labels

__all__ = ["definition_of", "problem_of_formula", "problems_of", "usable_part"]

UNNAMED = "draft"


def problems_of(design: Design) -> dict[str, str]:
    """Field key → what is wrong with it; "" → what is wrong with the whole. Empty when it can be used."""
    if not any(field.type not in ("computed", "row_number") for field in design.fields):
        return {"": t("적어 넣을 항목이 하나도 없습니다. 왼쪽에서 종류를 골라 항목을 더해 주세요.")}
    labels = Counter(field.label for field in design.fields)
    problems = {field.key: problem for field in design.fields if (problem := _problem(field, labels))}
    usable = usable_part(design)
    for field in design.fields:
        if field.type != "computed" or field.key in problems:
            continue
        expression = usable.expressions.get(field.key)
        if problem := _misuse(design, expression) if expression else problem_of_formula(design, field, usable):
            problems[field.key] = problem
    return problems


def _problem(field: DesignField, labels: Mapping[str, int]) -> str:
    if not field.label:
        return t("항목의 이름을 적어 주세요.")
    if labels[field.label] > 1:
        return t("‘{label}’(이)라는 항목이 또 있습니다. 하나의 이름을 바꿔 주세요.", label=field.label)
    if field.type == "choice" and not field.choices:
        return t("고를 수 있는 값을 한 줄에 하나씩 적어 주세요.")
    if field.type == "computed" and not field.expression:
        return t("계산식을 적어 주세요. 다른 항목의 이름과 + - * / 를 씁니다.")
    return _limits(field)


def _limits(field: DesignField) -> str:
    try:
        field.finished()
    except ValidationError as wrong:
        return str(wrong.errors()[0].get("ctx", {}).get("error") or t("쓸 수 없는 값이 있습니다."))
    return ""


def usable_part(design: Design) -> Definition:
    """A definition of the fields that are in order; computed fields that cannot be calculated are left out.

    Without any field that is in order there is one for a remark, so that there is always something to show.
    """
    labels = Counter(field.label for field in design.fields)
    sound = [field.finished() for field in design.fields if not _problem(field, labels)]
    can_be_calculated = set(_calculable(sound))
    found = tuple(field for field in sound if field.type != "computed" or field.key in can_be_calculated)
    return Definition(key=UNNAMED, label=UNNAMED, fields=found or (Field(key="remark", label="비고", type="text"),))


def _calculable(fields: list[Field]) -> Iterator[str]:
    """The computed fields that can be calculated, each after those it needs. Every expression is read once."""
    kinds = {field.key: _kind_of_value(field) for field in fields if field.is_entered}
    waiting = {field.key: field for field in fields if field.type == "computed"}
    missing = {key: names_in(field.expression) & waiting.keys() for key, field in waiting.items()}
    readers: dict[str, list[str]] = {key: [] for key in waiting}
    for key, needed in missing.items():
        for other in needed:
            readers[other].append(key)
    ready = [key for key, needed in missing.items() if not needed]
    while ready:
        key = ready.pop()
        try:
            kinds[key] = compile_expression(waiting[key].expression, kinds).kind
        except ExpressionError:
            continue
        yield key
        for reader in readers[key]:
            missing[reader] -= {key}
            ready += [] if missing[reader] else [reader]


def problem_of_formula(design: Design, field: DesignField, usable: Definition | None = None) -> str:
    """Why the expression of `field` cannot be calculated, in words over labels; "" when it can.

    `usable` is the `usable_part` of the design, where it is known.
    """
    every = (*design.fields, *design.removed)
    if word := unknown_word(field.expression):
        known = ", ".join(f"‘{other.label}’" for other in design.fields if other.key != field.key)
        return t("‘{word}’(이)라는 항목이 없습니다. 쓸 수 있는 항목: {known}", word=word, known=known)
    gone = [other.label for other in design.removed if other.key in names_in(field.expression)]
    if gone:
        return t("계산식에 쓰인 ‘{label}’ 항목이 지워졌습니다. 되살리거나 식을 고쳐 주세요.", label=gone[0])
    definition = usable or usable_part(design)
    kinds = {one.key: _value_kind(definition, one) for one in definition.fields if one.key != field.key}
    if field.key in names_in(field.expression) or _is_circle(design, field):
        return t("계산식이 서로를 부릅니다. ‘{label}’이(가) 저를 다시 쓰지 않게 고쳐 주세요.", label=field.label)
    try:
        compiled = compile_expression(field.expression, kinds)
    except ExpressionError as wrong:
        return words_to_labels(str(wrong), every)
    return _misuse(design, compiled)


def _misuse(design: Design, expression: Expression) -> str:
    """The sentence about a text or a day that a formula takes for a number; what another formula gives may be both."""
    wrong = [design.by_key[key] for key in expression.misused if key in design.by_key]
    field = next((one for one in wrong if one.type != "computed"), None)
    if field is None:
        return ""
    kind = kind_of_type(field.type).name
    return t("‘{label}’은(는) 종류가 ‘{kind}’(이)라 셈할 수 없습니다. 숫자 항목을 쓰거나 그 항목의 종류를 바꿔 주세요.",
             label=field.label, kind=kind)  # fmt: skip


def _is_circle(design: Design, field: DesignField) -> bool:
    reached, waiting = set[str](), set(names_in(field.expression))
    while waiting:
        key = waiting.pop()
        other = design.by_key.get(key)
        if key not in reached and other is not None and other.type == "computed":
            reached.add(key)
            waiting |= names_in(other.expression)
    return field.key in reached


def _value_kind(definition: Definition, field: Field) -> ValueKind:
    return definition.expressions[field.key].kind if field.type == "computed" else _kind_of_value(field)


def _kind_of_value(field: Field) -> ValueKind:
    """What a field that is typed in holds."""
    kinds: Mapping[str, ValueKind] = {"date": "date", "datetime": "date", "yes_no": "truth"}
    return "number" if field.type in NUMBERS else kinds.get(field.type, "text")


def definition_of(design: Design, key: str, label: str, summary: str, version: int) -> Definition:
    """The definition of a design without problems."""
    return Definition(
        key=key,
        version=version,
        label=label,
        summary=summary,
        icon=design.icon,
        title=design.title,
        order=design.order,
        fields=tuple(field.finished() for field in design.fields),
    )
