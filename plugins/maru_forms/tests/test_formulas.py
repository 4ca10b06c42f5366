"""Formulas over labels become formulas over keys and back, and what is wrong with them is said in labels."""

from __future__ import annotations

from time import process_time

import pytest

from maru_forms.checks import problem_of_formula, problems_of, usable_part
from maru_forms.design import Design, DesignField
from maru_forms.formulas import over_keys, over_labels

FIELDS = (
    DesignField(key="f1", label="출발 계기", type="integer"),
    DesignField(key="f2", label="도착 계기", type="integer"),
    DesignField(key="f3", label="계기", type="integer"),
    DesignField(key="f4", label="A", type="decimal"),
    DesignField(key="f5", label="용무", type="text"),
    DesignField(key="f6", label="운전자", type="person"),
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("도착 계기 - 출발 계기", "f2 - f1"),
        ("도착계기-출발계기", "f2-f1"),
        ("= 도착  계기 − 출발 계기", " f2 - f1"),
        ("계기 × 2 ÷ (A)", "f3 * 2 / (f4)"),
        ('IF(A>0, "출발 계기", 계기)', 'IF(f4>0, "출발 계기", f3)'),
        ("MAX(A, 1)", "MAX(f4, 1)"),
        ("없는 것 + 1", "없는 것 + 1"),
    ],
)
def test_labels_become_keys(typed: str, kept: str) -> None:
    """The longest label wins, blanks do not matter, signs of documents are understood, texts stay texts."""
    assert over_keys(typed, FIELDS) == kept


def test_keys_become_labels_again() -> None:
    """What is kept is shown as it was meant, after a label was changed too."""
    renamed = (FIELDS[0].model_copy(update={"label": "나갈 때"}), *FIELDS[1:])

    assert over_labels('IF(f4>0, "f1", f2 - f1)', renamed) == 'IF(A>0, "f1", 도착 계기 - 나갈 때)'


def computed(expression: str, key: str = "f9", label: str = "거리") -> DesignField:
    """A computed field."""
    return DesignField(key=key, label=label, type="computed", expression=expression)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("f2 - 주행 거리", "‘주행 거리’라는 항목이 없습니다"),
        ("f2 -", "값이나 필드가 와야 합니다"),
        ("f2 - f9", "서로를 부릅니다"),
        ("NOPE(f2)", "'NOPE' 함수는 없습니다"),
        ("f2 + f7", "지워졌습니다"),
        ("f2 f1", "'출발 계기' 앞에서 끝났어야 합니다"),
        ("f2 * f5", "‘용무’는 종류가 ‘글’"),
        ("SUM(f1, f2) + f6", "‘운전자’는 종류가 ‘사람’"),
    ],
)
def test_what_is_wrong_is_said_in_labels(expression: str, said: str) -> None:
    """An unknown field, half a sum, a circle, an unknown function, a removed field, two words side by side."""
    gone = DesignField(key="f7", label="예전 항목", type="integer")
    field = computed(expression)

    problem = problem_of_formula(Design(fields=(*FIELDS, field), removed=(gone,)), field)

    assert said in problem


def test_circle_of_two_is_found_and_the_rest_is_usable() -> None:
    """Two formulas that call each other are both named; everything else can be tried meanwhile."""
    design = Design(
        fields=(*FIELDS, computed("f11 + 1", "f10", "하나"), computed("f10 + 1", "f11", "둘"), computed("f2"))
    )

    problems = problems_of(design)

    assert set(problems) == {"f10", "f11"}
    assert set(usable_part(design).by_key) == {"f1", "f2", "f3", "f4", "f5", "f6", "f9"}


def test_formula_over_what_became_a_text_is_a_problem() -> None:
    """A number that is made a text later: the formula is told on the canvas and at publishing, with the field."""
    design = Design(fields=(FIELDS[4], computed("f5 * 2")))

    assert "‘용무’" in problems_of(design)["f9"]


def test_formula_over_a_formula_that_may_be_blank_is_none() -> None:
    """IF(…, "", number) is a text or a number: what is calculated with it is left to the records."""
    half = computed('IF(f1 = 0, "", f2 / f1)', "f10", "비율")

    assert problems_of(Design(fields=(*FIELDS, half, computed("f10 * 100")))) == {}


def chain(length: int, first: str) -> Design:
    """A formula on the one before it, and so on; the last of the chain stands first on the page."""
    links = [computed(f"c{n - 1} + 1", f"c{n}", f"칸 {n}") for n in range(1, length)]
    return Design(fields=(*reversed(links), computed(first, "c0", "칸 0"), FIELDS[0]))


def test_long_chain_of_formulas_is_read_once() -> None:
    """Eighty formulas, each over the next: all can be used, in any order, and nobody waits for it at each step."""
    before = process_time()

    problems = problems_of(chain(79, "f1 + 1"))

    assert problems == {}
    assert process_time() - before < 0.5


def test_chain_on_a_broken_formula_is_told_as_fast() -> None:
    """Where the first of eighty cannot be calculated each one says so; they are not calculated anew for each other."""
    design = chain(79, "f1 + 주행")
    before = process_time()

    problems = problems_of(design)

    assert len(problems) == 79
    assert "‘주행’이라는 항목이 없습니다" in problems["c0"]
    assert set(usable_part(design).by_key) == {"f1"}
    assert process_time() - before < 0.5


def test_unfinished_fields_are_named() -> None:
    """A choice without choices, a formula that is missing, two fields of one name; a form of formulas alone is none."""
    design = Design(
        fields=(
            DesignField(key="a", label="구분", type="choice"),
            computed("", "b", "합"),
            DesignField(key="c", label="날짜", type="date"),
            DesignField(key="d", label="날짜", type="date"),
        )
    )

    assert set(problems_of(design)) == {"a", "b", "c", "d"}
    assert set(problems_of(Design(fields=(computed("1 + 1"),)))) == {""}
