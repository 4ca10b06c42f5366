"""Jobs: asked for in the transaction of a change, run once at a time, tried again, and left alone in the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from maru.models import OutboxEvent, PluginFailure, PluginState
from maru_db import connected, transaction
from maru_devkit.fixtures import Clock, Site
from maru_language import now
from maru_server import jobs as jobs_module
from maru_server import pulse as pulse_module
from maru_server.pulse import Pulse
from tests.serve.ears import heard_at, make_ear, say, until

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]
WORK = """
import time
from pathlib import Path
from maru import Actor, Job, hookimpl, write_as

PLACE = Path({place!r})

def note(line):
    with PLACE.open("a", encoding="utf-8") as file:
        file.write(line + "\\n")

def carry(run):
    run.progress(1, 2, "반쯤")
    note(f"{{run.payload['word']}}/{{run.actor.username if run.actor else '-'}}")

def stumble(run):
    raise RuntimeError("not today")

def hang(run):
    note("hangs")
    with write_as(Actor(None, "hang")):
        time.sleep(3)
    note("came back")

@hookimpl
def jobs():
    return [
        Job("work.carry", {{"ko": "나르기", "en": "Carrying"}}, carry),
        Job("work.stumble", "넘어지기", stumble, attempts=2),
        Job("work.hang", "멈추기", hang, limit_seconds=1, attempts=2),
    ]
