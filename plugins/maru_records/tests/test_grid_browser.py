"""The grid as a clerk meets it: a real browser, a real server, a real clipboard, an input method's own messages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .grid_hand import (
    AREA,
    BUDGET,
    CITY,
    DROP,
    MEASURE,
    NAME,
    NATIONAL,
    NOTE,
    PLACE,
    block,
    compose,
    ime,
    objections,
    open_grid,
    paste,
    place,
    said,
    saved,
    text,
)
from .grid_site import ROW, GridSite


def test_first_syllable_is_whole_right_after_moving_with_the_arrows(grid: Page) -> None:
    """'유구전통시장' typed into a cell just reached keeps its first syllable."""
    session = ime(grid)
    grid.keyboard.press("ArrowDown")
    grid.keyboard.press("ArrowRight")

    for syllable in (
        ("ㅇ", "유"),
        ("ㄱ", "구"),
        ("ㅈ", "저", "전"),
        ("ㅌ", "토", "통"),
        ("ㅅ", "시"),
        ("ㅈ", "자", "장"),
    ):
        compose(session, *syllable)
        session.send("Input.insertText", {"text": syllable[-1]})
    grid.keyboard.press("Enter")

    assert text(grid, 1, PLACE) == "유구전통시장"
    assert place(grid) == (2, PLACE)


def test_syllable_that_steals_a_final_consonant_is_shown_while_it_grows(grid: Page) -> None:
    """'유' → '윸' → '유구': the letters that are being composed stand in the cell's own place."""
    session = ime(grid)

    compose(session, "ㅇ", "유", "윸")
    shown = grid.locator("[data-grid-input]").input_value()
    session.send("Input.insertText", {"text": "유"})
    compose(session, "구")
    session.send("Input.insertText", {"text": "구"})

    assert shown == "윸"
    assert grid.locator("[data-grid-input]").input_value() == "유구"


@pytest.mark.parametrize("comes_again", [False, True])
def test_enter_that_ends_a_composition_moves_exactly_once(grid: Page, comes_again: bool) -> None:
    """The Enter reported while composing, with or without a second report after it, moves one row."""
    session = ime(grid)
    compose(session, "ㅈ", "자", "장")

    during = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **during})
    session.send("Input.insertText", {"text": "장"})
    if comes_again:
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **during, "windowsVirtualKeyCode": 13})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **during, "windowsVirtualKeyCode": 13})
    grid.wait_for_timeout(150)

    assert text(grid, 0, NAME) == "장"
    assert place(grid) == (1, NAME)


def test_clicking_elsewhere_keeps_the_syllable_being_composed(grid: Page) -> None:
    """A click on another cell while composing commits what was composed, once."""
    compose(ime(grid), "ㅈ", "자", "장")

    grid.locator("table.grid tbody tr").nth(3).locator("td").nth(PLACE - 1).click()
    grid.keyboard.type("x")
    grid.keyboard.press("Enter")

    assert [text(grid, 0, NAME), text(grid, 3, PLACE)] == ["장", "x"]


def test_tab_skips_cells_that_fill_themselves_and_enter_returns(grid: Page) -> None:
    """Tab goes from 위치 over the sum to 국비; Enter then goes to the next row below where the run began."""
    grid.keyboard.press("Tab")
    grid.keyboard.press("Tab")
    after_tabs = place(grid)
    grid.keyboard.press("Enter")

    assert after_tabs == (0, NATIONAL)
    assert place(grid) == (1, NAME)


def test_block_from_excel_is_pasted_and_undone_in_one_step(grid: Page, site: GridSite) -> None:
    """Ten rows land in their columns, what happened is said, and one Ctrl+Z takes all of it back."""
    paste(grid, block(10))
    message = said(grid)
    saved(grid)
    stored = [row[NAME] for row in site.rows]
    grid.keyboard.press("Control+z")
    saved(grid)

    assert "10행 × 10열을 붙여 넣었습니다." in message
    assert stored == [f"사업 {n}" for n in range(1, 11)]
    assert site.rows == []


