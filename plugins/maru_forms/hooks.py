"""What other plugins may give to the making of ledgers. Version 1."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from maru import gives, hookspec
from maru_records.api import Definition

VERSION = 1


@dataclass(frozen=True)
class ReadWorkbook:
    """An uploaded workbook as a ledger: the definition, or None with the `problem` in a sentence.

    `notes` say what could not be taken over, one sentence each.
    """

    definition: Definition | None
    problem: str = ""
    notes: tuple[str, ...] = ()


@hookspec
@gives(ReadWorkbook, many=False)
def read_workbook(path: Path, name: str) -> ReadWorkbook | None:
    """The ledger that an uploaded xlsx file stands for: a field for each column, with type and choices.

    `path` is where the file lies, `name` what the person calls it. Called outside of any write, when a new ledger is
    begun from a file; without an implementation that beginning is not offered. What is wrong with the file is said in
    `problem`, not raised.

        @hookimpl
        def read_workbook(path, name):
            return ReadWorkbook(definition_in(path))
    """
