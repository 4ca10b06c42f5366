"""자동취합: one Excel form goes out to many units, their rows come back as one table in 직제순.

Staff upload the form they have, confirm how its columns were read, pick the units and a deadline, and send. Each unit
fills in a web grid or uploads the filled file, or answers 해당 없음. The board shows who is missing; the merged file is
the original form with everybody's rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import Card, Todo, hookimpl, t

if TYPE_CHECKING:
    from maru import DemoSite, User


@hookimpl
def todo(viewer: User) -> list[Todo]:
    """What my units still have to answer, and my own requests that close within 48 hours with units missing."""
    from .todos import missing_todos, open_todos

    return [*open_todos(viewer), *missing_todos(viewer)]


@hookimpl
def slots(slot: str, viewer: User) -> list[Card]:
    """우리 부서 취합 on the home page: what is due this week and this month, and how much of it is done."""
    if slot != "home" or not viewer.units("collect.answer"):
        return []
    from .todos import card_context

    context = card_context(viewer)
    return (
        [Card(t("우리 부서 취합"), "maru_collect/_card.html", context, "/collect/", 10)]
        if context.lines or context.open_count
        else []
    )


@hookimpl
def demo(site: DemoSite) -> None:
    """One collection in progress, one that is finished, and one that is overdue."""
    from .demonstration import fill

    fill(site)
