"""행 검사: rows of text against a definition."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from maru_records.checking import check_rows
from maru_records.definition import Definition, Field

BUDGET = Definition(
    key="budget",
    label="예산",
    fields=(
        Field(key="no", label="번호", type="row_number"),
        Field(key="name", label="사업명", type="text", required=True),
        Field(key="budget", label="예산", type="amount", unit="천원", total=True, required=True),
        Field(key="spent", label="집행", type="amount", unit="천원", total=True),
        Field(key="rate", label="집행률", type="computed", percent=True, total=True, expression="spent / budget"),
        Field(key="on", label="완료일", type="date"),
    ),
)


def test_values_texts_and_totals() -> None:
    """Values are JSON, texts are what people read, the foot holds the sums and the rate of the whole."""
    check = check_rows(
        BUDGET, [[None, "도로 정비", "9,800", "4900", None, "27. 3. 2."], ["", "배수로", "200", "100", "", ""]]
    )

    assert check.problems == []
    assert check.values[0] == [1, "도로 정비", "9800", "4900", "0.5", "2027-03-02"]
    assert check.texts[0] == ["1", "도로 정비", "9,800", "4,900", "50.0%", "2027. 3. 2."]
    assert check.totals == ["", "", "10,000", "5,000", "50.0%", ""]
    assert (check.row_count, check.is_clean) == (2, True)


def test_all_problems_are_told_with_row_column_and_repair() -> None:
    """Nothing stops at the first error."""
    check = check_rows(BUDGET, [["", "도로", "9천8백", "모름", "", "2027. 13. 1."], ["", "", "5", "", "", ""]])

    found = [(p.row, p.column, p.severity, p.repair) for p in check.problems]

    assert found == [(0, 2, "error", "9800"), (0, 3, "error", None), (0, 5, "error", None), (1, 1, "error", None)]
    assert check.texts[0][2] == "9천8백"
    assert check.values[0][2] is None


def test_texts_sent_back_give_the_same_values() -> None:
    """The grid shows `texts` and sends them again with the next save: a percentage keeps all its decimals."""
    rate = Field(key="rate", label="비율", type="decimal", percent=True)
    form = Definition(key="rates", label="비율", fields=(rate,))

    first = check_rows(form, [["33.337%"], ["0.5"]])
    second = check_rows(form, [list(texts) for texts in first.texts])

    assert first.texts == [["33.337%"], ["50.0%"]]
    assert [Decimal(str(row[0])) for row in second.values] == [Decimal("0.33337"), Decimal("0.5")]


def test_empty_rows_are_left_alone() -> None:
    """A row without anything is not counted, not numbered and not asked for its fields."""
    check = check_rows(BUDGET, [["", "가", "1"], [None] * 6, [" ", "", "", "", "9", ""], ["", "나", "2"]])

    assert check.row_count == 2
    assert [row[0] for row in check.values] == [1, None, None, 2]
    assert check.problems == []


def test_computed_cell_of_a_broken_row_stays_blank() -> None:
    """An error is told once, at the cell where it was made."""
    check = check_rows(BUDGET, [["", "가", "천만", "5"]])

    assert [(p.row, p.column) for p in check.problems] == [(0, 2)]
    assert check.texts[0][4] == ""


def test_division_by_zero_is_told_at_the_computed_cell() -> None:
    """The cell shows #DIV/0! and says which expression it was."""
    check = check_rows(BUDGET, [["", "가", "0", "5"]])

    assert check.texts[0][4] == "#DIV/0!"
    assert check.problems[0].column == 4
    assert "spent / budget" in check.problems[0].message


def test_paste_one_column_too_wide_is_told() -> None:
    """What stands to the right of the last column does not vanish without a word."""
    check = check_rows(BUDGET, [["", "가", "1", "", "", "", "남은 칸"]])

    assert [(p.row, p.severity) for p in check.problems] == [(0, "warning")]


def test_nothing_at_all() -> None:
    """No rows: no values, empty foot."""
    check = check_rows(BUDGET, [])

    assert (check.values, check.texts, check.problems, check.row_count) == ([], [], [], 0)


def test_sums_are_exact() -> None:
    """Ten times 0.1 is 1."""
    about = Definition(key="x", label="x", fields=(Field(key="n", label="n", type="decimal", total=True),))

    assert check_rows(about, [["0.1"]] * 10).totals == ["1"]


cells = st.none() | st.text(max_size=12) | st.integers(-(10**6), 10**6).map(str)


@given(st.lists(st.lists(cells, max_size=8), max_size=6))
def test_no_rows_crash_the_check(rows: list[list[str | None]]) -> None:
    """Any rows of any width are checked; the answer has the definition's width, and clean texts stay as they are."""
    check = check_rows(BUDGET, rows)

    assert all(len(row) == 6 for row in check.values + check.texts)
    again = check_rows(BUDGET, list(check.texts))
    assert again.values == check.values


def test_totals_ignore_cells_with_errors() -> None:
    """The foot sums what was understood."""
    assert check_rows(BUDGET, [["", "가", "1,000"], ["", "나", "모름"]]).totals[2] == f"{Decimal(1000):,}"
