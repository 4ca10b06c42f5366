"""계산식: a small, safe, Excel-like language over the fields of one row.

`IF(budget=0, 0, spent/budget)` is parsed once (Pratt) into nested functions and run for every row. There is no
`eval`, no attribute, no loop: length and depth are bounded, numbers are `Decimal` with 28 digits. What cannot be
calculated is a value, as in Excel: `Fault("#DIV/0!")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, DecimalException, DivisionByZero
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from maru import t

__all__ = ["Expression", "ExpressionError", "Fault", "Value", "compile_expression", "evaluation_order"]

LONGEST = 1000
DEEPEST = 32
LARGEST = Decimal(10) ** 18  # what a column of every database holds
_SEOUL = ZoneInfo("Asia/Seoul")
_MATH = Context(prec=28, Emin=-999, Emax=999)

Value = Decimal | int | str | bool | date | None
Kind = Literal["number", "text", "truth", "date"]
Run = Callable[[Mapping[str, "Value | Fault"]], Value]


class Fault(str):
    """An error as a value, in Excel's words: '#DIV/0!', '#VALUE!', '#NUM!'."""


class ExpressionError(ValueError):
    """The expression cannot be read; the message says where and what would work."""


class _Stop(Exception):
    """Carries a fault out of a calculation; it never leaves this module."""


class Node(NamedTuple):
    """A parsed part: what it calculates, what kind of value that is, and which fields it reads."""

    run: Run
    kind: Kind
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Expression:
    """A compiled expression. `kind` is known without running it, so that a column can be made for it."""

    text: str
    kind: Kind
    names: frozenset[str]
    run: Run

    def evaluate(self, row: Mapping[str, Value | Fault]) -> Value | Fault:
        """The value for this row; a `Fault` where Excel would show an error. Never raises."""
        try:
            found = self.run(row)
            is_too_large = isinstance(found, Decimal) and abs(found) >= LARGEST
            return Fault("#NUM!") if is_too_large else found
        except _Stop as stop:
            return Fault(stop.args[0])
        except (DivisionByZero, ZeroDivisionError):
            return Fault("#DIV/0!")
        except (DecimalException, OverflowError, ValueError):
            return Fault("#NUM!")


def compile_expression(text: str, kinds: Mapping[str, Kind]) -> Expression:
    """Parse `text`; `kinds` gives the fields that may be used and what they hold.

    Raises ExpressionError naming the place and the way out.
    """
    if len(text) > LONGEST:
        raise ExpressionError(
            t("계산식이 {length}자입니다. {most}자까지 쓸 수 있습니다.", length=len(text), most=LONGEST)
        )
    root = _Parser(text.removeprefix("="), kinds).whole()
    return Expression(text, root.kind, root.names, root.run)


