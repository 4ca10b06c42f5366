"""The grid saves by itself: in a real browser, against a server that is slow, fails, or was told something else."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .grid_hand import BUDGET, CITY, NAME, block, compose, ime, open_grid, paste, saved, text
from .grid_site import ROW, GridSite


def test_page_is_saved_by_itself(grid: Page, site: GridSite) -> None:
    """What was typed is posted as rows of all columns; texts, totals and the count come back."""
    grid.keyboard.type("유구천 산책로")
    for _ in range(4):
        grid.keyboard.press("Tab")
    grid.keyboard.type("9800")
    grid.keyboard.press("Enter")
    saved(grid)

    assert site.posts[-1]["rows"][0] == [None, "", "유구천 산책로", "", None, "", "", "9800", "", "", "", ""]
    assert [text(grid, 0, column) for column in (1, CITY, BUDGET)] == ["유구읍", "9,800", "9,800"]
    assert grid.locator("tfoot td").nth(CITY).inner_text() == "9,800"
    assert grid.locator("[data-grid-count]").inner_text() == "1행"


def test_save_is_tried_again_after_a_failure(grid: Page, site: GridSite) -> None:
    """Two failing answers are said and survived without anything typed again."""
    site.failures = [503, 500]

    grid.keyboard.type("가나다")
    grid.keyboard.press("Enter")

    expect(grid.locator("[data-grid-state=failed]")).to_be_visible(timeout=3_000)
    saved(grid)
    assert site.rows[0][NAME] == "가나다"


def test_rows_come_back_after_a_reload_without_a_save(grid: Page, site: GridSite) -> None:
    """What the server never got is offered after the page was opened again."""
    site.failures = [503] * 20
    paste(grid, block(10))
    expect(grid.locator("[data-grid-state=failed]")).to_be_visible(timeout=3_000)
    grid.once("dialog", lambda dialog: dialog.accept())
    grid.reload()
    site.failures = []

    expect(grid.locator("[data-grid-banner]")).to_contain_text("저장되지 않은 10행을 되살릴까요?")
    grid.locator("[data-banner-do=restore]").click()
    saved(grid)

    assert [row[NAME] for row in site.rows] == [f"사업 {n}" for n in range(1, 11)]


def test_leaving_at_once_loses_nothing_and_asks_nothing_later(grid: Page, site: GridSite) -> None:
    """A page left in the middle of a word has sent it; coming back finds the rows and no offer."""
    paste(grid, block(2))
    grid.keyboard.press("Enter")
    grid.keyboard.type("마지막")
    grid.once("dialog", lambda dialog: dialog.accept())

    grid.goto("about:blank")
    grid.wait_for_timeout(500)
    open_grid(grid, site)

    assert [row[NAME] for row in site.rows] == ["사업 1", "마지막"]
    assert grid.locator("[data-grid-banner]").inner_text() == ""


def test_somebody_else_was_first(grid: Page, site: GridSite) -> None:
    """A conflict is said; the reload shows the other's rows and offers one's own."""
    site.version, site.rows = 7, [ROW]
    grid.keyboard.type("내 사업")
    grid.keyboard.press("Enter")
    expect(grid.locator("[data-grid-banner]")).to_contain_text("다른 사람이 먼저 바꾸었습니다", timeout=4_000)

    grid.locator("[data-banner-do=reload]").click()

    expect(grid.locator("[data-grid-banner]")).to_contain_text("저장되지 않은 1행을 되살릴까요?")
    assert text(grid, 0, NAME) == "유구천 산책로 조명"
    assert len(site.posts) == 1


def test_signed_out_grid_waits_for_the_login(grid: Page, site: GridSite) -> None:
    """A redirect to the login says so, and the rows are saved once the session is back."""
    site.failures = [303]

    grid.keyboard.type("가")
    grid.keyboard.press("Enter")

    expect(grid.locator("[data-grid-banner]")).to_contain_text("로그인이 끊겼습니다", timeout=4_000)
    saved(grid)
    assert site.rows[0][NAME] == "가"


def test_typing_during_a_slow_save_is_kept(grid: Page, site: GridSite) -> None:
    """An answer that arrives late does not overwrite what was typed meanwhile, nor close the field."""
    site.delay_seconds = 0.6
    grid.keyboard.type("하나")
    grid.keyboard.press("Enter")
    expect(grid.locator("[data-grid-state=saving]")).to_be_visible(timeout=3_000)

    session = ime(grid)
    compose(session, "ㄷ", "두")
    expect(grid.locator("[data-grid-state=saved]")).to_be_visible(timeout=4_000)

    assert grid.locator("[data-grid-input]").input_value() == "두"
    session.send("Input.insertText", {"text": "두"})
    grid.keyboard.press("Enter")
    saved(grid)
    assert [row[NAME] for row in site.rows] == ["하나", "두"]


def test_form_waits_until_the_last_cell_is_saved(grid: Page, site: GridSite) -> None:
    """Typing and clicking 제출 at once sends the form only after the rows have arrived."""
    grid.keyboard.type("마지막 칸")

    grid.get_by_role("button", name="제출", exact=True).click()
    grid.wait_for_url("**/submit")

    assert site.submitted == [1]


def test_page_owner_hears_the_state(grid: Page) -> None:
    """`grid:state` tells saved, errors and rows to whoever draws the submit button."""
    grid.evaluate(
        "window.heard = []; document.addEventListener('grid:state', (event) => window.heard.push(event.detail))"
    )

    paste(grid, "유구천\t유구교\t\t0\t0\t구천\r\n")
    expect(grid.locator(".grid-problem")).to_have_count(1)

    last = grid.evaluate("window.heard.at(-1)")
    assert {key: last[key] for key in ("saved", "errors", "rows")} == {"saved": True, "errors": 1, "rows": 1}
