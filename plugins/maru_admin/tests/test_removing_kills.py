"""Killed on the way, a function is either installed with all it had, or uninstalled with an archive that has it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maru.app import create_app
from maru_admin.tests.removal import QUICK, archives, restore, rows, state, uninstalled
from maru_board.tests.canary import plant
from maru_devkit.fixtures import Site

KILLED = """
import importlib, os, signal, sys
from pathlib import Path
from maru.app import create_app
from maru.settings import Settings
from maru_devkit.site import Site

settings, module, name, when, path = sys.argv[1:]
site = Site(create_app(Settings.model_validate_json(settings)))
client = site.client("admin")
home = importlib.import_module(f"maru_admin.removing.{module}")
original = getattr(home, name)

def killing(*given, **named):
    if when == "after":
        original(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(home, name, killing)
client.post(path, data={"reason": "시험"})
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "kill") or os.name == "nt", reason="Windows has no SIGKILL")


@pytest.fixture
def filled(portal: Callable[..., Site]) -> Site:
    """A portal with content in a board, and notifications of it."""
    site = portal("admin", "board", "notify", **QUICK)
    plant(site, "글")
    site.settle()
    return site


def kept() -> dict[str, list[tuple[Any, ...]]]:
    """All that goes and comes back."""
    return {**rows("board_"), **rows("notify_"), **rows("maru_grant"), **rows("maru_stored_file")}


def killed(site: Site, module: str, name: str, when: str, path: str) -> Site:
    """The portal as another process finds it, after one was killed at this point of what it was asked for."""
    settings = site.portal.settings
    site.close()
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, settings.model_dump_json(), module, name, when, path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "core"), str(root / "plugins")])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == -9, done.stderr
    return Site(create_app(settings))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "when"),
    [
        ("uninstalling", "_switch_off", "after"),
        ("archive", "_write_table", "after"),
        ("archive", "check_archive", "before"),
        ("uninstalling", "digest_of", "before"),
        ("uninstalling", "drop_tables", "after"),
        ("uninstalling", "sweep_later", "after"),
    ],
)
def test_before_the_end_it_is_installed(filled: Site, module: str, name: str, when: str) -> None:
    """Whatever was written of the archive: all rows are there, and a second time it goes well."""
    before = kept()

    site = killed(filled, module, name, when, "/admin/plugins/board/remove")

    assert kept() == before
    assert state("board").version == "0.1.0"
    archive = uninstalled(site, "board")
    assert rows("board_") == {}
    assert restore(site, archive).status_code == 303
    assert kept() == before
    site.close()


@pytest.mark.slow
def test_after_the_end_it_is_uninstalled(filled: Site) -> None:
    """Killed right after the change: nothing is left of it, and the archive has all."""
    before = kept()

    site = killed(filled, "uninstalling", "_taken_out", "after", "/admin/plugins/board/remove")

    [name] = archives(site)
    assert (state("board").version, rows("board_")) == ("", {})
    assert restore(site, f"/admin/plugins/board/archives/{name}").status_code == 303
    assert kept() == before
    site.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "when", "version"),
    [
        ("restoring", "migrate", "after", ""),
        ("restoring", "_put_file", "after", ""),
        ("restoring", "forward_sequence", "after", ""),
        ("restoring", "install_plugin", "before", "0.1.0"),
    ],
)
def test_restoring_is_whole_or_not_at_all(filled: Site, module: str, name: str, when: str, version: str) -> None:
    """Killed while it comes back, it is uninstalled still and can be restored, or restored already."""
    before = kept()
    archive = uninstalled(filled, "board")

    site = killed(filled, module, name, when, f"{archive}/restore")

    assert state("board").version == version
    if not version:
        assert sum(map(len, rows("board_post").values())) == 0
        assert restore(site, archive).status_code == 303
    assert kept() == before
    site.close()