def evaluation_order(needs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The computed fields so that each comes after those it needs. Raises ExpressionError on a cycle."""
    order: list[str] = []
    trail: list[str] = []

    def visit(key: str) -> None:
        if key in trail:
            circle = " → ".join([*trail[trail.index(key) :], key])
            raise ExpressionError(t("계산식이 서로를 부릅니다: {circle}. 한 곳을 끊으십시오.", circle=circle))
        if key in order or key not in needs:
            return
        trail.append(key)
        for needed in sorted(needs[key]):
            visit(needed)
        order.append(trail.pop())

    for key in needs:
        visit(key)
    return tuple(order)


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _number(value: Value) -> Decimal:
    if type(value) is Decimal:
        return value
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, int):  # bool is an int: TRUE counts as 1, as in Excel
        return Decimal(int(value))
    raise _Stop("#VALUE!")


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


def _truth(value: Value) -> bool:
    if isinstance(value, str | date):
        raise _Stop("#VALUE!")
    return bool(value)


def _day(value: Value) -> date:
    if isinstance(value, datetime):
        return value.astimezone(_SEOUL).date()
    if isinstance(value, date):
        return value
    raise _Stop("#VALUE!")


def _comparable(left: Value, right: Value) -> tuple[Value, Value]:
    """Both sides in one type; a blank becomes the zero, the empty text or FALSE of the other side."""
    if isinstance(left, date) and isinstance(right, date):
        return _day(left), _day(right)
    if isinstance(left, str | None) and isinstance(right, str | None):
        return _text(left).casefold(), _text(right).casefold()
    if isinstance(left, date) or isinstance(right, date) or isinstance(left, str) or isinstance(right, str):
        raise _Stop("#VALUE!")
    return _number(left), _number(right)


def _equal(left: Value, right: Value) -> bool:
    if type(left) is Decimal and type(right) is Decimal:
        return left == right
    try:
        one, other = _comparable(left, right)
    except _Stop:  # values of different types are simply not equal, as in Excel
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
        raise _Stop("#DIV/0!")
    return _MATH.divide(_number(left), divisor)


def _power(left: Value, right: Value) -> Value:
    return _MATH.power(_number(left), _number(right))


def _rounded(mode: str) -> Callable[[list[Value]], Value]:
    def rounded(values: list[Value]) -> Value:
        places = int(_number(values[1])) if len(values) > 1 else 0
        if not -15 <= places <= 15:
            raise _Stop("#NUM!")
        return _number(values[0]).quantize(Decimal(1).scaleb(-places), rounding=mode, context=_MATH)

    return rounded


def _filled(values: list[Value]) -> Iterator[Decimal]:
    return (_number(value) for value in values if value is not None)


def _sum(values: list[Value]) -> Value:
    total = Decimal(0)
    for number in _filled(values):
        total = _MATH.add(total, number)
    return total


_INFIX: dict[str, tuple[int, Kind, Callable[[Value, Value], Value]]] = {
    "=": (10, "truth", _equal),
    "<>": (10, "truth", lambda left, right: not _equal(left, right)),
    "<": (10, "truth", _less),
    "<=": (10, "truth", lambda left, right: not _less(right, left)),
    ">": (10, "truth", lambda left, right: _less(right, left)),
    ">=": (10, "truth", lambda left, right: not _less(left, right)),
    "&": (20, "text", lambda left, right: _text(left) + _text(right)),
    "+": (30, "number", _add),
    "-": (30, "number", _subtract),
    "*": (40, "number", lambda left, right: _MATH.multiply(_number(left), _number(right))),
    "/": (40, "number", _divide),
    "^": (50, "number", _power),
}

# name: (fewest arguments, most arguments, kind of the result, calculation)
_FUNCTIONS: dict[str, tuple[int, int, Kind, Callable[[list[Value]], Value]]] = {
    "SUM": (1, 60, "number", _sum),
    "MIN": (1, 60, "number", lambda values: min(_filled(values), default=Decimal(0))),
    "MAX": (1, 60, "number", lambda values: max(_filled(values), default=Decimal(0))),
    "ROUND": (1, 2, "number", _rounded(ROUND_HALF_UP)),
    "ROUNDUP": (1, 2, "number", _rounded(ROUND_UP)),
    "ROUNDDOWN": (1, 2, "number", _rounded(ROUND_DOWN)),
    "ABS": (1, 1, "number", lambda values: _MATH.abs(_number(values[0]))),
    "AND": (1, 60, "truth", lambda values: all(_truth(value) for value in values)),
    "OR": (1, 60, "truth", lambda values: any(_truth(value) for value in values)),
    "NOT": (1, 1, "truth", lambda values: not _truth(values[0])),
    "DAYS": (2, 2, "number", lambda values: Decimal((_day(values[0]) - _day(values[1])).days)),
}

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,15}(?:\.\d{1,15})?)|\"(?P<text>(?:[^\"]|\"\")*)\"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign><>|<=|>=|[-+*/^&=<>(),%]))"
)


class _Parser:
    """A Pratt parser: each infix sign has a binding power, and `expression(power)` reads while it is stronger."""

    def __init__(self, text: str, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        self.text = text
        self.depth = 0
        self.tokens = list(self._split())
        self.at = 0

    def _split(self) -> Iterator[tuple[str, str]]:
        place = 0
        end = len(self.text.rstrip())
        while place < end:
            found = _TOKEN.match(self.text, place)
            if found is None:
                raise ExpressionError(t("계산식의 '{rest}'를 읽을 수 없습니다.", rest=self.text[place:].strip()[:20]))
            yield str(found.lastgroup), found[str(found.lastgroup)]
            place = found.end()

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self, sign: str = "") -> tuple[str, str]:
        token = self._peek()
        if sign and token != ("sign", sign):
            got = token[1] or t("식의 끝")
            raise ExpressionError(t("계산식에서 '{sign}' 자리에 '{got}'이(가) 왔습니다.", sign=sign, got=got))
        self.at += 1
        return token

    def whole(self) -> Node:
        node = self.expression(0)
        if self._peek()[0] != "end":
            raise ExpressionError(
                t("계산식이 '{rest}' 앞에서 끝났어야 합니다. 연산자를 넣거나 지우십시오.", rest=self._peek()[1])
            )
        return node

    def expression(self, power: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(t("계산식이 너무 깊습니다. 괄호를 {most}겹 안으로 줄이십시오.", most=DEEPEST))
        left = self._prefix()
        while self._peek()[0] == "sign":
            sign = self._peek()[1]
            if sign == "%":
                self._take()
                left = _infix("/", left, Node(lambda _row: Decimal(100), "number"))
            elif sign in _INFIX and _INFIX[sign][0] > power:
                self._take()
                left = _infix(sign, left, self.expression(_INFIX[sign][0]))
            else:
                break
        self.depth -= 1
        return left

    def _prefix(self) -> Node:
        kind, word = self._take()
        if kind == "number":
            number = Decimal(word)
            return Node(lambda _row: number, "number")
        if kind == "text":
            string = word.replace('""', '"')
            return Node(lambda _row: string, "text")
        if kind == "name":
            return self._call(word.upper()) if self._peek() == ("sign", "(") else self._field(word)
        if word == "(":
            inner = self.expression(0)
            self._take(")")
            return inner
        if word in ("-", "+"):
            operand = self.expression(60)  # Excel: the sign binds before ^, so -2^2 is 4
            return _infix(word, Node(lambda _row: None, "number"), operand)
        raise ExpressionError(t("계산식의 '{word}' 자리에는 값이나 필드가 와야 합니다.", word=word or t("식의 끝")))

    def _field(self, word: str) -> Node:
        if word.upper() in ("TRUE", "FALSE") and word not in self.kinds:
            truth = word.upper() == "TRUE"
            return Node(lambda _row: truth, "truth")
        if word not in self.kinds:
            known = ", ".join(sorted(self.kinds)[:12]) or "-"
            raise ExpressionError(
                t("계산식의 '{word}'라는 필드가 없습니다. 쓸 수 있는 필드: {known}", word=word, known=known)
            )

        def read(row: Mapping[str, Value | Fault]) -> Value:
            value = row.get(word)
            if isinstance(value, Fault):
                raise _Stop(str(value))
            return value

        return Node(read, self.kinds[word], frozenset({word}))

    def _call(self, name: str) -> Node:
        self._take("(")
        arguments: list[Node] = []
        while self._peek() != ("sign", ")"):
            arguments.append(self.expression(0))
            if self._peek() != ("sign", ")"):
                self._take(",")
        self._take(")")
        if name == "IF":
            _count(name, arguments, 2, 3)
            return _condition(arguments)
        if name == "IFERROR":
            _count(name, arguments, 2, 2)
            return _rescue(*arguments)
        if name not in _FUNCTIONS:
            known = ", ".join(["IF", "IFERROR", *_FUNCTIONS])
            raise ExpressionError(t("'{name}' 함수는 없습니다. 쓸 수 있는 함수: {known}", name=name, known=known))
        fewest, most, kind, calculate = _FUNCTIONS[name]
        _count(name, arguments, fewest, most)
        runs = [argument.run for argument in arguments]
        return Node(lambda row: calculate([run(row) for run in runs]), kind, _names(*arguments))


def _infix(sign: str, left: Node, right: Node) -> Node:
    _, kind, calculate = _INFIX[sign]
    if sign in "+-" and "date" in (left.kind, right.kind):
        kind = "number" if sign == "-" and left.kind == right.kind else "date"
    one, other = left.run, right.run
    return Node(lambda row: calculate(one(row), other(row)), kind, _names(left, right))


def _condition(arguments: list[Node]) -> Node:
    """IF: only the branch that is taken is calculated."""
    test, then = arguments[0], arguments[1]
    otherwise = arguments[2] if len(arguments) > 2 else Node(lambda _row: None, then.kind)
    kind: Kind = then.kind if then.kind == otherwise.kind else "text"
    names = _names(test, then, otherwise)
    return Node(lambda row: (then if _truth(test.run(row)) else otherwise).run(row), kind, names)


def _rescue(risky: Node, instead: Node) -> Node:
    """IFERROR: the second value where the first cannot be calculated."""

    def run(row: Mapping[str, Value | Fault]) -> Value:
        try:
            return risky.run(row)
        except (_Stop, ArithmeticError, ValueError):
            return instead.run(row)

    kind: Kind = risky.kind if risky.kind == instead.kind else "text"
    return Node(run, kind, _names(risky, instead))


def _names(*nodes: Node) -> frozenset[str]:
    return frozenset().union(*(node.names for node in nodes))


def _count(name: str, arguments: list[Node], fewest: int, most: int) -> None:
    if not fewest <= len(arguments) <= most:
        raise ExpressionError(
            t(
                "{name} 함수에는 값이 {fewest}~{most}개 필요합니다. 지금은 {count}개입니다.",
                name=name, fewest=fewest, most=most, count=len(arguments),
            )
        )  # fmt: skip
