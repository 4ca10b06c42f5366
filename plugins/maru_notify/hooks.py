"""What other plugins say to this one, in their `for_notify.py`. Version 1.

A whole `for_notify.py`, which the test suite runs:

    from maru import User, hookimpl
    from maru_notify.api import Notice, NoticeKind, Settled, holders_of

    from .models import Dish

    @hookimpl
    def notice_kinds():
        return [NoticeKind("lunch.new", "새 식단", "구내식당 식단이 올라오면 알립니다.", icon="utensils")]

    @hookimpl
    def notices(event):
        if event.name != "lunch_dish.created":
            return []
        dish = Dish.get_or_none(Dish.id == event.payload["id"])
        if dish is None:
            return []
        people = tuple(sorted(holders_of("lunch.read")))
        return [Notice("lunch.new", people, dish.name, f"/lunch/{dish.id}", f"dish:{dish.id}", at=event.at)]

    @hookimpl
    def settled(event):
        if event.name != "lunch_dish.deleted":
            return []
        return [Settled("lunch.new", f"/lunch/{event.payload['id']}")]

    @hookimpl
    def visible_subjects(viewer, subjects):
        return [f"dish:{dish.id}" for dish in Dish.visible_to(viewer) if f"dish:{dish.id}" in subjects]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import gives, hookspec

from .notice import Notice, NoticeKind, Settled

if TYPE_CHECKING:
    from maru import Event, User

VERSION = 1


@hookspec
@gives(NoticeKind)
def notice_kinds() -> list[NoticeKind]:  # type: ignore[empty-body]  # a specification has no body
    """The kinds of notices that a plugin has, in the language that is spoken: a person may switch each of them off.

    Called when the list or the settings page is drawn. Keys begin with the plugin's id; others are left out.
    """


@hookspec
@gives(Notice)
def notices(event: Event) -> list[Notice]:  # type: ignore[empty-body]  # a specification has no body
    """Whom `event` concerns, and what to tell them.

    Called for every event after its change was committed, at least once, once for each language that staff read:
    `t()` speaks that language. Look at the state as it is now, since an event may be hours old: what is over needs no
    telling. Being called twice doubles nothing, as a person has one notification per kind and href. Leave out who did
    it themselves. An implementation that raises is asked again later, those that answered are not told twice.
    A notice whose kind belongs to another plugin is refused.
    """


@hookspec
@gives(Settled)
def settled(event: Event) -> list[Settled]:  # type: ignore[empty-body]  # a specification has no body
    """What needs no telling any more since `event`: opened at its own page, done, withdrawn.

    Called before `notices`, for the same event and under the same conditions.
    """


@hookspec
@gives(str)
def visible_subjects(viewer: User, subjects: tuple[str, ...]) -> list[str]:  # type: ignore[empty-body]  # as above
    """Those of `subjects` that `viewer` may see now; asked of the plugin that a notice's kind belongs to.

    Called each time notifications are shown. What is not in the answer is not shown and counts as read: a text that
    was right to tell yesterday may be none of this person's business today. Without an answer nothing is shown.
    """
