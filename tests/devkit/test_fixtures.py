"""The fixtures that plugin authors build on do what they say, and leave nothing behind."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from maru_db import connected
from maru_db.hops import current_hop
from maru_devkit.fixtures import Clock, Site
from maru_language import SEOUL, catalogues, now, office, today
from tests.habits.tree import ROOT, python_files

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

TALKER = """
from maru import Actor, hookimpl, write_as

@hookimpl
def on_event(event):
    if event.name == "talker.asked":
        with write_as(Actor(None, "talker.answer", plugin="talker")) as change:
            change.emit("talker.answered", {"to": event.payload["what"]})
"""
FAILING = """
from maru import hookimpl

@hookimpl
def on_event(event):
    if event.name == "failing.asked":
        raise RuntimeError("not now")
"""


def test_events_are_captured_and_handed_on_by_hand(rooms: Rooms, site_with: SiteWith) -> None:
    """Nothing happens by itself; `settle` goes on until the answers are handed on too."""
    rooms("talker", init=TALKER)
    site = site_with()
    site.settle()

    with site.write_as("clerk") as change:
        change.emit("talker.asked", {"what": "the time"})
    before = site.events("talker.answered")
    delivered = site.settle()

    assert before == []
    assert delivered == 2
    assert [event.payload for event in site.events("talker.asked")] == [{"what": "the time"}]
    assert [event.payload for event in site.events("talker.answered")] == [{"to": "the time"}]
    assert [entry.actor_name for entry in site.audit("talker.answer")] == ["maru"]


def test_moved_clock_brings_the_next_attempt(rooms: Rooms, site_with: SiteWith, clock: Clock) -> None:
    """What failed waits by `now()`: it comes again after the clock was moved, not before."""
    rooms("failing", init=FAILING)
    site = site_with()
    site.settle()
    with site.write_as("clerk") as change:
        change.emit("failing.asked", {})
    site.settle()
    first = site.failures()

    site.settle()
    too_early = site.failures()
    clock.move(hours=2)
    site.settle()

    assert first == ["1× failing on_event __init__.py:7 RuntimeError: not now"]
    assert too_early == first
    assert site.failures() == ["2× failing on_event __init__.py:7 RuntimeError: not now"]


def test_clock_moves_all_that_asks_for_the_time(portal: Callable[..., Site], clock: Clock) -> None:
    """`now`, `today`, new rows and sessions: a session of nine hours has ended after ten."""
    clock.set(datetime(2027, 3, 2, 9, 0, tzinfo=SEOUL))
    site = portal()
    client = site.client("clerk")
    before = client.get("/").status_code

    clock.move(hours=10)

    assert before == 200
    assert client.get("/").status_code == 303
    assert site.client("clerk").get("/").status_code == 200
    assert today().isoformat() == "2027-03-02"
    clock.move(hours=5)
    assert today().isoformat() == "2027-03-03"
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2027, 3, 2))  # noqa: DTZ001 — the mistake that is refused


def test_clock_is_put_back() -> None:
    """Without the fixture, time is what the machine says, and goes on."""
    assert office.read_clock is office.system_clock
    assert abs(now() - office.system_clock()) < timedelta(seconds=5)


def test_nothing_else_reads_the_machines_clock() -> None:
    """Core and plugins ask `now()` and `today()`; only then does the fixture move all of them."""
    asking = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|\btime\.time\(|fromtimestamp\(time")
    paths = [path for path in python_files("core", "plugins", "plugin_template") if "tests" not in path.parts]

    found = [str(path) for path in paths if asking.search((ROOT / path).read_text(encoding="utf-8"))]

    assert found == [str(Path("core", "maru_language", "office.py"))]


def test_what_a_test_imported_is_forgotten(pytester_site: Callable[[], tuple[Path, int]]) -> None:
    """After the fixture has ended there is no module, path, catalogue, thread or connection of its site."""
    root, threads = pytester_site()

    assert [name for name in sys.modules if name.startswith("maru_passing")] == []
    assert [entry for entry in sys.path if entry.startswith(str(root))] == []
    assert [folder for folder in catalogues._folders if folder.is_relative_to(root)] == []
    assert threading.active_count() <= threads
    with pytest.raises(RuntimeError, match="outside of a request"):
        current_hop()


@pytest.fixture
def pytester_site(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], tuple[Path, int]]:
    """Makes a site of one plugin with the fixture's own code, visits it, and ends the fixture."""
    from maru_devkit import fixtures
    from tests.rooms import make_room

    def visit() -> tuple[Path, int]:
        threads = threading.active_count()
        folder = make_room(tmp_path / "rooms", "passing", init=TALKER)
        (folder / "locale").mkdir()
        (folder / "locale" / "en.po").write_text('msgid "지나감"\nmsgstr "Passing"\n', encoding="utf-8")
        made = fixtures.portal.__wrapped__(tmp_path, request)  # type: ignore[attr-defined]  # pytest keeps the function there
        site: Site = next(made)("passing", plugins_path=[tmp_path / "rooms"])
        assert site.client("clerk").get("/").status_code == 200
        assert "maru_passing" in sys.modules
        with connected():
            pass
        next(made, None)
        for thread in threading.enumerate():
            if thread.name == "view":
                thread.join(timeout=5)
        return tmp_path, threads

    return visit
