"""A demonstration on a real port, for journeys in a real browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from maru.app import create_app
from maru.settings import Settings
from maru_devkit.fixtures import Site
from maru_server import demo
from tests.contracts.houses import plugin_roots

PASSWORD = demo.DEMO_PASSWORD
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Live:
    """A portal that answers at `address`."""

    site: Site
    address: str


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Live]:
    """The whole demonstration behind uvicorn, in this process, on 127.0.0.1, with every plugin under contract.

    In the theme that the module names as `THEME`, if it does.
    """
    settings = Settings(
        data_folder=tmp_path_factory.mktemp("live"),
        plugins_path=list(plugin_roots()),
        is_demo=True,
        allowed_hosts=["127.0.0.1"],
        theme=getattr(request.module, "THEME", "krds"),
    )
    site = Site(create_app(settings))
    demo.fill(site.portal)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Live(site, f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = True
    thread.join(timeout=10)
    site.close()


@pytest.fixture
def visit(live: Live, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visit("demo-yugu")` is a browser of their own, signed in; it tells what breaks the policy or is foreign."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_as(username: str, *, javascript: bool = True, width: int = 1440, scheme: Scheme = "light") -> Page:
        context = browser.new_context(
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            reduced_motion="reduce",
            color_scheme=scheme,
            base_url=live.address,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on("console", lambda said: problems.append(f"{page.url}: {said.text}") if is_breach(said.text) else None)
        page.on("request", lambda asked: problems.append(asked.url) if is_outside(asked.url, live.address) else None)
        page.goto("/login")
        page.fill("#field-username", username)
        page.fill("#field-password", PASSWORD)
        page.get_by_role("button", name="로그인", exact=True).click()
        page.wait_for_url("**/")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert problems == []


def is_breach(text: str) -> bool:
    """Whether the console speaks of the content policy."""
    return "Content Security Policy" in text or "Content-Security-Policy" in text


def is_outside(url: str, address: str) -> bool:
    """Whether a page asks another host for something."""
    return not url.startswith((address, "data:", "blob:", "about:"))


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where journeys leave their screenshots, to be looked at: `.maru/shots/` in the checkout."""
    folder = Path(__file__).resolve().parents[2] / ".maru" / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
