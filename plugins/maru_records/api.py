"""What other plugins may use of the records engine.

Definitions and checks are pure: importing this module opens no database and loads no table. What needs the database
(`define`, `records_of`, …) and the grid is imported when it is first asked for.

A plugin that ships a ledger reads it by `shipped(portal, key)`: `visible_to(viewer)` are the records that a person may
see, `table` is the model of all of them, with an attribute for each field; the hook `record_definitions` has an
example.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .checking import CellProblem, RowsCheck, check_rows, totals
from .definition import Definition, Field, FieldType
from .definition.expressions import Expression, ExpressionError, Fault, compile_expression
from .definition.expressions import Kind as ValueKind
from .definition.files import definitions_in
from .definition.romanizing import romanized

if TYPE_CHECKING:
    from .for_admin import belongings_of
    from .grid.context import GridContext, grid_context
    from .grid.saving import SaveRequest, save_answer
    from .ledgers.keys import RESERVED_FIELDS, key_for, taken_keys
    from .ledgers.record_set import RecordSet, ledgers_of, record_sets_for, records_of
    from .ledgers.rights import Access, Allowed
    from .ledgers.tables import write_model
    from .ledgers.values import calculated, text_of
    from .models import StoredDefinition, value_of
    from .pages.trying import Trial, trial_of
    from .writing.defining import define
    from .writing.records import add_record, change_record, delete_record
    from .writing.shipping import shipped
    from .writing.upkeep import is_recalculating, set_closed, set_rights

_HOMES = {
    "for_admin": "belongings_of",
    "grid.context": "GridContext grid_context",
    "grid.saving": "SaveRequest save_answer",
    "ledgers.keys": "RESERVED_FIELDS key_for taken_keys",
    "ledgers.record_set": "RecordSet ledgers_of record_sets_for records_of",
    "ledgers.rights": "Access Allowed",
    "ledgers.tables": "write_model",
    "ledgers.values": "calculated text_of",
    "models": "StoredDefinition value_of",
    "pages.trying": "Trial trial_of",
    "writing.defining": "define",
    "writing.records": "add_record change_record delete_record",
    "writing.shipping": "shipped",
    "writing.upkeep": "is_recalculating set_closed set_rights",
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
