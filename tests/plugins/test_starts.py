"""Whatever the files of a plugin do at the start, the portal starts, and the plugin is listed as ill with its place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from maru.models import PluginState
from maru_db import connected, transaction
from maru_devkit.fixtures import Site
from maru_language import english
from tests.plugins.test_loader import plugin

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]
PAGES = """
from maru import Page

def index(request): ...

class Own(Page):
    def __post_init__(self):
        pass

class Called:
    def __call__(self, request): ...

def endless():
    raise SystemExit(3)
    yield

async def waiting(request): ...

"""
MIGRATION = "def up(migrator, db):\n    raise SystemExit(3)\n\n\ndef down(migrator, db): ...\n"


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ('[Page("/x", index, permission="odd.read", methods=None)]', "Page.methods is None"),
        ('[Page("/x", index, permission="odd.read", methods=(1,))]', "Page.methods is (1,)"),
        ('[Page("/x", index, permission=[])]', "Page.permission is []"),
        ('[Page(7, index, permission="odd.read")]', "Page.path is 7"),
        ('[Page("/x", None, permission="odd.read")]', "Page.view is None"),
        ('[Page("/x", Called(), permission="odd.read")]', "__qualname__"),
        ('[Own("/x{", index, permission="odd.read")]', "pages holds Own, not a Page"),
        ("endless()", "SystemExit"),
        ('[Page("/x", waiting, permission="odd.read")]', "is async. Views are plain functions"),
    ],
)
def test_pages_that_cannot_be_used(rooms: Rooms, site_with: SiteWith, pages: str, said: str) -> None:
    """Each is named with the line of `routes.py`, and nobody else is the worse for it."""
    rooms("odd", routes=f"{PAGES}pages = {pages}\n")

    site = site_with()

    assert said in plugin(site, "odd").problem
    assert "routes.py" in plugin(site, "odd").where
    assert site.client("clerk").get("/").status_code == 200


def test_pages_may_be_any_iterable(rooms: Rooms, site_with: SiteWith) -> None:
    """A generator is read once, and all of its pages are there."""
    routes = """
        from maru import Page
        from starlette.responses import PlainTextResponse

        def index(request):
            return PlainTextResponse("here")

        pages = (Page(path, index, permission="gen.read") for path in ("/", "/two"))
        """
    rooms("gen", routes=routes)
    client = site_with().client("clerk")

    assert [client.get(f"/gen/{path}").text for path in ("", "two")] == ["here", "here"]


def test_a_response_of_a_class_of_its_own_is_refused(rooms: Rooms, site_with: SiteWith) -> None:
    """Its `__call__` would run in the event loop, where it could hold up every page of the worker."""
    routes = """
        from maru import Page
        from starlette.responses import PlainTextResponse

        class Slow(PlainTextResponse):
            async def __call__(self, scope, receive, send): ...

        def index(request):
            return Slow("late")

        pages = [Page("/", index, permission="own.read")]
        """
    rooms("own", routes=routes)
    site = site_with()

    answer = site.client("clerk").get("/own/")

    failures = site.portal.dispatcher.quarantine.take_failures()
    assert answer.status_code == 500
    assert [(failure.plugin, "not a plain Response of starlette" in failure.problem) for failure in failures] == [
        ("own", True)
    ]


@pytest.mark.parametrize(
    ("init", "said"),
    [
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class Odd(Exception):\n    def __str__(self):\n        raise RuntimeError\n\nraise Odd", "Odd"),
        ("class Odd(Exception):\n    where = 5\n\nraise Odd", "Odd"),
    ],
)
def test_exceptions_that_are_none(rooms: Rooms, site_with: SiteWith, init: str, said: str) -> None:
    """One that ends programs, and those that cannot be shown: the plugin is ill with its line."""
    rooms("odd", init=init)

    site = site_with()

    assert said in plugin(site, "odd").problem
    assert plugin(site, "odd").where.startswith("__init__.py:")


def test_a_migration_that_ends_the_program(rooms: Rooms, site_with: SiteWith) -> None:
    """SystemExit, too, is the failure of the plugin alone."""
    rooms("odd", migrations__0001_first=MIGRATION)

    site = site_with()

    assert "SystemExit" in plugin(site, "odd").problem
    assert plugin(site, "odd").where == "migrations/0001_first.py:2"


def test_brackets_without_end_in_the_manifest(rooms: Rooms, site_with: SiteWith) -> None:
    """Python gives up reading it; the portal does not."""
    folder = rooms("odd")
    (folder / "plugin.toml").write_text("a = " + "[" * 20_000 + "]" * 20_000, encoding="utf-8")

    site = site_with()

    assert "cannot be read" in plugin(site, "odd").problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class Model:\n    pass\n", "is no pydantic model"),
        ("def Model():\n    raise KeyError('none')\n", "KeyError"),
        (
            "from pydantic import BaseModel, Field\n\n\ndef none():\n    raise OSError('none')\n\n\n"
            "class Model(BaseModel):\n    a: int = Field(default_factory=none)\n",
            "OSError",
        ),
    ],
)
def test_settings_that_are_no_model(rooms: Rooms, site_with: SiteWith, text: str, said: str) -> None:
    """The manifest names something else, or its defaults cannot be made."""
    folder = rooms("odd", conf=text)
    manifest = folder / "plugin.toml"
    manifest.write_text(
        manifest.read_text("utf-8").replace("api = 1", 'api = 1\nsettings = "conf:Model"'), encoding="utf-8"
    )

    assert said in plugin(site_with(), "odd").problem


STRICT = """
from pydantic import BaseModel, field_validator

