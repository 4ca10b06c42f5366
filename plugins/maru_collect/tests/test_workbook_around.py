"""What stands around the rows of a form: boxes, notes, links, formulas that look at neighbours, macros."""

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from maru_collect.tests import forms
from maru_collect.workbook import read_rows, recognize, write_merged

pytestmark = pytest.mark.filterwarnings("ignore:Data Validation extension")
SHEET = "xl/worksheets/sheet1.xml"
CHAIN = b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="B6" i="1"/></calcChain>'
CHAIN_RELATION = (
    b'<Relationship Id="rId99" Target="calcChain.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"/></Relationships>'
)
CHAIN_KIND = (
    b'<Override PartName="/xl/calcChain.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>'
)


def simple_form(path: Path, change: Any = lambda sheet: None) -> Path:
    """Two columns, headings in row 1, entries in rows 2 to 3, the total in row 4."""

    def fill(sheet: Any) -> None:
        sheet.append(["부서", "금액"])
        forms.bordered(sheet, "A1:B1", head=True)
        forms.bordered(sheet, "A2:B3")
        sheet["A4"], sheet["B4"] = "합계", "=SUM(B2:B3)"
        change(sheet)

    return forms.saved(path, fill)


def merged(tmp_path: Path, form: Path, count: int = 12) -> Path:
    """The form with that many rows of two columns merged in: 10, 20, 30 and so on."""
    out = tmp_path / "merged.xlsx"
    write_merged(form, recognize(form), [("총무과", 10 * number) for number in range(1, count + 1)], out)
    return out


def part(path: Path, name: str) -> str:
    """One part of a workbook as text."""
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def test_a_box_below_the_table_moves_and_one_above_stays(tmp_path: Path) -> None:
    """Ten more rows push the box under the total ten rows down; the one beside the headings stays."""
    form = tmp_path / "form.xlsx"
    with xlsxwriter.Workbook(form) as book:
        sheet = book.add_worksheet()
        head, entry = (
            book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1}),
            book.add_format({"border": 1}),
        )
        sheet.write_row(0, 0, ["부서", "금액"], head)
        for row in (1, 2):
            sheet.write_row(row, 0, ["", ""], entry)
        sheet.write(3, 0, "합계")
        sheet.write_formula(3, 1, "=SUM(B2:B3)")
        sheet.insert_textbox("E1", "결재", {"height": 15})
        sheet.insert_textbox("A7", "직인", {"object_position": 2})

    out = merged(tmp_path, form)

    before, after = (
        [int(row) for row in re.findall(r"<xdr:row>(\d+)</xdr:row>", part(path, "xl/drawings/drawing1.xml"))]
        for path in (form, out)
    )
    assert before[0] == 0
    assert before[2] == 6
    assert after == [*before[:2], *(row + 10 for row in before[2:])]


def test_notes_below_the_table_move(tmp_path: Path) -> None:
    """A note on the total follows it, in its list and in its box; a note on a heading stays."""

    def change(sheet: Any) -> None:
        sheet["B1"].comment, sheet["B4"].comment = Comment("천원 단위", "예산팀"), Comment("검산할 것", "예산팀")

    out = merged(tmp_path, simple_form(tmp_path / "form.xlsx", change))

    sheet = openpyxl.load_workbook(out).active
    notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert notes == {"B1": "천원 단위", "B14": "검산할 것"}
    with zipfile.ZipFile(out) as package:
        box = next(name for name in package.namelist() if name.endswith(".vml"))
    assert re.findall(r"<\w+:Row>(\d+)<", part(out, box)) == ["0", "13"]


def test_links_move_and_those_of_samples_go(tmp_path: Path) -> None:
    """The link under the table follows its cell; a sample's link would point at somebody else's row and goes."""

    def change(sheet: Any) -> None:
        sheet["A2"].hyperlink, sheet["A6"] = "https://example.com/sample", "지침"
        sheet["A6"].hyperlink = "https://example.com/guide"

    out = merged(tmp_path, simple_form(tmp_path / "form.xlsx", change))

    assert re.findall(r'<hyperlink [^>]*?ref="(\w+)"', part(out, SHEET)) == ["A16"]
    assert openpyxl.load_workbook(out).active["A16"].hyperlink.target == "https://example.com/guide"


