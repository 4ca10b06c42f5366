"""Nobody holds the city up: who writes for too long loses the turn, here or in another process."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import peewee
import psycopg
import pytest

from maru.models import Department, User
from maru_db import Busy, close_database, connected, database, schema_change
from maru_db.hops import overdue, writing
from maru_db.postgres import WRITERS
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]

SHORT = 0.3
LONG = 1.5


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A write may take 0.3 seconds while others wait."""
    monkeypatch.setattr(writing.__wrapped__, "__defaults__", (None, SHORT))  # type: ignore[attr-defined]  # contextmanager wraps
    overdue.clear()


@contextmanager
def beside(act: Callable[[threading.Event], None]) -> Iterator[list[str]]:
    """`act` in a thread of its own; inside, it has come as far as it says. Gives the names of what it raised."""
    inside, raised = threading.Event(), list[str]()

    def run() -> None:
        try:
            act(inside)
        except BaseException as wrong:  # noqa: BLE001 — a thread that is given up ends by a BaseException
            raised.append(type(wrong).__name__)
        close_database()

    thread = threading.Thread(target=run)
    thread.start()
    assert inside.wait(10)
    yield raised
    thread.join(10)


def seconds_to_write(site: Site) -> float:
    """How long somebody else waits."""
    began = time.monotonic()
    with site.write_as("admin"):
        Department.add("새 과", "division", None, 99)
    return time.monotonic() - began


def test_who_writes_for_too_long_loses_the_turn(portal: Portal) -> None:
    """A thread that sleeps inside of its write is given up by who waits; nothing of it is saved, and it is known."""
    site = portal()

    def hold_everybody_up(inside: threading.Event) -> None:
        with site.write_as("clerk"):
            user = User.get(User.username == "clerk")
            user.name = "changed"
            user.save()
            inside.set()
            time.sleep(LONG)

    with beside(hold_everybody_up) as raised:
        waited = seconds_to_write(site)

    assert waited < LONG - 0.2
    assert raised in (["Abandoned"], ["Busy"])
    assert site.user("clerk").name == "clerk"
    [late] = overdue
    assert late.stack is not None
    assert "hold_everybody_up" in [frame.name for frame in late.stack]
    assert seconds_to_write(site) < SHORT


def test_a_long_write_that_nobody_waits_for_is_kept(portal: Portal) -> None:
    """It is those who wait that look at the clock."""
    site = portal()

    with site.write_as("admin"):
        Department.add("새 과", "division", None, 99)
        time.sleep(2 * SHORT)

    assert not overdue
    with connected():
        assert Department.get_or_none(Department.name == "새 과") is not None


def test_a_change_of_tables_takes_its_time(portal: Portal) -> None:
    """A migration is not broken off by who waits for a second."""
    site = portal()

    def change(inside: threading.Event) -> None:
        with schema_change():
            database.execute_sql("CREATE TABLE test_thing (id INTEGER PRIMARY KEY)")
            inside.set()
            time.sleep(3 * SHORT)

    with beside(change) as raised:
        seconds_to_write(site)

    assert raised == []
    with connected():
        assert "test_thing" in database.get_tables()


@contextmanager
def another_process_writes(site: Site) -> Iterator[None]:
    """Somebody holds the lock of the database itself, as another worker would."""
    if isinstance(database.obj, peewee.SqliteDatabase):
        with closing(sqlite3.connect(database.database)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(str(site.portal.settings.database)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
            yield


def be_impatient() -> Any:
    """Let this connection wait for a tenth of a second."""
    is_sqlite = isinstance(database.obj, peewee.SqliteDatabase)
    return database.execute_sql("PRAGMA busy_timeout = 100" if is_sqlite else "SET lock_timeout = '100ms'")


def test_who_waits_for_another_process_is_told_in_words(portal: Portal) -> None:
    """Busy, which every page answers with 503 and what to do; not the error of the driver."""
    site = portal()

    with another_process_writes(site), connected():
        be_impatient()
        with pytest.raises(Busy, match="busy"), site.write_as("admin"):
            Department.add("새 과", "division", None, 99)
        close_database()

    assert seconds_to_write(site) < 5
