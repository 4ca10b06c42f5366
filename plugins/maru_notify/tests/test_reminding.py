"""Reminders: on the mornings of working days, in each person's language, and once however often they are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from maru.settings import CHECKOUT
from maru_db import connected, transaction
from maru_devkit.fixtures import Clock, Site
from maru_language import SEOUL, now
from maru_notify.models import KEPT, Notification
from maru_notify.reminding import ahead
from tests.rooms import forget_rooms, make_room

REMINDING = """
from pathlib import Path
from maru import User, current_locale, hookimpl
from maru_notify.api import Notice, NoticeKind

BROKEN = Path({broken!r})

@hookimpl
def notice_kinds():
    return [NoticeKind("{key}.due", "마감", "마감 전에 알립니다.")]

@hookimpl
def reminders(until):
    if BROKEN.exists():
        raise RuntimeError("not today")
    people = tuple(user.id for user in User.select())
    return [Notice("{key}.due", people, f"{{current_locale.get()}} {key}", "/{key}/")]

@hookimpl
def visible_subjects(viewer, subjects):
    return subjects
"""


@pytest.fixture
def site(portal: Callable[..., Site], tmp_path: Path) -> Iterator[Site]:
    """Two plugins that remind everybody; one of them fails while the file `broken` is there."""
    root = tmp_path / "rooms"
    for key in ("bath", "tax"):
        broken = str(tmp_path / ("broken" if key == "tax" else "never"))
        folder = make_room(root, key, for_notify=REMINDING.format(key=key, broken=broken))
        manifest = folder / "plugin.toml"
        text = manifest.read_text(encoding="utf-8").replace("api = 1", 'api = 1\noptional = ["notify"]')
        manifest.write_text(text, encoding="utf-8")
    yield portal(plugins_path=[root, CHECKOUT / "plugins"], plugins_only=["bath", "tax", "notify"])
    forget_rooms(root)


def told(site: Site, username: str) -> list[str]:
    """What this person was told and has not read."""
    with connected():
        mine = Notification.select().where(Notification.user == site.user(username).id, Notification.unread())
        return sorted(each.text for each in mine)


def test_everybody_is_reminded_in_their_language(site: Site, clock: Clock) -> None:
    """At half past eight of a working day, anew each morning, and not before."""
    clock.set(datetime(2027, 3, 4, 8, tzinfo=SEOUL))
    site.client("clerk", "en")
    site.settle()
    before = told(site, "stranger")

    clock.set(datetime(2027, 3, 4, 8, 30, tzinfo=SEOUL))
    site.settle()
    first = told(site, "clerk"), told(site, "stranger")
    site.client("stranger").post("/notify/read")
    clock.set(datetime(2027, 3, 5, 8, 30, tzinfo=SEOUL))
    site.settle()

    assert before == []
    assert first == (["en bath", "en tax"], ["ko bath", "ko tax"])
    assert told(site, "stranger") == ["ko bath", "ko tax"]


def test_one_that_fails_is_asked_again_and_the_others_are_not_told_twice(
    site: Site, clock: Clock, tmp_path: Path
) -> None:
    """What was read between the attempts stays read; the failure is that of the plugin that failed."""
    (tmp_path / "broken").touch()
    clock.set(datetime(2027, 3, 4, 8, tzinfo=SEOUL))
    site.settle()
    clock.set(datetime(2027, 3, 4, 8, 30, tzinfo=SEOUL))
    site.settle()
    first = told(site, "clerk")
    site.client("clerk").post("/notify/read")

    (tmp_path / "broken").unlink()
    clock.move(minutes=2)
    site.settle()

    assert first == ["ko bath"]
    assert told(site, "clerk") == ["ko tax"]
    assert {failure.split()[1] for failure in site.failures()} == {"tax"}
    (run,) = site.jobs("notify.remind")
    assert (run.attempt_count, run.dead, run.progress["done"]) == (2, [], 1)


def test_two_working_days_ahead_skip_holidays() -> None:
    """Before 추석 (24 and 25 September 2026, a Thursday and a Friday), Wednesday reaches to the Tuesday after it."""
    wednesday = datetime(2026, 9, 23, 8, 30, tzinfo=SEOUL)

    assert ahead(wednesday) == datetime(2026, 9, 29, 8, 30, tzinfo=SEOUL)


@pytest.mark.parametrize(("on", "until"), [(1, 3), (4, 8), (5, 9), (6, 9)])
def test_two_working_days_ahead_skip_the_weekend(on: int, until: int) -> None:
    """On Friday, the 5th, what is due on Tuesday morning is near."""
    assert ahead(datetime(2027, 3, on, 8, 30, tzinfo=SEOUL)).astimezone(SEOUL).day == until


def test_on_a_holiday_nobody_is_reminded(site: Site, clock: Clock) -> None:
    """On Monday, 17 August 2026, in place of Saturday's 광복절, the schedule is silent; on Tuesday it is not."""
    clock.set(datetime(2026, 8, 17, 8, tzinfo=SEOUL))
    site.settle()
    clock.set(datetime(2026, 8, 17, 8, 31, tzinfo=SEOUL))
    site.settle()
    holiday = told(site, "clerk")
    clock.set(datetime(2026, 8, 18, 8, 31, tzinfo=SEOUL))
    site.settle()

    assert holiday == []
    assert told(site, "clerk") == ["ko bath", "ko tax"]


def test_what_is_old_is_deleted_in_portions(site: Site) -> None:
    """All of it in one night, however much, with others writing in between; the audit need not know."""
    clerk = site.user("clerk")
    with connected(), transaction():
        for number in range(1_201):
            Notification.create(
                user=clerk, plugin="bath", kind="bath.due", href=f"/bath/{number}", text="옛", at=now() - KEPT * 2
            )

    row = site.run_job("notify.forget")

    with connected():
        assert Notification.select().count() == 0
    assert row.progress["done"] == 1_201
    assert site.audit("notify.forget") == []
