"""Ledgers that another plugin ships: they come with the first page, once, and a refused one harms nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from maru.settings import CHECKOUT
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import records_of
from maru_records.models import StoredDefinition
from maru_records.writing import shipping

MANIFEST = """
id = "tools"
version = "0.1.0"
api = 1
name = { ko = "공구", en = "Tools" }
summary = { ko = "공구 대장", en = "Tools" }
owner = "회계과"
requires = ["records>=0.1"]
"""
CODE = """
from pathlib import Path
from maru import hookimpl
from maru_records.api import Definition, Field, definitions_in

@hookimpl
def record_definitions():
    refused = Definition(key="revision", label="겹치는 이름", fields=(Field(key="name", label="이름", type="text"),))
    return [refused, *definitions_in(Path(__file__).parent / "app")]
"""
LEDGER = (
    '{"format": 1, "key": "tools", "label": "공구 대장", "fields": [{"key": "name", "label": "이름", "type": "text"}]}'
)


def make_plugin(folder: Path) -> Path:
    """A plugin `tools` in a folder of its own, shipping one good ledger and one with a reserved key."""
    plugin = folder / "more" / "maru_tools"
    (plugin / "app").mkdir(parents=True)
    (plugin / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (plugin / "__init__.py").write_text(CODE, encoding="utf-8")
    (plugin / "app" / "tools.json").write_text(LEDGER, encoding="utf-8")
    return plugin.parent


def shipping_site(portal: Callable[..., Site], folder: Path) -> Site:
    """A site with the plugin `tools`, which nobody has visited yet."""
    folders = [CHECKOUT / "plugins", make_plugin(folder)]
    return portal("records", plugins_path=folders, plugins_only=["records", "tools"])


def test_shipped_ledger_is_in_the_first_menu(portal: Callable[..., Site], tmp_path: Path) -> None:
    """Nobody has to open a ledger before: the home page is enough. What was refused is noted for its plugin."""
    site = shipping_site(portal, tmp_path)

    home = site.client("clerk").get("/")

    assert 'href="/records/tools/"' in home.text
    (failure,) = site.failures()
    assert failure.startswith("1× tools record_definitions")
    assert "revision" in failure


def test_ledger_of_a_plugin_comes_when_it_is_switched_on(portal: Callable[..., Site], tmp_path: Path) -> None:
    """While its plugin is off nothing is published; the first page after it is on has it."""
    site = shipping_site(portal, tmp_path)
    site.portal.dispatcher.plugins["tools"].is_enabled = False
    client = site.client("clerk")

    before = client.get("/records/").text
    site.portal.dispatcher.plugins["tools"].is_enabled = True
    after = client.get("/records/").text

    assert "공구 대장" not in before
    assert "공구 대장" in after


def test_shipped_ledger_is_there_with_the_first_page(portal: Callable[..., Site], tmp_path: Path) -> None:
    """The ledger in `app/` has its table and its page; opening pages again publishes nothing more."""
    folders = [CHECKOUT / "plugins", make_plugin(tmp_path)]
    site = portal("records", plugins_path=folders, plugins_only=["records", "tools"])
    client = site.client("clerk")

    first = client.get("/records/")
    made = client.post("/records/tools/new", data={"name": "망치"})
    client.get("/records/")

    assert "공구 대장" in first.text
    assert made.status_code == 303
    with connected():
        assert records_of("tools").stored.plugin == "tools"
        assert StoredDefinition.select().count() == 1


def test_broken_definition_is_a_failure_of_its_plugin(portal: Callable[..., Site], tmp_path: Path) -> None:
    """What cannot be read is told with file and line where 운영 shows failures; the ledger in use stays in use."""
    folder = make_plugin(tmp_path)
    only = {"plugins_path": [CHECKOUT / "plugins", folder], "plugins_only": ["records", "tools"]}
    site = portal("records", **only)
    site.client("clerk").get("/records/")
    broken = LEDGER.replace('"fields"', '\n"fields"').replace('"text"', '"txt"')
    (folder / "maru_tools" / "app" / "tools.json").write_text(broken, encoding="utf-8")
    take_again(site)

    page = site.client("clerk").get("/records/")

    assert "공구 대장" in page.text
    failure = next(each for each in site.failures() if "txt" in each)
    assert "app/tools.json:2" in failure
    assert 'Did you mean "text"?' in failure


def take_again(site: Site) -> None:
    """As after a start: what was taken in is forgotten."""
    shipping._taken.pop(site.portal)
