"""The 200 workbooks that units sent back, as Excel saves them: shared strings, stored results of formulas.

XlsxWriter makes them after the headings of the form, so that no candidate of the benchmark reads its own output.
"""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FORM = Path(__file__).parents[2] / "tests" / "data" / "forms" / "participatory_budget.xlsx"
SHEET = "취합서식"
ROWS, FIRST, COLUMNS = 500, 6, 12
UNITS = (
    "유구읍", "이인면", "탄천면", "계룡면", "반포면", "의당면", "정안면", "우성면", "사곡면", "신풍면", "중학동", "옥룡동",
)  # fmt: skip
PLACES = ("마을회관", "경로당", "버스승강장", "소하천", "농로", "어린이공원", "둘레길", "배수로", "가로등", "체육시설")
WORKS = ("정비", "보수", "설치", "확충", "환경 개선", "신축", "리모델링", "안전 점검")
FIELDS = ("복지", "환경", "교통", "문화", "안전", "농업")
NUMBER_FORMATS = ("0", "", "", "", "#,##0", "#,##0", "#,##0", "#,##0", "0.0%", "yyyy-mm-dd", "@", "")
SUMMED = (4, 5, 6, 7)


def make_workbooks(folder: Path, count: int) -> None:
    """Fill the form for `count` units, the same every time; what a former run left in the folder is used again."""
    folder.mkdir(parents=True, exist_ok=True)
    headings, merges = _headings()
    chance = random.Random(20260630)
    for number in range(count):
        rows = [_row(chance, UNITS[number % len(UNITS)], place) for place in range(ROWS)]
        path = folder / f"unit{number:03}.xlsx"
        if not path.exists():
            _write(path, headings, merges, rows)


def _headings() -> tuple[list[tuple[int, int, Any]], list[tuple[int, int, int, int]]]:
    """What stands above the entry rows of the form: (row, column, value) and merged areas, counted from 0."""
    from openpyxl import load_workbook

    sheet = load_workbook(FORM)[SHEET]
    cells = [
        (row, column, value)
        for row, values in enumerate(sheet.iter_rows(max_row=FIRST - 1, max_col=COLUMNS, values_only=True))
        for column, value in enumerate(values)
        if value is not None
    ]
    areas = [area.bounds for area in sheet.merged_cells.ranges]
    merges = [(top - 1, left - 1, bottom - 1, right - 1) for left, top, right, bottom in areas if bottom < FIRST]
    return cells, merges


def _row(chance: random.Random, unit: str, number: int) -> list[Any]:
    budget, city = chance.randrange(1_000, 900_000), chance.randrange(500, 400_000)
    name = f"{unit} {chance.randrange(1, 40)}리 {chance.choice(PLACES)} {chance.choice(WORKS)} 사업 {number + 1}"
    started = date(2026, 1, 5) + timedelta(days=chance.randrange(360))
    phone = f"041-840-{chance.randrange(1000, 9999)}"
    spent, field = chance.randrange(budget), chance.choice(FIELDS)
    rate = spent / budget
    return [
        number + 1,
        unit,
        name,
        field,
        budget,
        city,
        budget - city,
        spent,
        rate,
        started,
        phone,
        chance.choice(FIELDS),
    ]


def _write(
    path: Path, headings: list[tuple[int, int, Any]], merges: list[tuple[int, int, int, int]], rows: list[list[Any]]
) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        formats = [
            book.add_format({"num_format": code, "border": 1} if code else {"border": 1}) for code in NUMBER_FORMATS
        ]
        for area in merges:
            sheet.merge_range(*area, "", formats[1])
        for row, column, value in headings:
            sheet.write(row, column, value, formats[9 if isinstance(value, date) else 1])
        first = FIRST - 1
        for place, values in enumerate(rows, first):
            for column, value in enumerate(values):
                if column == 8:
                    row = place + 1
                    sheet.write_formula(place, column, f"=IF(E{row}=0,0,H{row}/E{row})", formats[column], value)
                else:
                    sheet.write(place, column, value, formats[column])
        total = first + len(rows)
        sheet.write(total, 0, "합계", formats[1])
        for column in SUMMED:
            letter = "ABCDEFGHIJKL"[column]
            value = sum(values[column] for values in rows)
            sheet.write_formula(total, column, f"=SUM({letter}{FIRST}:{letter}{total})", formats[column], value)
        sheet.write(total + 2, 0, "작성자:            (서명)")
