"""Failures that cannot be written or shown stop neither election, nor events, nor each other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from maru.models import OutboxEvent, PluginFailure
from maru_db import connected
from maru_db.depth import MOST_DEPTH
from maru_devkit.fixtures import Site
from maru_server.pulse import Pulse
from tests.serve.ears import heard_at, make_ear, say

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]
BROKEN_NAME = """
from maru import hookimpl

@hookimpl
def menu(viewer):
    raise ValueError("보고\\udcff.hwp")
"""
UNSPEAKABLE = """
from maru import hookimpl

class Odd(Exception):
    def __str__(self):
        raise RuntimeError("no words")

@hookimpl
def on_event(event):
    if event.name == "test.said":
        raise Odd
"""
DOUBLING = """
from maru import Actor, hookimpl, write_as

@hookimpl
def on_event(event):
    if event.name == "test.said":
        with write_as(Actor(None, "double")) as change:
            for _ in range(2):
                change.emit("test.said", {"word": event.payload["word"]}, key=event.key)
"""


@pytest.fixture
def heard(rooms: Rooms, tmp_path: Path) -> Callable[[], list[str]]:
    """What a plugin that listens has heard so far."""
    make_ear(rooms, tmp_path / "heard")
    return lambda: heard_at(tmp_path / "heard")


def failures() -> list[tuple[str, str, str]]:
    """(plugin, place, problem) of all that is written down."""
    with connected():
        return [(row.plugin, row.place, row.problem) for row in PluginFailure.select()]


def test_a_name_that_is_no_text_is_spelled(rooms: Rooms, heard: Callable[[], list[str]], site_with: SiteWith) -> None:
    """A file name of another system, in an exception: it is written down, and events go on."""
    rooms("odd", init=BROKEN_NAME)
    site = site_with()
    site.client("clerk").get("/")
    say(site, "weiter")

    Pulse(site.portal).beat()

    assert failures() == [("odd", "menu", "ValueError: 보고\\udcff.hwp")]
    assert heard() == ["weiter"]


def test_whatever_is_noted_is_storable(site_with: SiteWith, rooms: Rooms) -> None:
    """Half characters and NULs, too long a place: all of it is written down, whoever noted it."""
    rooms("quiet")
    site = site_with()
    quarantine = site.portal.dispatcher.quarantine
    quarantine.note(("quiet", "menu"), "a\udcffb\0c", "\udcff.py:1", pauses=False)
    quarantine.note(("quiet", "card " + "x" * 300), "long", "views.py:1" * 100, pauses=False)

    Pulse(site.portal).beat()

    assert sorted(failures())[1] == ("quiet", "menu", "a\\udcffb\\x00c")
    assert len(failures()) == 2


def test_one_that_cannot_be_written_keeps_back_no_other(
    site_with: SiteWith, rooms: Rooms, heard: Callable[[], list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    """It stands in the log; the others are written down, this process is elected, and events go on."""
    site = site_with()
    quarantine = site.portal.dispatcher.quarantine
    quarantine.note(("ear", "menu"), object(), "", pauses=False)  # type: ignore[arg-type]  # as wrong as can be
    quarantine.note(("ear", "todo"), "well", "", pauses=False)
    say(site, "weiter")
    pulse = Pulse(site.portal)

    with caplog.at_level(logging.ERROR):
        pulse.beat()

    assert failures() == [("ear", "todo", "well")]
    assert heard() == ["weiter"]
    assert "cannot be written down" in caplog.text
    assert quarantine.take_failures() == []


def test_what_fails_in_a_beat_stops_nothing_else(
    site_with: SiteWith, heard: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither keeping jobs nor writing failures comes before the election."""

    def fail() -> None:
        raise RuntimeError("on purpose")

    site = site_with()
    pulse = Pulse(site.portal)
    monkeypatch.setattr(pulse.jobs, "renew", fail)
    monkeypatch.setattr(pulse, "_write_failures", fail)
    say(site, "trotzdem")

    pulse.beat()

    assert pulse.is_elected()
    assert heard() == ["trotzdem"]


def test_an_exception_without_words_holds_up_nobody(
    rooms: Rooms, heard: Callable[[], list[str]], site_with: SiteWith
) -> None:
    """Its event comes again later for this listener; the others hear it, and what follows."""
    rooms("odd", init=UNSPEAKABLE)
    site = site_with()
    say(site, "eins")
    say(site, "zwei", key="two")

    site.beat()
    site.beat()

    with connected():
        waiting = [row.waiting for row in OutboxEvent.undone()]
    assert heard() == ["eins", "zwei"]
    assert waiting == [["odd"], ["odd"]]
    assert [(plugin, place) for plugin, place, _ in failures()] == [("odd", "on_event")]


def test_what_comes_past_the_boundary_holds_up_nobody(
    heard: Callable[[], list[str]], rooms: Rooms, site_with: SiteWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the dispatcher itself fail with a listener, it is that listener's failure."""
    rooms("odd", init="from maru import hookimpl\n\n@hookimpl\ndef on_event(event): ...\n")
    site = site_with()
    dispatcher, ask = site.portal.dispatcher, site.portal.dispatcher.ask

    def failing(key: str, hook: str, /, **arguments: object) -> list[object] | None:
        if key == "odd":
            raise UnicodeError
        return ask(key, hook, **arguments)

    monkeypatch.setattr(dispatcher, "ask", failing)
    say(site, "eins")
    say(site, "zwei", key="two")

    site.beat()

    assert heard() == ["eins", "zwei"]
    assert [(each.plugin, each.problem) for each in dispatcher.quarantine.unsaved.values()] == [("odd", "UnicodeError")]


def test_events_that_answer_events_come_to_an_end(rooms: Rooms, site_with: SiteWith) -> None:
    """A listener that emits two of its own for each is refused after ten rounds, and blamed for it."""
    rooms("odd", init=DOUBLING)
    site = site_with()
    with connected():
        before = OutboxEvent.select().count()
    say(site, "Echo")

    for _ in range(40):
        site.beat()

    with connected():
        deepest = max(row.depth for row in OutboxEvent.select())
        grown = OutboxEvent.select().count() - before
    assert deepest == MOST_DEPTH
    assert grown < 2 ** (MOST_DEPTH + 2)
    assert any(place == "on_event" and "EndlessError" in problem for _, place, problem in failures())


def test_the_next_change_by_a_person_is_no_answer(
    rooms: Rooms, site_with: SiteWith, heard: Callable[[], list[str]]
) -> None:
    """Depth counts answers, not events: what is said a hundred times by people stays at the surface."""
    site = site_with()
    for number in range(3):
        say(site, f"wort{number}")
        site.beat()

    with connected():
        assert {row.depth for row in OutboxEvent.select()} == {0}
    assert len(heard()) == 3