def test_formulas_that_look_at_the_row_above_do_so_in_every_row(tmp_path: Path) -> None:
    """A running balance =C1+B2 becomes =C2+B3 in the next row, fixed references keep their place."""

    def fill(sheet: Any) -> None:
        sheet.append(["부서", "금액", "누계", "비율"])
        forms.bordered(sheet, "A1:D1", head=True)
        forms.bordered(sheet, "A2:D3")
        for row in (2, 3):
            sheet.cell(row, 3).value, sheet.cell(row, 4).value = f"=N(C{row - 1})+B{row}", f"=B{row}/$B$5"
        sheet["A4"], sheet["B4"], sheet["B5"] = "합계", "=SUM(B2:B3)", 1000

    form = forms.saved(tmp_path / "form.xlsx", fill)
    out = tmp_path / "merged.xlsx"

    write_merged(form, recognize(form), [("총무과", 10, None, None)] * 5, out)

    sheet = openpyxl.load_workbook(out).active
    assert [sheet.cell(row, 3).value for row in (2, 3, 6)] == ["=N(C1)+B2", "=N(C2)+B3", "=N(C5)+B6"]
    assert [sheet.cell(row, 4).value for row in (2, 6)] == ["=B2/$B$8", "=B6/$B$8"]
    assert sheet["B8"].value == 1000


def test_the_calculation_chain_is_left_out(tmp_path: Path) -> None:
    """Excel would call a chain with the old addresses damage; it makes a new one by itself."""
    form = simple_form(tmp_path / "a.xlsx")
    changes = {
        "xl/calcChain.xml": lambda old: CHAIN,
        "xl/_rels/workbook.xml.rels": lambda old: old.replace(b"</Relationships>", CHAIN_RELATION),
        "[Content_Types].xml": lambda old: old.replace(b"</Types>", CHAIN_KIND),
    }
    for number, (name, change) in enumerate(changes.items()):
        form = forms.changed_part(form, tmp_path / f"b{number}.xlsx", name, change)

    out = merged(tmp_path, form)

    assert "xl/calcChain.xml" not in zipfile.ZipFile(out).namelist()
    assert "calcChain" not in part(out, "[Content_Types].xml") + part(out, "xl/_rels/workbook.xml.rels")


def test_a_form_with_macros_gives_a_workbook_of_the_plain_kind(tmp_path: Path) -> None:
    """Excel refuses an .xlsx that calls itself macroEnabled, so the kind is set right."""
    macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    form = forms.changed_part(
        simple_form(tmp_path / "a.xlsx"), tmp_path / "b.xlsm", "[Content_Types].xml",
        lambda old: old.replace(plain, macro),
    )  # fmt: skip
    form = forms.changed_part(form, tmp_path / "c.xlsm", "xl/vbaProject.bin", lambda _: b"macro")

    out = merged(tmp_path, form)

    kinds = part(out, "[Content_Types].xml")
    assert "macroEnabled" not in kinds
    assert plain.decode() in kinds
    assert "xl/vbaProject.bin" not in zipfile.ZipFile(out).namelist()


def test_a_text_that_looks_like_an_escape_stays_as_typed(tmp_path: Path) -> None:
    """'_x0041_' means 'A' to Excel; written as _x005F_x0041_ it is shown as the person typed it."""
    form = simple_form(tmp_path / "form.xlsx")
    out = tmp_path / "merged.xlsx"

    write_merged(form, recognize(form), [("_x0041_", 1), ("_x_", 2)], out)

    assert "<t>_x005F_x0041_</t>" in part(out, SHEET)
    assert "<t>_x_</t>" in part(out, SHEET)
    assert read_rows(out, recognize(form)).rows[1].values == ("_x_", 2)
