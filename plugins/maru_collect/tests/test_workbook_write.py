"""The merged workbook: rows in, everything else kept, totals right."""

import csv
import io
import re
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from maru_collect.tests import forms
from maru_collect.workbook import blank_copy, read_rows, recognize, write_merged
from tests.needs import need_libreoffice

# openpyxl says so whenever it reads a form with the newer kind of rule; it only reads here.
pytestmark = pytest.mark.filterwarnings("ignore:Data Validation extension")
SHEET = "xl/worksheets/sheet1.xml"


def merged(tmp_path: Path, rows: list[Any], form: Path = forms.FORM) -> Path:
    """The form with rows merged in."""
    out = tmp_path / "merged.xlsx"
    write_merged(form, recognize(form), rows, out)
    return out


def part(path: Path, name: str) -> str:
    """One part of a workbook as text."""
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def test_rows_stand_in_the_form_with_its_styles(tmp_path: Path) -> None:
    """openpyxl sees numbered rows, the look of the sample row, and everything below moved."""
    out = merged(tmp_path, [forms.budget_row(number) for number in range(30)])

    sheet = openpyxl.load_workbook(out)["취합서식"]
    before = openpyxl.load_workbook(forms.FORM)["취합서식"]
    assert [sheet.cell(row, 1).value for row in (6, 7, 35)] == [1, 2, 30]
    assert sheet["C35"].value == "마을 정비 29"
    assert sheet["I35"].value == "=IF(E35=0,0,H35/E35)"
    for column in range(1, 13):
        assert sheet.cell(35, column).number_format == before.cell(6, column).number_format
        assert sheet.cell(35, column).fill.fgColor.rgb == before.cell(6, column).fill.fgColor.rgb
        assert sheet.cell(36, column).number_format == before.cell(8, column).number_format
        letter = openpyxl.utils.get_column_letter(column)
        assert sheet.column_dimensions[letter].width == before.column_dimensions[letter].width
    assert sheet.row_dimensions[35].height == 20
    assert sheet["E36"].value == "=SUM(E6:E35)"
    assert sheet["I36"].value == "=IF(E36=0,0,H36/E36)"
    assert sheet["A38"].value == before["A10"].value


def test_everything_around_grows_or_moves(tmp_path: Path) -> None:
    """Merges, filter, rules of both kinds, conditional format, print area and titles, panes."""
    out = merged(tmp_path, [forms.budget_row(number) for number in range(30)])

    sheet = openpyxl.load_workbook(out)["취합서식"]
    merges = {str(area) for area in sheet.merged_cells.ranges}
    assert len(merges) == 16
    assert {"A1:L1", "E3:I3", "A36:D36", "A38:D38"} <= merges
    assert sheet.auto_filter.ref == "A5:L35"
    assert sheet.freeze_panes == "D6"
    assert {str(rule.sqref) for rule in sheet.data_validations.dataValidation} == {"D6:D35", "E6:H35"}
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["I6:I35"]
    assert sheet.print_area == "'취합서식'!$A$1:$L$38"
    assert sheet.print_title_rows == "$1:$5"
    assert sheet.oddFooter.center.text == "- &P / &N -"
    xml = part(out, SHEET)
    assert "<xm:sqref>L6:L35</xm:sqref>" in xml
    assert '<dimension ref="A1:L38"/>' in xml
    assert "$A$5:$L$35" in part(out, "xl/workbook.xml")
    assert 'fullCalcOnLoad="1"' in part(out, "xl/workbook.xml")


def test_other_parts_are_the_same_bytes(tmp_path: Path) -> None:
    """Styles, theme, drawing with the approval box and the code sheet are taken over compressed as they were."""
    out = merged(tmp_path, [forms.budget_row(1)])

    with zipfile.ZipFile(forms.FORM) as old, zipfile.ZipFile(out) as new:
        assert new.testzip() is None
        assert old.namelist() == sorted(new.namelist(), key=old.namelist().index)
        for name in set(old.namelist()) - {SHEET, "xl/workbook.xml"}:
            assert new.read(name) == old.read(name)
            assert new.getinfo(name).compress_size == old.getinfo(name).compress_size
    assert "담당  팀장  과장" in part(out, "xl/drawings/drawing1.xml")


