"""One collection, all the way round, in a real browser: the journey that the portal exists for."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import CDPSession, Page, expect

from maru_language import today
from tests.needs import need_libreoffice

Visit = Callable[..., Page]
FORM = Path(__file__).parents[1] / "data" / "forms" / "participatory_budget.xlsx"
TITLE = "2026년 주민참여예산 집행 현황 (여정)"
SHEET = "xl/worksheets/sheet1.xml"
NAME, FIELD, BUDGET, CITY, PROVINCE, SPENT, RATE, STARTS, CONTACT, NOTE = range(2, 12)

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Data Validation extension")]
# openpyxl says so whenever it reads a form with the newer kind of rule; here it only reads


def compose(session: CDPSession, *steps: str) -> None:
    """One syllable after the other being composed, as an input method shows them; the last stays open."""
    for step in steps:
        session.send("Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)})


def type_hangul(page: Page, session: CDPSession, text: str) -> None:
    """Type Hangul through a composition, each syllable begun by its first consonant, then confirm it."""
    for syllable in text:
        code = ord(syllable) - 0xAC00
        if 0 <= code < 11_172:
            first = chr(0x1100 + code // 588)
            compose(session, first, chr(0xAC00 + code // 28 * 28), syllable)
        session.send("Input.insertText", {"text": syllable})
    assert page.locator("[data-grid-input]").input_value().endswith(text[-1])


def paste(page: Page, text: str) -> None:
    """Ctrl+V of what Excel puts on the clipboard."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def go_to(page: Page, row: int, column: int) -> None:
    """Put the grid's cursor into a cell, as a click does."""
    cell = page.locator("table.grid tbody tr").nth(row).locator("th, td").nth(column)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def counts(page: Page) -> dict[str, int]:
    """The status board's chips: word → number."""
    texts = page.locator("nav.chips a, .chips a").all_inner_texts()
    return {match[1]: int(match[2]) for text in texts if (match := re.match(r"(.+?)\s*(\d+)$", " ".join(text.split())))}


def send_request(page: Page, shots: Path) -> str:
    """Upload, confirm the columns, choose four townships, write the details, send. Gives the board's address."""
    page.goto("/collect/sent/")
    page.get_by_role("link", name="취합 요청하기").click()
    page.set_input_files("input[type=file]", FORM)
    page.get_by_role("button", name="서식 읽기").click()
    expect(page.get_by_role("heading", name="서식을 이렇게 읽었습니다")).to_be_visible()
    page.screenshot(path=shots / "journey-1-columns.png")
    table = page.locator("table.columns")
    expect(table.locator("tbody tr")).to_have_count(12)
    types = dict(zip(table.locator("tbody th summary").all_inner_texts(), column_types(page), strict=True))
    assert {key.split("\n")[-1]: value for key, value in types.items()} == {
        "연번": "row_number",
        "읍면동": "department",
        "사업명": "text",
        "분야": "choice",
        "예산액": "amount",
        "시비": "amount",
        "도비": "amount",
        "집행액": "amount",
        "집행률": "computed",
        "착수일": "date",
        "담당자 연락처": "text",
        "비고": "choice",
    }
    page.get_by_role("button", name="받을 부서 고르기").click()
    for town in ("유구읍", "이인면", "탄천면", "계룡면"):
        page.get_by_label(town, exact=True).check()
    page.screenshot(path=shots / "journey-2-targets.png")
    page.get_by_role("button", name="안내와 마감 쓰기").click()
    page.fill("#field-title", TITLE)
    page.fill("#field-due_on", (today() + timedelta(days=5)).isoformat())
    page.fill("#field-due_time", "18:00")
    page.fill("#field-guidance", "6월 말 기준으로 천원 단위로 적어 주세요.")
    page.get_by_role("button", name="보내기 전에 확인하기").click()
    page.screenshot(path=shots / "journey-3-review.png", full_page=True)
    page.get_by_role("button", name=re.compile("4개 부서에 발송")).click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    return page.url


def column_types(page: Page) -> list[str]:
    """The type that stands chosen for each column."""
    found: list[str] = page.eval_on_selector_all('[name^="type_"]', "all => all.map(one => one.value)")
    return found


