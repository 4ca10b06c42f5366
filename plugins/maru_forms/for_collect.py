"""A ledger begun from an Excel file: headings, types and choices are recognised as 자동취합 recognises its forms."""

from __future__ import annotations

from pathlib import Path

from maru import Invalid, hookimpl, label_text, t
from maru_collect.api import UNCALCULATED, definition_in
from maru_records.api import Definition, Field

from .hooks import ReadWorkbook


@hookimpl
def read_workbook(path: Path, name: str) -> ReadWorkbook:
    """The table of the workbook as a definition. A formula that only Excel can calculate becomes a number to type."""
    try:
        found = definition_in(path, name)
    except Invalid as wrong:
        return ReadWorkbook(None, str(wrong))
    lost = [label_text(field.label) for field in found.fields if field.expression == UNCALCULATED]
    notes = (t("엑셀에서만 계산되는 열은 직접 적는 항목으로 바꾸었습니다: {labels}", labels=", ".join(lost)),)
    return ReadWorkbook(_with_typed(found), notes=notes if lost else ())


def _with_typed(definition: Definition) -> Definition:
    fields = tuple(_typed(field) if field.expression == UNCALCULATED else field for field in definition.fields)
    return definition.model_copy(update={"fields": fields})


def _typed(field: Field) -> Field:
    return field.model_copy(update={"type": "decimal", "expression": "", "help": ""})
