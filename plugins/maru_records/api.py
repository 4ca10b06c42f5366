"""What other plugins may use of the records engine.

Definitions and checks are pure: importing this module opens no database and loads no table. What needs the database
(`define`, `records_of`, …) and the grid is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .checking import CellProblem, RowsCheck, check_rows, totals
from .definition import Definition, Field, FieldType
from .definition_files import definitions_in
from .expressions import Expression, ExpressionError, Fault, compile_expression
from .expressions import Kind as ValueKind
from .romanizing import romanized

if TYPE_CHECKING:
    from .for_admin import belongings_of
    from .grid import GridContext, SaveRequest, grid_context, save_answer
    from .models import StoredDefinition, value_of
    from .naming import RESERVED_FIELDS, key_for, taken_keys
    from .record_set import RecordSet, calculated, ledgers_of, record_sets_for, records_of
    from .rights import Access, Allowed
    from .services import add_record, change_record, define, delete_record, text_of
    from .shipping import shipped
    from .tables import write_model
    from .trying import Trial, trial_of
    from .upkeep import is_recalculating, set_closed, set_rights

_HOMES = {
    "for_admin": "belongings_of",
    "grid": "GridContext SaveRequest grid_context save_answer",
    "models": "StoredDefinition value_of",
    "naming": "RESERVED_FIELDS key_for taken_keys",
    "record_set": "RecordSet calculated ledgers_of record_sets_for records_of",
    "rights": "Access Allowed",
    "services": "add_record change_record define delete_record text_of",
    "shipping": "shipped",
    "tables": "write_model",
    "trying": "Trial trial_of",
    "upkeep": "is_recalculating set_closed set_rights",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "RESERVED_FIELDS",
    "Access",
    "Allowed",
    "CellProblem",
    "Definition",
    "Expression",
    "ExpressionError",
    "Fault",
    "Field",
    "FieldType",
    "GridContext",
    "RecordSet",
    "RowsCheck",
    "SaveRequest",
    "StoredDefinition",
    "Trial",
    "ValueKind",
    "add_record",
    "belongings_of",
    "calculated",
    "change_record",
    "check_rows",
    "compile_expression",
    "define",
    "definitions_in",
    "delete_record",
    "grid_context",
    "is_recalculating",
    "key_for",
    "ledgers_of",
    "record_sets_for",
    "records_of",
    "romanized",
    "save_answer",
    "set_closed",
    "set_rights",
    "shipped",
    "taken_keys",
    "text_of",
    "totals",
    "trial_of",
    "value_of",
    "write_model",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOME_OF[name]}", __package__), name)
    globals()[name] = found
    return found
