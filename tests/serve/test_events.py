"""Events: at least once, in order per record and listener; one that fails holds up neither others nor other records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from maru.models import OutboxEvent, PluginFailure
from maru.types import Event
from maru_boundary.quarantine import PAUSE_AFTER
from maru_db import Payload, connected, transaction
from maru_devkit.fixtures import Clock, Site
from maru_language import now
from maru_server import draining
from tests.serve.ears import heard_at, make_ear, say

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]


class Said(Payload):
    """Something was said, and since version 2 how loudly."""

    event = "test.said"
    version = 2
    word: str
    volume: int = 5


@pytest.fixture
def heard(rooms: Rooms, tmp_path: Path) -> Callable[[], list[str]]:
    """What a plugin that listens has heard so far."""
    make_ear(rooms, tmp_path / "heard")
    return lambda: heard_at(tmp_path / "heard")


@pytest.fixture
def deaf(rooms: Rooms, tmp_path: Path) -> Callable[[], list[str]]:
    """What a second plugin has heard: it fails on every word that stands in the file `deaf`."""
    first = f"assert event.payload['word'] not in Path({str(tmp_path / 'deaf')!r}).read_text('utf-8').split()"
    make_ear(rooms, tmp_path / "heard late", "deaf", first)
    (tmp_path / "deaf").touch()
    return lambda: heard_at(tmp_path / "heard late")


def rows() -> dict[str, OutboxEvent]:
    """Word → the row of the event that says it."""
    with connected():
        return {row.payload["word"]: row for row in OutboxEvent.select().where(OutboxEvent.name == "test.said")}


def lift(site: Site) -> None:
    """An administrator lifts all pauses."""
    with connected(), transaction():
        PluginFailure.delete().execute()
    with connected():
        site.portal.refresh_plugins()


def test_an_event_is_settled_once_all_have_taken_it(heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """Afterwards nothing waits, and the next beat hands on nothing."""
    site = site_with()
    say(site, "끝")

    site.beat()

    with connected():
        assert OutboxEvent.undone().count() == 0
    assert site.beat() == 0
    assert heard() == ["끝"]


def test_a_listener_that_fails_holds_up_its_own_record_only(
    heard: Callable[[], list[str]], deaf: Callable[[], list[str]], site_with: SiteWith, tmp_path: Path, clock: Clock
) -> None:
    """The others hear at once; it hears the other records at once, and its own record in order, later."""
    (tmp_path / "deaf").write_text("하나", encoding="utf-8")
    site = site_with()
    say(site, "하나", "둘")
    say(site, "딴곳", key="two")

    site.beat()
    others, late = heard(), deaf()
    say(site, "셋")
    site.beat()
    (tmp_path / "deaf").write_text("", encoding="utf-8")
    clock.move(minutes=1)
    site.settle()

    assert others == ["하나", "둘", "딴곳"]
    assert late == ["딴곳"]
    assert heard() == ["하나", "둘", "딴곳", "셋"]
    assert deaf() == ["딴곳", "하나", "둘", "셋"]


def test_delays_grow_for_the_listener_that_fails_alone(
    heard: Callable[[], list[str]], deaf: Callable[[], list[str]], site_with: SiteWith, tmp_path: Path, clock: Clock
) -> None:
    """2, 4, 8 … seconds, and nobody else hears the event again meanwhile."""
    (tmp_path / "deaf").write_text("하나", encoding="utf-8")
    site = site_with()
    say(site, "하나")
    delays = []

    for _ in range(4):
        site.beat()
        row = rows()["하나"]
        delays.append((row.next_at - clock()).total_seconds())
        clock.set(row.next_at)

    assert delays == [2, 4, 8, 16]
    assert heard() == ["하나"]
    assert (rows()["하나"].waiting, rows()["하나"].attempt_count) == (["deaf"], 4)


def test_what_fails_for_good_becomes_a_dead_letter_and_can_be_replayed(
    heard: Callable[[], list[str]], deaf: Callable[[], list[str]], site_with: SiteWith, tmp_path: Path, clock: Clock
) -> None:
    """After twelve attempts the listener is asked no more, and later events of the record go on; replayed, it hears."""
    (tmp_path / "deaf").write_text("하나", encoding="utf-8")
    site = site_with()
    say(site, "하나", "둘")

    while not rows()["하나"].dead:
        site.beat()
        clock.set(max(clock(), rows()["하나"].next_at))
        lift(site)
    dead = rows()["하나"]
    clock.move(hours=2)
    site.settle()
    went_on = deaf()
    (tmp_path / "deaf").write_text("", encoding="utf-8")
    with connected(), transaction():
        OutboxEvent.dead_letters().get().replay()
    site.settle()

    assert (dead.dead, dead.attempt_count) == (["deaf"], draining.MOST_ATTEMPTS)
    assert dead.done_at is not None
    assert dead.problem == "deaf: AssertionError"
    assert went_on == ["둘"]
    assert deaf() == ["둘", "하나"]
    assert heard() == ["하나", "둘"]
    assert (rows()["하나"].dead, rows()["하나"].problem) == ([], "")


def test_thousands_that_wait_do_not_starve_what_is_due(
    heard: Callable[[], list[str]], site_with: SiteWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows put off, rows behind them and jobs of next month take no place in the batch."""
    monkeypatch.setattr(draining, "BATCH", 10)
    site = site_with()
    later = now() + timedelta(hours=1)
    with connected(), transaction():
        same: dict[str, Any] = {"name": "test.said", "payload": {"word": "nie"}, "next_at": later}
        for number in range(30):
            OutboxEvent.create(key=f"stuck {number}", waiting=["ear"], **same)
            OutboxEvent.create(key="month", owner="ear", **same)
        for number in range(30):
            OutboxEvent.create(name="test.said", payload={"word": "nie"}, key=f"stuck {number}")
    say(site, "dran", key="free")

    site.beat()

    assert heard() == ["dran"]
    with connected():
        behind = OutboxEvent.undone().where(OutboxEvent.key == "stuck 7")
        assert {row.next_at for row in behind} == {later}


