"""알림: one place that tells staff what concerns them, behind the bell in the top bar.

Staff see what arrived since they looked, by day, open it with one click, mark one or all as read, and choose which
kinds they want to be told of. What a person may not see any more is not shown, even if they were told of it once.
After 90 days a notification is gone.

In the morning of working days people are reminded of what is due within two of them.

Other plugins say who is to be told through the hooks in `hooks.py`, or directly with `notify` of `api.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import Job, JobRun, MenuEntry, hookimpl, t

from .bell import unread_count

if TYPE_CHECKING:
    from maru import Event, Portal, User


@hookimpl
def menu(viewer: User, portal: Portal) -> list[MenuEntry]:
    """The bell, with how many notifications this person has not read. One query, unless something has changed."""
    if not viewer.may("notify.read"):
        return []
    unread = unread_count(viewer, portal)
    return [MenuEntry(t("알림"), "/notify/", "bell", unread or None, place="bell")]


@hookimpl
def on_event(event: Event, portal: Portal) -> None:
    """Ask every plugin whom this event concerns, and tell them."""
    from .telling import tell_of  # only the one process that hands events on needs it

    tell_of(portal, event)


@hookimpl
def jobs() -> list[Job]:
    """Reminders in the morning of working days, and tidying at night."""
    return [
        Job(
            "notify.remind",
            {"ko": "마감 하루 전 알림", "en": "Reminders of what is due"},
            _remind,
            every="30 8 * * 1-5",
        ),
        Job(
            "notify.forget",
            {"ko": "오래된 알림 지우기", "en": "Deleting old notifications"},
            _forget,
            every="40 2 * * *",
        ),
    ]


def _remind(run: JobRun) -> None:
    from .reminding import remind  # only the one process that runs jobs needs it

    remind(run)


def _forget(run: JobRun) -> None:
    from .reminding import forget

    forget(run)
