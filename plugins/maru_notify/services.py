"""Telling people, and marking what is settled. Whoever calls is inside a write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import peewee

from maru import Label, User, now

from .models import KEPT, Muted, Notification
from .notice import Notice, Settled

BATCH = 500
LONGEST = 300


def notify(notice: Notice, *, read_until: datetime | None = None) -> int:
    """Tell the people of `notice`, each in their language; inside a write. Gives how many were told something new.

    Who does not want this kind is left out, and so are people who may not sign in. A text that people of both
    languages may get is given as `{"ko": …, "en": …}`.
    What happened before `read_until` counts as read: for demonstrations and for taking over what is old.
    """
    return sum(tell(notice, locale, read_until) for locale in ("ko", "en"))


def tell(notice: Notice, locale: str, read_until: datetime | None = None) -> int:
    """`notify` for those of its people who read this language."""
    at = notice.at or now()
    if at < now() - KEPT:
        return 0
    said = {
        "subject": notice.subject,
        "text": _in(locale, notice.text),
        "note": _in(locale, notice.note),
        "at": at,
        "read_at": now() if read_until is not None and at < read_until else None,
    }
    told = 0
    for people in peewee.chunked(_who_want(notice, locale), BATCH):
        told += _renew(notice, people, said) + _add(notice, people, said)
    return told


def _in(locale: str, label: Label) -> str:
    text = label if isinstance(label, str) else label.get(locale) or label.get("ko", "")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _who_want(notice: Notice, locale: str) -> Iterator[int]:
    """The ids of the people of `notice` who read `locale`, are active and have not switched this kind off."""
    muted = Muted.select(Muted.user).where(Muted.kind == notice.kind)
    for people in peewee.chunked(dict.fromkeys(notice.people), BATCH):
        wanting = User.select(User.id).where(
            User.id.in_(people), User.is_active, User.locale == locale, User.id.not_in(muted)
        )
        yield from (user.id for user in wanting)


def _renew(notice: Notice, people: list[int], said: dict[str, object]) -> int:
    """Say anew what these people were told of the same thing before, if this is newer."""
    older = _same(notice, people) & (Notification.at < said["at"])
    return int(Notification.update(said).where(older).execute())


def _add(notice: Notice, people: list[int], said: dict[str, object]) -> int:
    known = {each.user_id for each in Notification.select(Notification.user).where(_same(notice, people))}
    plugin = notice.kind.partition(".")[0]
    rows = [
        {"user": person, "plugin": plugin, "kind": notice.kind, "href": notice.href} | said
        for person in people
        if person not in known
    ]
    if rows:
        Notification.insert_many(rows).execute()
    return len(rows)


def _same(notice: Notice, people: list[int]) -> peewee.Expression:
    return Notification.user.in_(people) & (Notification.kind == notice.kind) & (Notification.href == notice.href)


def settle(settled: Settled) -> None:
    """Mark as read what needs no telling any more. Inside a write."""
    which = (Notification.kind == settled.kind) & (Notification.href == settled.href)
    if settled.people is not None:
        which &= Notification.user.in_(settled.people)
    Notification.mark_read(which)
