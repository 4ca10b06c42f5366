"""The Excel engine of 자동취합: reads a form, reads what units filled in, writes the merged table into the form.

Everything here works on files alone: no database, no request. The four steps:

    layout = recognize("form.xlsx")                          # once, when the collector uploads the form
    blank_copy("form.xlsx", layout, "유구읍", out)            # what a unit downloads
    filled = read_rows("returned.xlsx", layout, "유구읍")     # at upload, never at merge time
    write_merged("form.xlsx", layout, rows, out)             # rows of all units, in official order
"""

from .filled import read_rows
from .layout import Column, ColumnType, Kept, Layout, LineBelow, Value
from .merged import WriteReport, blank_copy, write_merged
from .package import DAMAGED, PARTS, TOTAL_BYTES
from .recognition import recognize, sheets
from .returned import Filled, FilledRow
from .words import BUSY, TOO_HEAVY, CellProblem, Sentence, Severity, WorkbookProblem, say

__all__ = [
    "BUSY",
    "DAMAGED",
    "PARTS",
    "TOO_HEAVY",
    "TOTAL_BYTES",
    "CellProblem",
    "Column",
    "ColumnType",
    "Filled",
    "FilledRow",
    "Kept",
    "Layout",
    "LineBelow",
    "Sentence",
    "Severity",
    "Value",
    "WorkbookProblem",
    "WriteReport",
    "blank_copy",
    "read_rows",
    "recognize",
    "say",
    "sheets",
    "write_merged",
]
