"""알림: one place that tells staff what concerns them, behind the bell in the top bar.

Staff see what arrived since they looked, by day, open it with one click, mark one or all as read, and choose which
kinds they want to be told of. What a person may not see any more is not shown, even if they were told of it once.
After 90 days a notification is gone.

Other plugins say who is to be told through the hooks in `hooks.py`, or directly with `notify` of `api.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import MenuEntry, hookimpl, t

from .models import Notification

if TYPE_CHECKING:
    from maru import Event, Portal, User


@hookimpl
def menu(viewer: User) -> list[MenuEntry]:
    """The bell, with how many notifications this person has not read. One query."""
    if not viewer.may("notify.read"):
        return []
    return [MenuEntry(t("알림"), "/notify/", "bell", Notification.unread_count(viewer) or None, place="bell")]


@hookimpl
def on_event(event: Event, portal: Portal) -> None:
    """Ask every plugin whom this event concerns, and tell them."""
    from .telling import tell_of  # only the one process that hands events on needs it

    tell_of(portal, event)
