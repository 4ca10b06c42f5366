"""What other plugins say to this one, in their `for_notify.py`. Version 1.

The examples below are together a whole `for_notify.py`, of a canteen that tells people of new dishes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import gives, hookspec

from .notice import Notice, NoticeKind, Settled

if TYPE_CHECKING:
    from datetime import datetime

    from maru import Event, User

VERSION = 1


@hookspec
@gives(NoticeKind, most=50)
def notice_kinds() -> list[NoticeKind]:  # type: ignore[empty-body]  # a specification has no body
    """The kinds of notices that a plugin has: a person may switch each of them off.

    Arguments: none.

    Called: when the list or the settings page is drawn, in the language that is spoken, of plugins that are on for
    whoever looks.

    Gives: a list of at most 50 `NoticeKind`. Keys begin with the plugin's id; others are left out.

    When it fails: its answer is left out: its notices stand there without the name of their kind, and cannot be
    switched off for the moment.

    Example:
        from maru import hookimpl
        from maru_notify.api import NoticeKind

        @hookimpl
        def notice_kinds():
            return [
                NoticeKind("lunch.new", "새 식단", "식단이 올라오면 알립니다.", icon="utensils"),
                NoticeKind("lunch.check", "검식", "검식할 식단이 남아 있으면 알립니다.", icon="utensils"),
            ]
    """


@hookspec
@gives(Notice, most=10_000, fails="retry")
def notices(event: Event) -> list[Notice]:  # type: ignore[empty-body]  # a specification has no body
    """Whom an event concerns, and what to tell them.

    Arguments:
        event: what happened. It may be hours old: look at the state as it is now, what is over needs no telling.

    Called: by the elected worker for every event after its change was committed, at least once, and once for each
    language that staff read: `t()` speaks that language.

    Gives: a list of at most 10,000 `Notice`, of kinds of this plugin. Being called twice doubles nothing, as a person
    has one notification per kind and href. Leave out who did it themselves.

    When it fails: it is asked again, after growing delays; whoever was told already is not told twice.

    Example:
        from maru import holders_of, hookimpl
        from maru_notify.api import Notice

        from .models import Dish

        @hookimpl
        def notices(event):
            if event.name != "lunch_dish.created":
                return []
            dish = Dish.get_or_none(Dish.id == event.payload["id"])
            if dish is None:
                return []
            people = tuple(sorted(holders_of("lunch.read")))
            return [Notice("lunch.new", people, dish.name, f"/lunch/{dish.id}", f"dish:{dish.id}", at=event.at)]
    """


@hookspec
@gives(Settled, most=10_000, fails="retry")
def settled(event: Event) -> list[Settled]:  # type: ignore[empty-body]  # a specification has no body
    """What needs no telling any more: opened at its own page, done, withdrawn.

    Arguments:
        event: what happened.

    Called: before `notices`, for the same event and under the same conditions, but once for all languages.

    Gives: a list of at most 10,000 `Settled`, of kinds of this plugin.

    When it fails: it is asked again, after growing delays.

    Example:
        from maru import hookimpl
        from maru_notify.api import Settled

        @hookimpl
        def settled(event):
            if event.name != "lunch_dish.deleted":
                return []
            return [Settled("lunch.new", f"/lunch/{event.payload['id']}")]
    """


@hookspec
@gives(Notice, most=10_000, fails="retry")
def reminders(until: datetime) -> list[Notice]:  # type: ignore[empty-body]  # a specification has no body
    """Whom to remind of what is due soon, and what to tell them.

    Arguments:
        until: an aware instant, 48 hours later; what is due before it is due soon.

    Called: by the job `notify.remind` on working days at half past eight, once for each language that staff read.

    Gives: a list of at most 10,000 `Notice`, of kinds of this plugin. One without an instant of its own is one of this
    morning, so that it is unread again each day. Leave out whoever has done what is due.

    When it fails: it is asked again, after growing delays; whoever was reminded already is not reminded twice.

    Example:
        from maru import holders_of, hookimpl, local, t
        from maru_notify.api import Notice

        from .models import Dish

        @hookimpl
        def reminders(until):
            people = tuple(sorted(holders_of("lunch.read")))
            unchecked = Dish.select().where(~Dish.is_checked, Dish.served_on <= local(until).date())
            return [
                Notice("lunch.check", people, dish.name, f"/lunch/{dish.id}", f"dish:{dish.id}", t("검식 전"))
                for dish in unchecked
            ]
    """


@hookspec
@gives(str, most=10_000)
def visible_subjects(viewer: User, subjects: tuple[str, ...]) -> list[str]:  # type: ignore[empty-body]  # as above
    """Which of the things that notices are about a person may see now.

    Arguments:
        viewer: the person who looks at the notifications.
        subjects: the `subject` of notices whose kinds belong to this plugin.

    Called: each time notifications are shown, for plugins that are on for `viewer`.

    Gives: a list of at most 10,000 `str`, those of `subjects` that `viewer` may see. What is not among them is hidden
    and counts as read: a text that was right to tell yesterday may be none of this person's business today.

    When it fails: its answer is left out: nothing of this plugin is shown, and all of it stays unread.

    Example:
        from maru import hookimpl

        from .models import Dish

        @hookimpl
        def visible_subjects(viewer, subjects):
            return [f"dish:{dish.id}" for dish in Dish.visible_to(viewer) if f"dish:{dish.id}" in subjects]
    """
