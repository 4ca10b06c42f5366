"""Each plugin leaves as it came: uninstalled it leaves nothing behind but the audit, restored everything is as it was.

Nothing here names a plugin: those of the checkout go through it, the templates, and those that `maru new` made. What
each does meanwhile is its own: the content of its demonstration, its canary, its pages, and every event of the house.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import peewee
import pytest

from maru import OutboxEvent, PluginState, Post, RoleMember, User, local, now, write_as
from maru.app import create_app
from maru.pages import Actor
from maru.plugins import Plugin, discover
from maru.settings import Settings
from maru_db import connected, transaction
from maru_devkit.fixtures import PEOPLE, Site
from maru_server.demo import DemoSite, fill
from tests.contracts.houses import plugin_roots
from tests.contracts.test_canaries import CANARIES, load
from tests.crawling import LINK, shape

ROOTS = [root for root in plugin_roots() if root.name != "plugin_template"]  # `maru new` has copied what is in there
HOUSE = discover(Settings(plugins_path=ROOTS))
SWITCHABLE = [plugin.key for plugin in HOUSE if plugin.facts.switchable]
ASIDE = {
    "maru_audit_entry": "the audit stays",
    "maru_outbox_event": "events and jobs on their way, and those that are done",
    "maru_lease": "of the outbox",
    "maru_schedule": "those of others move by themselves; those of the function are looked at apart",
    "maru_worker_state": "of the outbox",
    "maru_session": "who is signed in",
    "search_build": "each switch of any plugin begins a run through all documents, which is noted",
}
PEOPLE_TABLES = ("maru_user", "maru_post", "maru_role_member")
"""A demonstration may hire people for its part: they are the city's, and stay."""
WORD = "카나리아QX7"
Rows = dict[str, list[tuple[Any, ...]]]
Schema = set[tuple[Any, ...]]


