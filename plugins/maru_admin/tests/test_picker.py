"""부서 고르기, as an administrator meets it in a browser, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from maru_devkit.fixtures import Site

ADDRESS = "http://testserver/admin/plugins/board/switch"
CHOSEN = "고른 부서와 그 아래 부서에서만"
REFUSED = "부서를 하나 이상 골라 주세요."


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def opened(request: pytest.FixtureRequest, browser: Browser, portal: Callable[..., Site]) -> Iterator[Page]:
    """The page of `board`, whose requests go to a site in this process."""
    client = portal("admin", "board").client("admin")

    def answer(route: Route) -> None:
        asked = route.request
        kept = {name: value for name, value in asked.headers.items() if name.startswith(("hx-", "content-type"))}
        got = client.request(asked.method, asked.url, content=asked.post_data_buffer, headers=kept)
        route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.content)

    context = browser.new_context(java_script_enabled=request.param, reduced_motion="reduce")
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(ADDRESS)
    yield page
    context.close()


def test_the_departments_are_there_once_they_are_asked_for(opened: Page) -> None:
    """They stand below their choice as soon as that is made, and go with it."""
    unit = opened.get_by_label("유구읍", exact=True)
    expect(unit).to_be_hidden()

    opened.get_by_label(CHOSEN).check()
    expect(unit).to_be_visible()

    opened.get_by_label("끄기").check()
    expect(unit).to_be_hidden()


def test_what_was_refused_is_no_longer_wrong_once_a_department_is_chosen(opened: Page) -> None:
    """The sentence in red comes with the answer, and goes with the first tick."""
    opened.get_by_label(CHOSEN).check()
    opened.get_by_label("사유").fill("시험")
    opened.get_by_role("button", name="바꾸기", exact=True).click()
    expect(opened.get_by_text(REFUSED)).to_be_visible()

    opened.get_by_label("유구읍", exact=True).check()

    expect(opened.get_by_text(REFUSED)).to_be_hidden()


def test_a_missing_reason_is_said_with_what_was_chosen(opened: Page) -> None:
    """The list of departments begins at its top again; the notice names those that were ticked."""
    opened.get_by_label(CHOSEN).check()
    opened.get_by_label("유구읍", exact=True).check()
    opened.get_by_role("button", name="바꾸기", exact=True).click()

    expect(opened.get_by_role("alert")).to_contain_text("고칠 곳이 1군데 있습니다")
    expect(opened.get_by_role("alert")).to_contain_text("고른 부서: 유구읍")
    expect(opened.get_by_label("사유")).to_be_focused()
