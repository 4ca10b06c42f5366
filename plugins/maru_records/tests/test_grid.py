"""The grid as data: merged headings, columns, what is posted and answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from maru_records.api import Definition, Field, check_rows
from maru_records.grid.columns import grid_columns, heading_rows
from maru_records.grid.context import grid_context
from maru_records.grid.saving import MAX_ROWS, SaveRequest, save_answer

from .grid_site import PROPOSALS, templates

TEN_O_FOUR = datetime(2026, 11, 22, 1, 4, tzinfo=UTC)


def test_headings_are_merged_as_in_the_form() -> None:
    """Three rows: 사업비 over four columns, 재원 over three of them, leaves reaching down to the last row."""
    rows = heading_rows(PROPOSALS.fields)

    shown = [[(cell.text, cell.colspan, cell.rowspan) for cell in row] for row in rows]

    assert shown == [
        [("연번", 1, 3), ("읍면동", 1, 3), ("사업명", 1, 3), ("위치", 1, 3), ("사업비", 4, 1), ("추진 계획", 2, 1),
         ("유지관리", 1, 3), ("비고", 1, 3)],
        [("계", 1, 2), ("재원", 3, 1), ("착수일", 1, 2), ("분야", 1, 2)],
        [("국비", 1, 1), ("도비", 1, 1), ("시비", 1, 1)],
    ]  # fmt: skip


def test_every_heading_row_covers_every_column() -> None:
    """Counted with their spans, the cells of the headings fill the rectangle exactly."""
    rows = heading_rows(PROPOSALS.fields)

    area = sum(cell.colspan * cell.rowspan for row in rows for cell in row)

    assert area == len(rows) * len(PROPOSALS.fields)


def test_shared_unit_is_said_once() -> None:
    """천원 stands at 사업비, and at no heading below it."""
    cells = [cell for row in heading_rows(PROPOSALS.fields) for cell in row]

    assert [cell.text for cell in cells if cell.unit] == ["사업비"]


def test_unit_of_one_column_stands_at_that_column() -> None:
    """Where neighbours differ, each leaf says its own unit."""
    fields = (
        Field(key="people", label="인원", type="integer", unit="명", path=("실적",)),
        Field(key="money", label="예산", type="amount", unit="천원", path=("실적",)),
    )

    leaves = heading_rows(fields)[1]

    assert [cell.unit for cell in leaves] == ["명", "천원"]


def test_same_path_apart_is_not_merged() -> None:
    """Two columns of one heading with another between them keep two cells."""
    fields = (
        Field(key="a", label="가", type="text", path=("묶음",)),
        Field(key="b", label="나", type="text"),
        Field(key="c", label="다", type="text", path=("묶음",)),
    )

    first = heading_rows(fields)[0]

    assert [(cell.text, cell.column, cell.colspan) for cell in first] == [("묶음", 0, 1), ("나", 1, 1), ("묶음", 2, 1)]


def test_columns_of_one_name_are_told_apart() -> None:
    """A sentence says '국비 계', not '계', where two columns are called 계."""
    fields = (
        Field(key="a", label="계", type="amount", path=("국비",)),
        Field(key="b", label="계", type="amount", path=("도비",)),
        Field(key="c", label="비고", type="text"),
    )

    assert [column.name for column in grid_columns(fields)] == ["국비 계", "도비 계", "비고"]


@pytest.mark.parametrize(
    "body",
    [
        {"version": -1, "rows": []},
        {"version": 1, "rows": [["가"]] * (MAX_ROWS + 1)},
        {"version": 1, "rows": [["가" * 10_001]]},
        {"version": 1, "rows": [[1]]},
        {"version": 1, "rows": [], "more": True},
    ],
)
def test_post_that_is_not_a_grids_is_refused(body: dict[str, object]) -> None:
    """Too many rows, too long a text, numbers for texts and unknown keys do not come in."""
    with pytest.raises(ValidationError):
        SaveRequest.model_validate(body)


def test_answer_has_everything_the_grid_draws() -> None:
    """Texts as understood, the problem with its repair, totals, count and local time."""
    rows: list[list[str | None]] = [
        [None, "유구읍", "산책로", "", None, "0", "0", "9천8백", "27. 3. 2.", "공원", "", ""]
    ]

    answer = save_answer(check_rows(PROPOSALS, rows), version=4, saved_at=TEN_O_FOUR)

    assert (answer["version"], answer["row_count"], answer["saved_at"]) == (4, 1, "10:04")
    assert answer["texts"][0][8] == "2027. 3. 2."
    errors = [problem for problem in answer["problems"] if problem["severity"] == "error"]
    assert [(problem["row"], problem["column"]) for problem in errors] == [(0, 7)]
    assert sorted(answer) == ["problems", "row_count", "saved_at", "texts", "totals", "version"]


def test_blank_rows_follow_for_typing() -> None:
    """A new grid shows ten rows to type into; a grid to be read shows none."""
    check = check_rows(PROPOSALS, [])

    typed = grid_context(PROPOSALS, check, save_url="/draft", version=1)
    read = grid_context(PROPOSALS, check, save_url="/draft", version=1, is_read_only=True)

    assert (len(typed.rows), len(read.rows), read.save_url) == (10, 0, "")


def test_table_says_what_it_is() -> None:
    """Roles, places and the mark of a wrong cell are in the page before any script runs."""
    rows: list[list[str | None]] = [[None, None, "<b>", None, None, None, None, "구천"]]
    grid = grid_context(PROPOSALS, check_rows(PROPOSALS, rows), save_url="/draft", version=3, owner="demo-yugu")

    page = templates().from_string('{% include "maru_records/_grid.html" %}').render(grid=grid)

    assert 'role="grid"' in page
    assert 'data-save-url="/draft" data-version="3" data-owner="demo-yugu"' in page
    assert 'aria-colindex="8" class="n" data-mark="error" aria-invalid="true">구천</td>' in page
    assert "&lt;b&gt;" in page
    assert " style=" not in page


def test_grid_without_row_numbers_gets_row_heads() -> None:
    """A form that has no 연번 column is numbered beside its fields."""
    definition = Definition(key="plain", label="명단", fields=(Field(key="name", label="성명", type="text"),))
    grid = grid_context(definition, check_rows(definition, [["김공주"]]), save_url="/draft", version=1)

    page = templates().from_string('{% include "maru_records/_grid.html" %}').render(grid=grid)

    assert grid.lead == 1
    assert '<th role="rowheader" scope="row" class="grid-number" aria-colindex="1">1</th>' in page


def test_grid_to_be_read_has_no_field() -> None:
    """Without the right to write there is the table and nothing to type into."""
    check = check_rows(PROPOSALS, [[None, None, "산책로"]])
    grid = grid_context(PROPOSALS, check, save_url="/draft", version=1, is_read_only=True)

    page = templates().from_string('{% include "maru_records/_grid.html" %}').render(grid=grid)

    assert "산책로" in page
    assert "<textarea" not in page
    assert "grid.js" not in page