def test_undone_paste_comes_back_with_redo(grid: Page) -> None:
    """Ctrl+Y puts a block back that Ctrl+Z took away."""
    paste(grid, block(12))
    grid.keyboard.press("Control+z")
    grid.keyboard.press("Control+y")

    assert [text(grid, 0, NAME), text(grid, 11, NAME)] == ["사업 1", "사업 12"]


def test_whole_rows_of_the_form_fit_although_some_columns_fill_themselves(grid: Page) -> None:
    """A block with 연번, 읍면동 and 계 in it, pasted at the first cell, lands one to one."""
    rows = "".join(f"{n}\t신풍면\t사업 {n}\t탑곡리\t99\t1\t2\t3\t2027-03-0{n}\t교통\t예\t비고 {n}\r\n" for n in (1, 2))

    paste(grid, rows)

    assert [text(grid, 1, column) for column in (NAME, PLACE, CITY, NOTE)] == ["사업 2", "탑곡리", "3", "비고 2"]
    assert text(grid, 1, BUDGET) == ""
    assert "건너뛰었습니다" in said(grid)


def test_headings_copied_along_are_recognised(grid: Page) -> None:
    """The three heading rows of the form are left out, and their columns tell where the block belongs."""
    headings = (
        "연번\t읍면동\t사업명 *\t위치\t사업비(천원)\t\t\t\t추진 계획\t\t유지관리\t비고\r\n"
        "\t\t\t\t계\t재원\t\t\t착수일\t분야\t\t\r\n"
        "\t\t\t\t\t국비\t도비\t시비\t\t\t\t\r\n"
    )

    paste(grid, headings + "1\t유구읍\t녹천리 배수로\t녹천리\t7\t1\t2\t4\t\t안전\t\t\r\n")

    assert [text(grid, 0, NAME), text(grid, 0, AREA)] == ["녹천리 배수로", "안전"]
    assert "머리글 3줄은 빼고" in said(grid)


def test_cells_with_line_ends_tabs_and_quotes_survive_the_clipboard(grid: Page) -> None:
    """Excel's quoting is read on the way in, and copying gives the same back."""
    source = '"첫 줄\n둘째 ""줄"""'
    grid.keyboard.press("End")

    paste(grid, source + "\r\n")
    grid.keyboard.press("Control+c")

    assert text(grid, 0, NOTE) == '첫 줄\n둘째 "줄"'
    assert grid.evaluate("navigator.clipboard.readText()") == source


def test_table_of_a_word_processor_is_read_from_its_html(grid: Page) -> None:
    """A table out of 한글 (line by line as text, a table as HTML) keeps its columns; its styles break no policy."""
    html = (
        '<style>td { color: red }</style><table style="width:9px"><tr><td style="color:red">사업 가</td>'
        "<td>위치<br>둘</td></tr><tr><td>사업 나</td><td>셋</td></tr></table>"
    )

    grid.evaluate(DROP, ["사업 가\n위치\n둘\n사업 나\n셋", html])

    assert [text(grid, 0, NAME), text(grid, 0, PLACE), text(grid, 1, PLACE)] == ["사업 가", "위치 둘", "셋"]


def test_what_does_not_fit_is_said(grid: Page) -> None:
    """A block wider than the form says how many columns were cut off."""
    grid.keyboard.press("End")

    paste(grid, "가\t나\t다\r\n라\t마\t바\r\n")

    assert text(grid, 1, NOTE) == "라"
    assert "오른쪽 2열은 넣지 못했습니다" in said(grid)


def test_error_is_a_sentence_with_a_repair(grid: Page, site: GridSite) -> None:
    """'9천8백' is marked, named in the list and repaired by its button."""
    paste(grid, "유구천 산책로\t유구교\t\t0\t0\t9천8백\r\n")
    expect(grid.locator(".grid-problem strong")).to_have_text("1행 · 시비")
    cell = grid.locator("table.grid tbody tr").first.locator("td").nth(CITY - 1)
    was = [cell.get_attribute("aria-invalid"), cell.get_attribute("aria-describedby")]
    listed = grid.locator(".grid-problem").get_attribute("id")

    grid.locator("[data-problem-do=repair]").click()
    saved(grid)

    assert was == ["true", listed]
    assert cell.inner_text() == "9,800"
    assert place(grid) == (0, CITY)
    expect(grid.locator(".grid-problem[data-severity=error]")).to_have_count(0)


