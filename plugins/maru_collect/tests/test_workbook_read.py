"""What comes back from the units, and what is wrong with it."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from maru_collect.tests import forms
from maru_collect.workbook import Filled, WorkbookProblem, blank_copy, read_rows, recognize, write_merged

pytestmark = pytest.mark.filterwarnings("ignore:Data Validation extension")
LAYOUT = recognize(forms.FORM)


def returned(tmp_path: Path, change: Any, unit: str | None = "유구읍") -> Filled:
    """A blank copy with three rows entered, changed as a clerk would, and read again."""
    path = tmp_path / "returned.xlsx"
    blank_copy(forms.FORM, LAYOUT, "유구읍", path)
    book = openpyxl.load_workbook(path)
    sheet = book["취합서식"]
    for number in range(3):
        for column, value in enumerate(forms.budget_row(number), 1):
            if value is not None:
                sheet.cell(6 + number, column).value = value
    change(sheet)
    book.save(path)
    return read_rows(path, LAYOUT, unit)


def test_entered_rows_and_their_addresses(tmp_path: Path) -> None:
    """Three of twenty rows were filled in: three rows, typed, with addresses; total and signature are no rows."""
    filled = returned(tmp_path, lambda sheet: None)

    assert len(filled.rows) == 3
    assert filled.problems == ()
    assert filled.rows[1].values[:8] == (2, "유구읍", "마을 정비 1", "복지", 1001, 600, 401, 250)
    assert filled.address(1, 4) == "E7"
    assert filled.texts()[1][4] == "1001"


def test_text_in_a_number_cell_is_kept(tmp_path: Path) -> None:
    """'약 100' stays for the check of records; '-' is zero and said so."""

    def change(sheet: Any) -> None:
        sheet["E6"], sheet["F7"] = "약 100", "-"

    filled = returned(tmp_path, change)

    assert filled.rows[0].values[4] == "약 100"
    assert filled.rows[1].values[5] == 0
    assert [(p.address, p.severity, p.code) for p in filled.problems] == [("F7", "changed", "dash")]


def test_values_come_as_they_were_meant(tmp_path: Path) -> None:
    """Dates as ISO texts, decimals without noise, times of day kept."""

    def change(sheet: Any) -> None:
        sheet["J6"], sheet["J7"] = datetime.date(2026, 5, 1), datetime.datetime(2026, 5, 1, 14, 30)  # noqa: DTZ001  # workbooks have no zone
        sheet["E6"], sheet["C7"] = 0.1, 2026

    filled = returned(tmp_path, change)

    assert [filled.rows[0].values[9], filled.rows[1].values[9]] == ["2026-05-01", "2026-05-01T14:30:00"]
    assert filled.rows[0].values[4] == Decimal("0.1")
    assert filled.rows[1].values[2] == 2026


def test_moved_renamed_removed_and_inserted_columns(tmp_path: Path) -> None:
    """Columns are found by heading; a renamed, a missing and an inserted one are each named."""

    def insert(sheet: Any) -> None:
        for area in [str(one) for one in sheet.merged_cells.ranges]:
            sheet.unmerge_cells(area)
        sheet.insert_cols(4)
        sheet["D3"] = "추가한 칸"

    def rename(sheet: Any) -> None:
        sheet["C3"] = "사업 이름"

    def remove(sheet: Any) -> None:
        sheet["K4"] = None
        for row in range(6, 9):
            sheet.cell(row, 11).value = None

    inserted, renamed, removed = (returned(tmp_path, change) for change in (insert, rename, remove))

    assert [p.code for p in inserted.problems] == ["inserted"]
    assert inserted.letters[3] == "E"
    assert inserted.rows[0].values[4] == 1000
    assert [(p.code, p.address) for p in renamed.problems] == [("renamed", "C5")]
    assert "사업 이름" in renamed.problems[0].message
    assert renamed.rows[0].values[2] == "마을 정비 0"
    assert len(removed.rows) == 3


def test_deleted_column_is_an_error(tmp_path: Path) -> None:
    """A column that is gone leaves None and an error that names it."""
    form = forms.total_on_top(tmp_path / "form.xlsx")
    layout = recognize(form)
    book = openpyxl.load_workbook(form)
    book.active.append(["유구읍", 3, 4])
    book.active.delete_cols(2)
    book.save(tmp_path / "back.xlsx")

    filled = read_rows(tmp_path / "back.xlsx", layout)

    assert [(p.code, p.severity) for p in filled.problems] == [("removed", "error")]
    assert "세대수" in filled.problems[0].message
    assert filled.letters == ("A", None, "B")
    assert filled.rows[0].values == ("유구읍", None, 4)


def test_errors_merges_and_the_wrong_unit(tmp_path: Path) -> None:
    """Error values, merged entry cells and another unit's name are told with their addresses."""
    layout = recognize(forms.FORM)

    def change(sheet: Any) -> None:
        sheet["B7"] = "이인면"
        sheet.merge_cells("C6:C7")
        sheet["E8"].value, sheet["E8"].data_type = "#VALUE!", "e"

    filled = returned(tmp_path, change)

    found = {(p.code, p.address) for p in filled.problems}
    assert found == {("unit", "B7"), ("merged", "C6:C7"), ("error_value", "E8")}
    assert filled.has_errors
    assert filled.rows[2].values[4] is None
    assert layout == LAYOUT


