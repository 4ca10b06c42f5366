"""pytest fixtures for the core's tests and those of every plugin.

    def test_hidden_post_is_not_found(portal):
        site = portal("board")

        answer = site.client("clerk").get("/board/7")

        assert answer.status_code == 404

In a checkout they are there by themselves. A plugin in a repository of its own asks for them:

    pytest -p maru_devkit.fixtures

`portal(*plugins, **settings)` gives a `Site`: a running application in a temporary folder with just those plugins and
what they require, the small city below and its people. The plugin whose tests are run is found by itself.
`clock` gives a `Clock` that stands still until `clock.move(days=3)`; all of `now()` and `today()` goes by it.

A `Site` has `client(username)` (a browser with the headers that browsers send), `user`, `unit`, `write_as`, `switch` (a
plugin off or on, for the city or for some units), `events`, `audit`, `jobs`, `beat` and `settle` (hand events on and
run jobs by hand), `run_job`, `failures`, `queries`. It is closed after the test, and what was imported from temporary
folders is forgotten.

All people have the password `maru-devkit-1`:

| user name | unit | role |
|---|---|---|
| `clerk` | 유구읍 | staff |
| `colleague` | 유구읍 | staff |
| `stranger` | 이인면 | staff |
| `planner` | 기획감사실 | staff |
| `double` | 유구읍 and 기획감사실 | staff |
| `head` | 유구읍 | department-admin |
| `admin` | 스마트정보과 | city-admin |

The city: 공주시 → 기획감사실, 자치안전국 (→ 스마트정보과), 읍·면·동 (→ 유구읍 → 유구읍 총무팀, 이인면, 탄천면, 계룡면).
The database is SQLite, or PostgreSQL when MARU_TEST_DATABASE=postgres.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from maru.app import create_app
from maru.plugins import read_manifest
from maru.settings import CHECKOUT, Settings
from maru_devkit.city import PASSWORD, PEOPLE, make_city
from maru_devkit.clock import Clock
from maru_devkit.site import Site
from maru_language import catalogues, office

__all__ = ["PASSWORD", "PEOPLE", "Clock", "Site", "clock", "make_city", "portal", "with_required"]

_open: list[Site] = []


@pytest.fixture
def portal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Site]]:
    """Make a site: `portal("board", "collect", theme="krds")`. Closed after the test."""
    before = len(_open)

    def make(*plugins: str, **settings: Any) -> Site:
        database = ""
        if os.environ.get("MARU_TEST_DATABASE") == "postgres":
            database = request.getfixturevalue("fresh_postgres_url")
        roots = settings.pop("plugins_path", None) or _roots(request.path)
        given: dict[str, Any] = {
            "data_folder": tmp_path / f"site{len(_open)}",
            "database": database,
            "plugins_path": roots,
            "plugins_only": with_required(plugins, roots) or ["none"],
            "allowed_hosts": ["testserver", "127.0.0.1"],
        }
        site = Site(create_app(Settings(**given | settings)))
        _open.append(site)
        make_city()
        return site

    yield make
    for site in _open[before:]:
        site.close()
    del _open[before:]
    forget_plugins(tmp_path)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that stands at the present second until it is moved. Menus and counts of open sites are forgotten then.

    A session lasts nine hours: after a longer move, take a new `client`.
    """

    def forget() -> None:
        for site in _open:
            site.portal.forget()

    real = office.read_clock
    moved = Clock(office.now().replace(microsecond=0), forget)
    office.read_clock = moved
    yield moved
    office.read_clock = real
    forget()


def _roots(test: Path) -> list[Path]:
    """The folders of plugins for a test file: those of the checkout, and the one that its own plugin lies in."""
    own = next((parent.parent for parent in test.parents if (parent / "plugin.toml").is_file()), None)
    folders = [CHECKOUT / "plugins", own]
    return list(dict.fromkeys(folder for folder in folders if folder is not None and folder.is_dir()))


def with_required(plugins: Sequence[str], roots: Sequence[Path]) -> list[str]:
    """The named plugins and all that they require, by the manifests in `roots` and of installed plugins."""
    found: list[str] = []
    waiting = list(plugins)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.append(key)
            folder = _folder_of(key, roots)
            waiting += [name for name, _ in read_manifest(folder).needed()] if folder else []
    return found


def _folder_of(key: str, roots: Sequence[Path]) -> Path | None:
    folders = [root / f"maru_{key}" for root in roots]
    for entry in importlib.metadata.entry_points(group="maru.plugins", name=key):
        spec = importlib.util.find_spec(entry.value)
        folders += [Path(spec.origin).parent] if spec and spec.origin else []
    return next((folder for folder in folders if (folder / "plugin.toml").is_file()), None)


def forget_plugins(root: Path) -> None:
    """Forget what was imported or translated from below `root`, so that the next test can use the same names."""
    for name, module in list(sys.modules.items()):
        if Path(str(getattr(module, "__file__", None) or "/")).is_relative_to(root):
            del sys.modules[name]
    sys.path[:] = [entry for entry in sys.path if not Path(entry).is_relative_to(root)]
    catalogues.forget(root)
