"""지금 실행: jobs by hand, once, with an audit entry, seen while they run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from maru.models import OutboxEvent
from maru.settings import CHECKOUT
from maru_db import connected
from maru_devkit.fixtures import Clock, Site
from maru_language import local, now
from tests.rooms import make_room

Portal = Callable[..., Site]
TIDY = "/admin/jobs/lunch.tidy/run"
NIGHTLY = """
from maru import Job, hookimpl

broken, dues = [], []

def tidy(run):
    dues.append(run.payload["due_at"])
    if broken:
        raise ValueError("no broom")

@hookimpl
def jobs():
    return [
        Job("lunch.cook", {"ko": "밥 짓기", "en": "Cooking"}, tidy),
        Job("lunch.tidy", {"ko": "치우기", "en": "Tidying"}, tidy, every="30 2 * * *", attempts=6),
    ]
"""


@pytest.fixture
def site(tmp_path: Path, portal: Portal) -> Site:
    """A portal with a function that tidies at night."""
    root = tmp_path / "rooms"
    make_room(root, "lunch", init=NIGHTLY)
    return portal("admin", "lunch", plugins_path=[CHECKOUT / "plugins", root])


def module(site: Site) -> object:
    """The function itself, whose list `broken` makes it fail."""
    return site.portal.dispatcher.plugins["lunch"].module


def told(site: Site, address: str = TIDY) -> str:
    """What the page says after the button was pressed."""
    client = site.client("admin")
    answer = client.post(address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/work")
    return client.get("/admin/work").text


def hold(site: Site, minutes: int = 1) -> None:
    """As if another worker ran what waits."""
    values = {"holder": "x", "until_at": now() + timedelta(minutes=minutes)}
    with site.write_as("admin") as change:
        OutboxEvent.update(values).where(OutboxEvent.owner != "").execute()
        change.record("maru_outbox_event", 0, "changed")


def test_a_job_with_a_schedule_is_run_by_hand(site: Site) -> None:
    """Into the queue, with a sentence and its state; done with the next beat, in the name of who asked; audited."""
    before = site.client("admin").get("/admin/work").text

    queued = told(site)
    part = site.client("admin").get("/admin/jobs").text
    site.beat()
    done = site.client("admin").get("/admin/jobs").text

    assert 'action="/admin/jobs/lunch.tidy/run"' in before
    assert "lunch.cook" not in before
    assert "‘치우기’ 작업을 대기열에 넣었습니다." in queued
    assert "차례를 기다림" in part
    assert 'hx-trigger="every 3s"' in part
    assert "끝남" in done
    assert "hx-trigger" not in done
    assert site.jobs("lunch.tidy")[0].actor_id == site.user("admin").id
    entry = site.audit("admin.views.work.run_job")[0]
    assert (entry.actor_name, entry.note) == ("admin", "지금 실행: lunch.tidy")


def test_it_is_run_for_the_time_that_was_due_last(site: Site) -> None:
    """A job that goes by its `due_at` does what it did last night once more, and nothing for a time of nobody's."""
    told(site)
    site.beat()

    due_at = datetime.fromisoformat(site.jobs("lunch.tidy")[0].payload["due_at"])

    assert (local(due_at).hour, local(due_at).minute) == (2, 30)
    assert timedelta(0) <= now() - due_at < timedelta(days=1)


def test_pressed_twice_it_runs_once(site: Site) -> None:
    """While it waits, and while it runs: the page says so, nothing is added, and the audit has the one that was."""
    told(site)
    waiting = told(site)
    hold(site)
    running = told(site)

    assert "‘치우기’ 작업은 이미 차례를 기다리고 있어" in waiting
    assert "‘치우기’ 작업은 이미 실행 중이어서" in running
    assert len(site.jobs("lunch.tidy")) == 1
    assert len(site.audit("admin.views.work.run_job")) == 1


def test_the_clock_adds_none_while_one_by_hand_waits(site: Site, clock: Clock) -> None:
    """Beyond its time at night there is one run, not two."""
    site.beat()
    told(site)
    clock.move(days=1)

    site.beat()

    assert len(site.jobs("lunch.tidy")) == 1


