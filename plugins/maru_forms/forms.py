"""What is entered while building: the panel of a field, name and rights, what the list shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from maru import Department, User, form, one_line, t

from .checks import problem_of_formula
from .design import Design, DesignField, Sharing
from .field_types import alike, kinds
from .formulas import over_keys
from .models import LABEL_LENGTH
from .steps import changed

__all__ = ["Named", "ReadField", "clean", "read_field", "read_lines", "read_named", "read_sharing", "typed_field"]

MOST_CHOICES = 200
LONGEST_FORMULA = 1000
ICONS = (
    *("table", "car", "users", "file-text", "clipboard-list", "stamp", "wrench", "building-2", "key-round", "package"),
    *("banknote", "hard-hat", "calendar", "phone", "book-open"),
)


def clean(text: object, most: int) -> str:
    """`text` as one line, cut after `most` characters; '' where nothing was sent, or nothing that can be seen."""
    return one_line(text or "")[:most]


@dataclass(frozen=True)
class ReadField:
    """The panel as it was sent: the field that it makes, and a sentence for each control that is wrong."""

    field: DesignField
    problems: dict[str, str]


def read_field(entered: FormData, design: Design, before: DesignField, is_in_use: bool) -> ReadField:
    """The panel of `before`. A control that was not shown changes nothing; texts that are wrong are kept as typed."""
    field = typed_field(entered, design, before, is_in_use)
    problems: dict[str, str] = {}
    if not field.label:
        problems["label"] = t("항목의 이름을 적어 주세요.")
    elif any(other.label == field.label for other in design.fields if other.key != field.key):
        problems["label"] = t("‘{label}’(이)라는 항목이 또 있습니다. 다른 이름을 적어 주세요.", label=field.label)
    for name in ("minimum", "maximum"):
        if (given := getattr(field, name)) is not None and _number(given) is None:
            problems[name] = t("‘{value}’을(를) 숫자로 읽을 수 없습니다.", value=given)
    low, high = _number(field.minimum), _number(field.maximum)
    if low is not None and high is not None and low > high:
        problems["maximum"] = t("가장 큰 값이 가장 작은 값보다 작습니다.")
    if len(field.choices) > MOST_CHOICES:
        problems["choices"] = t("고를 수 있는 값은 {n}개까지 적을 수 있습니다.", n=MOST_CHOICES)
    wrong = _wrong_formula(entered, design, field) if field.type == "computed" and field.expression else ""
    if wrong:
        problems["expression"] = t("‘{label}’ 계산식: {problem}", label=field.label, problem=wrong)
    return ReadField(field, problems)


def _wrong_formula(entered: FormData, design: Design, field: DesignField) -> str:
    length = len(str(entered.get("expression", "")).strip())
    if length > LONGEST_FORMULA:
        return t("계산식이 {length}자입니다. {most}자까지 쓸 수 있습니다.", length=length, most=LONGEST_FORMULA)
    return problem_of_formula(changed(design, field), field)


def typed_field(entered: FormData, design: Design, before: DesignField, is_in_use: bool) -> DesignField:
    """The field with what was typed, right or wrong."""
    shown = set(map(str, entered.getlist("shown")))
    given: dict[str, Any] = {"label": clean(entered.get("label", before.label), LABEL_LENGTH)}
    offered = alike(before.type) if is_in_use else tuple(kind.type for kind in kinds())
    if (wanted := entered.get("type")) in offered:
        given["type"] = wanted
    for name in shown & {"required", "percent", "in_list", "total"}:
        given[name] = name in entered
    for name, most in (("unit", 20), ("help", 200)):
        if name in shown:
            given[name] = clean(entered.get(name), most)
    for name in shown & {"minimum", "maximum"}:
        given[name] = clean(entered.get(name), 30).replace(",", "") or None
    if "decimals" in shown:
        given["decimals"] = int(found) if (found := str(entered.get("decimals", ""))) in map(str, range(7)) else None
    if "choices" in shown:
        given["choices"] = read_lines(str(entered.get("choices", "")))
    if "expression" in shown:
        given["expression"] = over_keys(
            str(entered.get("expression", ""))[: 5 * LONGEST_FORMULA], (*design.fields, *design.removed)
        )
    return before.model_copy(update=given)


def read_lines(text: str) -> tuple[str, ...]:
    """One choice a line, each once; a single line is parted at its commas."""
    lines = text.replace("\r", "").split("\n")
    parts = lines if len([line for line in lines if line.strip()]) > 1 else text.split(",")
    return tuple(dict.fromkeys(found for part in parts if (found := clean(part, 60))))


def _number(text: str | None) -> Decimal | None:
    try:
        found = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and abs(found) < 10**15 else None


@dataclass(frozen=True)
class Named:
    """Name and rights as they were sent, with a sentence for each control that is wrong."""

    label: str
    summary: str
    icon: str
    readers: Sharing
    writers: Sharing
    problems: dict[str, str]


def read_named(request: Request, departments: Iterable[Department]) -> Named:
    """The page 이름과 권한. Only the given departments may be named; an account that does not exist is said."""
    entered, problems = form(request), dict[str, str]()
    label = clean(entered.get("label"), LABEL_LENGTH)
    if not label:
        problems["label"] = t("대장의 이름을 적어 주세요.")
    known = {unit.id for unit in departments}
    readers = read_sharing(entered, "readers", known, problems)
    writers = read_sharing(entered, "writers", known, problems)
    icon = str(entered.get("icon", ""))
    summary = clean(entered.get("summary"), 200)
    return Named(label, summary, icon if icon in ICONS else "table", readers, writers, problems)


def read_sharing(entered: FormData, name: str, known: set[int], problems: dict[str, str]) -> Sharing:
    """Who reads, or who writes. `<name>.people` are ids that were chosen before, `<name>.add` accounts to be added."""
    who = str(entered.get(name, "own"))
    departments = tuple(sorted({int(one) for one in _numbers(entered, f"{name}.departments")} & known))
    kept = User.select().where(User.id.in_([int(one) for one in _numbers(entered, f"{name}.people")]))
    people = {user.id for user in kept}
    for account in re.split(r"[,\s]+", clean(entered.get(f"{name}.add"), 400)):
        found = User.get_or_none(User.username == account, User.is_active) if account else None
        if found is not None:
            people.add(found.id)
        elif account:
            problems[name] = t("‘{name}’ 계정이 없습니다. 목록에서 골라 주세요.", name=account)
    if who == "chosen" and not departments and not people and name not in problems:
        problems[name] = t("부서나 사람을 하나 이상 골라 주세요.")
    return Sharing(who=who if who in ("own", "everyone", "chosen") else "own", departments=departments,
                   people=tuple(sorted(people)))  # fmt: skip


def _numbers(entered: FormData, name: str) -> list[str]:
    return [
        str(one) for one in entered.getlist(name) if str(one).isascii() and str(one).isdigit() and len(str(one)) < 10
    ]
