"""Formulas that would fill the memory or Python's stack: they come to an error value, and every page still opens."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from time import process_time

from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Definition, Fault, Field, add_record, calculated, check_rows, define, records_of
from maru_records.definition.expressions import MOST_STEPS, Expression, Kind, compile_expression
from maru_records.models import Revision

Portal = Callable[..., Site]

KINDS: dict[str, Kind] = {"s": "text", "a": "number"}
DOUBLED = ("s", *(f"c{n}" for n in range(29)))


def computed(key: str, expression: str) -> Field:
    """A 계산 field."""
    return Field(key=key, label=key, type="computed", expression=expression)


def doubling(*more: Field) -> Definition:
    """Each field is the one before it twice: a thousand million letters from the few that are typed."""
    twice = tuple(computed(after, f"{before} & {before}") for before, after in pairwise(DOUBLED))
    return Definition(key="bomb", label="폭탄", fields=(Field(key="s", label="글", type="text"), *twice, *more))


def test_text_longer_than_a_cell_of_excel_is_an_error() -> None:
    """32,767 characters are joined, one more is #VALUE!, and IFERROR has an answer to it."""
    joined = compile_expression("s & s & a", KINDS)

    assert joined.evaluate({"s": "x" * 16_383, "a": 7}) == "x" * 32_766 + "7"
    assert joined.evaluate({"s": "x" * 16_383, "a": 17}) == Fault("#VALUE!")
    assert compile_expression('IFERROR(s & s, "길다")', KINDS).evaluate({"s": "x" * 20_000}) == "길다"


def test_chain_as_long_as_may_be_runs_deep_inside_of_a_page() -> None:
    """Half of Python's stack is left to whoever calls; a formula of every kind of step comes to its value there."""

    def below(depth: int, expression: Expression) -> object:
        return expression.evaluate({"a": 1}) if depth == 0 else below(depth - 1, expression)

    chain = compile_expression("a" + "+a" * (MOST_STEPS - 1), KINDS)

    assert below(sys.getrecursionlimit() // 2, chain) == MOST_STEPS


def test_formula_too_deep_for_the_stack_is_an_error_value() -> None:
    """Whatever is calculated, evaluate gives a value: it never raises."""

    def endless(row: object) -> str:
        return endless(row)

    assert Expression("", "text", frozenset(), endless).evaluate({}) == Fault("#NUM!")


def test_texts_of_one_record_are_bounded_together() -> None:
    """Fields of 30,000 letters each: the first three are there, the others say why not; numbers are not concerned."""
    fields = (Field(key="s", label="글", type="long_text"), *(computed(f"c{n}", "s & 1") for n in range(5)))
    definition = Definition(key="wide", label="넓은 대장", fields=(*fields, computed("n", "1 + 1")))

    found = calculated(definition, {"s": "x" * 30_000})

    assert [len(found[f"c{n}"]) for n in range(3)] == [30_001] * 3  # type: ignore[arg-type]  # texts, as was typed
    assert [found["c3"], found["c4"], found["n"]] == [Fault("#VALUE!"), Fault("#VALUE!"), 2]


def test_texts_of_all_rows_are_bounded_together() -> None:
    """A form of 300 rows whose formula gives 20,000 letters: the check tells where it became too much."""
    fields = (Field(key="s", label="글", type="text"), computed("c", "&".join(["s"] * 100)))

    check = check_rows(Definition(key="rows", label="행", fields=fields), [["x" * 200, None]] * 300)

    assert [len(texts[1]) for texts in check.texts] == [20_000] * 250 + [len("#VALUE!")] * 50
    assert len(check.problems) == 50


def test_ledger_with_a_bomb_stays_readable(portal: Portal) -> None:
    """The list is cut to what can be read, the page of the record has all of a text, the history and the file open."""
    site = portal("records")
    long = "가나다라마바사" * 60
    with connected():
        define(doubling(computed("whole", "s & s & 1")), site.write_as("admin"))
        clerk = site.user("clerk")
        with site.write_as("clerk") as change:
            add_record(change, records_of("bomb"), clerk, {"s": long}, clerk.unit)
    client = site.client("clerk")

    listed, shown = client.get("/records/bomb/"), client.get("/records/bomb/1")
    file = client.post("/records/bomb/export")

    assert (listed.status_code, shown.status_code, file.status_code) == (200, 200, 200)
    assert len(listed.text) < 60_000
    assert long not in listed.text
    assert f"{long}{long}1" in shown.text
    assert "#VALUE!" in listed.text
    assert '<td class="fit">가나다' not in listed.text  # a calculated text wraps as a typed one does
    with connected():
        assert max(len(text) for _, text in Revision.get().changes.values()) == 500


def test_what_cannot_be_calculated_is_calculated_once_a_record(portal: Portal) -> None:
    """A list of records with forty errors each asks the formulas once a record, not once an error."""
    site = portal("records")
    wrong = tuple(computed(f"w{n}", "&".join(["s"] * 150) + " & 1 / 0") for n in range(40))
    definition = Definition(key="wrong", label="오류", fields=(Field(key="s", label="글", type="text"), *wrong))
    with connected():
        define(definition, site.write_as("admin"))
        clerk = site.user("clerk")
        with site.write_as("clerk") as change:
            for _ in range(20):
                add_record(change, records_of("wrong"), clerk, {"s": "x" * 100}, clerk.unit)
    client = site.client("clerk")
    client.get("/records/wrong/")

    before = process_time()
    page = client.get("/records/wrong/").text

    assert page.count("#DIV/0!") == 800
    assert process_time() - before < 2