"""


@pytest.fixture
def done(rooms: Rooms, tmp_path: Path) -> Callable[[], list[str]]:
    """What the plugin `work` has done so far."""
    rooms("work", init=WORK.format(place=str(tmp_path / "done")))
    return lambda: heard_at(tmp_path / "done")


def ask(site: Site, name: str, word: str = "", **more: Any) -> None:
    """Have a job run, as `clerk`."""
    with site.write_as("clerk") as change:
        change.enqueue(name, {"word": word}, **more)


def row_of(name: str) -> OutboxEvent:
    """The row of the only run of a job."""
    with connected():
        row: OutboxEvent = OutboxEvent.get(OutboxEvent.name == name)
    return row


def test_a_job_runs_after_the_commit_for_the_person_who_asked(
    done: Callable[[], list[str]], site_with: SiteWith
) -> None:
    """With its payload, once, and with what it told of its progress; a write that fails leaves no job behind."""
    site = site_with()
    ask(site, "work.carry", "짐")
    with suppress(ZeroDivisionError), site.write_as("clerk") as change:
        change.enqueue("work.carry", {"word": "헛"})
        raise ZeroDivisionError

    site.settle()
    site.settle()

    assert done() == ["짐/clerk"]
    row = row_of("work.carry")
    assert row.done_at is not None
    assert row.progress == {"done": 1, "of": 2, "note": "반쯤"}


def test_a_job_for_later_waits_and_holds_up_nobody(
    done: Callable[[], list[str]], site_with: SiteWith, clock: Clock
) -> None:
    """One that is planned for next month lets the one of today pass, though both have the same key."""
    site = site_with()
    ask(site, "work.carry", "다음달", key="hand", at=now() + timedelta(days=30))
    ask(site, "work.carry", "오늘", key="hand")

    site.settle()
    before = done()
    clock.move(days=30, seconds=1)
    site.settle()

    assert before == ["오늘/clerk"]
    assert done() == ["오늘/clerk", "다음달/clerk"]


def test_jobs_of_one_key_follow_one_another(done: Callable[[], list[str]], site_with: SiteWith, clock: Clock) -> None:
    """What failed and is to be tried again stands before the later ones of its key, and not before any others."""
    site = site_with()
    ask(site, "work.stumble", key="hand")
    ask(site, "work.carry", "뒤", key="hand")
    ask(site, "work.carry", "딴", key="foot")

    site.settle()
    before = done()
    clock.move(minutes=1)
    site.settle()

    assert before == ["딴/clerk"]
    assert done() == ["딴/clerk", "뒤/clerk"]


def test_a_job_that_fails_is_left_to_an_administrator_after_its_attempts(
    done: Callable[[], list[str]], site_with: SiteWith, clock: Clock
) -> None:
    """It is blamed with its line, tried again after a while, then dead; replayed, it has all its attempts again."""
    site = site_with()
    ask(site, "work.stumble")

    site.settle()
    once = row_of("work.stumble")
    clock.move(minutes=1)
    site.settle()
    with connected():
        dead = list(OutboxEvent.dead_letters())
        with transaction():
            dead[0].replay()
        again = row_of("work.stumble")

    assert (once.attempt_count, once.done_at) == (1, None)
    assert once.next_at > clock() - timedelta(minutes=1)
    assert (dead[0].name, once.problem) == ("work.stumble", "RuntimeError: not today")
    assert (again.done_at, again.attempt_count, again.dead, again.problem) == (None, 0, [], "")
    assert any("work job work.stumble __init__.py:17 RuntimeError" in failure for failure in site.failures())


def test_jobs_of_a_plugin_that_is_off_or_paused_wait(done: Callable[[], list[str]], site_with: SiteWith) -> None:
    """They are run as soon as it is on, or the pause is lifted."""
    site = site_with()
    with connected(), transaction():
        PluginState.update(is_enabled=False).where(PluginState.key == "work").execute()
    ask(site, "work.carry", "켜면")
    site.settle()
    while_off = done()
    with connected(), transaction():
        PluginState.update(is_enabled=True).where(PluginState.key == "work").execute()
    site.portal.dispatcher.note_failure("work", "job work.carry", RuntimeError("x"), at_once=True)

    site.settle()  # writes the failure down
    site.settle()
    while_paused = done()
    with connected(), transaction():
        PluginFailure.delete().execute()
    site.settle()

    assert while_off == while_paused == []
    assert done() == ["켜면/clerk"]


def test_a_job_that_hangs_is_given_up_and_nobody_waits_behind_it(
    done: Callable[[], list[str]], rooms: Rooms, site_with: SiteWith, tmp_path: Path
) -> None:
    """Events and other jobs go on; it loses the lock for writing, is blamed, and is to be tried again."""
    make_ear(rooms, tmp_path / "heard")
    site = site_with(pulse_seconds=0.05)
    ask(site, "work.hang")

    with Pulse(site.portal):
        until(lambda: "hangs" in done())
        until(lambda: ("work", "job work.hang") in site.portal.dispatcher.quarantine.paused())
        say(site, "들린다")
        ask(site, "work.carry", "간다")
        until(lambda: "간다/clerk" in done() and heard_at(tmp_path / "heard") == ["들린다"])
        until(lambda: row_of("work.hang").holder == "")
        row = row_of("work.hang")

    assert (row.attempt_count, row.done_at, row.problem) == (1, None, "did not come back in time")
    (failure,) = site.failures()
    assert re.match(r"1× work job work\.hang __init__\.py:\d+ TimeoutError", failure)


def test_a_job_is_run_by_one_process_at_a_time(done: Callable[[], list[str]], site_with: SiteWith) -> None:
    """What one has claimed another can claim only when it is renewed no more; then the first may not finish."""
    site = site_with()
    first, second = Pulse(site.portal), Pulse(site.portal)
    first.beat()
    ask(site, "work.carry", "짐")

    with connected():
        held = first.jobs.claim()
        refused = second.jobs.claim()
        with transaction():
            OutboxEvent.update(until_at=now() - timedelta(seconds=1)).where(OutboxEvent.name == "work.carry").execute()
        taken_over = second.jobs.claim()
        assert held is not None
        first.jobs._finish(held, {"done_at": now()})

    assert refused is None
    assert taken_over is not None
    assert taken_over.attempt_count == 2
    assert row_of("work.carry").done_at is None


def test_a_running_job_is_renewed_and_its_progress_is_seen(
    rooms: Rooms, site_with: SiteWith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it runs, whoever looks sees how far it is; it stays with its process for longer than one lease."""
    monkeypatch.setattr(jobs_module, "LEASE_SECONDS", 0.4)
    monkeypatch.setattr(pulse_module, "LEASE_SECONDS", 0.4)
    go_on, done = tmp_path / "go on", tmp_path / "done"
    rooms(
        "work",
        init=WORK.format(place=str(done)).replace(
            "    note(f", f"    while not Path({str(go_on)!r}).exists():\n        time.sleep(0.02)\n    note(f", 1
        ),
    )
    site = site_with(pulse_seconds=0.05)
    ask(site, "work.carry", "오래")

    with Pulse(site.portal):
        until(lambda: row_of("work.carry").progress is not None)
        seen = row_of("work.carry")
        later = now() + timedelta(seconds=1)
        until(lambda: str(row_of("work.carry").until_at) > str(later))
        go_on.touch()
        until(lambda: row_of("work.carry").done_at is not None)

    assert seen.progress == {"done": 1, "of": 2, "note": "반쯤"}
    assert row_of("work.carry").attempt_count == 1
    assert heard_at(done) == ["오래/clerk"]


