"""Formulas read into functions of a row: nested closures, never text that Python would run."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Protocol

from .formulas import (
    FUNCTIONS,
    OPERATORS,
    QUOTIENTS,
    Computation,
    FormulaError,
    Number,
    Result,
    Row,
    UnknownFormula,
    compared,
    divided,
    number,
    truth,
)
from .refs import TOKEN


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
        return first == second if type(first) is type(second) is int else compared(first, second) == 0

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
