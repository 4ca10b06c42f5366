"""Formulas: computed exactly, so that a workbook shows right numbers before Excel recalculates it.

Enough of Excel for the forms of an office: the operators, IF, IFERROR, SUM, AVERAGE, ROUND and their like.
Whatever lies outside raises UnknownFormula; the formula is then written without a stored value.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, InvalidOperation

QUOTIENTS = Context(prec=17)  # as many digits as tell any two doubles apart
Number = int | Decimal
Scalar = int | Decimal | str | bool | None
Row = Sequence[Scalar]


class UnknownFormula(Exception):
    """The formula uses something that is not computed here."""


class FormulaError(Exception):
    """The formula has an error for a result, such as '#DIV/0!'."""


class Tally:
    """What the cells of a range add up to, kept while they go by: no range is ever held in memory."""

    __slots__ = ("filled", "greatest", "least", "numbers", "total")

    def __init__(self) -> None:
        self.total: Number = 0
        self.numbers = self.filled = 0
        self.least: Number | None = None
        self.greatest: Number | None = None

    def add(self, value: Scalar) -> None:
        """Count one cell; texts and truths only count as filled."""
        if value is None:
            return
        self.filled += 1
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            self.numbers += 1
            self.total += value
            if self.least is None or value < self.least:
                self.least = value
            if self.greatest is None or value > self.greatest:
                self.greatest = value

    def add_all(self, values: list[Scalar]) -> None:
        """Count a whole block of cells; blocks of plain integers go at C speed."""
        kinds = set(map(type, values))
        if kinds != {int}:
            for value in values:
                self.add(value)
            return
        whole: list[int] = values  # type: ignore[assignment]  # `kinds` has just shown it
        self.total += sum(whole)
        self.numbers += len(whole)
        self.filled += len(whole)
        least, greatest = min(whole), max(whole)
        self.least = least if self.least is None else min(self.least, least)
        self.greatest = greatest if self.greatest is None else max(self.greatest, greatest)

    def join(self, other: "Tally") -> None:
        """Count the cells of another range too."""
        self.total += other.total
        self.numbers += other.numbers
        self.filled += other.filled
        for value in (other.least, other.greatest):
            if value is not None:
                self.least = value if self.least is None else min(self.least, value)
                self.greatest = value if self.greatest is None else max(self.greatest, value)


Result = Scalar | Tally
Computation = Callable[[Row], Result]


def result(computation: Computation, row: Row) -> Scalar:
    """What a computation gives for a row; an error is its text, such as '#DIV/0!'."""
    try:
        value = computation(row)
        return value.total if isinstance(value, Tally) else value
    except FormulaError as error:
        return str(error)
    except (InvalidOperation, ArithmeticError):
        return "#NUM!"


def results(computation: Computation, rows: Iterable[Row]) -> list[Scalar]:
    """What a computation gives for each row; only an error among them makes it go row by row."""
    every = list(rows)
    try:
        values = list(map(computation, every))
    except (FormulaError, ArithmeticError):
        return [result(computation, row) for row in every]
    if Tally in set(map(type, values)):
        return [value.total if isinstance(value, Tally) else value for value in values]
    return values  # type: ignore[return-value]  # no tally is among them


def number(value: Result) -> Number:
    """A value as a number, the way Excel's operators see it."""
    if type(value) is int or type(value) is Decimal:
        return value
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        if value.startswith("#"):
            raise FormulaError(value)
        try:
            return Decimal(value.replace(",", ""))
        except InvalidOperation:
            raise FormulaError("#VALUE!") from None
    if isinstance(value, Tally):
        return value.total
    return value


def divided(top: Result, bottom: Result) -> Number:
    """A quotient; whole where it is whole."""
    above, below = number(top), number(bottom)
    if not below:
        raise FormulaError("#DIV/0!")
    return QUOTIENTS.divide(above, below)


def compared(left: Result, right: Result) -> int:
    """-1, 0 or 1 by Excel's order: numbers before texts before truths, texts without regard to case."""
    first, second = _rank(left, right), _rank(right, left)
    return (first > second) - (first < second)


