"""What other plugins may use of 자동취합: an Excel form read as a definition."""

from __future__ import annotations

from pathlib import Path

from maru_records.api import Definition

from .incoming import recognized
from .layouts import UNCALCULATED, definition_of

__all__ = ["UNCALCULATED", "definition_in"]


def definition_in(path: Path, name: str) -> Definition:
    """The table of an uploaded workbook as a definition: one field a column, with type, choices, unit and formula.

    `name` is what the person calls the file. A formula that only Excel can calculate is `UNCALCULATED`. Raises
    Invalid in words for the person who uploaded it.
    """
    return definition_of(recognized(path, name), "workbook")
