"""계산식: what it calculates, what it refuses, and that nothing makes it fall over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maru_records.definition.expressions import ExpressionError, Fault, Kind, compile_expression, evaluation_order

KINDS: dict[str, Kind] = {"a": "number", "b": "number", "s": "text", "on": "date", "until": "date", "ok": "truth"}
ROW = {
    "a": Decimal(10), "b": Decimal(4), "s": "유구읍", "ok": True,
    "on": date(2026, 11, 2), "until": date(2026, 11, 20),
}  # fmt: skip


def value_of(text: str, **row: object) -> object:
    """What `text` gives for ROW with some values replaced."""
    return compile_expression(text, KINDS).evaluate({**ROW, **row})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("-2 ^ 2", Decimal(4)),
        ("2 ^ 3 ^ 2", Decimal(64)),
        ("10 - 4 - 3", Decimal(3)),
        ("50%", Decimal("0.5")),
        ("a / b", Decimal("2.5")),
        ("0.1 + 0.2 = 0.3", True),
        ("a <> b", True),
        ("a >= 10", True),
        ('s & " " & a', "유구읍 10"),
        ('s = "유구읍"', True),
        ("IF(a > b, a, b)", Decimal(10)),
        ("SUM(a, b, 1)", Decimal(15)),
        ("MIN(a, b)", Decimal(4)),
        ("MAX(a, b)", Decimal(10)),
        ("ROUND(2.5, 0)", Decimal(3)),
        ("ROUND(-2.5, 0)", Decimal(-3)),
        ("ROUND(1234, -2)", Decimal(1200)),
        ("ROUNDUP(1.01, 1)", Decimal("1.1")),
        ("ROUNDDOWN(1.99)", Decimal(1)),
        ("ABS(b - a)", Decimal(6)),
        ("AND(ok, a > 1)", True),
        ("OR(FALSE, NOT(ok))", False),
        ("DAYS(until, on)", Decimal(18)),
        ("until - on", Decimal(18)),
        ("on + 3", date(2026, 11, 5)),
        ("=a+b", Decimal(14)),
        ("sum(a, b)", Decimal(14)),
        ('"그는 ""예""라고"', '그는 "예"라고'),
    ],
)
def test_calculates_as_excel_does(text: str, expected: object) -> None:
    """Signs bind before powers, halves round away from zero, decimals are exact."""
    assert value_of(text) == expected


def test_branch_not_taken_is_not_calculated() -> None:
    """IF(b=0, 0, a/b) is no division by zero."""
    assert value_of("IF(b=0, 0, a/b)", b=Decimal(0)) == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a / (b - 4)", "#DIV/0!"),
        ("a + s", "#VALUE!"),
        ("s < a", "#VALUE!"),
        ("10 ^ 10 ^ 10", "#NUM!"),
        ("on + 99999999", "#NUM!"),
    ],
)
def test_what_cannot_be_calculated_is_a_fault(text: str, fault: str) -> None:
    """Errors are values, in Excel's words."""
    found = value_of(text)

    assert isinstance(found, Fault)
    assert found == fault


def test_fault_of_another_field_is_passed_on() -> None:
    """A field that needs a faulty field is faulty in the same way; IFERROR ends that."""
    assert value_of("a + 1", a=Fault("#DIV/0!")) == Fault("#DIV/0!")
    assert value_of("IFERROR(a + 1, 0)", a=Fault("#DIV/0!")) == 0


def test_blank_counts_as_zero_and_as_empty_text() -> None:
    """A blank cell is 0 in a sum, '' in a text, and left out by MIN."""
    assert value_of("a + b", b=None) == 10
    assert value_of('s = ""', s=None) is True
    assert value_of("MIN(a, b)", b=None) == 10


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("spent / a", "spent"),
        ("a +", "식의 끝"),
        ("a b", "b"),
        ("(a", "식의 끝"),
        ("a $ b", "$"),
        ("VLOOKUP(a)", "VLOOKUP"),
        ("IF(a)", "2~3"),
        ("(" * 40 + "a" + ")" * 40, "깊"),
        ("a+" * 300 + "a", "200"),
        ("a" + "%" * 990, "200"),
        ("a" + "&s" * 201, "200"),
        ("SUM(a," * 30 + "a" + "+a" * 160 + ")" * 30, "200"),
        ("a" + " " * 8192 + "+ a", "8192"),
        ("a.__class__", "."),
    ],
)
def test_refusal_names_the_place(text: str, says: str) -> None:
    """What cannot be read is refused with the word that is wrong."""
    with pytest.raises(ExpressionError) as refused:
        compile_expression(text, KINDS)

    assert says in str(refused.value)


def test_order_puts_needed_fields_first() -> None:
    """A field comes after those it needs."""
    assert evaluation_order({"c": ["b"], "b": ["a"], "a": []}) == ("a", "b", "c")


def test_circle_is_named() -> None:
    """A circle is refused with its way round."""
    with pytest.raises(ExpressionError, match="a → b → a"):
        evaluation_order({"a": ["b"], "b": ["a"]})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a+b", "number"),
        ("a>b", "truth"),
        ("s&s", "text"),
        ("on+1", "date"),
        ("until-on", "number"),
        ('IF(ok,1,"x")', "text"),
    ],
)
def test_kind_is_known_without_running(text: str, kind: str) -> None:
    """A column can be made for an expression before there is a row."""
    assert compile_expression(text, KINDS).kind == kind


@given(st.text(alphabet='ab s()+-*/^&=<>,%".0123456789IFSUMROUND', max_size=60))
def test_no_text_crashes_the_parser(text: str) -> None:
    """Whatever is typed is either an expression or an ExpressionError; whatever runs gives a value."""
    try:
        expression = compile_expression(text, KINDS)
    except ExpressionError:
        return

    expression.evaluate(ROW)  # type: ignore[arg-type]  # dict is invariant


@given(
    st.sampled_from(["a/b", "a^b", "ROUND(a,b)", "a*b*a", "on+a", "IF(s,a,b)", "s&a&b", "DAYS(on,a)", "ROUNDUP(a,-b)"]),
    st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**15), max_value=10**15),
    st.one_of(st.none(), st.integers(-(10**15), 10**15).map(Decimal), st.text(max_size=5)),
)
def test_no_value_crashes_a_calculation(text: str, a: Decimal, b: object) -> None:
    """Any value in any place gives a value or a fault."""
    found = value_of(text, a=a, b=b)

    assert found is None or isinstance(found, Decimal | int | str | date)


@pytest.mark.parametrize(
    ("text", "misused"),
    [
        ("name * 2", ("name",)), ("1 + name", ("name",)), ("-name", ("name",)), ("name%", ("name",)),
        ("SUM(count, name)", ("name",)), ("on * 2", ("on",)), ("ROUND(on)", ("on",)),
        ('IF(name = "", 0, count)', ()), ('name & "명"', ()), ("on + 1", ()), ("DAYS(on, on)", ()), ("count ^ 2", ()),
    ],
)  # fmt: skip
def test_text_taken_for_a_number_is_named(text: str, misused: tuple[str, ...]) -> None:
    """It can be compared and joined, but every sum of it is #VALUE!; such a formula is still read: it may be in use."""
    kinds: dict[str, Kind] = {"name": "text", "count": "number", "on": "date"}

    assert compile_expression(text, kinds).misused == misused
