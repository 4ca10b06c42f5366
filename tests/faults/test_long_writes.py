"""A plugin that writes for too long costs nobody else a save, and is known by name."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maru.models import Department, OutboxEvent
from maru_db import connected
from maru_db.hops import overdue, writing
from maru_devkit.fixtures import Site
from maru_server.overdue import blame_writers
from maru_server.pulse import Pulse
from tests.serve.ears import until

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

LAGGARD = """
import threading, time
from starlette.responses import PlainTextResponse
from maru import Actor, Page, User, write, write_as

inside = threading.Event()

def change():
    user = User.get(User.username == "clerk")
    user.name = "changed"
    user.save()
    inside.set()
    time.sleep(1.5)

def slow(request):
    with write(request):
        change()
    return PlainTextResponse("done")

def own_thread():
    try:
        with write_as(Actor(None, "slow")):
            change()
    except BaseException:
        pass

def begin(request):
    threading.Thread(target=own_thread).start()
    return PlainTextResponse("begun")

pages = [
    Page("/", begin, permission="laggard.read"),
    Page("/slow", slow, permission="laggard.read", limit_seconds=600),
]
"""


@pytest.fixture
def site(rooms: Rooms, site_with: SiteWith, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A portal with a plugin that writes for 1.5 seconds, where 0.3 are allowed."""
    monkeypatch.setattr(writing.__wrapped__, "__defaults__", (None, 0.3))  # type: ignore[attr-defined]  # contextmanager wraps
    overdue.clear()
    rooms("laggard", routes=LAGGARD)
    site = site_with()
    site.client("clerk").get("/")
    return site


def inside() -> threading.Event:
    """Set as soon as the plugin writes."""
    from maru_laggard.routes import inside as found  # type: ignore[import-not-found]  # made by the fixture

    event: threading.Event = found
    assert event.wait(10)
    return event


def save_of_another(site: Site) -> float:
    """How long somebody else waits for a save."""
    began = time.monotonic()
    with site.write_as("admin"):
        Department.add("새 과", "division", None, 99)
    return time.monotonic() - began


def blamed(site: Site) -> set[tuple[str, str]]:
    """The plugin and the place that are paused."""
    with connected():
        blame_writers(site.portal)
    return set(site.portal.dispatcher.quarantine.paused())


def test_a_long_page_that_writes_is_broken_off(site: Site) -> None:
    """Its own person is told in words; everybody else saves; the page is paused."""
    answers: list[Any] = []
    client = site.client("clerk")
    thread = threading.Thread(target=lambda: answers.append(client.get("/laggard/slow")))
    thread.start()
    inside()

    waited = save_of_another(site)
    thread.join(10)

    assert waited < 1.2
    assert [answer.status_code for answer in answers] == [503]
    assert "바뀐 것은 없습니다" in answers[0].text
    assert site.user("clerk").name == "clerk"
    assert [plugin for plugin, _ in blamed(site)] == ["laggard"]


def test_a_thread_of_its_own_that_writes_is_broken_off(site: Site) -> None:
    """No page and no hook waits for it: its plugin is known by the lines that it stood in."""
    begun = site.client("clerk").get("/laggard/")
    inside()

    waited = save_of_another(site)
    for thread in threading.enumerate():
        if "own_thread" in thread.name:
            thread.join(10)

    assert begun.text == "begun"
    assert waited < 1.2
    assert blamed(site) == {("laggard", "own_thread")}
    assert site.client("clerk").get("/laggard/").status_code == 200


SITTING = """
import time
from pathlib import Path
from maru import Actor, Job, User, hookimpl, write_as

def sit(run):
    with write_as(Actor(None, "sit")):
        user = User.get(User.username == "clerk")
        user.name = "changed"
        user.save()
        Path({place!r}).touch()
        time.sleep(4)

@hookimpl
def jobs():
    return [Job("sitting.sit", "앉아 있기", sit, limit_seconds=600)]
"""


def test_a_job_that_sits_on_the_lock_is_given_up_long_before_its_own_limit(
    rooms: Rooms, site_with: SiteWith, tmp_path: Path
) -> None:
    """It may take ten minutes, but not hold up the writers for longer than a page may: the pulse sees to that."""
    place = tmp_path / "sits"
    rooms("sitting", init=SITTING.format(place=str(place)))
    site = site_with(pulse_seconds=0.05, view_limit_seconds=0.5)
    with site.write_as("clerk") as change:
        change.enqueue("sitting.sit")

    with Pulse(site.portal):
        until(place.exists)
        waited = save_of_another(site)
        until(lambda: site.portal.dispatcher.quarantine.paused() == [("sitting", "job sitting.sit")])
        until(lambda: bool(given_up_job().problem))

    assert waited < 2.5
    assert site.user("clerk").name == "clerk"
    assert given_up_job().problem == "did not come back in time"
    (failure,) = site.failures()
    assert re.match(r"1× sitting job sitting.sit __init__.py:12 TimeoutError: did not come back", failure)


def given_up_job() -> OutboxEvent:
    """Its row in the outbox, to be tried again later."""
    with connected():
        row: OutboxEvent = OutboxEvent.get(OutboxEvent.name == "sitting.sit")
    return row
