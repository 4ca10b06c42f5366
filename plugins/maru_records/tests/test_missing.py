"""A ledger whose plugin is off, ill or gone: who could read it hears why, to anybody else there is no such ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from maru_devkit.fixtures import Site
from maru_records.api import Allowed
from maru_records.models import Right, StoredDefinition
from maru_records.tests.test_shipping import shipping_site

ADDRESS, NOWHERE = "/records/tools/", "/records/slots/"
WAYS = (("GET", ""), ("POST", "export"), ("GET", "new"), ("POST", "new"), ("GET", "1"), ("POST", "1/delete"))


@pytest.fixture
def site(portal: Callable[..., Site], tmp_path: Path) -> Site:
    """A portal in which the plugin `tools` has shipped its ledger: everyone reads it in their own unit."""
    made = shipping_site(portal, tmp_path)
    made.client("clerk").get("/records/")
    return made


def narrow(site: Site, unit: str) -> None:
    """Only this unit has a right to the ledger any more."""
    with site.write_as("admin", plugin="records"):
        Right.delete().execute()
        Allowed("write", department=site.unit(unit)).give("tools")


def told(client: TestClient, address: str = ADDRESS, method: str = "GET") -> str:
    """What a 404 says, its own address taken out."""
    answer = client.request(method, address)
    assert answer.status_code == 404
    return answer.text.replace(address.split("/")[2], "")


@pytest.mark.parametrize(("method", "rest"), WAYS)
def test_ledger_of_a_plugin_that_is_off_names_it(site: Site, method: str, rest: str) -> None:
    """Off for the whole city: the function is named, with whom to ask, and not a word about a wrong address."""
    site.switch("tools", is_on=False)

    said = told(site.client("clerk"), ADDRESS + rest, method)

    assert "‘공구’ 기능이 지금 꺼져 있습니다" in said
    assert "주소가 맞는지" not in said
    assert "대장이 없습니다" not in said


def test_ledger_of_a_plugin_that_is_off_is_nothing_to_who_had_no_right(site: Site) -> None:
    """Who could not read it is answered as for a ledger that never was, letter for letter."""
    narrow(site, "기획감사실")
    site.switch("tools", is_on=False)

    client = site.client("clerk")

    theirs, none, entitled = told(client), told(client, NOWHERE), told(site.client("planner"))

    assert theirs == none
    assert "‘공구’ 기능이 지금 꺼져 있습니다" in entitled


@pytest.mark.parametrize(("method", "rest"), WAYS)
def test_ledger_of_a_plugin_that_is_on_elsewhere_is_nothing(site: Site, method: str, rest: str) -> None:
    """On for another department: a ledger that never was, letter for letter, although a right is there."""
    site.switch("tools", "기획감사실")

    client = site.client("clerk")

    theirs, none = (told(client, address + rest, method) for address in (ADDRESS, NOWHERE))

    assert theirs == none


def test_ledger_of_an_ill_plugin_says_so(site: Site) -> None:
    """In English too; that the records are kept is said."""
    site.portal.dispatcher.plugins["tools"].problem = "SyntaxError"

    korean, english = told(site.client("clerk")), told(site.client("clerk", "en"))

    assert "‘공구’ 기능에 문제가 있어 지금 열 수 없습니다" in korean
    assert "“Tools” has a problem" in english


def test_ledger_of_a_plugin_that_is_gone_says_so(site: Site) -> None:
    """Its folder was taken away without uninstalling it: the ledger is called by its own name, its records are kept."""
    with site.write_as("admin", plugin="records"):
        stored = StoredDefinition.get(StoredDefinition.key == "tools")
        stored.plugin = "gone"
        stored.save()

    said = told(site.client("clerk"))

    assert "‘공구 대장’을 만든 기능이 지금 없습니다" in said
    assert "기록은 남아 있으니" in said
