"""What publishing would change, in sentences: fields added, hidden, changed; name and rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from maru import t

from .audience import said
from .design import Design, DesignField
from .field_types import kind_of_type
from .formulas import over_labels
from .models import Draft

__all__ = ["Difference", "differences"]


@dataclass(frozen=True)
class Difference:
    """One thing that is different from the version in use. `kind` gives the sign: added, hidden or changed."""

    kind: Literal["added", "hidden", "changed"]
    text: str


def differences(draft: Draft) -> tuple[Difference, ...]:
    """What is different from the version in use; () for a ledger that was never published."""
    before, after = draft.published_design, draft.design
    if before is None:
        return ()
    found = [*_of_fields(before, after), *_of_the_whole(draft, before, after)]
    return tuple(found)


def _of_fields(before: Design, after: Design) -> list[Difference]:
    found = []
    for field in after.fields:
        old = before.by_key.get(field.key)
        if old is None:
            back = any(one.key == field.key for one in before.removed)
            text = t("‘{label}’ 항목을 되살립니다.") if back else t("‘{label}’ 항목을 더합니다.")
            found.append(Difference("added", text.format(label=field.label)))
        elif old != field:
            found.append(Difference("changed", _change(after, old, field)))
    gone = [field for field in before.fields if field.key not in after.by_key]
    text = t("‘{label}’ 항목을 숨깁니다. 이미 적힌 값은 지우지 않습니다.")
    found += [Difference("hidden", text.format(label=field.label)) for field in gone]
    kept = [key for key in before.by_key if key in after.by_key]
    if kept != [key for key in after.by_key if key in before.by_key]:
        found.append(Difference("changed", t("항목의 순서를 바꿉니다.")))
    return found


def _change(after: Design, old: DesignField, new: DesignField) -> str:
    if old.label != new.label:
        return t("‘{old}’ 항목의 이름을 ‘{new}’(으)로 바꿉니다.", old=old.label, new=new.label)
    if old.type != new.type:
        kinds = kind_of_type(old.type).name, kind_of_type(new.type).name
        return t("‘{label}’의 종류를 {old}에서 {new}(으)로 바꿉니다.", label=new.label, old=kinds[0], new=kinds[1])
    if old.expression != new.expression:
        formula = over_labels(new.expression, (*after.fields, *after.removed))
        return t(
            "‘{label}’의 계산식을 바꾸고, 있는 기록도 다시 계산합니다: {formula}", label=new.label, formula=formula
        )
    return t("‘{label}’의 설정을 바꿉니다.", label=new.label)


def _of_the_whole(draft: Draft, before: Design, after: Design) -> list[Difference]:
    found = []
    if draft.published["label"] != draft.label:
        found.append(t("대장의 이름을 ‘{label}’(으)로 바꿉니다.", label=draft.label))
    if draft.published["summary"] != draft.summary or before.icon != after.icon:
        found.append(t("설명이나 그림을 바꿉니다."))
    if (before.title, before.order) != (after.title, after.order):
        found.append(t("목록의 제목 칸이나 차례를 바꿉니다."))
    if before.readers != after.readers:
        found.append(t("보는 사람을 바꿉니다: {who}", who=said(after.readers, draft.department)))
    if before.writers != after.writers:
        found.append(t("기록하는 사람을 바꿉니다: {who}", who=said(after.writers, draft.department)))
    return [Difference("changed", text) for text in found]
