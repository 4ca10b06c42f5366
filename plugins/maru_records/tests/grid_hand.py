"""What a hand does at the grid in a browser: reach a cell, compose a syllable, paste, and see what came of it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page, expect

from .grid_site import GridSite

NAME, PLACE, BUDGET, NATIONAL, PROVINCE, CITY, STARTS, AREA, KEPT, NOTE = range(2, 12)


def open_grid(page: Page, site: GridSite) -> None:
    """Goes to the page and into the grid."""
    page.goto(site.url)
    expect(page.locator("[data-grid].is-ready")).to_be_visible()
    page.locator("[data-grid-input]").focus()


def text(page: Page, row: int, column: int) -> str:
    """What stands in a cell."""
    return page.locator("table.grid tbody tr").nth(row).locator("th, td").nth(column).inner_text()


def place(page: Page) -> tuple[int, int]:
    """Row and column of the active cell."""
    found = page.evaluate(
        "() => { const { row, column } = document.querySelector('[data-grid]').grid.cursor; return [row, column] }"
    )
    return found[0], found[1]


def said(page: Page) -> str:
    """What the grid has last announced."""
    return page.locator("[data-grid-said]").inner_text()


def saved(page: Page) -> None:
    """Waits until everything is on the server."""
    expect(page.locator("[data-grid-state=saved]")).to_be_visible(timeout=8_000)


def ime(page: Page) -> CDPSession:
    """The browser's input method door."""
    return page.context.new_cdp_session(page)


def compose(session: CDPSession, *steps: str) -> None:
    """Shows the steps of one syllable being composed; the last one stays open."""
    for step in steps:
        session.send("Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)})


def put_on_clipboard(page: Page, plain: str, html: str = "") -> None:
    """Copies a text, and a table where there is one, as another program would."""
    page.evaluate(
        """async ([plain, html]) => {
            const parts = { "text/plain": new Blob([plain], { type: "text/plain" }) };
            if (html) parts["text/html"] = new Blob([html], { type: "text/html" });
            await navigator.clipboard.write([new ClipboardItem(parts)]);
        }""",
        [plain, html],
    )


def paste(page: Page, plain: str, html: str = "") -> None:
    """Ctrl+V with this on the clipboard."""
    put_on_clipboard(page, plain, html)
    page.keyboard.press("Control+v")


def block(rows: int) -> str:
    """Rows of the original form as Excel copies them, from 사업명 on."""
    return "".join(
        f"사업 {n}\t탑곡리 산{n}\t\t0\t{n},000\t33,600\t27. 3. {n}.\t교통\tO\t\r\n" for n in range(1, rows + 1)
    )


# The clipboard's own door sanitises HTML in the page, which the policy reports; so this one arrives as an event.
DROP = """([plain, html]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", plain);
  clipboardData.setData("text/html", html);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector("[data-grid-input]").dispatchEvent(event);
}"""


def objections(page: Page) -> list[Any]:
    """axe's rule and the elements, of everything it objects to in the grid."""
    answer = Axe().run(page, context="[data-grid]").response
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in answer["violations"]]


MEASURE = """() => {
  const { grid } = document.querySelector("[data-grid]");
  const input = document.querySelector("[data-grid-input]");
  const key = (name) => {
    const event = new KeyboardEvent("keydown", { key: name, code: name, bubbles: true, cancelable: true });
    input.dispatchEvent(event);
  };
  const middle = (act) => {
    const times = [];
    for (let i = 0; i < 60; i += 1) {
      const begun = performance.now();
      act(i);
      void input.offsetTop; // has the layout done within the time
      times.push(performance.now() - begun);
    }
    return times.sort((a, b) => a - b)[30];
  };
  grid.cursor.goTo(500, 2);
  return {
    type: middle((i) => {
      input.value = "가".repeat(i % 9 + 1);
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }),
    move: middle((i) => key(i % 2 ? "ArrowUp" : "ArrowDown")),
    commit: middle((i) => { grid.type("값 " + i); key("Enter"); }),
    insert: middle(() => grid.tools.insertRow()),
  };
}"""
