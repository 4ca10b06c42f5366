"""The examples in hooks.py are together a whole `for_search.py`, and it works as it stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import maru_search.hooks
from maru.settings import CHECKOUT
from maru_db import connected
from maru_db.writing import Outgoing
from maru_devkit.fixtures import Site
from maru_search.models import Behind
from tests.canteen import make_canteen
from tests.rooms import make_room

from .finding import Finding

Portal = Callable[..., Site]


def test_the_examples_of_the_hooks_find_dishes(portal: Portal, tmp_path: Path) -> None:
    """A dish of 유구읍 is found there by its name, kept up to date and taken out; elsewhere nobody finds it."""
    make_canteen(tmp_path / "rooms", maru_search.hooks)
    site = portal("search", "lunch", plugins_path=[CHECKOUT / "plugins", tmp_path / "rooms"])
    finding = Finding(site)
    assert [plugin.problem for plugin in site.portal.plugins] == ["", ""]

    from maru_lunch.models import Dish  # type: ignore[import-not-found]  # made a moment ago

    with site.write_as("clerk"):
        dish = Dish.create(name="메밀 막국수", unit=site.unit("유구읍").id)
    finding.settle()

    assert finding.hrefs("colleague", "막국수")[-1:] == [f"/lunch/{dish.id}"]
    assert finding.hrefs("stranger", "막국수") == []

    with site.write_as("clerk"):
        dish.delete_instance()
    finding.settle()

    assert finding.hrefs("colleague", "막국수") == []
    assert finding.differences() == [[], [], []]


def test_a_plugin_with_many_documents_is_heard(portal: Portal, tmp_path: Path) -> None:
    """An archive of a hundred thousand posts names them all when the index is built."""
    code = """
        from maru import hookimpl

        @hookimpl
        def search_keys(event):
            return [f"memo_note:{number}" for number in range(100_000)] if event is None else []
        """
    site = memo_site(portal, tmp_path, code)

    with connected():
        keys = Finding(site).indexer.keys_of(None, only="memo")

    assert len(keys["memo"]) == 100_000
    assert site.failures() == []


def test_an_event_that_is_none_of_its_business_is_no_failure(portal: Portal, tmp_path: Path) -> None:
    """Who answers nothing at all for a foreign event is not noted as behind, nor asked for everything again."""
    code = """
        from maru import hookimpl

        @hookimpl
        def search_keys(event):
            return ["memo_note:1"] if event is None else None
        """
    site = memo_site(portal, tmp_path, code)

    Finding(site).post(Finding(site).board(), "남의 글")
    Finding(site).settle()

    with connected():
        assert Behind.select().count() == 0


def test_an_event_taken_ahead_has_its_version(portal: Portal, tmp_path: Path) -> None:
    """Events that are indexed together with the first one are read in the shape they were written in, like it."""
    code = """
        from maru import Payload, hookimpl

        class Told(Payload):
            event = "memo.told"
            version = 1
            note: int

        @hookimpl
        def search_keys(event):
            return [f"memo_note:{event.read(Told).note}"] if event and event.name == "memo.told" else []
        """
    site = memo_site(portal, tmp_path, code)
    with site.write_as("clerk", plugin="memo") as change:
        change.emit("memo.first", {})
        change.events.append(Outgoing("memo.told", "memo.told", {"note": 1}, version=2))
    site.beat()

    assert [line for line in site.failures() if "memo search_keys" in line]


def memo_site(portal: Portal, folder: Path, code: str) -> Site:
    """A site with the search and a plugin `memo` that says what can be found."""
    manifest = make_room(folder / "rooms", "memo", for_search=code) / "plugin.toml"
    text = manifest.read_text(encoding="utf-8").replace("api = 1", 'api = 1\noptional = ["search"]')
    manifest.write_text(text, encoding="utf-8")
    return portal("board", "search", "memo", plugins_path=[CHECKOUT / "plugins", folder / "rooms"])
