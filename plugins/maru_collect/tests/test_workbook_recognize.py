"""What is read out of forms of all sorts."""

import ast
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from maru_collect import workbook
from maru_collect.tests import forms
from maru_collect.workbook import Layout, WorkbookProblem, recognize, sheets


def test_budget_form_is_read_whole() -> None:
    """Title, basis, unit, twelve columns with merged headings, entry rows, total row and what is kept."""
    layout = recognize(forms.FORM)

    assert (layout.title, layout.basis, layout.unit_text) == (
        "2026년 읍면동 주민참여예산 집행 현황", "기준일 2026-06-30", "(단위: 천원)"
    )  # fmt: skip
    assert [column.type for column in layout.columns] == [
        "row_number", "department", "text", "choice", "amount", "amount", "amount", "amount", "computed", "date",
        "text", "choice",
    ]  # fmt: skip
    assert layout.column("city_share").path == ("예산", "재원", "시비")
    assert (layout.header_top, layout.header_bottom, layout.first_row, layout.last_row, layout.total_row) == (
        3,
        5,
        6,
        7,
        8,
    )
    assert (layout.kept.merges, layout.kept.validations, layout.kept.drawings) == (16, 3, 1)
    assert all((layout.kept.has_frozen_panes, layout.kept.has_print_setup, layout.kept.has_filter))


def test_rules_and_formulas_become_properties() -> None:
    """Required and minimum from the whole-number rule, choices from the other sheet, the formula over keys."""
    layout = recognize(forms.FORM)

    budget, rate, field, remarks = (layout.column(key) for key in ("budget", "spent_rate", "field", "remarks"))
    assert (budget.required, budget.minimum, budget.unit, budget.total) == (True, Decimal(0), "천원", True)
    assert (rate.expression, rate.percent, rate.decimals) == ("IF(budget=0,0,spent/budget)", True, 1)
    assert field.choices == remarks.choices == ("복지", "환경", "교통", "문화", "안전", "농업")


def test_every_column_says_why() -> None:
    """Each column has its reasons, and so has the place of the table."""
    layout = recognize(forms.FORM)

    assert str(layout.column("budget").why[0]) == "입력 규칙이 정수만 받습니다."
    assert all(column.why for column in layout.columns)
    assert any("3~5행" in str(one) for one in layout.why)


def test_every_sentence_is_marked_for_the_catalogue() -> None:
    """What is not said with `say` or named with `N_` would stay Korean on an English page, and no test would tell."""
    for file in Path(str(workbook.__file__)).parent.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        marked = {id(call.args[0]) for call in ast.walk(tree) if isinstance(call, ast.Call) and is_mark(call)}

        assert [text.value for text in korean_sentences(tree) if id(text) not in marked] == [], file.name


def is_mark(call: ast.Call) -> bool:
    """Whether `call` is `say("…")` or `N_("…")`."""
    return isinstance(call.func, ast.Name) and call.func.id in ("say", "N_")


