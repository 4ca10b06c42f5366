"""What expressions calculate with: numbers, texts, days and truths as Excel treats them, blanks included.

Numbers are `Decimal` with 28 digits. What cannot be calculated raises `Stop` with Excel's word for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from typing import Literal
from zoneinfo import ZoneInfo

__all__ = ["FUNCTIONS", "INFIX", "LONGEST_TEXT", "Fault", "Kind", "Stop", "Value", "truth"]

_SEOUL = ZoneInfo("Asia/Seoul")
_MATH = Context(prec=28, Emin=-999, Emax=999)
LONGEST_TEXT = 32_767  # what a cell of Excel holds

Value = Decimal | int | str | bool | date | None
Kind = Literal["number", "text", "truth", "date"]


class Fault(str):
    """An error as a value, in Excel's words: '#DIV/0!', '#VALUE!', '#NUM!'."""


class Stop(Exception):
    """Carries a fault out of a calculation; it never leaves the expressions."""


def _number(value: Value) -> Decimal:
    if type(value) is Decimal:
        return value
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, int):  # bool is an int: TRUE counts as 1, as in Excel
        return Decimal(int(value))
    raise Stop("#VALUE!")


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, date):
        return _day(value).isoformat()
    return str(value)


def truth(value: Value) -> bool:
    """A value as a condition: numbers other than 0 are true, blanks are not."""
    if isinstance(value, str | date):
        raise Stop("#VALUE!")
    return bool(value)


def _day(value: Value) -> date:
    if isinstance(value, datetime):
        return value.astimezone(_SEOUL).date()
    if isinstance(value, date):
        return value
    raise Stop("#VALUE!")


def _comparable(left: Value, right: Value) -> tuple[Value, Value]:
    """Both sides in one type; a blank becomes the zero, the empty text or FALSE of the other side."""
    if isinstance(left, date) and isinstance(right, date):
        return _day(left), _day(right)
    if isinstance(left, str | None) and isinstance(right, str | None):
        return _text(left).casefold(), _text(right).casefold()
    if isinstance(left, date) or isinstance(right, date) or isinstance(left, str) or isinstance(right, str):
        raise Stop("#VALUE!")
    return _number(left), _number(right)


def _equal(left: Value, right: Value) -> bool:
    if type(left) is Decimal and type(right) is Decimal:
        return left == right
    try:
        one, other = _comparable(left, right)
    except Stop:  # values of different types are simply not equal, as in Excel
        return False
    return one == other


def _less(left: Value, right: Value) -> bool:
    one, other = _comparable(left, right)
    return bool(one < other)  # type: ignore[operator]  # _comparable returns two values of one ordered type


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, date):
        return _day(left) + timedelta(days=int(_number(right)))
    if isinstance(right, date):
        return _add(right, left)
    return _MATH.add(_number(left), _number(right))


def _subtract(left: Value, right: Value) -> Value:
    if isinstance(left, date) and isinstance(right, date):
        return Decimal((_day(left) - _day(right)).days)
    if isinstance(left, date):
        return _day(left) - timedelta(days=int(_number(right)))
    return _MATH.subtract(_number(left), _number(right))


def _divide(left: Value, right: Value) -> Value:
    divisor = _number(right)
    if not divisor:
        raise Stop("#DIV/0!")
    return _MATH.divide(_number(left), divisor)


def _power(left: Value, right: Value) -> Value:
    return _MATH.power(_number(left), _number(right))


def _join(left: Value, right: Value) -> Value:
    """Two texts as one, as long as a cell may be: joined over and over they would fill the memory."""
    joined = _text(left) + _text(right)
    if len(joined) > LONGEST_TEXT:
        raise Stop("#VALUE!")
    return joined


def _rounded(mode: str) -> Callable[[list[Value]], Value]:
    def rounded(values: list[Value]) -> Value:
        places = int(_number(values[1])) if len(values) > 1 else 0
        if not -15 <= places <= 15:
            raise Stop("#NUM!")
        return _number(values[0]).quantize(Decimal(1).scaleb(-places), rounding=mode, context=_MATH)

    return rounded


def _filled(values: list[Value]) -> Iterator[Decimal]:
    return (_number(value) for value in values if value is not None)


def _sum(values: list[Value]) -> Value:
    total = Decimal(0)
    for number in _filled(values):
        total = _MATH.add(total, number)
    return total


INFIX: dict[str, tuple[int, Kind, Callable[[Value, Value], Value]]] = {
    "=": (10, "truth", _equal),
    "<>": (10, "truth", lambda left, right: not _equal(left, right)),
    "<": (10, "truth", _less),
    "<=": (10, "truth", lambda left, right: not _less(right, left)),
    ">": (10, "truth", lambda left, right: _less(right, left)),
    ">=": (10, "truth", lambda left, right: not _less(left, right)),
    "&": (20, "text", _join),
    "+": (30, "number", _add),
    "-": (30, "number", _subtract),
    "*": (40, "number", lambda left, right: _MATH.multiply(_number(left), _number(right))),
    "/": (40, "number", _divide),
    "^": (50, "number", _power),
}

# name: (fewest arguments, most arguments, kind of the result, calculation)
FUNCTIONS: dict[str, tuple[int, int, Kind, Callable[[list[Value]], Value]]] = {
    "SUM": (1, 60, "number", _sum),
    "MIN": (1, 60, "number", lambda values: min(_filled(values), default=Decimal(0))),
    "MAX": (1, 60, "number", lambda values: max(_filled(values), default=Decimal(0))),
    "ROUND": (1, 2, "number", _rounded(ROUND_HALF_UP)),
    "ROUNDUP": (1, 2, "number", _rounded(ROUND_UP)),
    "ROUNDDOWN": (1, 2, "number", _rounded(ROUND_DOWN)),
    "ABS": (1, 1, "number", lambda values: _MATH.abs(_number(values[0]))),
    "AND": (1, 60, "truth", lambda values: all(truth(value) for value in values)),
    "OR": (1, 60, "truth", lambda values: any(truth(value) for value in values)),
    "NOT": (1, 1, "truth", lambda values: not truth(values[0])),
    "DAYS": (2, 2, "number", lambda values: Decimal((_day(values[0]) - _day(values[1])).days)),
}
