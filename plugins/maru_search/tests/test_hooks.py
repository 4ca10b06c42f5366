"""The examples in hooks.py are together a whole `for_search.py`, and it works as it stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import maru_search.hooks
from maru.settings import CHECKOUT
from maru_db import connected
from maru_devkit.fixtures import Site
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
    manifest = make_room(tmp_path / "rooms", "memo", for_search=code) / "plugin.toml"
    text = manifest.read_text(encoding="utf-8").replace("api = 1", 'api = 1\noptional = ["search"]')
    manifest.write_text(text, encoding="utf-8")
    site = portal("search", "memo", plugins_path=[CHECKOUT / "plugins", tmp_path / "rooms"])

    with connected():
        keys = Finding(site).indexer.keys_of(None, only="memo")

    assert len(keys["memo"]) == 100_000
    assert site.failures() == []