def open_request(page: Page) -> None:
    """From the home page, as a clerk does: the request waits there."""
    page.goto("/")
    page.get_by_role("link", name=TITLE, exact=True).first.click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def fill_grid(page: Page, shots: Path) -> None:
    """Two rows by input method and keyboard, ten by a paste of whole rows from Excel; then submit."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_request(page)
    expect(page.locator("[data-grid].is-ready")).to_be_visible()
    session = page.context.new_cdp_session(page)
    for row, (name, budget) in enumerate((("유구전통시장 정비", "48000"), ("색동공원 쉼터", "26500"))):
        go_to(page, row, NAME)
        type_hangul(page, session, name)
        page.keyboard.press("Tab")
        type_hangul(page, session, "교통")
        for value in (budget, budget, "0", "12000"):
            page.keyboard.press("Tab")
            page.keyboard.type(value)
        page.keyboard.press("Tab")  # over the computed rate, which nobody types
        page.keyboard.type("2026-03-02")
        page.keyboard.press("Tab")
        page.keyboard.type("041-840-2001")
        page.keyboard.press("Enter")
    go_to(page, 2, 0)
    block = "".join(
        f"{n}\t유구읍\t탑곡리 마을안길 {n}\t교통\t{n},000\t{n},000\t0\t500\t50.0%\t2026-04-{n:02}\t041-840-2002\t\r\n"
        for n in range(1, 11)
    )
    paste(page, block)
    expect(page.locator("[data-grid-state=saved]")).to_be_visible(timeout=10_000)
    page.screenshot(path=shots / "journey-4-grid.png")
    expect(page.locator("table.grid tbody tr").nth(0).locator("th, td").nth(NAME)).to_have_text("유구전통시장 정비")
    expect(page.locator("table.grid tbody tr").nth(1).locator("th, td").nth(NAME)).to_have_text("색동공원 쉼터")
    expect(page.locator("table.grid tbody tr").nth(11).locator("th, td").nth(NAME)).to_have_text("탑곡리 마을안길 10")
    submit(page)


def submit(page: Page) -> None:
    """Submit, and confirm what is only a warning."""
    page.get_by_role("button", name="제출", exact=True).click()
    confirm = page.get_by_role("button", name="맞습니다. 제출합니다")
    done = page.locator(".tag", has_text="제출").first
    expect(confirm.or_(done).first).to_be_visible()
    if confirm.is_visible():
        confirm.click()
    expect(done).to_be_visible()


def send_workbook(page: Page, folder: Path) -> None:
    """Download the form, fill three rows with Excel's own hands, upload and submit."""
    open_request(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="서식 내려받기").click()
    path = folder / "이인면.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book["취합서식"]
    for row in range(6, 9):
        for column, value in ((3, f"이인 사업 {row}"), (4, "복지"), (5, 1000 * row), (6, 1000 * row), (7, 0), (8, 300)):
            sheet.cell(row, column).value = value
        sheet.cell(row, 11).value = "041-840-3001"
    book.save(path)
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="올리고 확인").click()
    expect(page.get_by_role("heading", name=re.compile("3행을 읽었습니다"))).to_be_visible()
    submit(page)


def test_the_whole_round(visit: Visit, shots: Path, tmp_path: Path) -> None:
    """Sent to four: one types and pastes, one uploads, one has nothing, one stays silent; the merge is right."""
    collector = visit("demo-collector")
    board = send_request(collector, shots)
    assert counts(collector) == {"전체": 4, "미제출": 4}

    fill_grid(visit("demo-yugu"), shots)
    collector.goto(board)
    assert counts(collector) == {"전체": 4, "제출": 1, "미제출": 3}

    send_workbook(visit("demo-iin"), tmp_path)
    collector.goto(board)
    assert counts(collector) == {"전체": 4, "제출": 2, "미제출": 2}

    nil = visit("demo-tancheon")
    open_request(nil)
    nil.get_by_role("button", name="해당 없음").click()
    expect(nil.get_by_role("heading", name="해당 없음으로 제출했습니다")).to_be_visible()
    collector.goto(board)
    assert counts(collector) == {"전체": 4, "제출": 2, "해당 없음": 1, "미제출": 1}
    expect(collector.locator("tr", has_text="계룡면").first).to_contain_text("미제출")
    collector.screenshot(path=shots / "journey-5-board.png")

    with collector.expect_download() as download:
        collector.get_by_role("link", name=re.compile("병합 .xlsx")).click()
    merged = tmp_path / "merged.xlsx"
    download.value.save_as(merged)
    check_rows(merged)
    check_kept(merged)
    check_totals(merged, tmp_path)


