"""What was typed is kept until the server has taken it, whatever comes between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from maru.models import PluginState, Session
from maru_db import connected, transaction
from maru_devkit.fixtures import Site
from tests.journeys.conftest import PASSWORD, Live

Visit = Callable[..., Page]
FORM = Path(__file__).parents[1] / "data" / "forms" / "participatory_budget.xlsx"
TITLE, BODY = "장마 대비 회의", "오후 두 시, 이층 회의실입니다."

pytestmark = pytest.mark.slow


def write_a_post(page: Page) -> str:
    """Type a post and do not send it. Gives the address of the form."""
    page.goto("/board/boards/2/new")
    page.get_by_label("제목").fill(TITLE)
    page.locator("textarea[name=body]").fill(BODY)
    return page.url


def drafts(page: Page) -> list[str]:
    """The keys of the drafts in this browser."""
    found: list[str] = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('maru.draft.'))")
    return found


def expect_the_draft(page: Page) -> None:
    """The form holds what was typed, and says where it comes from."""
    expect(page.get_by_label("제목")).to_have_value(TITLE)
    expect(page.locator("textarea[name=body]")).to_have_value(BODY)
    expect(page.get_by_text("보내지 않고 남아 있던 내용을 불러왔습니다.")).to_be_visible()


def test_a_session_that_ends_while_typing_loses_nothing(visit: Visit, live: Live) -> None:
    """The page says so, leads through the login back to the form, and the post is there to be sent; then it is gone."""
    page = visit("demo-yugu")
    address = write_a_post(page)
    with connected(), transaction():
        Session.delete().execute()

    page.get_by_role("button", name="게시", exact=True).click()
    expect(page.get_by_role("heading", name="적은 내용")).to_be_visible()
    page.get_by_role("link", name="로그인", exact=True).click()
    page.fill("#field-username", "demo-yugu")
    page.fill("#field-password", PASSWORD)
    page.get_by_role("button", name="로그인", exact=True).click()

    page.wait_for_url(address)
    expect_the_draft(page)
    page.get_by_role("button", name="게시", exact=True).click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert drafts(page) == []
    page.goto(address)
    expect(page.get_by_label("제목")).to_have_value("")


def test_files_that_are_too_large_cost_no_text(visit: Visit, tmp_path: Path) -> None:
    """413, back, and the text is in the form; also when other pages were looked at meanwhile."""
    page = visit("demo-yugu")
    address = write_a_post(page)
    for number in range(4):
        (tmp_path / f"{number}.zip").write_bytes(bytes(19_000_000))
    page.locator("input[type=file]").set_input_files([tmp_path / f"{number}.zip" for number in range(4)])

    page.get_by_role("button", name="게시", exact=True).click()
    expect(page.get_by_role("heading", name="파일이 너무 큽니다")).to_be_visible()
    page.get_by_role("link", name="앞 화면으로").click()

    expect_the_draft(page)
    page.goto("/board/")
    page.goto(address)
    expect_the_draft(page)


@pytest.fixture
def switched_off(live: Live) -> Iterator[Callable[[bool], None]]:
    """Switch the boards off and on again."""
    yield lambda is_off: switch(live.site, not is_off)
    switch(live.site, True)


def switch(site: Site, is_on: bool) -> None:
    """The boards are on or off, here at once."""
    with connected(), transaction():
        PluginState.update(is_enabled=is_on).where(PluginState.key == "board").execute()
    with connected():
        site.portal.refresh_plugins()


def test_a_function_switched_off_while_typing_costs_no_text(visit: Visit, switched_off: Callable[[bool], None]) -> None:
    """The page shows what was typed; when the function is on again, the form has it."""
    page = visit("demo-yugu")
    address = write_a_post(page)
    switched_off(True)

    page.get_by_role("button", name="게시", exact=True).click()
    expect(page.get_by_text("기능이 지금 꺼져 있습니다")).to_be_visible()
    texts = [each.input_value() for each in page.locator(".error-page textarea").all()]
    switched_off(False)
    page.goto(address)

    assert TITLE in texts
    assert BODY in texts
    expect_the_draft(page)


def test_a_record_that_is_not_saved_yet_is_kept(visit: Visit) -> None:
    """The form of a ledger keeps what was typed, too, and forgets it once it is saved."""
    page = visit("demo-yugu")
    page.goto("/records/shared_goods/new")
    field = page.locator("form[data-draft] input[type=text], form[data-draft] textarea").first
    field.fill("휴대용 앰프")

    page.goto("/")
    page.goto("/records/shared_goods/new")

    expect(field).to_have_value("휴대용 앰프")
    page.get_by_role("button", name="지우고 새로 쓰기").click()
    assert drafts(page) == []


def test_the_guidance_of_a_collection_is_kept(visit: Visit) -> None:
    """Typed, left behind, and still there."""
    page = visit("demo-collector")
    page.goto("/collect/new")
    page.locator("input[type=file]").set_input_files(FORM)
    page.locator("main form button.primary").click()
    page.wait_for_url("**/columns")
    number = page.url.split("/")[-2]
    page.goto(f"/collect/{number}/details")
    page.locator("textarea[name=guidance]").fill("작년과 같은 양식입니다.")

    page.goto("/")
    page.goto(f"/collect/{number}/details")

    expect(page.locator("textarea[name=guidance]")).to_have_value("작년과 같은 양식입니다.")
