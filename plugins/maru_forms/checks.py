"""What a design lacks before it can be used, one sentence a field; and the definition that it becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pydantic import ValidationError

from maru import t
from maru_records.api import Definition, Expression, ExpressionError, Field, compile_expression

from .design import Design, DesignField
from .field_types import NUMBERS, kind_of_type
from .formulas import names_in, unknown_word, words_to_labels

__all__ = ["definition_of", "problem_of_formula", "problems_of", "usable_part"]

UNNAMED = "draft"


def problems_of(design: Design) -> dict[str, str]:
    """Field key → what is wrong with it; "" → what is wrong with the whole. Empty when it can be used."""
    if not any(field.type not in ("computed", "row_number") for field in design.fields):
        return {"": t("적어 넣을 항목이 하나도 없습니다. 왼쪽에서 종류를 골라 항목을 더해 주세요.")}
    problems = {field.key: problem for field in design.fields if (problem := _problem(design, field))}
    sound = usable_part(design)
    for field in design.fields:
        if field.type != "computed" or field.key in problems:
            continue
        expression = sound.expressions.get(field.key)
        if problem := _misuse(design, expression) if expression else problem_of_formula(design, field):
            problems[field.key] = problem
    return problems


def _problem(design: Design, field: DesignField) -> str:
    labels = Counter(each.label for each in design.fields)
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


def _as_definition(fields: list[Field], **more: str) -> Definition | None:
    try:
        return Definition.model_validate({"key": UNNAMED, "label": UNNAMED, "fields": fields, **more})
    except ValidationError:
        return None


def usable_part(design: Design) -> Definition:
    """A definition of the fields that are in order; computed fields that cannot be calculated are left out.

    Without any field that is in order there is one for a remark, so that there is always something to show.
    """
    sound = [field.finished() for field in design.fields if not _problem(design, field)]
    found = [field for field in sound if field.type != "computed"]
    waiting = [field for field in sound if field.type == "computed"]
    while ready := [field for field in waiting if _as_definition([*found, field])]:
        found += ready
        waiting = [field for field in waiting if field not in ready]
    in_order = [field for field in sound if field in found]
    made = _as_definition(in_order) if in_order else None
    return made or Definition(key=UNNAMED, label=UNNAMED, fields=(Field(key="remark", label="비고", type="text"),))


def problem_of_formula(design: Design, field: DesignField) -> str:
    """Why the expression of `field` cannot be calculated, in words over labels; "" when it can."""
    every = (*design.fields, *design.removed)
    if word := unknown_word(field.expression):
        known = ", ".join(f"‘{other.label}’" for other in design.fields if other.key != field.key)
        return t("‘{word}’(이)라는 항목이 없습니다. 쓸 수 있는 항목: {known}", word=word, known=known)
    gone = [other.label for other in design.removed if other.key in names_in(field.expression)]
    if gone:
        return t("계산식에 쓰인 ‘{label}’ 항목이 지워졌습니다. 되살리거나 식을 고쳐 주세요.", label=gone[0])
    definition = usable_part(design.with_fields(tuple(one for one in design.fields if one.key != field.key)))
    kinds = {key: _value_kind(definition, one) for key, one in definition.by_key.items()}
    if field.key in names_in(field.expression) or _is_circle(design, field):
        return t("계산식이 서로를 부릅니다. ‘{label}’이(가) 저를 다시 쓰지 않게 고쳐 주세요.", label=field.label)
    try:
        compiled = compile_expression(field.expression, kinds)  # type: ignore[arg-type]  # the kinds of the engine, by their names
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
    reached, waiting = set[str](), names_in(field.expression)
    while waiting:
        key = waiting.pop()
        other = design.by_key.get(key)
        if key not in reached and other is not None and other.type == "computed":
            reached.add(key)
            waiting |= names_in(other.expression)
    return field.key in reached


def _value_kind(definition: Definition, field: Field) -> str:
    if field.type == "computed":
        return definition.expressions[field.key].kind
    kinds: Mapping[str, str] = {"date": "date", "datetime": "date", "yes_no": "truth"}
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
