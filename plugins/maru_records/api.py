"""What other plugins may use of the records engine.

Definitions and checks are pure: importing this module opens no database and loads no table. What needs the database
(`define`, `records_of`, …) and the grid is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .checking import CellProblem, RowsCheck, check_rows, totals
from .definition import Definition, Field

if TYPE_CHECKING:
    from .grid import GridContext, SaveRequest, grid_context, save_answer
    from .record_set import RecordSet, record_sets_for, records_of
    from .rights import Access, Allowed
    from .services import add_record, change_record, define, definitions_in, delete_record
    from .tables import write_model

_HOMES = {
    "grid": "GridContext SaveRequest grid_context save_answer",
    "record_set": "RecordSet record_sets_for records_of",
    "rights": "Access Allowed",
    "services": "add_record change_record define definitions_in delete_record",
    "tables": "write_model",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Access",
    "Allowed",
    "CellProblem",
    "Definition",
    "Field",
    "GridContext",
    "RecordSet",
    "RowsCheck",
    "SaveRequest",
    "add_record",
    "change_record",
    "check_rows",
    "define",
    "definitions_in",
    "delete_record",
    "grid_context",
    "record_sets_for",
    "records_of",
    "save_answer",
    "totals",
    "write_model",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOME_OF[name]}", __package__), name)
    globals()[name] = found
    return found