def test_choice_is_found_by_its_first_letters(grid: Page, site: GridSite) -> None:
    """Alt+↓ opens the list; ㄱㅌ finds 교통; Enter takes it."""
    for _ in range(6):
        grid.keyboard.press("Tab")
    grid.keyboard.press("Alt+ArrowDown")
    expect(grid.locator("[data-grid-choices]")).to_be_visible()

    grid.keyboard.insert_text("ㄱㅌ")
    shown = grid.locator("[data-grid-choices] [role=option]").all_inner_texts()
    grid.keyboard.press("Enter")

    assert shown == ["교통"]
    assert text(grid, 0, AREA) == "교통"


def test_everything_works_by_keyboard(grid: Page, site: GridSite) -> None:
    """Range, fill, copy, cut, today, insert, copy row, delete, undo; and Esc, Tab leads out."""
    press = grid.keyboard.press
    grid.keyboard.type("가")
    for key in ("Enter", "ArrowUp", "Shift+ArrowDown", "Shift+ArrowDown", "Control+d"):
        press(key)
    filled = [text(grid, row, NAME) for row in range(4)]
    for key in ("Control+x", "ArrowRight", "Control+v"):
        press(key)
    moved = [text(grid, row, column) for row in range(3) for column in (NAME, PLACE)]
    for key in ("Control+Alt+=", "Control+z", "Control+Alt+d", "Control+Alt+-"):
        press(key)
    after = [text(grid, row, PLACE) for row in range(4)]
    press("Escape")
    press("Tab")

    assert filled == ["가", "가", "가", ""]
    assert moved == ["", "가"] * 3
    assert after == ["가", "가", "가", ""]
    assert not grid.evaluate("document.activeElement.matches('[data-grid-input]')")


def test_escape_gives_the_old_text_back(grid: Page) -> None:
    """F2 opens the text, arrows move within it, Esc leaves it as it was."""
    grid.keyboard.type("가나")
    for key in ("Enter", "ArrowUp", "F2", "ArrowLeft"):
        grid.keyboard.press(key)
    grid.keyboard.type("X")
    typed = grid.locator("[data-grid-input]").input_value()

    grid.keyboard.press("Escape")

    assert typed == "가X나"
    assert text(grid, 0, NAME) == "가나"


@pytest.mark.parametrize("width", [1440, 360])
def test_grid_is_accessible(grid: Page, width: int, violations: list[str]) -> None:
    """axe finds nothing, on a desk and on a phone, at rest, while typing and with the list open."""
    grid.set_viewport_size({"width": width, "height": 800})
    paste(grid, "유구천 산책로\t유구교\t\t0\t0\t9천8백\r\n")
    expect(grid.locator(".grid-problem").first).to_be_visible()
    assert violations == []
    found = [objections(grid)]
    grid.keyboard.type("글")
    found.append(objections(grid))
    grid.keyboard.press("Escape")
    for _ in range(6):
        grid.keyboard.press("Tab")
    grid.keyboard.press("Alt+ArrowDown")
    found.append(objections(grid))
    violations.clear()  # axe tries out styles of its own, which the policy rightly refuses

    assert found == [[], [], []]


def test_table_is_readable_without_scripts(browser: Any, site: GridSite) -> None:
    """Without JavaScript the rows are there, and a note leads to the workbook."""
    site.rows = [ROW]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(site.url)

    assert text(page, 0, NAME) == "유구천 산책로 조명"
    assert page.locator("noscript a").get_attribute("href") == "/upload"
    assert page.locator("[data-grid-tools]").is_hidden()
    context.close()


def test_thousand_rows_stay_smooth(page: Page, site: GridSite) -> None:
    """With 1,000 rows a keystroke is handled within a frame's share; the figure is printed, a wide bound is held."""
    site.rows = [list(ROW) for _ in range(1_000)]
    open_grid(page, site)

    times = page.evaluate(MEASURE)
    print(json.dumps(times))

    assert times["type"] < 50
    assert times["move"] < 50
