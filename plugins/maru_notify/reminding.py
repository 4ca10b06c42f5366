"""What this plugin does by the clock: reminding people in the morning, forgetting what is old at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maru import Actor, AskAgain, JobRun, is_working_day, local, now, working_day_after, write_as

from .models import Notification
from .services import tell
from .telling import asked_of, locales

DAYS_AHEAD = 2
"""How many working days before something is due people are reminded: the office's usual notice of 48 hours."""


def remind(run: JobRun) -> None:
    """Tell everybody whom the plugins name, each in their language. Raises AskAgain, after telling, when one failed.

    On a public holiday its schedule tells nobody anything. A run that is tried again tells nobody twice, as the notices
    bear the instant that the reminders were due at.
    """
    due_at = run.payload.get("due_at")
    at = datetime.fromisoformat(due_at) if due_at else now()
    if due_at and not is_working_day(local(at).date()):
        return  # its schedule knows the days of the week, and nothing of holidays
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
    on = local(at).date()
    return at + (working_day_after(on, DAYS_AHEAD) - on)


def forget(run: JobRun) -> None:
    """Delete what is older than 90 days, a portion at a time: others can write in between."""
    deleted, portion = 0, -1
    while portion:
        with write_as(Actor(run.actor, "notify.forget", plugin="notify")):
            portion = Notification.forget_old()
        deleted += portion
        run.progress(deleted, deleted)
