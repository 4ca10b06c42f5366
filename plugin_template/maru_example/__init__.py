"""회의실 예약: who has which room when.

The book is the JSON file in `app/`: its fields, their labels in both languages, its rules. The engine of ledgers makes
everything else from it: table, list, forms, search, workbook, rights, history.
"""

from pathlib import Path

from maru import hookimpl
from maru_records.api import Definition, definitions_in


@hookimpl
def record_definitions() -> list[Definition]:
    """The book in `app/`, whose address is `/records/<key>/`."""
    return definitions_in(Path(__file__).parent / "app")
