"""The pulse: of several processes one hands events on, and another takes over when it is gone."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from maru.models import OutboxEvent, PluginFailure, PluginState
from maru.plugins.quarantine import PAUSE_AFTER
from maru_db import connected, transaction
from maru_devkit.fixtures import Site
from maru_language import now
from maru_server import pulse as pulse_module
from maru_server.lease import Lease
from maru_server.pulse import LEASE_SECONDS, Pulse

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

EAR = """
from pathlib import Path
from maru import hookimpl

@hookimpl
def on_event(event):
    if event.name == "test.said":
        with Path({place!r}).open("a", encoding="utf-8") as file:
            file.write(event.payload["word"] + "\\n")
"""


@pytest.fixture
def heard(rooms: Rooms, tmp_path: Path) -> Callable[[], list[str]]:
    """What a plugin that listens has heard so far."""
    place = tmp_path / "heard"
    rooms("ear", init=EAR.format(place=str(place)))
    return lambda: place.read_text(encoding="utf-8").split() if place.exists() else []


def say(site: Site, *words: str) -> None:
    """Events of one record, in one write."""
    with site.write_as("clerk") as change:
        for word in words:
            change.emit("test.said", {"word": word}, key="one")


def test_of_two_pulses_one_is_elected(heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """Both beat; the events are handed on once, by the one that holds the lease."""
    site = site_with()
    first, second = Pulse(site.portal), Pulse(site.portal)
    first.beat()
    say(site, "하나", "둘")

    idle = second.beat()
    busy = first.beat()

    assert idle == 0
    assert busy > 0
    assert heard() == ["하나", "둘"]
    with connected():
        assert Lease.get(Lease.name == "outbox").holder == first.holder


def test_another_takes_over_when_the_lease_runs_out(heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """A process that was killed does not renew; after the lease somebody else hands on what waits."""
    site = site_with()
    Pulse(site.portal).beat()
    say(site, "남은 말")
    with connected(), transaction():
        Lease.update(until_at=now() - timedelta(seconds=1)).execute()

    heir = Pulse(site.portal)
    handed = heir.beat()

    assert handed > 0
    assert heard() == ["남은", "말"]


def test_a_lease_has_one_holder_at_a_time(site_with: SiteWith, rooms: Rooms) -> None:
    """Renewed by its holder, refused to others until it has run out."""
    rooms("quiet")
    site_with()

    with connected():
        taken = [Lease.take("x", holder, LEASE_SECONDS) for holder in ("a", "b", "a")]
        ended = Lease.take("x", "a", -1), Lease.take("x", "b", LEASE_SECONDS)

    assert taken == [True, False, True]
    assert ended == (True, True)


def test_an_event_is_settled_once_all_have_taken_it(heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """Afterwards nothing waits, and the next beat hands on nothing."""
    site = site_with()
    say(site, "끝")

    site.beat()

    with connected():
        assert OutboxEvent.select().where(OutboxEvent.done_at.is_null()).count() == 0
    assert site.beat() == 0
    assert heard() == ["끝"]


def test_the_thread_beats_by_itself_and_ends(heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """Inside a serving process nobody calls `beat`: the thread does, until it is told to end."""
    site = site_with(pulse_seconds=0.05)
    pulse = Pulse(site.portal)
    say(site, "저절로")

    with pulse:
        for _ in range(200):
            if heard():
                break
            pulse._end.wait(0.05)

    assert heard() == ["저절로"]
    assert not pulse._thread.is_alive()


def test_a_paused_plugin_hears_later_what_it_could_not_hear(
    rooms: Rooms, site_with: SiteWith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five failures pause a plugin; events of that minute wait for it and are not lost."""
    place, fault = tmp_path / "heard", tmp_path / "fault"
    fault.touch()
    broken = f"    if __import__('pathlib').Path({str(fault)!r}).exists():\n        raise RuntimeError('not now')\n"
    rooms("ear", init=EAR.format(place=str(place)).replace("def on_event(event):\n", f"def on_event(event):\n{broken}"))
    site = site_with()
    for number in range(PAUSE_AFTER):
        with site.write_as("clerk") as change:
            change.emit("test.said", {"word": f"말{number}"}, key=str(number))
    site.beat()
    paused = site.portal.dispatcher.paused()
    with site.write_as("clerk") as change:
        change.emit("test.said", {"word": "그사이"}, key="meanwhile")
    fault.unlink()
    site.beat()
    heard_while_paused = place.exists()

    with connected(), transaction():
        PluginFailure.delete().execute()  # an administrator lifts the pause
        OutboxEvent.update(next_at=now()).execute()
    site.beat()

    assert paused == ["ear"]
    assert not heard_while_paused
    assert sorted(place.read_text(encoding="utf-8").split()) == ["그사이", "말0", "말1", "말2", "말3", "말4"]


def test_a_plugin_that_hangs_on_an_event_does_not_stop_the_pulse(
    rooms: Rooms, heard: Callable[[], list[str]], site_with: SiteWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread is given up while it holds the lock for writing; the plugin is blamed, all others go on hearing."""
    monkeypatch.setattr(pulse_module, "HANG_SECONDS", 0.3)
    monkeypatch.setattr(pulse_module, "LOOK_SECONDS", 0.05)
    rooms("hang", init=HANG)
    site = site_with(pulse_seconds=0.05)
    say(site, "걸리는말")
    with connected(), transaction():
        PluginState.update(is_enabled=False).where(PluginState.key == "ear").execute()

    with Pulse(site.portal):
        until(lambda: site.portal.dispatcher.paused() == ["hang"])
        is_off = next(plugin for plugin in site.portal.plugins if plugin.key == "ear").is_enabled is False
        with connected(), transaction():
            PluginState.update(is_enabled=True).where(PluginState.key == "ear").execute()
        until(lambda: all(plugin.is_enabled for plugin in site.portal.plugins))
        with site.write_as("clerk") as change:
            change.emit("test.said", {"word": "다음말"}, key="two")
        until(lambda: "다음말" in heard())

    assert is_off
    assert any("hang on_event TimeoutError" in failure for failure in site.failures())
    assert site.portal.threads.given_up_count == 1
    with connected():
        put_off = OutboxEvent.get(OutboxEvent.name == "test.said", OutboxEvent.key == "one")
    assert (put_off.attempt_count, put_off.done_at) == (1, None)
    assert "hang" in put_off.waiting


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Returns as soon as it is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


HANG = """
import time
from maru import Actor, hookimpl, write_as

@hookimpl
def on_event(event):
    if event.payload.get("word") == "걸리는말":
        with write_as(Actor(None, "hang")):
            time.sleep(3)
"""
