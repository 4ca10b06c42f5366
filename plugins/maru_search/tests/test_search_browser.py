"""The search in a real browser: typing, arrow keys, without scripts, on a phone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .finding import Finding, workbook


@pytest.fixture
def address(finding: Finding) -> Iterator[str]:
    """The site on a real port, with some posts about snow, indexed."""
    board = finding.board()
    finding.post(board, "제설 자재 배치", "염화칼슘과 모래를 고갯길에 두었습니다.")
    finding.post(board, "제설 차량 점검", "본문", "clerk", workbook("제설 차량 명단", name="차량.xlsx"))
    finding.post(board, "연말 당직 편성")
    finding.settle()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(finding.site.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def sign_in(page: Page, finding: Finding, address: str) -> None:
    """As `stranger`, who reads what is open to all."""
    cookies = finding.site.client("stranger").cookies
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])


def objections(page: Page) -> list[str]:
    """What axe finds."""
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


def test_the_slash_leads_to_the_box_and_arrows_to_the_hits(page: Page, finding: Finding, address: str) -> None:
    """From the home page, without the mouse: slash, words, Enter, arrows, Enter."""
    sign_in(page, finding, address)
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("제설")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    page.locator("#words").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")

    expect(page.locator("#found h3 a").first).to_be_focused()

    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#words")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/*")


def test_hits_follow_the_typing(page: Page, finding: Finding, address: str) -> None:
    """The list changes while one types; the address follows, so that going back leads to the same hits."""
    sign_in(page, finding, address)
    page.goto(f"{address}/search/")
    page.locator("#words").press_sequentially("당직")

    expect(page.locator("#found mark").first).to_have_text("당직")
    expect(page.locator("#found h3")).to_have_count(1)
    page.wait_for_url("**q=%EB%8B%B9%EC%A7%81*")


@pytest.mark.parametrize("width", [1440, 390])
def test_every_state_of_the_page_passes_axe(page: Page, finding: Finding, address: str, width: int) -> None:
    """The newest, hits, widened, narrowed, none, a person: no objection, nothing wider than the window."""
    sign_in(page, finding, address)
    page.set_viewport_size({"width": width, "height": 900})
    clerk = finding.site.user("clerk").id
    paths = (
        "?",
        "?q=제설",
        "?q=ㅈㅅ",
        "?q=제설 없는말",
        "?q=제설&kind=attachment",
        "?q=없는말이다아",
        f"people/{clerk}",
    )

    for path in paths:
        page.goto(f"{address}/search/{path}")
        assert objections(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_it_works_without_scripts(browser: Browser, finding: Finding, address: str) -> None:
    """The form, the tabs and the filters are plain links."""
    context = browser.new_context(java_script_enabled=False, locale="ko-KR")
    plain = context.new_page()
    sign_in(plain, finding, address)
    plain.goto(f"{address}/search/")
    plain.fill("#words", "제설")
    plain.get_by_role("button", name="찾기").click()
    plain.get_by_role("link", name="첨부 본문").click()

    assert "차량.xlsx" in (plain.text_content("#found") or "")
    context.close()
