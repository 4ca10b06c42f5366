"""Switching at a planned time: it happens then, may be called off, and asks everything again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from maru.models import OutboxEvent, PluginState, RoleMember
from maru_db import connected
from maru_devkit.fixtures import Clock, Site
from maru_language import local, now

Portal = Callable[..., Site]


def planned(site: Site, key: str, reach: str, *units: str, hours: float = 2) -> Any:
    """The answer to planning a switch in some hours."""
    at = local(now() + timedelta(hours=hours))
    entered = {"reach": reach, "units": [site.unit(name).id for name in units], "reason": "점검 예정"}
    entered |= {"at_day": at.date().isoformat(), "at_time": f"{at:%H:%M}"}
    return site.client("admin").post(f"/admin/plugins/{key}/switch", data=entered)


def is_on(site: Site, key: str) -> bool:
    """What the database says."""
    with connected():
        return bool(PluginState.get(PluginState.key == key).is_enabled)


def test_it_happens_at_its_time_and_not_before(portal: Portal, clock: Clock) -> None:
    """Planned in two hours: on until then, off after; the audit has who planned it and why."""
    site = portal("admin", "board")
    answer = planned(site, "board", "off")
    site.beat()
    before = is_on(site, "board")

    clock.move(hours=3)
    site.settle()

    assert answer.status_code == 303
    assert (before, is_on(site, "board")) == (True, False)
    entry = site.audit("admin.plans.run_planned")[0]
    assert (entry.actor_name, entry.note) == ("admin", "점검 예정")


def test_it_is_listed_and_can_be_called_off(portal: Portal, clock: Clock) -> None:
    """The page of the function and the history name it; called off, it never happens. Called off twice: 404."""
    site = portal("admin", "board")
    planned(site, "board", "units", "유구읍")
    client = site.client("admin")
    shown = client.get("/admin/plugins/board/switch").text, client.get("/admin/history").text
    with connected():
        row = OutboxEvent.undone().where(OutboxEvent.name == "admin.switch").get()

    answers = [client.post(f"/admin/plans/{row.id}/cancel").status_code for _ in range(2)]
    clock.move(hours=3)
    site.settle()

    assert all("켜기: 유구읍" in page for page in shown)
    assert answers == [303, 404]
    with connected():
        assert PluginState.get(PluginState.key == "board").units is None


def test_the_past_and_the_far_future_are_refused(portal: Portal, clock: Clock) -> None:
    """422 for an hour ago and for two years from now; nothing is planned."""
    site = portal("admin", "board")

    answers = [planned(site, "board", "off", hours=hours).status_code for hours in (-1, 24 * 731)]

    assert answers == [422, 422]
    assert site.jobs("admin.switch") == []


def test_whoever_may_no_more_switches_nothing(portal: Portal, clock: Clock) -> None:
    """The role was taken away meanwhile: the function stays as it is, and the dead letter says why."""
    site = portal("admin", "board")
    planned(site, "board", "off")
    with site.write_as("admin"):
        RoleMember.get(RoleMember.user == site.user("admin").id).delete_instance()

    for _ in range(4):
        clock.move(hours=3)
        site.beat()

    row = site.jobs("admin.switch")[0]
    assert is_on(site, "board")
    assert row.dead
    assert "권한" in row.problem


def test_what_is_in_the_way_then_is_said(portal: Portal, clock: Clock) -> None:
    """records planned off while collect needs it: it stays on."""
    site = portal("admin", "collect")
    planned(site, "records", "off")

    clock.move(hours=3)
    site.beat()

    assert is_on(site, "records")
    assert "자동취합" in site.jobs("admin.switch")[0].problem


def test_what_was_removed_meanwhile_is_not_installed_by_a_plan(portal: Portal, clock: Clock) -> None:
    """Planned on, then uninstalled: it stays uninstalled; and an uninstalled function cannot be planned on."""
    site = portal("admin", "board")
    planned(site, "board", "units", "유구읍")
    with site.write_as("admin"):
        row = PluginState.get(PluginState.key == "board")
        row.version, row.is_enabled = "", False
        row.save()
    site.beat()

    refused = planned(site, "board", "city")
    clock.move(hours=3)
    site.beat()

    assert refused.status_code == 409
    assert not is_on(site, "board")
    assert "그 뒤에 제거된" in site.jobs("admin.switch")[0].problem