def test_a_job_that_nobody_knows_is_shown_to_an_administrator(
    done: Callable[[], list[str]], site_with: SiteWith
) -> None:
    """A name that its plugin does not have, of an older version perhaps, becomes a dead letter with the reason."""
    site = site_with()
    ask(site, "work.gone")

    site.beat()

    row = row_of("work.gone")
    assert (row.dead, row.problem) == (["work"], 'The plugin "work" has no job "work.gone".')


def test_a_plugin_with_a_job_of_another_name_is_ill(rooms: Rooms, site_with: SiteWith) -> None:
    """It says which job; the others start."""
    rooms("quiet")
    rooms(
        "thief",
        init="from maru import Job, hookimpl\n\n@hookimpl\ndef jobs():\n    return [Job('quiet.steal', 'x', print)]\n",
    )

    site = site_with()

    ill = {plugin.key: plugin.problem for plugin in site.portal.plugins if not plugin.is_well}
    assert ill == {"thief": 'Job "quiet.steal" does not begin with "thief.". Rename it.'}


def test_the_devkit_runs_a_job_by_hand(done: Callable[[], list[str]], site_with: SiteWith) -> None:
    """`site.run_job` gives its row; one that fails says why."""
    site = site_with()

    row = site.run_job("work.carry", "clerk", word="손")

    assert done() == ["손/clerk"]
    assert row.progress["of"] == 2
    with pytest.raises(AssertionError, match="not today"):
        site.run_job("work.stumble")


def test_a_name_without_a_plugin_is_refused(rooms: Rooms, site_with: SiteWith) -> None:
    """`change.enqueue("tidy")` says how to call it."""
    rooms("quiet")
    site = site_with()

    with pytest.raises(ValueError, match=r"<plugin id>\.tidy"), site.write_as("clerk") as change:
        change.enqueue("tidy")


def test_a_worker_that_ends_breaks_a_long_job_off(
    rooms: Rooms, site_with: SiteWith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits a while, then the job's thread is ended: nobody is blamed, and another worker runs it again."""
    monkeypatch.setattr(pulse_module, "END_SECONDS", 0.2)
    place = tmp_path / "done"
    slow = "    note('begun')\n    for _ in range(500):\n        time.sleep(0.02)\n    note(f"
    rooms("work", init=WORK.format(place=str(place)).replace("    note(f", slow, 1))
    site = site_with(pulse_seconds=0.05)
    ask(site, "work.carry", "lang")
    pulse = Pulse(site.portal)

    with pulse:
        until(lambda: heard_at(place) == ["begun"])

    assert not any(lane._thread is not None and lane._thread.is_alive() for lane in pulse._lanes)
    assert site.failures() == []
    assert heard_at(place) == ["begun"]
    assert (row_of("work.carry").done_at, row_of("work.carry").attempt_count) == (None, 1)
