"""A ledger begun from an Excel file: headings, types and choices are recognised as 자동취합 recognises its forms.

Imported only where maru_collect is there, which this plugin can do without.
"""

from __future__ import annotations

from pathlib import Path

from maru import label_text, t
from maru_collect.api import UNCALCULATED, definition_in
from maru_records.api import Definition, Field


def read_workbook(path: Path, name: str) -> tuple[Definition, tuple[str, ...]]:
    """The table of the workbook, called `name`, as a definition; and what could not be taken over, in sentences.

    A formula that only Excel can calculate becomes a number to type. Raises Invalid saying what is wrong with the file.
    """
    found = definition_in(path, name)
    lost = [label_text(field.label) for field in found.fields if field.expression == UNCALCULATED]
    if not lost:
        return found, ()
    note = t("엑셀에서만 계산되는 열은 직접 적는 항목으로 바꾸었습니다: {labels}", labels=", ".join(lost))
    return _with_typed(found), (note,)


def _with_typed(definition: Definition) -> Definition:
    fields = tuple(_typed(field) if field.expression == UNCALCULATED else field for field in definition.fields)
    return definition.model_copy(update={"fields": fields})


def _typed(field: Field) -> Field:
    return field.model_copy(update={"type": "decimal", "expression": "", "help": ""})
