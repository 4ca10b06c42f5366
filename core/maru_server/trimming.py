"""The outbox does not grow for ever."""

from __future__ import annotations

from datetime import timedelta

from maru.models import OutboxEvent
from maru_db import transaction
from maru_language import now

KEPT = timedelta(days=30)
KEPT_DEAD = timedelta(days=365)
PORTION = 500


def trim() -> bool:
    """Delete a portion of what was done more than 30 days ago; what was left undone stays for a year.

    True when there may be more. Portions are small, because nobody else can write meanwhile.
    """
    is_old = (OutboxEvent.done_at < now() - KEPT) & ~OutboxEvent.is_dead() | (OutboxEvent.done_at < now() - KEPT_DEAD)
    old = [row.id for row in OutboxEvent.select(OutboxEvent.id).where(is_old).order_by(OutboxEvent.id).limit(PORTION)]
    if old:
        with transaction():
            OutboxEvent.delete().where(OutboxEvent.id.in_(old)).execute()
    return len(old) == PORTION
