"""Every route of every plugin, as everybody: a table made out of the application's own routes."""

from __future__ import annotations

import re

import pytest
from starlette.routing import compile_path
from starlette.testclient import TestClient

from maru.models import User
from maru.pages import SIGNED_IN, Page
from maru_devkit.fixtures import Site
from tests.crawling import crawl

ROLES = {
    "anonymous": None,
    "clerk": "demo-yugu",
    "clerk of another department": "demo-iin",
    "department administrator": "demo-head",
    "city administrator": "demo-admin",
}
PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
NOWHERE = {"int": "987654", "str": "nowhere", "path": "nowhere"}


def rows(site: Site) -> list[tuple[str, str, Page]]:
    """(method, path, page) of every route, the static files apart."""
    return [(method, path, page) for path, page, _ in site.portal.pages for method in page.methods]


def filled(path: str, values: list[str]) -> str:
    """`path` with its parameters replaced, one after the other; the last value fills the rest."""
    left = list(values)

    def value(found: re.Match[str]) -> str:
        given = left.pop(0) if len(left) > 1 else left[0]
        return NOWHERE[found[2] or "str"] if given == "" else given

    return PARAMETER.sub(value, path)


def may(user: User, page: Page) -> bool:
    """What the route's own declaration says of this person."""
    return page.permission == SIGNED_IN or user.may(page.permission or "")


@pytest.mark.parametrize("role", ROLES)
def test_every_route_keeps_its_permission(demonstration: Site, role: str) -> None:
    """Signed out: the login page, or 401. Without the permission: 403 for each object, there or not. Never 500."""
    username = ROLES[role]
    wrong = []
    for method, path, page in rows(demonstration):
        client = demonstration.client(username)
        address = filled(path, [""])
        answer = client.request(method, address)
        if page.public:
            allowed = {200, 303, 401, 404}
        elif username is None:
            allowed = {303} if method == "GET" else {401}
            if method == "GET" and not answer.headers.get("location", "").startswith("/login"):
                wrong.append((method, address, "does not lead to the login page"))
        elif not may(demonstration.user(username), page):
            allowed = {403}
        else:
            allowed = {200, 303, 400, 404, 409, 422}
        if answer.status_code not in allowed:
            wrong.append((method, address, f"{answer.status_code}, expected one of {sorted(allowed)}"))

    assert wrong == []


def test_a_foreign_object_answers_like_a_missing_one(demonstration: Site) -> None:
    """Each address that links lead to, asked for by everybody: who is refused reads what a missing one says."""
    routes = [(compile_path(path)[0], path, page) for path, page, _ in demonstration.portal.pages if "{" in path]
    wrong = []
    for address in sorted(reachable(demonstration)):
        matches = ((pattern.match(address), path, page) for pattern, path, page in routes)
        found = next(((match.groups(), path, page) for match, path, page in matches if match), None)
        if found is None or "GET" not in found[2].methods:
            continue
        values, path, page = found
        for username in ("demo-yugu", "demo-iin", "demo-tancheon", "demo-collector"):
            client = demonstration.client(username)
            answer = client.get(address)
            refused = answer.status_code in (401, 403) and may(demonstration.user(username), page)
            if refused and not is_seen(client, address, values):
                wrong.append((username, address, str(answer.status_code)))
            if answer.status_code == 404:
                missing = client.get(filled(path, [""]))
                if plain(answer.text, *values) != plain(missing.text, *NOWHERE.values()):
                    wrong.append((username, address, "a 404 that differs from that of a missing object"))

    assert wrong == []


def is_seen(client: TestClient, address: str, values: tuple[str, ...]) -> bool:
    """Whether a page above this one shows the object, so that "you may not" tells nothing new."""
    parents = address.strip("/").split("/")
    above = ["/" + "/".join(parents[:length]) for length in range(len(parents) - 1, 0, -1)]
    addresses = [each + tail for each in above if all(value in each for value in values) for tail in ("", "/")]
    return any(client.get(each).status_code == 200 for each in addresses)


def reachable(site: Site) -> set[str]:
    """Every address that some demo account reaches by links, without its question."""
    found: set[str] = set()
    for username in filter(None, ROLES.values()):
        found |= {address.partition("?")[0] for address, _ in crawl(site.client(username))}
    return found


def plain(text: str, *values: str) -> str:
    """A page without the values that were asked for and without numbers."""
    for value in values:
        text = text if value.isdigit() else text.replace(value, "#")
    return re.sub(r"\d+", "#", text)


def test_routes_that_change_take_no_get(demonstration: Site) -> None:
    """A link or an image cannot change anything: each path that takes POST alone refuses GET."""
    paths = {path for path, _, _ in demonstration.portal.pages}
    readable = {path for method, path, _ in rows(demonstration) if method == "GET"}
    client = demonstration.client("demo-admin")

    answers = {path: client.get(filled(path, [""])).status_code for path in paths - readable}

    assert {path: code for path, code in answers.items() if code not in (404, 405)} == {}


def test_every_plugin_is_well(demonstration: Site) -> None:
    """No plugin of the checkout is ill."""
    assert {plugin.key: plugin.problem for plugin in demonstration.portal.plugins if plugin.problem} == {}


def test_the_demonstration_filled_itself_without_a_failure(demonstration: Site) -> None:
    """No hook of any plugin failed while the demonstration was made and the home page was drawn."""
    for username in filter(None, ROLES.values()):
        assert demonstration.client(username).get("/").status_code == 200

    assert [
        f"{f.plugin} {f.place} {f.problem} {f.where}"
        for f in demonstration.portal.dispatcher.quarantine.take_failures()
    ] == []