def test_stored_totals_are_exact(tmp_path: Path) -> None:
    """Viewers without recalculation see exact sums, decimals included."""
    rows = [forms.budget_row(number) for number in range(3)]
    for row, cents in zip(rows, ("0.1", "0.2", "0.3"), strict=True):
        row[4] = Decimal(cents)

    out = merged(tmp_path, rows)

    sheet = openpyxl.load_workbook(out, data_only=True)["취합서식"]
    assert sheet["E9"].value == 0.6
    assert sheet["H9"].value == 750
    assert sheet["I9"].value == 1250


def test_texts_never_become_formulas(tmp_path: Path) -> None:
    """=, +, @ and markup are plain text; control characters are dropped."""
    rows = [forms.budget_row(1) for _ in range(5)]
    for row, text in zip(rows, ("=1+1", "+82", "@SUM(A1)", "<b>&amp;\x01", "_x0041_"), strict=True):
        row[2] = text

    filled = read_rows(merged(tmp_path, rows), recognize(forms.FORM))

    assert [row.values[2] for row in filled.rows][:4] == ["=1+1", "+82", "@SUM(A1)", "<b>&amp;"]
    sheet = openpyxl.load_workbook(tmp_path / "merged.xlsx")["취합서식"]
    assert sheet["C6"].data_type == "s"


def test_no_rows_leave_one_empty_row(tmp_path: Path) -> None:
    """Nothing submitted still gives a valid workbook with sums of zero."""
    out = merged(tmp_path, [])

    assert read_rows(out, recognize(forms.FORM)).rows == ()
    assert "<f>SUM(E6:E6)</f><v>0</v>" in part(out, SHEET)
    assert '<mergeCell ref="A7:D7"/>' in part(out, SHEET)


def test_a_generator_is_enough(tmp_path: Path) -> None:
    """Rows may come from a generator: the workbook is the same but for the optional dimension."""
    layout, rows = recognize(forms.FORM), [forms.budget_row(number) for number in range(2_500)]
    first, second = io.BytesIO(), io.BytesIO()

    write_merged(forms.FORM, layout, rows, first)
    report = write_merged(forms.FORM, layout, (row for row in rows), second)

    xml = [zipfile.ZipFile(one).read(SHEET) for one in (first, second)]
    assert re.sub(rb"<dimension[^>]*>", b"", xml[0]) == xml[1]
    assert report.row_count == 2_500
    assert report.totals["spent"] == 625_000


def test_total_on_top_has_sum_and_grows(tmp_path: Path) -> None:
    """A total above the rows is right although it is written before them."""
    form = forms.total_on_top(tmp_path / "form.xlsx")

    out = merged(tmp_path, [("유구읍", number, 2 * number) for number in range(1, 101)], form)

    sheet = openpyxl.load_workbook(out, data_only=True).active
    assert (sheet["B4"].value, sheet["C4"].value) == (5050, 10100)
    assert openpyxl.load_workbook(out).active["C4"].value == "=SUM(C5:C104)"


def test_formulas_of_other_sheets_follow(tmp_path: Path) -> None:
    """A summary sheet keeps adding up all rows, and points at the moved total; its stored values are right."""

    def fill(sheet: Any) -> None:
        sheet.title = "서식"
        sheet.append(["부서", "금액"])
        forms.bordered(sheet, "A1:B1", head=True)
        forms.bordered(sheet, "A2:B3")
        sheet["A4"], sheet["B4"] = "합계", "=SUM(B2:B3)"
        summary = sheet.parent.create_sheet("집계")
        summary["A1"], summary["A2"], summary["A3"] = "=SUM(서식!B2:B3)", "='서식'!$B$4*2", "=A1+1"

    form = forms.saved(tmp_path / "form.xlsx", fill)

    out = merged(tmp_path, [("총무과", 10 * number) for number in range(1, 11)], form)

    formulas, values = openpyxl.load_workbook(out)["집계"], openpyxl.load_workbook(out, data_only=True)["집계"]
    assert [formulas.cell(row, 1).value for row in (1, 2, 3)] == ["=SUM(서식!B2:B11)", "='서식'!$B$12*2", "=A1+1"]
    assert [values.cell(row, 1).value for row in (1, 2, 3)] == [550, 1100, 551]