def check_rows(path: Path) -> None:
    """Rows in 직제순 with the unit's name: twelve of 유구읍, three of 이인면, numbered through."""
    sheet = openpyxl.load_workbook(path)["취합서식"]
    units = [sheet.cell(row, 2).value for row in range(6, 21)]
    assert units == ["유구읍"] * 12 + ["이인면"] * 3
    assert [sheet.cell(row, 1).value for row in range(6, 21)] == list(range(1, 16))
    assert sheet["C6"].value == "유구전통시장 정비"
    assert sheet["C17"].value == "탑곡리 마을안길 10"
    assert sheet["C18"].value == "이인 사업 6"
    assert sheet["E6"].value == 48_000
    assert sheet["J6"].value.isoformat().startswith("2026-03-02")
    assert sheet["A21"].value == "합계"
    assert sheet["E21"].value == "=SUM(E6:E20)"
    assert sheet["I20"].value == "=IF(E20=0,0,H20/E20)"


def check_kept(path: Path) -> None:
    """Headings, widths, formats, both kinds of rules, conditional format, print set-up, panes, approval box."""
    before, after = (openpyxl.load_workbook(each)["취합서식"] for each in (FORM, path))
    headings = {str(area) for area in before.merged_cells.ranges if area.max_row <= 5}
    assert headings <= {str(area) for area in after.merged_cells.ranges}
    for letter, dimension in before.column_dimensions.items():
        assert after.column_dimensions[letter].width == dimension.width
    for column in range(1, 13):
        assert after.cell(20, column).number_format == before.cell(6, column).number_format
    assert {str(rule.sqref) for rule in after.data_validations.dataValidation} == {"D6:D20", "E6:H20"}
    assert [str(area.sqref) for area in after.conditional_formatting] == ["I6:I20"]
    assert after.freeze_panes == before.freeze_panes == "D6"
    assert after.page_setup.orientation == "landscape"
    assert after.print_title_rows == before.print_title_rows
    assert after.print_area.endswith("$L$23")
    with zipfile.ZipFile(path) as package:
        xml = package.read(SHEET).decode()
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert "L6:L20</xm:sqref>" in xml
    assert "결재란" in drawing
    assert "담당  팀장  과장" in drawing


def check_totals(path: Path, folder: Path) -> None:
    """LibreOffice calculates everything anew and comes to the same sums."""
    subprocess.run(
        [need_libreoffice(), "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "recalculated"), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(folder / "recalculated" / path.name, data_only=True)["취합서식"]
    budget = [sheet.cell(row, 5).value for row in range(6, 21)]
    spent = [sheet.cell(row, 8).value for row in range(6, 21)]
    assert sheet["E21"].value == sum(budget) == 48_000 + 26_500 + 55_000 + 21_000
    assert sheet["H21"].value == sum(spent) == 24_000 + 5_000 + 900
    assert sheet["I21"].value == pytest.approx(sum(spent) / sum(budget))


def test_without_javascript_the_work_still_gets_done(visit: Visit, tmp_path: Path, shots: Path) -> None:
    """Sign in, read, upload a filled workbook and answer 해당 없음 by plain forms alone."""
    collector = visit("demo-collector")
    send_request(collector, shots)
    collector.close()

    iin = visit("demo-iin", javascript=False)
    send_workbook(iin, tmp_path)
    tancheon = visit("demo-tancheon", javascript=False)
    tancheon.goto("/board/")
    tancheon.locator("table.list tbody a").first.click()
    expect(tancheon.locator("h1")).to_be_visible()
    open_request(tancheon)
    tancheon.get_by_role("button", name="해당 없음").click()

    expect(tancheon.get_by_role("heading", name="해당 없음으로 제출했습니다")).to_be_visible()
