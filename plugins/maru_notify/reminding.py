"""What this plugin does by the clock: reminding people in the morning, forgetting what is old at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from maru import Actor, AskAgain, JobRun, local, now, write_as

from .models import Notification
from .services import tell
from .telling import asked_of, locales

DAYS_AHEAD = 2
"""How many working days before something is due people are reminded: the office's usual notice of 48 hours."""
SATURDAY = 5


def remind(run: JobRun) -> None:
    """Tell everybody whom the plugins name, each in their language. Raises AskAgain, after telling, when one failed.

    A run that is tried again tells nobody twice, as the notices bear the instant that the reminders were due at.
    """
    due_at = run.payload.get("due_at")
    at = datetime.fromisoformat(due_at) if due_at else now()
    failed: list[str] = []
    spoken = locales()
    for done, locale in enumerate(spoken, 1):
        notices = asked_of(run.portal, "reminders", failed, locale, until=ahead(now()))
        with write_as(Actor(run.actor, "notify.remind", plugin="notify")):
            for notice in notices:
                tell(notice if notice.at else replace(notice, at=at), locale)
        run.progress(done, len(spoken))
    if failed:
        raise AskAgain(f"{', '.join(sorted(set(failed)))} could not say whom to remind.")


def ahead(at: datetime) -> datetime:
    """The instant two working days after `at`: on Friday morning, that of Tuesday."""
    until = at
    for _ in range(DAYS_AHEAD):
        until += timedelta(days=1)
        while local(until).weekday() >= SATURDAY:
            until += timedelta(days=1)
    return until


def forget(run: JobRun) -> None:
    """Delete what is older than 90 days, a portion at a time: others can write in between."""
    deleted, portion = 0, -1
    while portion:
        with write_as(Actor(run.actor, "notify.forget", plugin="notify")):
            portion = Notification.forget_old()
        deleted += portion
        run.progress(deleted, deleted)
