"""How each worker process is doing, written down by itself."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

import peewee

from maru_db import Model, UtcDateTimeField
from maru_language import now

KEPT = timedelta(seconds=40)


class WorkerState(Model):
    """A worker that serves, as it said itself within the last ten seconds. The table is the core's."""

    recorded = False

    holder = peewee.CharField(max_length=60, unique=True)
    pid = peewee.IntegerField()
    started_at = UtcDateTimeField(default=now)
    seen_at = UtcDateTimeField(default=now)
    page_count = peewee.IntegerField(default=0)
    given_up_count = peewee.IntegerField(default=0)
    resident_mb = peewee.IntegerField(null=True)
    is_elected = peewee.BooleanField(default=False)

    class Meta:
        table_name = "maru_worker_state"

    @classmethod
    def alive(cls) -> peewee.ModelSelect[WorkerState]:
        """Those that were seen lately, the longest-serving first."""
        query: peewee.ModelSelect[WorkerState] = (
            cls.select().where(cls.seen_at > now() - KEPT).order_by(cls.started_at, cls.id)
        )
        return query

    @classmethod
    def tell(cls, holder: str, *, page_count: int, given_up_count: int, is_elected: bool) -> None:
        """Write down how this process is doing, and forget those that say nothing any more. Inside a write."""
        state = cls.get_or_none(cls.holder == holder) or cls(holder=holder, pid=os.getpid())
        state.seen_at, state.resident_mb = now(), resident_mb()
        state.page_count, state.given_up_count, state.is_elected = page_count, given_up_count, is_elected
        state.save()
        cls.delete().where(cls.seen_at < now() - KEPT).execute()

    @classmethod
    def leave(cls, holder: str) -> None:
        """This process ends. Inside a write."""
        cls.delete().where(cls.holder == holder).execute()


def resident_mb() -> int | None:
    """Memory of this process in megabytes; None on systems that do not say it in /proc."""
    if sys.platform != "linux":
        return None
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