def test_rows_below_the_total_are_told(tmp_path: Path) -> None:
    """A row typed under the total row is not read silently, nor dropped silently."""

    def change(sheet: Any) -> None:
        for column, value in enumerate(forms.budget_row(9), 1):
            sheet.cell(30, column).value = value

    filled = returned(tmp_path, change)

    assert len(filled.rows) == 3
    assert [(p.code, p.address) for p in filled.problems] == [("below_total", "A30")]


def test_rows_inserted_above_and_a_renamed_sheet(tmp_path: Path) -> None:
    """The table is found two rows further down, on a sheet of another name, and both are told."""
    form = forms.total_on_top(tmp_path / "form.xlsx")
    layout = recognize(form)
    book = openpyxl.load_workbook(form)
    for column, value in enumerate(("유구읍", 12, 30), 1):
        book.active.cell(5, column, value)
    book.active.insert_rows(1, 2)
    book.active.title = "제출"
    book.save(tmp_path / "back.xlsx")

    filled = read_rows(tmp_path / "back.xlsx", layout)

    assert [(row.row, row.values) for row in filled.rows] == [(7, ("유구읍", 12, 30))]
    assert {problem.code for problem in filled.problems} == {"moved", "sheet"}


def test_missing_sheet_and_foreign_file(tmp_path: Path) -> None:
    """Another workbook altogether gives no rows and says which sheet is missing."""
    path = forms.plain_form(tmp_path / "a.xlsx")

    filled = read_rows(path, LAYOUT)

    assert filled.rows == ()
    assert [p.code for p in filled.problems] == ["sheet"]


def test_untouched_samples_are_no_rows(tmp_path: Path) -> None:
    """The examples of the form are left out, a changed one is not."""
    form = forms.plain_form(tmp_path / "form.xlsx")
    layout = recognize(form)
    book = openpyxl.load_workbook(form)
    book.active["C3"] = "홍길동"
    book.save(tmp_path / "back.xlsx")

    filled = read_rows(tmp_path / "back.xlsx", layout)

    assert [row.values for row in filled.rows] == [(2, "총무과", "홍길동", 6, "예시")]


def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    """One value in XFD1048576 is refused before the sheet is laid out."""
    path = forms.saved(tmp_path / "a.xlsx", lambda sheet: sheet.cell(1_048_576, 16_384, 1))

    with pytest.raises(WorkbookProblem, match="XFD1048576"):
        read_rows(path, LAYOUT)


TEXTS = some.text(some.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda text: not text.isspace() and "\ufffe" not in text and "\uffff" not in text
)
NUMBERS = some.integers(-(10**14), 10**14) | some.decimals(-(10**9), 10**9, places=3)


@settings(max_examples=60, deadline=None)
@given(rows=some.lists(some.tuples(TEXTS, NUMBERS, some.dates(datetime.date(1900, 3, 1))), min_size=1, max_size=8))
def test_whatever_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    """Any text, number and date comes back as it was."""
    path = tmp_path_factory.mktemp("round") / "a.xlsx"
    entered = [
        [None, "유구읍", text, "복지", amount, 0, 0, 0, None, day.isoformat(), text, None] for text, amount, day in rows
    ]

    write_merged(forms.FORM, LAYOUT, entered, path)

    back = [(row.values[2], Decimal(str(row.values[4])), row.values[9]) for row in read_rows(path, LAYOUT).rows]
    assert back == [(text, Decimal(amount), day.isoformat()) for text, amount, day in rows]
