"""The smallest phone in use, 360 pixels wide: no page has to be pushed sideways; wide tables move within themselves."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from maru_server.demo import ACCOUNTS

Visit = Callable[..., Page]
ADMINISTRATION = (
    *("plugins", "plugins/board", "plugins/board/switch", "plugins/board/switch?reach=units&trial=1"),
    *("plugins/board/settings", "history", "work", "reference", "people", "people/1/view", "departments"),
    *("grants", "grants/new", "permissions/board.write", "why?person=demo-yugu&address=/board/", "audit"),
)
WIDTH = "document.documentElement.scrollWidth"
CUT = "[...document.querySelectorAll('.top > *')].some(each => each.getBoundingClientRect().right > innerWidth)"


def test_administration_fits_a_small_phone(visit: Visit) -> None:
    """The page is as wide as the screen, and the whole top bar is on it."""
    page = visit("demo-admin", width=360)

    too_wide = []
    for name in ADMINISTRATION:
        page.goto(f"/admin/{name}")
        if page.evaluate(WIDTH) > 360 or page.evaluate(CUT):
            too_wide.append(name)

    assert too_wide == []


def test_opening_something_in_a_table_does_not_widen_the_page(visit: Visit) -> None:
    """거두기 opens a form in a cell: the table moves within itself, the page stays as wide as the screen."""
    page = visit("demo-admin", width=360)
    page.goto("/admin/grants")

    for summary in page.locator(".admin-more > summary").all():
        summary.click()
    page.wait_for_timeout(100)

    assert page.evaluate(WIDTH) == 360


def test_home_fits_a_small_phone_for_everybody(visit: Visit) -> None:
    """Whatever the account has in its top bar: tasks, notices, a long name."""
    homes = {account.username: visit(account.username, width=360) for account in ACCOUNTS}

    assert [name for name, page in homes.items() if page.evaluate(WIDTH) > 360 or page.evaluate(CUT)] == []


def test_sums_of_a_wide_ledger_cover_no_record(visit: Visit) -> None:
    """The table moves within itself: its last line stands under the last record, not on it."""
    page = visit("demo-yugu", width=390)
    page.goto("/records/shared_goods/")

    assert page.locator(".table-wrap[data-scrolls] tfoot").count() == 1
    last = page.locator("table.list tbody tr").last.bounding_box()
    cell = page.locator("table.list tfoot tr > *").first.bounding_box()

    assert last
    assert cell
    assert cell["y"] >= last["y"] + last["height"] - 1
