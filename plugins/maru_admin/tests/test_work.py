"""작업과 상태: jobs, dead letters, workers, health."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from maru.models import OutboxEvent
from maru.settings import CHECKOUT
from maru_admin import health
from maru_db import connected
from maru_devkit.fixtures import Clock, Site
from maru_language import now
from tests.rooms import make_room

Portal = Callable[..., Site]

LUNCH = '''
"""식단."""
from maru import Job, hookimpl

broken = []

def cook(run):
    run.progress(3, 12, "국")
    if broken:
        raise ValueError("no rice")

@hookimpl
def jobs():
    return [
        Job("lunch.cook", {"ko": "밥 짓기", "en": "Cooking"}, cook, attempts=2),
        Job("lunch.tidy", {"ko": "치우기", "en": "Tidying"}, cook, every="30 2 * * *"),
    ]
'''


@pytest.fixture
def site(tmp_path: Path, portal: Portal) -> Site:
    """A portal with a function that has a job and a schedule."""
    root = tmp_path / "rooms"
    make_room(root, "lunch", init=LUNCH)
    return portal("admin", "lunch", plugins_path=[CHECKOUT / "plugins", root])


def page(site: Site) -> str:
    """What the administrator sees."""
    return site.client("admin").get("/admin/work").text


def ask(site: Site, hours: float = 0) -> int:
    """Ask for the job, in the name of the planner."""
    with site.write_as("planner") as change:
        change.enqueue("lunch.cook", {"pots": 2}, at=now() + timedelta(hours=hours))
    return int(site.jobs("lunch.cook")[-1].id)


def die(site: Site, clock: Clock) -> int:
    """A job that is tried until it is given up. Gives its number."""
    number = ask(site)
    module = site.portal.dispatcher.plugins["lunch"].module
    module.broken.append(1)  # type: ignore[union-attr]  # the room above has it
    for _ in range(3):
        site.beat()
        clock.move(hours=2)
    module.broken.clear()  # type: ignore[union-attr]
    return number


def test_waiting_planned_and_done_jobs_are_told_apart(site: Site) -> None:
    """Due, planned, done: each with who asked for it; the schedule with its next time."""
    ask(site)
    ask(site, hours=5)
    waiting = page(site)
    site.settle()

    done = page(site)

    assert "차례를 기다림" in waiting
    assert "예약" in waiting
    assert site.user("planner").name in waiting
    assert '<h2 id="finished-title">' in done
    assert "차례를 기다림" not in done
    assert "치우기" in done
    assert "30 2 * * *" in done


def test_a_running_job_shows_how_far_it_is(site: Site) -> None:
    """3 of 12, on the page and in the part that htmx asks for, which stops asking when nothing runs."""
    number = ask(site)
    values = {"holder": "x", "until_at": now() + timedelta(minutes=1), "progress": {"done": 3, "of": 12, "note": "국"}}
    with site.write_as("admin") as change:
        OutboxEvent.update(values).where(OutboxEvent.id == number).execute()
        change.record("maru_outbox_event", number, "changed")

    part = site.client("admin").get("/admin/jobs").text

    assert "3 / 12" in page(site)
    assert "3 / 12" in part
    assert 'hx-trigger="every 3s"' in part


def test_a_dead_letter_is_replayed(site: Site, clock: Clock) -> None:
    """It is listed with its cause; sent again it is done; the audit has who did that."""
    number = die(site, clock)
    shown = page(site)

    answer = site.client("admin").post(f"/admin/dead/{number}/replay")
    site.settle()

    assert "no rice" in shown
    assert answer.status_code == 303
    assert site.jobs("lunch.cook")[0].done_at
    assert not site.jobs("lunch.cook")[0].dead
    assert site.audit("admin.views.work.replay")[0].actor_name == "admin"


def test_a_dead_letter_is_discarded(site: Site, clock: Clock) -> None:
    """It is gone from the list and never tried again; the audit keeps what it was. A second time: 404."""
    number = die(site, clock)
    client = site.client("admin")

    answers = [client.post(f"/admin/dead/{number}/discard").status_code for _ in range(2)]
    site.settle()

    assert answers == [303, 404]
    assert "no rice" not in page(site)
    assert site.audit("admin.views.work.discard")[0].changes[0]["before"]["payload"] == {"pots": 2}


def test_all_dead_letters_at_once(site: Site, clock: Clock) -> None:
    """One button for all of them."""
    die(site, clock)
    die(site, clock)

    site.client("admin").post("/admin/dead/replay")
    site.settle()

    assert [row.dead for row in site.jobs("lunch.cook")] == [[], []]


def test_what_should_worry_somebody_is_said(site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late event, a full disk and a paused place are named with what to do."""
    with site.write_as("admin") as change:
        change.emit("lunch.served", {})
    clock.move(hours=1)
    for _ in range(5):
        site.portal.dispatcher.note_failure("lunch", "todo", ValueError("x"), pauses=True)
    monkeypatch.setattr(health, "LITTLE_DISK", 10**18)

    with connected():
        lines = {line.label: line for line in health.health_lines(site.portal)}

    assert lines["넘기지 못한 소식"].kind == "danger"
    assert lines["남은 디스크"].kind == "warning"
    assert "todo" in lines["멈춘 곳"].text
    assert all(line.way_out for line in lines.values() if line.kind == "danger")


def test_clerks_see_nothing_of_it(site: Site) -> None:
    """403 without the permission."""
    assert site.client("clerk").get("/admin/work").status_code == 403
