"""No exception of a plugin passes the dispatcher; the answers of the others are kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maru.models import PluginFailure
from maru_db import connected
from maru_devkit.fixtures import Site

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

GOOD = """
from maru import Card, MenuEntry, Todo, hookimpl

@hookimpl
def menu(viewer):
    return [MenuEntry("잘 되는 메뉴", "/good/")]

@hookimpl
def todo(viewer):
    return [Todo("잘 되는 할 일", "/good/", "info", "확인")]
"""
FAULTS = {
    "raises": "raise RuntimeError('no menu today')",
    "exits": "raise SystemExit(1)",
    "recursion": "return menu(viewer)",
    "wrong type": "return 'not a list'",
    "wrong items": "return [('a', 'b')]",
    "wrong field": "return [MenuEntry(7, '/bad/')]",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_menu_takes_no_page_down(rooms: Rooms, site_with: SiteWith, fault: str) -> None:
    """The page answers 200 with everybody else's menu, and the failure is attributed with its line."""
    rooms("good", init=GOOD)
    rooms("bad", init=f"from maru import MenuEntry, hookimpl\n\n@hookimpl\ndef menu(viewer):\n    {FAULTS[fault]}\n")
    site = site_with()

    answer = site.client("clerk").get("/")

    assert answer.status_code == 200
    assert "잘 되는 메뉴" in answer.text
    site.beat()
    with connected():
        failure = PluginFailure.get(PluginFailure.plugin == "bad")
    assert failure.place == "menu"


def test_a_broken_card_says_so_in_its_own_place(rooms: Rooms, site_with: SiteWith) -> None:
    """The rest of the home page is as it was."""
    rooms("good", init=GOOD)
    rooms(
        "bad",
        init="""
        from dataclasses import dataclass
        from maru import Card, hookimpl

        @dataclass(frozen=True)
        class Context:
            value: int = 0

        @hookimpl
        def slots(slot, viewer):
            return [Card("식단", "maru_bad/_card.html", Context())]
        """,
        **{"templates__maru_bad___card.html": "{{ value // 0 }}"},
    )
    site = site_with()

    answer = site.client("clerk").get("/")

    assert answer.status_code == 200
    assert "잘 되는 할 일" in answer.text
    assert "bad 기능 기능이 잠시 멈추었습니다" in answer.text


def test_a_broken_view_has_a_reference_and_costs_nobody_else(rooms: Rooms, site_with: SiteWith) -> None:
    """The page of the plugin answers 500 with a number; home answers 200."""
    rooms(
        "bad",
        routes="from maru import Page\nfrom maru_bad import views\n\n"
        "pages = [Page('/', views.index, permission='bad.read')]\n",
        views="def index(request):\n    raise ValueError('secret detail')\n",
    )
    site = site_with()

    answer = site.client("clerk").get("/bad/")

    assert answer.status_code == 500
    assert "문의 번호" in answer.text
    assert "secret detail" not in answer.text
    assert site.client("clerk").get("/").status_code == 200


def test_after_five_failures_a_place_is_paused(rooms: Rooms, site_with: SiteWith, tmp_path: Path) -> None:
    """A hook that keeps failing is not called any more for a while, and the page says what is paused."""
    counter = tmp_path / "calls"
    rooms(
        "bad",
        init=f"""
        from pathlib import Path
        from maru import hookimpl

        @hookimpl
        def menu(viewer):
            with Path({str(counter)!r}).open("a") as file:
                file.write("x")
            raise RuntimeError("always")
        """,
    )
    site = site_with()
    clients = [site.client("clerk"), site.client("head")]

    for n in range(8):
        site.portal.forget()
        clients[n % 2].get("/")
    answer = clients[0].get("/")

    assert answer.status_code == 200
    assert counter.read_text(encoding="utf-8") == "xxxxx"
    assert "bad 기능 기능이 잠시 멈추었습니다" in answer.text


def test_events_come_once_in_order_and_again_after_a_failure(rooms: Rooms, site_with: SiteWith, tmp_path: Path) -> None:
    """An event that a plugin fails on waits for it, and the later ones of the same record wait behind it."""
    seen, broken = tmp_path / "seen", tmp_path / "broken"
    broken.touch()
    rooms(
        "ear",
        init=f"""
        from pathlib import Path
        from maru import hookimpl

        @hookimpl
        def on_event(event):
            if event.name.startswith("test."):
                if Path({str(broken)!r}).exists():
                    raise RuntimeError("not yet")
                with Path({str(seen)!r}).open("a") as file:
                    file.write(event.name + "\\n")
        """,
    )
    site = site_with()
    with site.write_as("clerk") as change:
        change.emit("test.first", {}, key="one")
        change.emit("test.second", {}, key="one")
    site.beat()
    assert not seen.exists()

    broken.unlink()
    from maru.models import OutboxEvent
    from maru_language import now

    with site.write_as("clerk") as change:  # the delay after a failure is over
        OutboxEvent.update(next_at=now()).execute()
        change.note = "time passes"
    site.beat()
    site.beat()

    assert seen.read_text(encoding="utf-8").split() == ["test.first", "test.second"]


def test_five_bad_uploads_do_not_tell_the_city_that_a_function_is_paused(rooms: Rooms, site_with: SiteWith) -> None:
    """Pages that fail are counted with their line; nothing is paused, so no page says that it were."""
    rooms(
        "bad",
        routes="from maru import Page\nfrom maru_bad import views\n\n"
        "pages = [Page('/', views.index, permission='bad.read')]\n",
        views="def index(request):\n    if request.query_params:\n        raise ValueError('bad')\n"
        "    from starlette.responses import PlainTextResponse\n    return PlainTextResponse('well')\n",
    )
    site = site_with()
    client = site.client("clerk")

    answers = [client.get("/bad/?upload=1").status_code for _ in range(6)]

    assert answers == [500] * 6
    assert client.get("/bad/").text == "well"
    assert site.portal.dispatcher.quarantine.paused() == []
    assert "잠시 멈추었습니다" not in client.get("/").text
    assert site.failures() == ["6× bad bad.views.index views.py:3 ValueError: bad"]
