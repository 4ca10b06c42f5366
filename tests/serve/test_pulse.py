"""The pulse: of several processes one is elected, another takes over, and each goes on watching whatever hangs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from maru.models import OutboxEvent, PluginFailure, PluginState
from maru_db import connected, transaction
from maru_db.hops import writer_lock
from maru_db.lock import WriterLock
from maru_devkit.fixtures import Site
from maru_language import now
from maru_server import draining, trimming
from maru_server.lease import LEASE_SECONDS, Lease
from maru_server.pulse import Pulse
from maru_server.trimming import trim
from maru_server.worker_state import WorkerState
from tests.serve.ears import heard_at, make_ear, say, until

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]
HANG = """
import time
from maru import Actor, hookimpl, write_as

@hookimpl
def on_event(event):
    if event.payload.get("word") == "걸리는말":
        with write_as(Actor(None, "hang")):
            time.sleep(3)
"""


ASKING = """
from pathlib import Path
from maru import Actor, Job, hookimpl, write_as

def work(run):
    with Path({place!r}).open("a", encoding="utf-8") as file:
        file.write(run.payload["word"] + "-job\\n")

@hookimpl
def jobs():
    return [Job("asker.work", "일", work)]

@hookimpl
def on_event(event):
    if event.name == "test.said":
        with write_as(Actor(None, "asker")) as change:
            change.enqueue("asker.work", event.payload)
"""


@pytest.fixture
def heard(rooms: Rooms, tmp_path: Path) -> Callable[[], list[str]]:
    """What a plugin that listens has heard so far."""
    make_ear(rooms, tmp_path / "heard")
    return lambda: heard_at(tmp_path / "heard")


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


def test_a_deposed_process_settles_nothing(heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """One that slept while another was elected leaves the event as it is, though it has just handed it on itself."""
    site = site_with()
    sleeper, heir = Pulse(site.portal), Pulse(site.portal)
    sleeper.beat()
    with connected(), transaction():
        Lease.update(until_at=now() - timedelta(seconds=1)).execute()
    heir.beat()
    say(site, "두번")
    sleeper._elected_until = time.monotonic() + 60  # as it believes, having slept

    with connected(), pytest.raises(draining.Deposed):
        sleeper.drain.round(sleeper._lanes[0])
    heir.beat()

    assert heard() == ["두번", "두번"]


def test_a_lease_has_one_holder_at_a_time(site_with: SiteWith, rooms: Rooms) -> None:
    """Renewed by its holder, refused to others until it has run out."""
    rooms("quiet")
    site_with()

    with connected():
        taken = [Lease.take("x", holder, LEASE_SECONDS) for holder in ("a", "b", "a")]
        ended = Lease.take("x", "a", -1), Lease.take("x", "b", LEASE_SECONDS)

    assert taken == [True, False, True]
    assert ended == (True, True)


def test_the_threads_beat_by_themselves_and_end(heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """Inside a serving process nobody calls `beat`: it hands on, tells how it is doing, and leaves no trace."""
    site = site_with(pulse_seconds=0.05)
    pulse = Pulse(site.portal)
    say(site, "저절로")

    with pulse:
        until(lambda: heard() == ["저절로"])
        with connected():
            told = WorkerState.alive().get()
            assert Lease.is_held("outbox", pulse.holder)

    assert told.holder == pulse.holder
    assert not pulse._looking.is_alive()
    with connected():
        assert WorkerState.alive().count() == 0
        assert Lease.is_free_for("outbox", "another")


def test_what_is_committed_here_is_taken_up_at_once(
    rooms: Rooms, heard: Callable[[], list[str]], site_with: SiteWith, tmp_path: Path
) -> None:
    """An event, and a job that its listener asks for: neither waits until the process next looks by itself."""
    rooms("asker", init=ASKING.format(place=str(tmp_path / "heard")))
    site = site_with(pulse_seconds=60)
    pulse = Pulse(site.portal)

    with pulse:
        until(pulse.is_elected)
        for word in ("eins", "zwei"):
            say(site, word)
            until(partial(_has_heard, heard, word), seconds=5)


def _has_heard(heard: Callable[[], list[str]], word: str) -> bool:
    return {word, f"{word}-job"} <= set(heard())


def test_a_plugin_that_hangs_on_an_event_does_not_stop_the_pulse(
    rooms: Rooms, heard: Callable[[], list[str]], site_with: SiteWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It loses the lock for writing and its place; it is blamed, others go on hearing, and it is asked again later."""
    monkeypatch.setattr(draining, "HANG_SECONDS", 0.3)
    rooms("hang", init=HANG)
    site = site_with(pulse_seconds=0.05)
    say(site, "걸리는말")
    with connected(), transaction():
        PluginState.update(is_enabled=False).where(PluginState.key == "ear").execute()

    with Pulse(site.portal):
        until(lambda: site.portal.dispatcher.quarantine.paused() == [("hang", "on_event")])
        is_off = next(plugin for plugin in site.portal.plugins if plugin.key == "ear").is_enabled is False
        with connected(), transaction():
            PluginState.update(is_enabled=True).where(PluginState.key == "ear").execute()
        until(lambda: all(plugin.is_enabled for plugin in site.portal.plugins))
        say(site, "다음말", key="two")
        until(lambda: "다음말" in heard())

    assert is_off
    (failure,) = site.failures()
    assert re.match(r"1× hang on_event __init__\.py:\d+ TimeoutError", failure)
    with connected():
        put_off = OutboxEvent.get(OutboxEvent.name == "test.said", OutboxEvent.key == "one")
    assert (put_off.attempt_count, put_off.done_at, put_off.waiting) == (1, None, ["hang"])


