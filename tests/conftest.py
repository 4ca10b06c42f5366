"""Fixtures of the core's own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maru_devkit.fixtures import Site
from tests.rooms import forget_rooms, make_room


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """`rooms("lunch", init="…", routes="…")` writes a plugin; `site_with` loads them."""
    root = tmp_path / "rooms"
    root.mkdir()
    yield lambda key, more="", **files: make_room(root, key, more, **files)
    forget_rooms(root)


@pytest.fixture
def site_with(portal: Callable[..., Site], tmp_path: Path) -> Callable[..., Site]:
    """A site with the plugins that `rooms` wrote, and with no others."""
    return lambda **settings: portal(plugins_path=[tmp_path / "rooms"], plugins_only=[], **settings)
