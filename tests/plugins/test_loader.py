"""Plugins are found without importing them, and fall ill one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maru.plugins import Plugin
from maru_devkit.fixtures import Site

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]


def plugin(site: Site, key: str) -> Plugin:
    """The plugin `key` of a site."""
    return next(p for p in site.portal.plugins if p.key == key)


def test_a_route_without_permission_does_not_load(rooms: Rooms, site_with: SiteWith) -> None:
    """The message names file and line of the route that declares nothing."""
    rooms(
        "open",
        routes="""
        from maru import Page

        def index(request): ...

        pages = [
            Page("/", index),
        ]
        """,
    )

    site = site_with()

    assert "declares no permission" in plugin(site, "open").problem
    assert plugin(site, "open").where == "maru_open/routes.py:7"
    assert site.client("clerk").get("/open/").status_code == 404
    assert site.client("clerk").get("/").status_code == 200


@pytest.mark.parametrize(
    ("init", "said"),
    [
        ("raise RuntimeError('boom')", "boom"),
        ("import nothing_of_this_name", "nothing_of_this_name"),
        ("def broken(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit"),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_ill_alone(rooms: Rooms, site_with: SiteWith, init: str, said: str) -> None:
    """Every other page answers 200, and the plugin list has the reason with its line."""
    rooms("ill", init=init)

    site = site_with()

    assert said in plugin(site, "ill").problem
    assert plugin(site, "ill").where.startswith("__init__.py:")
    assert site.client("clerk").get("/").status_code == 200


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('colour = "red"', "Extra inputs"),
        (
            '[[nav]]\nlabel = { ko = "가", en = "a" }\nhref = "/other/"\nicon = "x"\npermission = "odd.read"',
            "must begin",
        ),
        ('[[permissions]]\nkey = "other.read"\nlabel = { ko = "가", en = "a" }', "must begin with"),
    ],
)
def test_a_wrong_manifest_names_the_key(rooms: Rooms, site_with: SiteWith, more: str, said: str) -> None:
    """The manifest is checked before anything is imported."""
    rooms("odd", more=more)

    site = site_with()

    assert said in plugin(site, "odd").problem
    assert "plugin.toml" in plugin(site, "odd").where


def test_a_missing_requirement_is_named(rooms: Rooms, site_with: SiteWith) -> None:
    """Plugin, what it needs, and the way out."""
    folder = rooms("needy")
    manifest = folder / "plugin.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("[[perm", 'requires = ["gone>=2"]\n[[perm', 1), "utf-8"
    )

    site = site_with()

    assert plugin(site, "needy").problem == (
        'Plugin "needy" needs "gone", which is not installed. Install it, or remove "needy".'
    )


def test_an_unknown_permission_on_a_route_is_named(rooms: Rooms, site_with: SiteWith) -> None:
    """A permission that the manifest does not have cannot be granted, so the plugin does not load."""
    rooms(
        "shop",
        routes="from maru import Page\n\ndef index(request): ...\n\n"
        'pages = [Page("/", index, permission="shop.buy")]\n',
    )

    site = site_with()

    assert '"shop.buy", which plugin.toml does not have' in plugin(site, "shop").problem


def test_a_map_without_pages_is_no_map(rooms: Rooms, site_with: SiteWith) -> None:
    """A `routes.py` that does not say `pages` is a slip, and not a plugin without pages."""
    rooms("shop", routes="from maru import Page\n\npags = []\n")

    site = site_with()

    assert "has no attribute 'pages'" in plugin(site, "shop").problem
    assert plugin(site, "shop").where == "routes.py"


def test_a_misspelt_requirement_is_guessed(rooms: Rooms, site_with: SiteWith) -> None:
    """The id that was meant, where there is one like it."""
    rooms("kitchen")
    folder = rooms("waiter")
    text = (folder / "plugin.toml").read_text(encoding="utf-8")
    (folder / "plugin.toml").write_text(text.replace("[[perm", 'requires = ["kichen"]\n[[perm', 1), "utf-8")

    assert plugin(site_with(), "waiter").problem.endswith('is not installed. Did you mean "kitchen"?')


def test_a_place_is_told_once(rooms: Rooms, site_with: SiteWith) -> None:
    """What is wrong does not repeat the place that stands beside it, in the list of plugins or of failures."""
    rooms("shop", init="from maru import hookimpl\n\n@hookimpl\ndef menus(viewer): ...\n")
    code = "raise PluginError('no soup', '__init__.py:5')"
    rooms("soup", init=f"from maru import PluginError, hookimpl\n\n@hookimpl\ndef todo(viewer):\n    {code}\n")
    site = site_with()

    site.client("clerk").get("/")

    assert plugin(site, "shop").where == "__init__.py:3"
    assert plugin(site, "shop").problem.startswith("There is no hook")
    assert [line for line in site.failures() if "soup" in line] == ["1× soup todo __init__.py:5 PluginError: no soup"]


def test_a_failing_migration_leaves_the_tables_as_they_were(rooms: Rooms, site_with: SiteWith) -> None:
    """Half a migration is rolled back, and the plugin is ill with file and name."""
    rooms(
        "half",
        migrations__0001_first="""
        import peewee as pw

        def up(migrator, db):
            class Thing(pw.Model):
                class Meta:
                    database = db
                    table_name = "half_thing"
            db.create_tables([Thing])
            raise RuntimeError("half way")

        def down(migrator, db): ...
        """,
    )

    site = site_with()

    from maru_db import connected, database

    with connected():
        assert "half_thing" not in database.get_tables()
    assert "half way" in plugin(site, "half").problem