def _rank(value: Result, other: Result) -> tuple[int, Number | str]:
    if isinstance(value, bool):
        return 2, int(value)
    if isinstance(value, str):
        if value.startswith("#") and value.endswith(("!", "?", "A")):
            raise FormulaError(value)
        return 1, value.casefold()
    if value is None and isinstance(other, str):
        return 1, ""
    return 0, number(value)


def truth(value: Result) -> bool:
    """A value as a condition."""
    return bool(value) if isinstance(value, bool) else number(value) != 0


def _text(value: Result) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else number_text(number(value))


def number_text(value: Number | float) -> str:
    """A number as a workbook stores it: exact up to 17 digits, as Excel's double beyond."""
    if type(value) is int:
        return str(value) if -(10**15) < value < 10**15 else repr(float(value))
    if isinstance(value, Decimal):
        return str(value)
    return repr(float(value))


def _tally(arguments: list[Result]) -> Tally:
    every = Tally()
    for value in arguments:
        if isinstance(value, Tally):
            every.join(value)
        else:
            every.add(number(value))
    return every


def _rounded(arguments: list[Result], mode: str) -> Number:
    places = int(number(arguments[1])) if len(arguments) > 1 else 0
    value = Decimal(number(arguments[0]))
    kept = value.quantize(Decimal(1).scaleb(-places), rounding=mode)
    return int(kept) if places <= 0 else kept


def _average(arguments: list[Result]) -> Number:
    every = _tally(arguments)
    return divided(every.total, every.numbers)


def _subtotal(arguments: list[Result]) -> Number:
    kind = int(number(arguments[0])) % 100
    name = {1: "AVERAGE", 2: "COUNT", 3: "COUNTA", 4: "MAX", 5: "MIN", 9: "SUM"}.get(kind)
    if name is None:
        raise FormulaError("#VALUE!")
    return number(FUNCTIONS[name](arguments[1:]))


FUNCTIONS: dict[str, Callable[[list[Result]], Result]] = {
    "SUM": lambda arguments: _tally(arguments).total,
    "AVERAGE": _average,
    "COUNT": lambda arguments: _tally(arguments).numbers,
    "COUNTA": lambda arguments: sum([a.filled if isinstance(a, Tally) else 1 for a in arguments]),
    "MAX": lambda arguments: _tally(arguments).greatest or 0,
    "MIN": lambda arguments: _tally(arguments).least or 0,
    "SUBTOTAL": _subtotal,
    "ROUND": lambda arguments: _rounded(arguments, ROUND_HALF_UP),
    "ROUNDUP": lambda arguments: _rounded(arguments, ROUND_UP),
    "ROUNDDOWN": lambda arguments: _rounded(arguments, ROUND_DOWN),
    "TRUNC": lambda arguments: _rounded(arguments, ROUND_DOWN),
    "INT": lambda arguments: math.floor(number(arguments[0])),
    "ABS": lambda arguments: max(number(arguments[0]), -number(arguments[0])),
    "AND": lambda arguments: all(truth(one) for one in arguments),
    "OR": lambda arguments: any(truth(one) for one in arguments),
    "NOT": lambda arguments: not truth(arguments[0]),
    "TRUE": lambda _: True,
    "FALSE": lambda _: False,
}
OPERATORS: dict[str, Callable[[Result, Result], Result]] = {
    "+": lambda a, b: number(a) + number(b),
    "-": lambda a, b: number(a) - number(b),
    "*": lambda a, b: number(a) * number(b),
    "/": divided,
    "^": lambda a, b: Decimal(number(a)) ** number(b),
    "&": lambda a, b: _text(a) + _text(b),
    "=": lambda a, b: compared(a, b) == 0,
    "<>": lambda a, b: compared(a, b) != 0,
    "<": lambda a, b: compared(a, b) < 0,
    ">": lambda a, b: compared(a, b) > 0,
    "<=": lambda a, b: compared(a, b) <= 0,
    ">=": lambda a, b: compared(a, b) >= 0,
}
