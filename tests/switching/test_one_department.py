"""On for one department, off for all others: its people have the plugin, and nothing tells anybody else of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from maru.plugins import read_manifest
from maru_devkit.fixtures import Site
from tests.contracts.houses import plugin_roots
from tests.contracts.test_canaries import load
from tests.crawling import crawl
from tests.switching.departments import OUTSIDE, PARAMETER, UNIT, addresses, limited

WORD = "청개구리QZ4"
SEARCHES = (
    "/search/?q=청개구리",
    "/search/?q=ㅊㄱㄱㄹ",
    "/search/?q=cjdrornfl",
    "/search/?q=청개구뤼",
    "/search/",
    "/notify/",
)
"""Parts of the word, as they are looked for: in letters, 초성, with the wrong keyboard, mistyped."""
PLANTING = [key for key, folder in limited().items() if (folder / "tests" / "canary.py").is_file()]


def site_of_all(portal: Callable[..., Site]) -> Site:
    """A site with every plugin there is."""
    return portal(plugins_path=list(plugin_roots()), plugins_only=[])


def make_superuser(site: Site, username: str) -> None:
    """Give a person every right there is."""
    with site.write_as(username):
        person = site.user(username)
        person.is_superuser = True
        person.save()


@pytest.fixture(scope="module", name="keys")
def keys_fixture() -> list[str]:
    """The ids of the plugins in question: there are some."""
    assert limited()
    return sorted(limited())


def test_the_routes_are_there_for_its_people_alone(portal: Callable[..., Site], keys: list[str]) -> None:
    """Outside, every address answers as one that does not exist, superusers included; inside, none does."""
    site = site_of_all(portal)
    make_superuser(site, "head")
    wrong = []
    for key in keys:
        site.switch(key, UNIT)
        clients = {name: site.client(name) for name in (*OUTSIDE, "planner", "double")}
        for method, address in addresses(site, key):
            for name, client in clients.items():
                answer = client.request(method, address)
                is_nowhere = answer.status_code == 404 and "이 주소의 화면은 없습니다." in answer.text
                if is_nowhere != (name in OUTSIDE):
                    wrong.append((key, name, method, address, answer.status_code))
        site.switch(key)

    assert wrong == []


def test_menu_and_home_are_there_for_its_people_alone(portal: Callable[..., Site], keys: list[str]) -> None:
    """No line, card or count outside; a person with a post in each has what they had when it was on for all."""
    site = site_of_all(portal)
    for key in keys:
        before = lines(site, "double", key)
        site.switch(key, UNIT)

        homes = {name: site.client(name).get("/").text for name in OUTSIDE}
        cards = {name: site.client(name).get(f"/cards/{key}").status_code for name in OUTSIDE}

        assert {name for name in OUTSIDE if f'href="/{key}/' in homes[name]} == set(), key
        assert lines(site, "double", key) == before, key
        assert set(cards.values()) == {404}
        site.switch(key)


def lines(site: Site, username: str, key: str) -> list[str]:
    """The addresses of a plugin that the frame of a page leads a person to."""
    return re.findall(f'href="(/{key}/[^"]*)"', site.client(username).get("/password").text)


@pytest.mark.parametrize("key", PLANTING)
def test_nobody_outside_meets_what_the_plugin_keeps(portal: Callable[..., Site], key: str) -> None:
    """By links, guessed addresses, searching or notifications; whoever works in both departments still does.

    What a plugin gives to another that it requires belongs to that one: both are on for the one department alone.
    """
    site = site_of_all(portal)
    make_superuser(site, "head")
    load(limited()[key] / "tests" / "canary.py").plant(site, WORD)
    site.settle()
    met_before = {name: met(site, name) for name in ("colleague", "double")}

    for each in (key, *(needed for needed, _ in read_manifest(limited()[key]).needed())):
        site.switch(each, UNIT)
    site.settle()
    met_after = {name: met(site, name) for name in ("colleague", "head", "double")}

    assert met_before["colleague"], "the word was planted where even its owner does not see it"
    assert (met_after["colleague"], met_after["head"]) == (set(), set())
    assert met_after["double"].intersection(SEARCHES) == met_before["double"].intersection(SEARCHES) != set()
    assert len(met_after["double"]) > len(SEARCHES)


def met(site: Site, username: str) -> set[str]:
    """The addresses outside of the administration whose pages show the word to a person."""
    guesses = [
        PARAMETER.sub(str(number), path)
        for path, page, _ in site.portal.pages
        if "GET" in page.methods and "{" in path
        for number in (1, 2)
    ]
    found = crawl(site.client(username), *SEARCHES, *guesses, per_shape=3)
    return {address for address, text in found if WORD in text and not address.startswith("/admin/")}
