"""Schedules: five cron fields by the clock of Seoul, one run for each time, and what was missed made up for once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from maru.models import PluginState
from maru.types import Job
from maru_db import connected, transaction
from maru_devkit.fixtures import Clock, Site
from maru_language import SEOUL
from maru_server.pulse import Pulse
from maru_server.schedules import Schedule
from tests.serve.ears import heard_at

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]
SWEEP = """
from pathlib import Path
from maru import Job, hookimpl, local, now

def sweep(run):
    {first}
    with Path({place!r}).open("a", encoding="utf-8") as file:
        file.write(f"{{local(now()):%d-%H:%M}}\\n")

@hookimpl
def jobs():
    return [Job("broom.sweep", "비질", sweep, every={every!r}, attempts=2)]
"""


@pytest.fixture
def broom(rooms: Rooms, tmp_path: Path) -> Callable[..., Callable[[], list[str]]]:
    """`broom("30 8 * * 1-5")` makes a plugin that sweeps then; what it gives says when it did: "03-08:30"."""

    def make(every: str, first: str = "pass") -> Callable[[], list[str]]:
        rooms("broom", init=SWEEP.format(place=str(tmp_path / "swept"), every=every, first=first))
        return lambda: heard_at(tmp_path / "swept")

    return make


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2027 in Seoul; the 1st is a Monday."""
    return datetime(2027, 3, day, hour, minute, tzinfo=SEOUL)


def test_a_job_runs_at_its_times_by_the_clock_of_seoul(
    broom: Callable[..., Callable[[], list[str]]], site_with: SiteWith, clock: Clock
) -> None:
    """On working days at half past eight: not before, not twice, not on Saturday."""
    swept = broom("30 8 * * 1-5")
    clock.set(at(4, 8))
    site = site_with()
    site.settle()

    for instant in (at(4, 8, 29), at(4, 8, 30), at(4, 8, 31), at(5, 8, 30), at(6, 8, 30), at(7, 12), at(8, 8, 30)):
        clock.set(instant)
        site.settle()

    assert swept() == ["04-08:30", "05-08:30", "08-08:30"]
    assert [row.payload["due_at"] for row in site.jobs("broom.sweep")] == [
        at(day, 8, 30).isoformat() for day in (4, 5, 8)
    ]


def test_what_was_missed_is_made_up_for_once(
    broom: Callable[..., Callable[[], list[str]]], site_with: SiteWith, clock: Clock
) -> None:
    """A portal that was down over two nights sweeps once when it is back, then at its times again."""
    swept = broom("0 2 * * *")
    clock.set(at(1, 9))
    site = site_with()
    Pulse(site.portal).beat()
    clock.set(at(3, 9))

    back = Pulse(site.portal)
    for _ in range(3):
        back.beat()
    clock.set(at(4, 2))
    back.beat()

    assert swept() == ["03-09:00", "04-02:00"]


def test_processes_that_look_at_once_write_one_run(
    broom: Callable[..., Callable[[], list[str]]], site_with: SiteWith, clock: Clock
) -> None:
    """However many workers plan a time that is due, there is one row for it."""
    broom("0 * * * *")
    clock.set(at(1, 9))
    site = site_with()
    site.settle()
    clock.set(at(1, 10))

    def plan(job: Job) -> datetime:
        with connected():
            return Schedule.plan(job)

    with ThreadPoolExecutor(8) as threads:
        next_times = set(threads.map(plan, [site.portal.dispatcher.jobs["broom.sweep"]] * 8))

    assert len(site.jobs("broom.sweep")) == 1
    assert next_times == {at(1, 11)}


def test_a_run_that_fails_is_not_joined_by_others(
    broom: Callable[..., Callable[[], list[str]]], site_with: SiteWith, clock: Clock
) -> None:
    """While one waits to be tried again no more are added; when it is given up, the next time comes as ever."""
    broom("* * * * *", first="raise RuntimeError('no broom')")
    clock.set(at(1, 9))
    site = site_with()
    site.settle()

    for _ in range(2):
        clock.move(minutes=1)
        site.beat()
        clock.move(seconds=1)
        site.beat()
    runs = site.jobs("broom.sweep")

    assert [row.attempt_count for row in runs] == [2]
    assert runs[0].dead == ["broom"]
    clock.move(minutes=1)
    site.beat()
    assert len(site.jobs("broom.sweep")) == 2


def test_a_plugin_that_is_off_is_not_planned_for(
    broom: Callable[..., Callable[[], list[str]]], site_with: SiteWith, clock: Clock
) -> None:
    """Switched on again, it makes up for what it missed, once."""
    swept = broom("0 2 * * *")
    clock.set(at(1, 9))
    site = site_with()
    site.settle()
    with connected(), transaction():
        PluginState.update(is_enabled=False).execute()
    clock.set(at(4, 9))
    site.settle()
    while_off = len(site.jobs())
    with connected(), transaction():
        PluginState.update(is_enabled=True).execute()

    site.settle()

    assert while_off == 0
    assert swept() == ["04-09:00"]


def test_a_new_time_counts_from_now(
    broom: Callable[..., Callable[[], list[str]]], site_with: SiteWith, clock: Clock
) -> None:
    """A plugin that comes with another schedule does not run for times before it had that one."""
    broom("0 2 * * *")
    clock.set(at(1, 9))
    site = site_with()
    with connected(), transaction():
        Schedule.create(name="broom.sweep", every="0 8 * * *", planned_at=at(1, 7))

    site.settle()

    assert site.jobs() == []
    with connected():
        assert Schedule.get().planned_at == at(1, 9)


@pytest.mark.parametrize(
    ("every", "reason"),
    [("61 8 * * *", "Bad minute"), ("0 8 * *", "Wrong number of fields"), ("0 8 30 2 *", "Bad day-of-month")],
)
def test_a_wrong_schedule_makes_the_plugin_ill(
    broom: Callable[..., Callable[[], list[str]]], site_with: SiteWith, every: str, reason: str
) -> None:
    """The text names the job, what is wrong with it and what would do, with the line; nothing of the plugin is used."""
    broom(every)

    plugin = site_with().portal.plugins[0]

    assert plugin.problem.startswith(f'ValueError: Job "broom.sweep": every = "{every}" is no schedule ({reason}). ')
    assert 'such as "30 8 * * mon-fri"' in plugin.problem
    assert plugin.where == "__init__.py:12"
    assert not plugin.is_on()
