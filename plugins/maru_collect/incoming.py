"""돌아온 엑셀 파일: read outside of any write, into rows of text and problems that name their cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from maru import Invalid, label_text, t
from maru_records.api import CellProblem, Definition

from .layouts import said
from .readers import READERS
from .services import MOST_ROWS
from .workbook import Filled, Layout, Sentence, WorkbookProblem


@dataclass(frozen=True)
class Finding:
    """확인할 것: one problem with the place where a person finds it, a cell of the workbook or a row of the grid."""

    place: str
    severity: str
    message: str


def recognized(path: Path, name: str) -> Layout:
    """The layout of an uploaded form. Raises Invalid in words for the person who uploaded it."""
    try:
        return READERS.recognize(path)
    except WorkbookProblem as wrong:
        raise Invalid(in_words(wrong, name)) from wrong


def read_workbook(
    path: Path, name: str, layout: Layout, unit_name: str
) -> tuple[list[list[str | None]], dict[str, Any]]:
    """The rows of a returned workbook as texts, and what Draft.upload keeps of it. Raises Invalid when unreadable."""
    try:
        filled = READERS.read_rows(path, layout, unit_name, MOST_ROWS)
    except WorkbookProblem as wrong:
        raise Invalid(in_words(wrong, name)) from wrong
    return filled.texts(), _kept(filled, name)


def _kept(filled: Filled, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "letters": list(filled.letters),
        "sheet_rows": [row.row for row in filled.rows],
        "problems": [
            {
                "address": problem.address,
                "severity": problem.severity,
                "msgid": problem.sentence.msgid,
                "values": list(problem.sentence.values),
            }
            for problem in filled.problems
        ],
    }


def in_words(wrong: WorkbookProblem, name: str) -> str:
    """What is wrong with a workbook, calling it by the name the person knows instead of that in the store."""
    values = tuple((key, name if key == "name" else value) for key, value in wrong.sentence.values)
    return said(replace(wrong.sentence, values=values))


def findings_in_file(upload: Any) -> list[Finding]:
    """What was wrong with the workbook itself, in the reader's language."""
    found = []
    for problem in upload["problems"] if upload else []:
        sentence = Sentence(problem["msgid"], tuple((key, value) for key, value in problem["values"]))
        found.append(Finding(problem["address"], problem["severity"], said(sentence)))
    return found


def findings_in_rows(definition: Definition, problems: list[CellProblem], upload: Any) -> list[Finding]:
    """The problems of the check, each at the address of its cell in the workbook, or at its row in the grid."""
    found = []
    for problem in problems:
        label = label_text(definition.fields[problem.column].label)
        address = _address(upload, problem.row, problem.column)
        place = f"{address} {label}" if address else t("{row}행 · {column}", row=problem.row + 1, column=label)
        found.append(Finding(place, problem.severity, problem.message))
    return found


def _address(upload: Any, row: int, column: int) -> str:
    if not upload or row >= len(upload["sheet_rows"]) or column >= len(upload["letters"]):
        return ""
    letter = upload["letters"][column]
    return f"{letter}{upload['sheet_rows'][row]}" if letter else ""
