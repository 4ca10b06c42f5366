"""Forms for the tests: varied, as offices make them, built anew for each test."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import Workbook
from openpyxl.styles import Border, Font, PatternFill, Side

FORM = Path(__file__).parents[3] / "tests" / "data" / "forms" / "participatory_budget.xlsx"
BORDER = Border(*[Side("thin")] * 4)
HEAD = PatternFill("solid", fgColor="DDEBF7")

Row = list[Any]


def budget_row(number: int, unit: str = "유구읍") -> Row:
    """One entry of the participatory budget form."""
    day = f"2026-03-{number % 28 + 1:02}"
    return [
        None,
        unit,
        f"마을 정비 {number}",
        "복지",
        1000 + number,
        600,
        400 + number,
        250,
        None,
        day,
        "041-840-1234",
        None,
    ]


def saved(path: Path, fill: Callable[[Any], None]) -> Path:
    """A workbook of one sheet that `fill` writes with openpyxl."""
    book = Workbook()
    fill(book.active)
    book.save(path)
    return path


def bordered(sheet: Any, area: str, *, head: bool = False) -> None:
    """Borders around every cell of an area; headings bold and filled as well."""
    for row in sheet[area]:
        for cell in row:
            cell.border = BORDER
            if head:
                cell.fill, cell.font = HEAD, Font(bold=True)


def plain_form(path: Path) -> Path:
    """One heading row, no formats at all, two sample rows, no total: shared strings by XlsxWriter."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("명단")
    for column, label in enumerate(("순번", "부서", "성명", "인원", "비고")):
        sheet.write(0, column, label)
    for row in (1, 2):
        for column, value in enumerate((row, "총무과", f"보기{row}", 3 * row, "예시")):
            sheet.write(row, column, value)
    book.close()
    return path


def two_heading_rows(path: Path) -> Path:
    """Title, two heading rows with merges, bordered entry rows, total below, starting in column B."""

    def fill(sheet: Any) -> None:
        sheet.title = "현황"
        sheet["B2"] = "시설 현황 (단위: 백만원)"
        sheet["B2"].font = Font(bold=True, size=16)
        sheet.merge_cells("B2:F2")
        for place, text in {
            "B4": "시설명*",
            "C4": "사업비",
            "E4": "이용률",
            "F4": "준공일",
            "C5": "국비",
            "D5": "시비",
        }.items():
            sheet[place] = text
        for area in ("B4:B5", "C4:D4", "E4:E5", "F4:F5"):
            sheet.merge_cells(area)
        bordered(sheet, "B4:F5", head=True)
        bordered(sheet, "B6:F9")
        for row in range(6, 10):
            sheet.cell(row, 3).number_format = sheet.cell(row, 4).number_format = "#,##0"
            sheet.cell(row, 5).number_format, sheet.cell(row, 6).number_format = "0.0%", "yyyy-mm-dd"
        sheet["B10"], sheet["C10"], sheet["D10"] = "합 계", "=SUM(C6:C9)", "=SUM(D6:D9)"
        sheet["B12"] = "작성자: (서명)"

    return saved(path, fill)


def total_on_top(path: Path) -> Path:
    """The total row right under the headings, entries open-ended below it."""

    def fill(sheet: Any) -> None:
        for column, label in enumerate(("읍면동", "세대수", "인구\n(명)"), 1):
            sheet.cell(3, column, label)
        sheet["A1"] = "인구 현황"
        sheet["A4"], sheet["B4"], sheet["C4"] = "계", "=SUM(B5:B8)", "=SUM(C5:C8)"
        bordered(sheet, "A3:C3", head=True)
        bordered(sheet, "A4:C8")

    return saved(path, fill)


def dates_as_text(path: Path) -> Path:
    """Dates in text format, a starred heading, decimals, three blank leading rows and a blank column A."""

    def fill(sheet: Any) -> None:
        for column, label in enumerate(("사업명*", "착수일", "면적(㎡)", "추진내용"), 2):
            sheet.cell(4, column, label)
        bordered(sheet, "B4:E4", head=True)
        bordered(sheet, "B5:E7")
        sheet["C5"].number_format, sheet["D5"].number_format = "@", "#,##0.00"
        sheet.column_dimensions["E"].width = 40

    return saved(path, fill)


def cells_for_approval(path: Path) -> Path:
    """An approval box made of cells above the table, which must not be taken for the headings."""

    def fill(sheet: Any) -> None:
        for column, label in enumerate(("결재", "담당", "팀장", "과장"), 4):
            sheet.cell(1, column, label).border = BORDER
        sheet["A3"] = "장비 보유 현황"
        for column, label in enumerate(("연번", "기관명", "장비", "수량", "단가", "금액", "비고"), 1):
            sheet.cell(5, column, label)
        bordered(sheet, "A5:G5", head=True)
        bordered(sheet, "A6:G8")
        for row in (6, 7, 8):
            sheet.cell(row, 6, f"=D{row}*E{row}").number_format = "#,##0"
        sheet.freeze_panes = "A6"

    return saved(path, fill)


def changed_part(source: Path, target: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a workbook with one part changed, or added when `part` is not there yet."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return target