def test_a_paused_plugin_hears_later_what_it_could_not_hear(
    deaf: Callable[[], list[str]], site_with: SiteWith, tmp_path: Path
) -> None:
    """Five failures pause a plugin; events of that minute wait for it, are no attempts, and are not lost."""
    words = [f"말{number}" for number in range(PAUSE_AFTER)]
    (tmp_path / "deaf").write_text(" ".join(words), encoding="utf-8")
    site = site_with()
    for word in words:
        say(site, word, key=word)
    site.beat()
    paused = site.portal.dispatcher.quarantine.paused()
    say(site, "그사이", key="meanwhile")
    (tmp_path / "deaf").write_text("", encoding="utf-8")
    site.beat()
    heard_while_paused, meanwhile = deaf(), rows()["그사이"]

    lift(site)
    with connected(), transaction():
        OutboxEvent.update(next_at=now()).execute()
    site.beat()

    assert paused == [("deaf", "on_event")]
    assert heard_while_paused == []
    assert meanwhile.attempt_count == 0
    assert sorted(deaf()) == sorted([*words, "그사이"])


def test_events_wait_for_plugins_in_safe_mode(heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """`maru serve --safe` has no plugins, so it hands nothing on that they would miss."""
    site = site_with(safe=True)
    say(site, "später")

    assert site.beat() == 0

    assert rows()["später"].done_at is None


def test_who_is_gone_keeps_no_event_waiting(site_with: SiteWith, rooms: Rooms) -> None:
    """A plugin that failed and was then taken away is not waited for."""
    rooms("quiet")
    site = site_with()
    with connected(), transaction():
        OutboxEvent.create(name="test.said", key="one", payload={"word": "weg"}, waiting=["gone"])

    site.beat()

    assert rows()["weg"].done_at is not None


def test_a_payload_is_kept_with_its_version_and_read_with_its_types(rooms: Rooms, site_with: SiteWith) -> None:
    """`change.emit(Said(…))` names the event and the version by itself; `event.read(Said)` gives it back."""
    rooms("quiet")
    site = site_with()
    with site.write_as("clerk") as change:
        change.emit(Said(word="laut", volume=9), key="one")

    (event,) = site.events("test.said")

    assert (event.name, event.version, event.key) == ("test.said", 2, "one")
    assert event.read(Said) == Said(word="laut", volume=9)


def test_an_older_payload_takes_the_defaults_and_a_newer_one_is_refused() -> None:
    """The words say which version is known and what to do."""
    old = Event(1, "test.said", "one", {"word": "alt"}, now(), 1)
    new = Event(2, "test.said", "one", {"word": "neu", "volume": 5, "pitch": 3}, now(), 3)
    other = Event(3, "test.sung", "one", {"word": "la"}, now(), 2)

    assert old.read(Said) == Said(word="alt")
    with pytest.raises(
        ValueError, match=r'carries version 3 of Said; version 2 is known here\. Upgrade the plugin "test"'
    ):
        new.read(Said)
    with pytest.raises(ValueError, match=r'belongs to "test\.said"'):
        other.read(Said)
