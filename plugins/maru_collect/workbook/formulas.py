"""Formulas: computed exactly, so that a workbook shows right numbers before Excel recalculates it.

Enough of Excel for the forms of an office: the operators, IF, IFERROR, SUM, AVERAGE, ROUND and their like.
Whatever lies outside raises UnknownFormula; the formula is then written without a stored value.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, InvalidOperation
from typing import Protocol

from .refs import TOKEN

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


class Places(Protocol):
    """Where references of a formula lead: a computation for each."""

    def resolve(self, match: re.Match[str]) -> Computation:
        """The computation of one reference; raises UnknownFormula where it leads nowhere known."""


def compiled(formula: str, places: Places) -> Computation:
    """A formula as a function of the values of a row. Raises UnknownFormula."""
    parser = _Parser(formula, places)
    computation = parser.comparison()
    parser.finish()
    return computation


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


def _compared(left: Result, right: Result) -> int:
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
    "=": lambda a, b: _compared(a, b) == 0,
    "<>": lambda a, b: _compared(a, b) != 0,
    "<": lambda a, b: _compared(a, b) < 0,
    ">": lambda a, b: _compared(a, b) > 0,
    "<=": lambda a, b: _compared(a, b) <= 0,
    ">=": lambda a, b: _compared(a, b) >= 0,
}


class _Parser:
    """A formula read by Excel's precedence: comparison, &, + -, * /, ^, sign, %."""

    def __init__(self, formula: str, places: Places) -> None:
        self._places = places
        self._tokens = list(self._split(formula.strip().removeprefix("=")))
        self._position = 0
        self._depth = 0

    @staticmethod
    def _split(formula: str) -> Iterator[re.Match[str]]:
        return (match for match in TOKEN.finditer(formula) if not match[0].isspace())

    def _peek(self) -> str:
        return self._tokens[self._position][0] if self._position < len(self._tokens) else ""

    def _operator(self, *wanted: str) -> str:
        found = self._peek()
        if found in ("<", ">") and self._position + 1 < len(self._tokens):
            both = found + self._tokens[self._position + 1][0]
            if both in ("<=", ">=", "<>"):
                found = both
        if found not in wanted:
            return ""
        self._position += len(found)
        return found

    def finish(self) -> None:
        if self._position < len(self._tokens):
            raise UnknownFormula(self._peek())

    def _chain(self, operand: Callable[[], Computation], *operators: str) -> Computation:
        left = operand()
        while found := self._operator(*operators):
            left = _applied(OPERATORS[found], left, operand())
        return left

    def comparison(self) -> Computation:
        self._depth += 1
        if self._depth > 60:
            raise UnknownFormula("nested too deeply")
        found = self._chain(self._joined, "=", "<>", "<=", ">=", "<", ">")
        self._depth -= 1
        return found

    def _joined(self) -> Computation:
        return self._chain(self._sum, "&")

    def _sum(self) -> Computation:
        return self._chain(self._product, "+", "-")

    def _product(self) -> Computation:
        return self._chain(self._power, "*", "/")

    def _power(self) -> Computation:
        return self._chain(self._signed, "^")

    def _signed(self) -> Computation:
        sign = self._operator("-", "+")
        if sign == "-":
            operand = self._signed()
            return lambda row: -number(operand(row))
        return self._signed() if sign else self._percent()

    def _percent(self) -> Computation:
        operand = self._primary()
        while self._operator("%"):
            operand = _applied(divided, operand, lambda row: 100)
        return operand

    def _primary(self) -> Computation:
        if self._operator("("):
            inner = self.comparison()
            self._expect(")")
            return inner
        if self._position >= len(self._tokens):
            raise UnknownFormula("")
        match = self._tokens[self._position]
        self._position += 1
        if match["start"] or match["rows"] or match["columns"]:
            return self._places.resolve(match)
        if match[0][0] == '"':
            text = match[0][1:-1].replace('""', '"')
            return lambda row: text
        if match[0][0].isdigit():
            constant: Number = int(match[0]) if match[0].isdigit() else Decimal(match[0])
            return lambda row: constant
        return self._call(match[0].upper())

    def _expect(self, wanted: str) -> None:
        if not self._operator(wanted):
            raise UnknownFormula(self._peek())

    def _call(self, name: str) -> Computation:
        if name in ("TRUE", "FALSE") and self._peek() != "(":
            return lambda row: name == "TRUE"
        self._expect("(")
        arguments: list[Computation] = []
        while not self._operator(")"):
            if arguments:
                self._expect(",")
            arguments.append(self.comparison())
        if name == "IF" and 2 <= len(arguments) <= 3:
            return _choice(*arguments)
        if name == "IFERROR" and len(arguments) == 2:
            return _rescued(*arguments)
        if name not in FUNCTIONS or (not arguments and name not in ("TRUE", "FALSE")):
            raise UnknownFormula(name)
        function = FUNCTIONS[name]
        return lambda row: function([argument(row) for argument in arguments])


def _applied(operator: Callable[[Result, Result], Result], left: Computation, right: Computation) -> Computation:
    if operator is OPERATORS["="]:
        return _equal(left, right)
    if operator is divided:
        return _quotient(left, right)
    return lambda row: operator(left(row), right(row))


def _equal(left: Computation, right: Computation) -> Computation:
    def equal(row: Row) -> Result:
        first, second = left(row), right(row)
        return first == second if type(first) is type(second) is int else _compared(first, second) == 0

    return equal


def _quotient(left: Computation, right: Computation) -> Computation:
    divide = QUOTIENTS.divide

    def quotient(row: Row) -> Result:
        top, bottom = left(row), right(row)
        return divide(top, bottom) if type(top) is type(bottom) is int and bottom else divided(top, bottom)

    return quotient


def _choice(condition: Computation, yes: Computation, no: Computation = lambda row: False) -> Computation:
    def choice(row: Row) -> Result:
        holds = condition(row)
        return yes(row) if holds is True or (holds is not False and truth(holds)) else no(row)

    return choice


def _rescued(attempt: Computation, instead: Computation) -> Computation:
    def rescued(row: Row) -> Result:
        try:
            value = attempt(row)
        except (FormulaError, ArithmeticError):
            return instead(row)
        return instead(row) if isinstance(value, str) and value.startswith("#") else value

    return rescued
