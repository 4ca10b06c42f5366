"""계산식: a small, safe, Excel-like language over the fields of one row.

`IF(budget=0, 0, spent/budget)` is parsed once (Pratt) into nested functions and run for every row. There is no
`eval`, no attribute, no loop: length and depth are bounded, numbers are `Decimal` with 28 digits. What cannot be
calculated is a value, as in Excel: `Fault("#DIV/0!")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException, DivisionByZero
from typing import NamedTuple

from maru import t

from .calculation import FUNCTIONS, INFIX, Fault, Kind, Stop, Value, truth

__all__ = ["Expression", "ExpressionError", "Fault", "Kind", "Value", "compile_expression", "evaluation_order"]

LONGEST = 8192  # as Excel; a formula typed over short labels may be seven times as long over keys
DEEPEST = 32
MOST_STEPS = 200
"""Calculations that may wait for each other, as in a chain of + or %: each takes a place on Python's stack."""
LARGEST = Decimal(10) ** 18  # what a column of every database holds

Run = Callable[[Mapping[str, "Value | Fault"]], Value]


class ExpressionError(ValueError):
    """The expression cannot be read; the message says where and what would work."""


class Node(NamedTuple):
    """A parsed part: what it calculates, what kind of value that is, and which fields it reads."""

    run: Run
    kind: Kind
    names: frozenset[str] = frozenset()
    field: str = ""
    """The field that it is, where it is nothing but a field."""
    steps: int = 1
    """How many calculations wait for each other at once while it runs."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression. `kind` is known without running it, so that a column can be made for it.

    `misused` names fields of texts or days that are calculated with as if they were numbers: that never comes to
    anything but #VALUE!.
    """

    text: str
    kind: Kind
    names: frozenset[str]
    run: Run
    misused: tuple[str, ...] = ()

    def evaluate(self, row: Mapping[str, Value | Fault]) -> Value | Fault:
        """The value for this row; a `Fault` where Excel would show an error. Never raises."""
        try:
            found = self.run(row)
            is_too_large = isinstance(found, Decimal) and abs(found) >= LARGEST
            return Fault("#NUM!") if is_too_large else found
        except Stop as stop:
            return Fault(stop.args[0])
        except (DivisionByZero, ZeroDivisionError):
            return Fault("#DIV/0!")
        except (DecimalException, OverflowError, ValueError, RecursionError):
            return Fault("#NUM!")


def compile_expression(text: str, kinds: Mapping[str, Kind]) -> Expression:
    """Parse `text`; `kinds` gives the fields that may be used and what they hold.

    Raises ExpressionError naming the place and the way out.
    """
    if len(text) > LONGEST:
        raise ExpressionError(
            t("계산식이 {length}자입니다. {most}자까지 쓸 수 있습니다.", length=len(text), most=LONGEST)
        )
    parser = _Parser(text.removeprefix("="), kinds)
    root = parser.whole()
    return Expression(text, root.kind, root.names, root.run, tuple(dict.fromkeys(parser.misused)))


