"""A canteen that tells people of new dishes: the example of `hooks.py`, word for word, as a plugin of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import maru_notify.hooks
from maru.settings import CHECKOUT
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_notify.models import Notification
from tests.rooms import forget_rooms, make_room

EXAMPLE = dedent((maru_notify.hooks.__doc__ or "").partition("runs:\n")[2])
MODELS = '''
"""Dishes."""

import peewee

from maru import Model


class Dish(Model):
    """A dish, of one unit or of all."""

    name = peewee.CharField(max_length=200)
    unit = peewee.IntegerField(null=True)

    @classmethod
    def visible_to(cls, user):
        """Those of the units of `user` and those of all."""
        return cls.select().where(cls.unit.is_null() | cls.unit.in_(user.unit_ids))
'''
MIGRATION = '''
"""Dishes."""

import peewee as pw


def up(migrator, db):
    class Dish(pw.Model):
        id = pw.AutoField()
        name = pw.CharField(max_length=200)
        unit = pw.IntegerField(null=True)

        class Meta:
            database = db
            table_name = "lunch_dish"

    db.create_tables([Dish])


def down(migrator, db):
    db.execute_sql("DROP TABLE lunch_dish")
'''


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
            return Notification.unread_count(self.site.user(username), self.site.portal)


@pytest.fixture
def canteen(portal: Callable[..., Site], tmp_path: Path) -> Iterator[Canteen]:
    """The canteen with the example of the specification as its `for_notify.py`."""
    root = tmp_path / "rooms"
    files = {"for_notify": EXAMPLE, "models": MODELS, "migrations__0001_first": MIGRATION}
    folder = make_room(root, "lunch", init='"""A canteen."""\n', **files)
    manifest = folder / "plugin.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("api = 1", 'api = 1\noptional = ["notify"]'), encoding="utf-8"
    )
    site = portal(plugins_path=[root, CHECKOUT / "plugins"], plugins_only=["lunch", "notify"])
    yield Canteen(site, folder)
    forget_rooms(root)