class Model(BaseModel):
    a: int = 1

    @field_validator("a")
    @classmethod
    def known(cls, value):
        return {1: 1, 2: 2}[value]
"""


def test_stored_settings_that_the_model_fails_on(rooms: Rooms, site_with: SiteWith) -> None:
    """What was set before is kept, the other plugins are looked at, and administrators see why."""
    folder = rooms("odd", conf=STRICT)
    manifest = folder / "plugin.toml"
    manifest.write_text(
        manifest.read_text("utf-8").replace("api = 1", 'api = 1\nsettings = "conf:Model"'), encoding="utf-8"
    )
    site = site_with()
    with connected(), transaction():
        PluginState.update(settings={"a": 7}).where(PluginState.key == "odd").execute()

    with connected():
        site.portal.refresh_plugins()  # as at the start, and as each beat does

    (failure,) = site.portal.dispatcher.quarantine.take_failures()
    assert plugin(site, "odd").is_well
    assert plugin(site, "odd").settings.a == 1  # type: ignore[union-attr]  # the model of this test
    assert (failure.plugin, failure.place, failure.problem) == ("odd", "settings", "KeyError: 7")


@pytest.mark.parametrize("value", ["maru_gone", "maru_gone.inner", "maru_gone:thing"])
def test_an_entry_point_whose_package_is_gone(
    tmp_path: Path, rooms: Rooms, site_with: SiteWith, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Left behind by a half uninstallation: listed as ill."""
    rooms("quiet")
    left = tmp_path / "site" / "gone-1.0.dist-info"
    left.mkdir(parents=True)
    (left / "METADATA").write_text("Metadata-Version: 2.1\nName: gone\nVersion: 1.0\n", encoding="utf-8")
    (left / "entry_points.txt").write_text(f"[maru.plugins]\ngone = {value}\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path, str(left.parent)])

    site = site_with()

    (gone,) = [each for each in site.portal.plugins if each.key.startswith("gone")]
    assert "cannot be read" in gone.problem
    assert site.client("clerk").get("/").status_code == 200


@pytest.mark.parametrize(
    "catalogue",
    [
        b'msgid "a"\nmsgstr "b\xff"\n',
        'msgid "a"\nmsgstr "b"\n'.encode("utf-16"),
        b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=no-such\\n"\n\nmsgid "a"\nmsgstr "b"\n',
    ],
)
def test_a_catalogue_that_cannot_be_read(rooms: Rooms, site_with: SiteWith, catalogue: bytes) -> None:
    """English readers have every page, with what the other catalogues say; the plugin is blamed."""
    folder = rooms("odd")
    (folder / "locale").mkdir()
    (folder / "locale" / "en.po").write_bytes(catalogue)
    site = site_with()

    answer = site.client("clerk", "en").get("/")

    failures = site.portal.dispatcher.quarantine.take_failures()
    assert answer.status_code == 200
    assert english()["로그인"] == "Sign in"
    assert [(failure.plugin, failure.place, failure.where) for failure in failures] == [
        ("odd", "locale", "locale/en.po")
    ]