def test_switches_are_taken_over_while_an_event_hangs(rooms: Rooms, site_with: SiteWith, tmp_path: Path) -> None:
    """Within a second a worker hears that a plugin is off, whatever its events do meanwhile."""
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    rooms("quiet")
    wait = f"Path({str(begun)!r}).touch(); __import__('time').sleep(2); Path({str(ended)!r}).touch()"
    make_ear(rooms, tmp_path / "heard", first=wait)
    site = site_with(pulse_seconds=0.05)
    quiet = next(plugin for plugin in site.portal.plugins if plugin.key == "quiet")
    say(site, "걸리는말")

    with Pulse(site.portal):
        until(begun.exists)
        with connected(), transaction():
            PluginState.update(is_enabled=False).where(PluginState.key == "quiet").execute()
        until(lambda: not quiet.is_on(), seconds=1)
        still_hung = not ended.exists()

    assert still_hung


def test_what_is_long_done_is_trimmed_in_portions(
    rooms: Rooms, site_with: SiteWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events done more than 30 days ago go, a few at a time; newer ones, waiting ones and dead letters stay."""
    monkeypatch.setattr(trimming, "PORTION", 3)
    rooms("quiet")
    site_with()
    long_ago = now() - timedelta(days=31)
    with connected(), transaction():
        for number in range(5):
            OutboxEvent.create(name="test.old", key=str(number), done_at=long_ago)
        OutboxEvent.create(name="test.dead", key="dead", done_at=long_ago, dead=["ear"])
        OutboxEvent.create(name="test.new", key="new", done_at=now())
        OutboxEvent.create(name="test.waiting", key="waiting", at=long_ago)

    with connected():
        has_more = [trim(), trim()]
        kept = {row.name for row in OutboxEvent.select().where(OutboxEvent.name.startswith("test."))}

    assert has_more == [True, False]
    assert kept == {"test.dead", "test.new", "test.waiting"}


def test_each_worker_tells_how_it_is_doing(rooms: Rooms, site_with: SiteWith) -> None:
    """Its number, pages, memory, and whether it is elected; those that are silent for long are forgotten."""
    rooms("quiet")
    site = site_with()
    site.client("clerk").get("/")
    with connected(), transaction():
        WorkerState.create(holder="1-dead", pid=1, seen_at=now() - timedelta(minutes=2))
    pulses = [Pulse(site.portal), Pulse(site.portal)]

    for pulse in pulses:
        pulse.beat()

    with connected():
        told = list(WorkerState.alive())
        kept = WorkerState.select().count()
    assert kept == 2
    assert {state.holder: state.is_elected for state in told} == {pulses[0].holder: True, pulses[1].holder: False}
    assert [state.page_count for state in told] == [1, 1]
    assert all(state.resident_mb is None or state.resident_mb > 10 for state in told)


def test_a_worker_that_is_elected_later_says_so_at_once(rooms: Rooms, site_with: SiteWith) -> None:
    """Otherwise a worker writes how it is doing every ten seconds only, as each write costs everybody a moment."""
    rooms("quiet")
    site = site_with()
    first, second = Pulse(site.portal), Pulse(site.portal)
    first.beat()
    second.beat()
    with connected(), transaction():
        Lease.update(until_at=now() - timedelta(seconds=1)).execute()

    second.beat()

    with connected():
        assert WorkerState.get(WorkerState.holder == second.holder).is_elected


def test_a_failure_that_cannot_be_written_down_now_is_written_later(
    rooms: Rooms, site_with: SiteWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody sits on the lock for writing, the pause stands in this process; then all workers learn of it."""
    rooms("quiet")
    site = site_with()
    site.beat()
    monkeypatch.setattr(WriterLock.acquire, "__defaults__", (0.1,))
    site.portal.dispatcher.note_failure("quiet", "menu", RuntimeError("x"), at_once=True)
    token = writer_lock.acquire()

    try:
        for _ in range(2):
            site.beat()
    finally:
        writer_lock.release(token)
    paused_meanwhile = site.portal.dispatcher.quarantine.paused()
    site.beat()

    assert paused_meanwhile == [("quiet", "menu")]
    with connected():
        written = PluginFailure.get()
    assert (written.place, written.count) == ("menu", 1)
    assert written.paused_until is not None
    assert written.paused_until > now()