def test_what_failed_is_tried_now(site: Site) -> None:
    """Not after its while: from the line of the run, and from that of the schedule; the cause is shown before."""
    module(site).broken.append(1)  # type: ignore[attr-defined]  # the room above has it
    told(site)
    site.beat()
    number = site.jobs("lunch.tidy")[0].id
    failed = site.client("admin").get("/admin/work").text

    again = told(site, f"/admin/waiting/{number}/run")
    site.beat()
    module(site).broken.clear()  # type: ignore[attr-defined]
    told(site)
    site.beat()

    row = site.jobs("lunch.tidy")[0]
    assert "다시 시도 기다림" in failed
    assert "no broom" in failed
    assert "기다리지 않고 지금 다시 시도합니다" in again
    assert (len(site.jobs("lunch.tidy")), row.attempt_count, row.problem) == (1, 3, "")
    assert site.audit("admin.views.work.run_waiting")[0].note == "지금 실행: lunch.tidy"
    assert site.client("admin").post(f"/admin/waiting/{number}/run").status_code == 404


def test_a_pause_is_lifted_by_hand(site: Site) -> None:
    """A job that failed so often that it is left alone runs at once, and its failure stays listed."""
    module(site).broken.append(1)  # type: ignore[attr-defined]
    for _ in range(5):
        told(site)
        site.beat()
    module(site).broken.clear()  # type: ignore[attr-defined]
    site.beat()  # every worker knows of the pause now
    paused = site.client("admin").get("/admin/work").text

    told(site)
    site.beat()

    assert "실패해 잠시 멈춤" in paused
    assert site.jobs("lunch.tidy")[0].done_at
    assert any("no broom" in line for line in site.failures())


def test_a_dead_run_is_replayed_unless_another_one_waits(site: Site, clock: Clock) -> None:
    """409 while the same job waits or runs; then it is run. The page says of the schedule that it was not done."""
    module(site).broken.append(1)  # type: ignore[attr-defined]
    told(site)
    for _ in range(6):
        site.beat()
        clock.move(hours=2)
        site.switch("lunch")
        if site.jobs("lunch.tidy")[0].dead:
            break
        told(site)
    number = site.jobs("lunch.tidy")[0].id
    shown = site.client("admin").get("/admin/jobs").text
    module(site).broken.clear()  # type: ignore[attr-defined]
    told(site)

    refused = site.client("admin").post(f"/admin/dead/{number}/replay")
    left = told(site, "/admin/dead/replay")
    site.settle()
    taken = site.client("admin").post(f"/admin/dead/{number}/replay")
    site.settle()

    assert "끝내지 못함" in shown
    assert (refused.status_code, taken.status_code) == (409, 303)
    assert "0건을 다시 보냈습니다. 같은 작업이 이미 기다리거나 실행 중인 1건은 그대로 두었습니다." in left
    with connected():
        assert not OutboxEvent.dead_letters().exists()


def test_a_run_that_was_given_up_is_not_called_done(site: Site, clock: Clock) -> None:
    """Discarded by an administrator, the last run of the schedule still was not done."""
    module(site).broken.append(1)  # type: ignore[attr-defined]
    told(site)
    while not site.jobs("lunch.tidy")[0].dead:
        clock.move(hours=2)
        site.beat()

    part = told(site, f"/admin/dead/{site.jobs('lunch.tidy')[0].id}/discard")

    assert "끝내지 못함" in part
    assert "아직 끝난 작업이 없습니다." in part


def test_what_may_not_be_run_by_hand(site: Site) -> None:
    """Unknown, without a schedule: 404. Of a function that is off: 409, and no button. Planned for later: 404."""
    client = site.client("admin")
    with site.write_as("planner") as change:
        change.enqueue("lunch.cook", {"due_at": ""}, at=now() + timedelta(days=3))
    planned = site.jobs("lunch.cook")[0].id

    answers = [client.post(f"/admin/jobs/{name}/run").status_code for name in ("lunch.no", "lunch.cook")]
    later = client.post(f"/admin/waiting/{planned}/run").status_code
    site.switch("lunch", is_on=False)
    off = client.post(TIDY)

    assert (*answers, later) == (404, 404, 404)
    assert off.status_code == 409
    assert "기능이 꺼져 있어 실행할 수 없습니다" in off.text
    assert TIDY not in client.get("/admin/work").text
    assert len(site.jobs()) == 1


def test_whoever_only_looks_or_has_no_right_runs_nothing(site: Site) -> None:
    """403 for a clerk, and for an administrator who looks at the pages of another."""
    admin = site.client("admin")
    admin.post(f"/admin/people/{site.user('clerk').id}/view", data={"reason": "문의"})

    answers = [site.client("clerk").post(TIDY).status_code, admin.post(TIDY).status_code]

    assert answers == [403, 403]
    assert site.jobs() == []


def test_in_english(site: Site) -> None:
    """The button, the state and the sentence."""
    client = site.client("admin", locale="en")
    client.post(TIDY)

    page = client.get("/admin/work").text

    assert "“Tidying” is in the queue" in page
    assert "Waits its turn" in page