def needing(key: str) -> list[str]:
    """The plugins that cannot be without `key`, those that need them first."""
    direct = [plugin.key for plugin in HOUSE if key in [needed for needed, _ in plugin.facts.needed()]]
    return [*dict.fromkeys(each for other in direct for each in [*needing(other), other])]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`house(without)` gives a filled demonstration in which these plugins are not installed."""
    sites: list[Site] = []

    def make(without: Sequence[str] = (), database: str = "") -> Site:
        given: dict[str, Any] = {
            "data_folder": tmp_path / "house",
            "database": database,
            "plugins_path": ROOTS,
            "allowed_hosts": ["testserver"],
            "is_demo": True,
            "pulse_seconds": 0.01,
        }
        here = [plugin.key for plugin in HOUSE if plugin.key not in without]
        first = Site(create_app(Settings(**given, plugins_only=here)))
        fill(first.portal)
        hire_the_people_of_the_tests()
        with connected(), transaction():
            OutboxEvent.update(done_at=now()).where(OutboxEvent.name.startswith("maru_")).execute()  # hundreds of units
            for key in without:
                PluginState.create(key=key, version="", is_enabled=False)
        first.close()
        site = Site(create_app(Settings(**given)))
        sites.append(site)
        for username in ("demo-admin", "demo-yugu", "clerk"):
            site.client(username).get("/")
        site.settle()
        return site

    yield make
    for site in sites:
        site.close()


def hire_the_people_of_the_tests() -> None:
    """Those of `maru_devkit`, in the units of the demonstration: the canaries know them."""
    site = DemoSite(None)  # type: ignore[arg-type]  # only its units are asked for
    with connected(), write_as(Actor(None, "test")):
        for username, (unit_name, role) in PEOPLE.items():
            user = User.create(username=username, name=username, password_hash="-")
            unit = site.unit(unit_name)
            Post.create(user=user, department=unit, title="주무관")
            if role:
                RoleMember.create(user=user, role=role, unit=unit if role == "department-admin" else None)


def rows_of(*aside: str) -> Rows:
    """Every row of every table, apart from `aside` and what is aside in any case; empty tables are there too."""
    database = PluginState._meta.database
    with connected():
        names = [name for name in database.get_tables() if name not in (*aside, *ASIDE)]
        found = {name: peewee.Table(name).bind(database).select().tuples() for name in names}
        return {name: sorted(tuple(map(str, row)) for row in query) for name, query in found.items()}


def waiting_for(key: str) -> list[tuple[str, ...]]:
    """What the core keeps for a plugin aside: its schedules, its jobs, and the switches that are planned of it."""
    schedules = peewee.Table("maru_schedule").bind(PluginState._meta.database)
    with connected():
        names = [name for (name,) in schedules.select(schedules.c.name).tuples() if name.startswith(f"{key}.")]
        planned = OutboxEvent.undone().where((OutboxEvent.owner == key) | (OutboxEvent.name == "admin.switch"))
        jobs = [(row.name, row.key) for row in planned if row.owner == key or row.payload["plugin"] == key]
    return sorted([("schedule", name) for name in names] + [("job", *job) for job in jobs])


def schema() -> Schema:
    """Tables, columns and indexes, as the database itself tells them."""
    database = PluginState._meta.database
    asked = (
        ["SELECT type, name, tbl_name, sql FROM sqlite_master"]
        if isinstance(database.obj, peewee.SqliteDatabase)
        else [
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
            "WHERE table_schema = current_schema()",
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
            "SELECT table_name, constraint_name, constraint_type FROM information_schema.table_constraints "
            "WHERE table_schema = current_schema() AND constraint_type <> 'CHECK'",
        ]
    )
    with connected():
        return {row for query in asked for row in database.execute_sql(query).fetchall()}


def use(site: Site, key: str) -> None:
    """What staff do with the plugin `key` in a day: all that it can show of itself, on every page of it."""
    plugin = site.portal.dispatcher.plugins[key]
    with connected():
        site.portal.dispatcher.ask(key, "demo", site=DemoSite(site.portal))
    plant(site, plugin)
    if key in site.portal.dispatcher.listeners("on_event"):
        tell_of_everything(key)
    site.settle()
    for username in ("clerk", "demo-yugu", "demo-collector", "demo-admin"):
        walk(site, username, plugin)
    site.settle()


def plant(site: Site, plugin: Plugin) -> None:
    """What its canary writes, if it has one."""
    for path in (path for path in CANARIES if path.is_relative_to(plugin.folder)):
        load(path).plant(site, WORD)


def tell_of_everything(key: str) -> None:
    """Every event of other plugins once more, to this plugin alone: it was not there when they happened."""
    with connected(), transaction():
        past = OutboxEvent.select().where(OutboxEvent.owner == "", ~OutboxEvent.name.startswith("maru_"))
        for event in list(past.where(OutboxEvent.done_at.is_null(False))):
            OutboxEvent.create(name=event.name, key=event.key, payload=event.payload, waiting=[key])


def walk(site: Site, username: str, plugin: Plugin, most: int = 40) -> None:
    """Follow links inside of the plugin, three of each shape."""
    client, waiting, seen = site.client(username), ["/", f"/{plugin.key}/"], Counter[str]()
    while waiting and sum(seen.values()) < most:
        address = waiting.pop()
        if seen[shape(address)] >= 3 or not (address == "/" or address.startswith(f"/{plugin.key}/")):
            continue
        seen[shape(address)] += 1
        answer = client.get(address)
        assert answer.status_code < 500, address
        if "html" in answer.headers.get("content-type", ""):
            waiting += [html.unescape(link) for link in LINK.findall(answer.text)]


def switch(site: Site, key: str, reach: str) -> None:
    """As the administrator does it."""
    answer = site.client("demo-admin").post(f"/admin/plugins/{key}/switch", data={"reach": reach, "reason": "시험"})
    assert answer.status_code == 303, answer.text
    site.settle()


def plan_to_switch(site: Site, key: str) -> None:
    """As the administrator does it, for tomorrow."""
    at = local(now() + timedelta(days=1))
    when = {"at_day": at.date().isoformat(), "at_time": f"{at:%H:%M}"}
    answer = site.client("demo-admin").post(
        f"/admin/plugins/{key}/switch", data={"reach": "off", "reason": "시험", **when}
    )
    assert answer.status_code == 303, answer.text


def uninstall(site: Site, key: str) -> str:
    """As the administrator does it; gives the address of the archive."""
    answer = site.client("demo-admin").post(f"/admin/plugins/{key}/remove", data={"reason": "시험"})
    assert answer.status_code == 303, answer.text
    site.settle()
    return str(answer.headers["location"])


def restore(site: Site, archive: str) -> None:
    """As the administrator does it."""
    answer = site.client("demo-admin").post(f"{archive}/restore", data={"reason": "시험"})
    assert answer.status_code == 303, answer.text
    site.settle()


def differences(before: Rows, after: Rows) -> dict[str, object]:
    """The tables that are not equal, with the rows that only one side has."""
    return {
        name: (sorted(set(before.get(name, [])) ^ set(after.get(name, [])))[:3], name in before, name in after)
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    }


@pytest.mark.slow
@pytest.mark.parametrize("key", SWITCHABLE)
def test_a_plugin_leaves_as_it_came_and_comes_back_as_it_left(house: Callable[..., Site], key: str) -> None:
    """Not installed → on → used → uninstalled: schema and rows as before. Restored: rows as they were when it left."""
    site = house(without=[key, *needing(key)])
    empty, bare = rows_of(), schema()

    switch(site, key, "city")
    use(site, key)
    plan_to_switch(site, key)
    jobs = site.portal.dispatcher.jobs.items()
    expected = {("schedule", name) for name, job in jobs if job.every and name.startswith(f"{key}.")}
    planned = set(waiting_for(key))
    switch(site, key, "off")
    full, dressed = rows_of(), schema()
    archive = uninstall(site, key)
    waiting = waiting_for(key)
    left, undressed = rows_of(), schema()
    restore(site, archive)
    back, again = rows_of(), schema()

    hired = {name: [row for row in left[name] if row not in empty[name]] for name in PEOPLE_TABLES}
    assert differences({name: sorted([*rows, *hired.get(name, [])]) for name, rows in empty.items()}, left) == {}
    assert undressed == bare
    assert planned >= expected | {("job", "admin.switch", f"admin.switch:{key}")}
    assert waiting == []
    assert differences(empty, full) != {}
    assert differences(full, back) == {}
    assert names_in(again) == names_in(dressed)
    assert site.failures() == []


@pytest.mark.slow
def test_a_house_is_emptied_and_filled_again_on_postgresql(house: Callable[..., Site], fresh_postgres_url: str) -> None:
    """Every plugin uninstalled, those first that need others: only the core's tables are left. Restored: all is back.

    New rows get new numbers afterwards: PostgreSQL counts apart from the rows.
    """
    site = house(database=fresh_postgres_url)
    order = list(dict.fromkeys(each for key in SWITCHABLE for each in [*needing(key), key]))
    for key in order:
        switch(site, key, "off")
    full, dressed = rows_of(), schema()

    archives = {key: uninstall(site, key) for key in order}
    with connected():
        left = PluginState._meta.database.get_tables()
    for key in reversed(order):
        restore(site, archives[key])

    staying = ["maru", *(plugin.key for plugin in HOUSE if plugin.key not in order)]
    assert [name for name in left if not name.startswith(tuple(f"{key}_" for key in staying))] == []
    assert differences(full, rows_of()) == {}
    assert schema() == dressed
    for key in reversed(order):
        switch(site, key, "city")
        plant(site, site.portal.dispatcher.plugins[key])
    assert site.failures() == []


def names_in(found: Schema) -> set[tuple[Any, ...]]:
    """Tables and indexes by name: how a column was added once is told by SQLite, and not made anew."""
    return {tuple(row[:3]) for row in found}
