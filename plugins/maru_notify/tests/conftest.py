"""A canteen that tells people of new dishes: the examples of `hooks.py`, word for word, in a plugin of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import maru_notify.hooks
from maru.settings import CHECKOUT
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_notify.bell import unread_count
from maru_notify.models import Notification
from tests.canteen import make_canteen
from tests.rooms import forget_rooms


@dataclass
class Canteen:
    """A site with maru_notify and the canteen."""

    site: Site
    folder: Path

    def serve(self, name: str, unit: str = "") -> Any:
        """A new dish, for one unit or for all, and its event handed on."""
        from maru_lunch.models import Dish  # type: ignore[import-not-found]  # it exists while a test runs

        unit_id = self.site.unit(unit).id if unit else None
        with self.site.write_as("planner", plugin="lunch"):
            dish = Dish.create(name=name, unit=unit_id)
        self.site.beat()
        return dish

    def get(self, username: str, path: str = "/notify/") -> Any:
        """What `username` sees at `path`."""
        return self.site.client(username).get(path)

    def told(self, username: str) -> list[Notification]:
        """Everything `username` was told, the newest first."""
        with connected():
            return list(Notification.visible_to(self.site.user(username), self.site.portal))

    def unread(self, username: str) -> int:
        """The number at the bell."""
        with connected():
            return unread_count(self.site.user(username), self.site.portal)


@pytest.fixture
def canteen(portal: Callable[..., Site], tmp_path: Path) -> Iterator[Canteen]:
    """The canteen with the examples of the specification as its `for_notify.py`."""
    root = tmp_path / "rooms"
    folder = make_canteen(root, maru_notify.hooks)
    site = portal(plugins_path=[root, CHECKOUT / "plugins"], plugins_only=["lunch", "notify"])
    yield Canteen(site, folder)
    forget_rooms(root)