def korean_sentences(tree: ast.AST) -> list[ast.Constant]:
    """Strings in Korean that end like a sentence, docstrings aside."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
        and node.value.endswith(".") and any("가" <= letter <= "힣" for letter in node.value)
    ]  # fmt: skip


def test_layout_survives_json() -> None:
    """A layout is stored as JSON and comes back equal."""
    adapter = TypeAdapter(Layout)
    layout = recognize(forms.FORM)

    assert adapter.validate_json(adapter.dump_json(layout)) == layout


def test_plain_form_without_formats(tmp_path: Path) -> None:
    """One heading row, shared strings, no styles: types come from the samples, which are remembered."""
    layout = recognize(forms.plain_form(tmp_path / "a.xlsx"))

    assert [column.type for column in layout.columns] == ["row_number", "department", "text", "integer", "long_text"]
    assert (layout.first_row, layout.last_row, layout.total_row) == (2, 3, None)
    assert layout.samples[0] == ("1", "총무과", "보기1", "3", "예시")


def test_two_heading_rows_from_column_b(tmp_path: Path) -> None:
    """Merged group headings, a starred heading, percent and date formats, total below, signature line."""
    layout = recognize(forms.two_heading_rows(tmp_path / "a.xlsx"))

    assert [(c.letter, c.path, c.type) for c in layout.columns] == [
        ("B", ("시설명",), "text"), ("C", ("사업비", "국비"), "amount"), ("D", ("사업비", "시비"), "amount"),
        ("E", ("이용률",), "decimal"), ("F", ("준공일",), "date"),
    ]  # fmt: skip
    assert layout.columns[0].required
    assert layout.columns[1].unit == "백만원"
    assert layout.columns[3].percent
    assert (layout.first_row, layout.last_row, layout.total_row) == (6, 9, 10)
    assert layout.lines_below[0].text == "작성자: (서명)"


def test_total_row_on_top(tmp_path: Path) -> None:
    """A total right under the headings is no entry row; a line break in a heading is a space."""
    layout = recognize(forms.total_on_top(tmp_path / "a.xlsx"))

    assert (layout.total_row, layout.first_row, layout.last_row) == (4, 5, 8)
    assert layout.columns[2].label == "인구 (명)"
    assert layout.columns[2].unit == "명"


def test_dates_as_text_and_blank_leading_column(tmp_path: Path) -> None:
    """A date heading over text cells is a date; ㎡ with decimals is a number; a wide 추진내용 is long text."""
    layout = recognize(forms.dates_as_text(tmp_path / "a.xlsx"))

    assert [column.letter for column in layout.columns] == ["B", "C", "D", "E"]
    assert [column.type for column in layout.columns] == ["text", "date", "amount", "long_text"]
    assert layout.columns[2].decimals == 2


def test_approval_cells_are_not_the_headings(tmp_path: Path) -> None:
    """The wider, frozen, styled table wins over 결재·담당·팀장·과장; formulas become expressions."""
    layout = recognize(forms.cells_for_approval(tmp_path / "a.xlsx"))

    assert layout.header_bottom == 5
    assert layout.column("amount").expression == "quantity*unit_price"


def test_sheets_are_named(tmp_path: Path) -> None:
    """Visible sheets can be listed and chosen; a missing one is a problem that lists those there are."""
    assert sheets(forms.FORM) == ["취합서식", "코드"]

    with pytest.raises(WorkbookProblem, match="‘취합서식’, ‘코드’"):
        recognize(forms.FORM, sheet="없는시트")


def test_files_that_are_no_workbook(tmp_path: Path) -> None:
    """Text, empty, xls, protected and truncated files each get a sentence of their own."""
    contents = {
        "not_xlsx": b"hello",
        "empty": b"",
        "old_xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 600,
        "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
        "damaged": forms.FORM.read_bytes()[:3000],
    }
    for code, content in contents.items():
        path = tmp_path / f"{code}.xlsx"
        path.write_bytes(content)

        with pytest.raises(WorkbookProblem) as caught:
            recognize(path)

        assert caught.value.code == code
        assert path.name in str(caught.value)


def test_zip_bombs_are_refused(tmp_path: Path) -> None:
    """Too much by declared size, too many parts, and a part that unpacks to more than it declares."""
    big, many, lying = (tmp_path / f"{name}.xlsx" for name in ("big", "many", "lying"))
    with zipfile.ZipFile(big, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b"")
        package.writestr("xl/a.xml", b"0" * 201_000_000)
    with zipfile.ZipFile(many, "w") as package:
        package.writestr("[Content_Types].xml", b"")
        for number in range(2_001):
            package.writestr(f"xl/{number}.xml", b"")
    with zipfile.ZipFile(lying, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b"")
        package.writestr("xl/a.xml", b"0" * 1_000_000)
    content = lying.read_bytes()
    lying.write_bytes(content.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))

    for path, code in ((big, "too_large"), (many, "too_large"), (lying, "damaged")):
        with pytest.raises(WorkbookProblem) as caught:
            recognize(path)
        assert caught.value.code == code


def test_entities_are_refused(tmp_path: Path) -> None:
    """A DTD in a part is refused before any entity is expanded."""
    bomb = b'<!DOCTYPE a [<!ENTITY b "boom">]>'
    path = forms.changed_part(forms.FORM, tmp_path / "a.xlsx", "xl/workbook.xml", lambda old: bomb + old)

    with pytest.raises(WorkbookProblem, match="DTD"):
        recognize(path)


def test_sheet_without_a_table(tmp_path: Path) -> None:
    """An empty sheet says that no table was found, and what to do."""
    path = forms.saved(tmp_path / "a.xlsx", lambda sheet: sheet.cell(1, 1, "제목뿐"))

    with pytest.raises(WorkbookProblem, match="표를 찾지 못했습니다"):
        recognize(path)