def test_dates_count_from_1904_where_the_form_does(tmp_path: Path) -> None:
    """A form from an old Mac keeps its calendar."""
    form = forms.changed_part(
        forms.FORM, tmp_path / "mac.xlsx", "xl/workbook.xml",
        lambda old: old.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>'),
    )  # fmt: skip

    out = merged(tmp_path, [forms.budget_row(1)], form)

    assert read_rows(out, recognize(form)).rows[0].values[9] == "2026-03-02"


def test_macros_and_calculation_chain_are_left_out(tmp_path: Path) -> None:
    """A form with macros gives a plain workbook."""
    form = tmp_path / "macro.xlsm"
    kind = b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    forms.changed_part(forms.FORM, tmp_path / "a.xlsm", "xl/vbaProject.bin", lambda _: b"macro")
    forms.changed_part(tmp_path / "a.xlsm", form, "[Content_Types].xml", lambda old: old.replace(b"</Types>", kind))

    out = merged(tmp_path, [forms.budget_row(1)], form)

    assert "xl/vbaProject.bin" not in zipfile.ZipFile(out).namelist()
    assert "vbaProject" not in part(out, "[Content_Types].xml")


def test_blank_copy_bears_the_units_name(tmp_path: Path) -> None:
    """20 numbered rows with the unit filled in; unfilled, it reads back as no rows and no problem."""
    layout = recognize(forms.FORM)
    out = tmp_path / "blank.xlsx"

    report = blank_copy(forms.FORM, layout, "유구읍", out)

    filled = read_rows(out, layout, "유구읍")
    assert (report.first_row, report.last_row) == (6, 25)
    assert (filled.rows, filled.problems) == ((), ())
    assert part(out, SHEET).count(">유구읍<") == 20


def test_rows_merged_sideways_repeat(tmp_path: Path) -> None:
    """A form whose entry cells are merged sideways has them merged in every row."""

    def fill(sheet: Any) -> None:
        sheet.append(["부서", "내용", None, "금액"])
        sheet.merge_cells("B1:C1")
        forms.bordered(sheet, "A1:D1", head=True)
        forms.bordered(sheet, "A2:D3")
        for area in ("B2:C2", "B3:C3"):
            sheet.merge_cells(area)

    form = forms.saved(tmp_path / "form.xlsx", fill)

    out = merged(tmp_path, [("총무과", f"내용 {number}", number) for number in range(4)], form)

    merges = {str(area) for area in openpyxl.load_workbook(out).active.merged_cells.ranges}
    assert merges == {"B1:C1", "B2:C2", "B3:C3", "B4:C4", "B5:C5"}
    assert read_rows(out, recognize(form)).rows[3].values == ("총무과", "내용 3", 3)


def test_libreoffice_recalculates_the_same_totals(tmp_path: Path) -> None:
    """A spreadsheet program that opens the result and recalculates it shows the same sums."""
    soffice = need_libreoffice()
    rows = [forms.budget_row(number) for number in range(500)]
    unstored = tmp_path / "unstored.xlsx"
    without = re.compile(rb"</f><v>[^<]*</v>")
    forms.changed_part(merged(tmp_path, rows), unstored, SHEET, lambda xml: without.sub(b"</f>", xml))
    profile = (tmp_path / "profile").as_uri()

    subprocess.run(
        [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false", "--outdir", str(tmp_path), str(unstored)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip

    with (tmp_path / "unstored.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    total = next(line for line in lines if line[0] == "합계")
    assert [int(total[column].replace(",", "")) for column in (4, 5, 7)] == [
        sum(row[column] for row in rows) for column in (4, 5, 7)
    ]
    rate = sum(row[7] for row in rows) / sum(row[4] for row in rows)
    assert total[8] == f"{rate:.1%}"
    assert sum(line[1] == "유구읍" for line in lines) == 500
