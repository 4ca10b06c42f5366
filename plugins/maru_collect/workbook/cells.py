"""Cells as calamine gives them, as the values that are kept; whole columns at a time."""

import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from .layout import Value

MIDNIGHT = time()


def column_values(cells: list[tuple[Any, ...]], index: int | None) -> list[Value]:
    """One column of a block of rows. Where all cells are of one kind, no step of Python per cell is taken."""
    if index is None or index > len(cells):
        return [None] * len(cells[0])
    column = cells[index - 1]
    kinds = set(map(type, column))
    if kinds == {float}:
        return _numbers(column)
    if kinds == {date}:
        return list(map(date.isoformat, column))
    if kinds == {str}:
        if "" not in column and not any(map(str.isspace, column)):
            return list(column)
        return [cell if cell and not cell.isspace() else None for cell in column]
    return [_value(cell) for cell in column]


def _numbers(column: tuple[float, ...]) -> list[Value]:
    if all(map(float.is_integer, column)):
        return list(map(int, column))
    if not any(map(float.is_integer, column)) and all(map(math.isfinite, column)):
        return list(map(Decimal, map(repr, column)))
    return list(map(_value, column))


def _value(cell: Any) -> Value:
    """A cell as calamine gives it, as the value that is kept: no '.0', no float noise, ISO dates."""
    kind = type(cell)
    if kind is str:
        return cell if cell and not cell.isspace() else None
    if kind is float:
        return int(cell) if cell.is_integer() else Decimal(repr(cell)) if math.isfinite(cell) else None
    if kind is bool or kind is int:
        return cell  # type: ignore[no-any-return]  # as above
    if kind is date:
        return cell.isoformat()  # type: ignore[no-any-return]  # as above
    if kind is datetime:
        whole_day = cell.time() == MIDNIGHT
        return cell.date().isoformat() if whole_day else cell.isoformat()  # type: ignore[no-any-return]  # as above
    return str(cell)