def evaluation_order(needs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The computed fields so that each comes after those it needs. Raises ExpressionError on a cycle."""
    order: list[str] = []
    trail: list[str] = []

    def visit(key: str) -> None:
        if key in trail:
            circle = " → ".join([*trail[trail.index(key) :], key])
            raise ExpressionError(t("계산식이 서로를 부릅니다: {circle}. 한 곳을 끊어 주세요.", circle=circle))
        if key in order or key not in needs:
            return
        trail.append(key)
        for needed in sorted(needs[key]):
            visit(needed)
        order.append(trail.pop())

    for key in needs:
        visit(key)
    return tuple(order)


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
        self.misused: list[str] = []
        self.tokens = list(self._split())
        self.at = 0

    def _split(self) -> Iterator[tuple[str, str]]:
        place = 0
        end = len(self.text.rstrip())
        while place < end:
            found = _TOKEN.match(self.text, place)
            if found is None:
                raise ExpressionError(
                    t("계산식의 '{rest}'을(를) 읽을 수 없습니다.", rest=self.text[place:].strip()[:20])
                )
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
                t("계산식이 '{rest}' 앞에서 끝났어야 합니다. 연산자를 넣거나 지워 주세요.", rest=self._peek()[1])
            )
        return node

    def expression(self, power: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(t("계산식이 너무 깊습니다. 괄호를 {most}겹 안으로 줄여 주세요.", most=DEEPEST))
        left = self._prefix()
        while self._peek()[0] == "sign":
            sign = self._peek()[1]
            if sign == "%":
                self._take()
                left = self._infix("/", left, Node(lambda _row: Decimal(100), "number"))
            elif sign in INFIX and INFIX[sign][0] > power:
                self._take()
                left = self._infix(sign, left, self.expression(INFIX[sign][0]))
            else:
                break
        if left.steps > MOST_STEPS:
            raise ExpressionError(
                t("계산식이 너무 깁니다. 이어지는 셈을 {most}번 안으로 줄여 주세요.", most=MOST_STEPS)
            )
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
            return self._infix(word, Node(lambda _row: None, "number"), operand)
        raise ExpressionError(t("계산식의 '{word}' 자리에는 값이나 필드가 와야 합니다.", word=word or t("식의 끝")))

    def _field(self, word: str) -> Node:
        if word.upper() in ("TRUE", "FALSE") and word not in self.kinds:
            stated = word.upper() == "TRUE"
            return Node(lambda _row: stated, "truth")
        if word not in self.kinds:
            known = ", ".join(sorted(self.kinds)[:12]) or "-"
            raise ExpressionError(
                t("계산식의 '{word}'(이)라는 필드가 없습니다. 쓸 수 있는 필드: {known}", word=word, known=known)
            )

        def read(row: Mapping[str, Value | Fault]) -> Value:
            value = row.get(word)
            if isinstance(value, Fault):
                raise Stop(str(value))
            return value

        return Node(read, self.kinds[word], frozenset({word}), word)

    def _infix(self, sign: str, left: Node, right: Node) -> Node:
        if sign in "+-":
            self._must_count(left, right, kinds=("text",))
        elif sign in "*/^":
            self._must_count(left, right, kinds=("text", "date"))
        return _infix(sign, left, right)

    def _must_count(self, *nodes: Node, kinds: tuple[Kind, ...]) -> None:
        self.misused += [node.field for node in nodes if node.field and node.kind in kinds]

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
        if name not in FUNCTIONS:
            known = ", ".join(["IF", "IFERROR", *FUNCTIONS])
            raise ExpressionError(t("'{name}' 함수는 없습니다. 쓸 수 있는 함수: {known}", name=name, known=known))
        fewest, most, kind, calculate = FUNCTIONS[name]
        _count(name, arguments, fewest, most)
        if kind == "number":
            self._must_count(*arguments, kinds=("text",) if name == "DAYS" else ("text", "date"))
        runs = [argument.run for argument in arguments]
        steps = _steps(*arguments) + 1  # the list of values is a step of its own
        return Node(lambda row: calculate([run(row) for run in runs]), kind, _names(*arguments), steps=steps)


def _infix(sign: str, left: Node, right: Node) -> Node:
    _, kind, calculate = INFIX[sign]
    if sign in "+-" and "date" in (left.kind, right.kind):
        kind = "number" if sign == "-" and left.kind == right.kind else "date"
    one, other = left.run, right.run
    return Node(lambda row: calculate(one(row), other(row)), kind, _names(left, right), steps=_steps(left, right))


def _condition(arguments: list[Node]) -> Node:
    """IF: only the branch that is taken is calculated."""
    test, then = arguments[0], arguments[1]
    otherwise = arguments[2] if len(arguments) > 2 else Node(lambda _row: None, then.kind)
    kind: Kind = then.kind if then.kind == otherwise.kind else "text"
    names, steps = _names(test, then, otherwise), _steps(test, then, otherwise)
    return Node(lambda row: (then if truth(test.run(row)) else otherwise).run(row), kind, names, steps=steps)


def _rescue(risky: Node, instead: Node) -> Node:
    """IFERROR: the second value where the first cannot be calculated."""

    def run(row: Mapping[str, Value | Fault]) -> Value:
        try:
            return risky.run(row)
        except (Stop, ArithmeticError, ValueError):
            return instead.run(row)

    kind: Kind = risky.kind if risky.kind == instead.kind else "text"
    return Node(run, kind, _names(risky, instead), steps=_steps(risky, instead))


def _names(*nodes: Node) -> frozenset[str]:
    return frozenset().union(*(node.names for node in nodes))


def _steps(*nodes: Node) -> int:
    return 1 + max((node.steps for node in nodes), default=0)


def _count(name: str, arguments: list[Node], fewest: int, most: int) -> None:
    if not fewest <= len(arguments) <= most:
        raise ExpressionError(
            t(
                "{name} 함수에는 값이 {fewest}~{most}개 필요합니다. 지금은 {count}개입니다.",
                name=name, fewest=fewest, most=most, count=len(arguments),
            )
        )  # fmt: skip
