"""A word planted in one department's objects never appears for another.

Each plugin plants its own: `plugins/maru_x/tests/canary.py` with `plant(site, word)`, which writes `word` into every
kind of object and every text field that belongs to 유구읍 alone, as `clerk`.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from maru_devkit.fixtures import Site
from tests.contracts.houses import plugin_folders, plugin_roots
from tests.crawling import crawl

WORD = "카나리아QX7"
CANARIES = [path for folder in plugin_folders() for path in folder.glob("tests/canary.py")]


def load(path: Path) -> ModuleType:
    """The module at `path`, without it being in a package."""
    spec = importlib.util.spec_from_file_location(f"canary_of_{path.parts[-3]}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages(site: Site, username: str) -> Iterator[tuple[str, str]]:
    """(address, text) of every page that `username` reaches by links and by guessing small numbers."""
    guesses = [
        re.sub(r"{\w+(:\w+)?}", str(number), path)
        for path, page, _ in site.portal.pages
        if "GET" in page.methods
        for number in range(1, 7)
    ]
    yield from crawl(site.client(username), *guesses)


def test_every_plugin_with_tables_plants_a_canary() -> None:
    """A plugin with models of its own brings `tests/canary.py`."""
    planting = {path.parts[-3] for path in CANARIES}

    missing = {folder.name for folder in plugin_folders() if (folder / "models.py").is_file()} - planting

    assert missing == set()


@pytest.mark.parametrize("path", CANARIES, ids=lambda path: path.parts[-3])
def test_nobody_else_meets_the_canary(portal: Callable[..., Site], path: Path) -> None:
    """The owner's colleague finds the word; a clerk of another department never does, on any page."""
    site = portal(path.parts[-3].removeprefix("maru_"), plugins_path=list(plugin_roots()))
    load(path).plant(site, WORD)

    met = [address for address, text in pages(site, "colleague") if WORD in text]
    leaked = [address for address, text in pages(site, "stranger") if WORD in text]

    assert met, "the canary was planted where even its owner does not see it"
    assert leaked == []
