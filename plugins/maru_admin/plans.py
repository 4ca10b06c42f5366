"""Switching at a later time (예약): a job that waits, may be called off, and asks all questions again when it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maru import (
    Actor,
    Change,
    Conflict,
    Forbidden,
    Job,
    JobRun,
    NotFound,
    OutboxEvent,
    Payload,
    Portal,
    User,
    t,
    write_as,
)

from .plugin_facts import name_of
from .switching import OFF, Reach, is_gone, switch_to


@dataclass(frozen=True)
class PlanLine:
    """A switch that waits for its time."""

    id: int
    plugin: str
    name: str
    where: str
    is_on: bool
    at: datetime
    by: str
    reason: str


class PlannedSwitch(Payload):
    """Where the function `plugin` is to be. `units` None: in the whole city."""

    event = "admin.switch"

    plugin: str
    is_on: bool
    units: tuple[int, ...] | None = None
    reason: str = ""

    @property
    def wanted(self) -> Reach:
        """Where it is to be on."""
        return Reach(True, None if self.units is None else frozenset(self.units)) if self.is_on else OFF


def plan(change: Change, key: str, wanted: Reach, at: datetime, reason: str) -> None:
    """Have the function `key` switched at the instant `at`. Inside a write."""
    units = None if wanted.units is None else tuple(sorted(wanted.units))
    planned = PlannedSwitch(plugin=key, is_on=wanted.is_on, units=units, reason=reason)
    change.enqueue(planned, key=f"admin.switch:{key}", at=at)


def plan_lines(portal: Portal, key: str = "") -> list[PlanLine]:
    """What is planned, the next first; with `key` of that function alone. Three queries."""
    waiting = OutboxEvent.undone().where(OutboxEvent.name == PlannedSwitch.event).order_by(OutboxEvent.next_at)
    rows = [(row, PlannedSwitch.model_validate(row.payload)) for row in waiting]
    people = {u.id: u.name for u in User.select().where(User.id.in_([row.actor_id for row, _ in rows]))}
    names = {plugin.key: name_of(plugin) for plugin in portal.plugins}
    return [
        PlanLine(
            row.id,
            planned.plugin,
            names.get(planned.plugin, planned.plugin),
            planned.wanted.words(),
            planned.is_on,
            row.next_at,
            people.get(row.actor_id or 0, ""),
            planned.reason,
        )
        for row, planned in rows
        if key in ("", planned.plugin)
    ]


def run_planned(run: JobRun) -> None:
    """Switch as it was planned, if whoever planned it still may and nothing is in the way any more."""
    planned, actor = run.read(PlannedSwitch), run.actor
    if actor is None or not actor.units("admin.plugins").everywhere:
        raise Forbidden(t("예약한 사람에게 기능을 켜고 끌 권한이 이제 없습니다. 다시 예약해 주세요."))
    found = next((plugin for plugin in run.portal.plugins if plugin.key == planned.plugin), None)
    if found is None:
        raise NotFound(t("이 기능은 없습니다."))
    if planned.is_on and is_gone(found):
        raise Conflict(t("그 뒤에 제거된 기능이라 켜지 않았습니다. 기능 화면에서 바로 켜 주세요."))
    with write_as(Actor(actor, "admin.plans.run_planned", plugin="admin"), note=planned.reason):
        switch_to(run.portal, found, planned.wanted)
    run.portal.refresh_plugins()


SWITCH = Job(
    PlannedSwitch.event,
    {"ko": "예약한 때에 기능 켜고 끄기", "en": "Switching a function as planned"},
    run_planned,
    attempts=3,
)
