"""Everything a plugin owns carries its id."""

from __future__ import annotations

from maru.plugins.manifest import parsed
from maru_db import connected, database
from maru_devkit.fixtures import Site


def test_tables_belong_to_a_plugin_or_to_the_core(demonstration: Site) -> None:
    """`<id>_…` for every table in the database; no table without an owner."""
    owners = ("maru", *(plugin.key for plugin in demonstration.portal.plugins))

    with connected():
        strangers = [name for name in database.get_tables() if not name.startswith(tuple(f"{o}_" for o in owners))]

    assert strangers == []


def test_addresses_templates_and_permissions_carry_the_id(demonstration: Site) -> None:
    """`/<id>/…`, `maru_<id>/….html`, `<id>.…`."""
    wrong = []
    for path, page, plugin in demonstration.portal.pages:
        if plugin is not None:
            if not path.startswith(f"/{plugin.key}/"):
                wrong.append(path)
            if page.permission is not None and not page.permission.startswith((f"{plugin.key}.", "portal.")):
                wrong.append(page.permission)
    for plugin in demonstration.portal.plugins:
        folder = plugin.folder / "templates"
        wrong += [str(p) for p in folder.glob("*") if p.name != plugin.package] if folder.is_dir() else []

    assert wrong == []


def test_templates_name_their_context(demonstration: Site) -> None:
    """The first line of a template says its context class, so that its variables can be looked up."""
    folders = [plugin.folder / "templates" for plugin in demonstration.portal.plugins]

    silent = [
        path.name
        for folder in folders
        for path in folder.rglob("*.html")
        if not path.read_text(encoding="utf-8").startswith("{# ")
    ]

    assert silent == []


def test_requirements_are_installed_together(demonstration: Site) -> None:
    """Each plugin of the checkout finds those it requires there, in the version it asks for."""
    known = {plugin.key for plugin in demonstration.portal.plugins}

    needed = {parsed(each)[0] for plugin in demonstration.portal.plugins for each in plugin.facts.requires}

    assert needed <= known
