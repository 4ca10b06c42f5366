"""The answer's table in a real browser: a wide form is not cut off without a sign."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser

from maru_devkit.fixtures import Site
from tests.needs import need_browser

from .rounds import Round, row, sent


@pytest.fixture
def answering(portal: Callable[..., Site]) -> Iterator[tuple[Round, str]]:
    """A request of twelve columns, with one row written, and the address of its site."""
    need_browser()
    made = sent(portal("collect"))
    made.save("clerk", "유구읍", [row("유구전통시장 주차장 정비")])
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(made.site.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield made, f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.mark.parametrize(("width", "most_hidden"), [(1280, 0.45), (1440, 0.35), (1920, 0.2)])
def test_wide_answer_shows_its_columns_and_the_way_to_the_rest(
    browser: Browser,
    answering: tuple[Round, str],
    width: int,
    most_hidden: float,
) -> None:
    """The table takes the width there is, down to 도비 at 1,280 px, and its scrollbar takes room of its own."""
    made, address = answering
    cookies = made.site.client("clerk").cookies
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])

    page.goto(address + made.path("유구읍"))

    box = page.locator("[data-grid-scroll]")
    shown, whole = box.evaluate("box => [box.clientWidth, box.scrollWidth]")
    bar = box.evaluate("box => getComputedStyle(box, '::-webkit-scrollbar').height")  # the browser of tests hides bars
    edge = page.get_by_role("columnheader", name="도비").evaluate("cell => cell.getBoundingClientRect().right")
    assert edge <= box.evaluate("box => box.getBoundingClientRect().right")
    assert (whole - shown) / whole <= most_hidden
    assert bar == "14px"
    page.context.close()
