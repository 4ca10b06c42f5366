"""Who of several processes does a thing that only one may do."""

from __future__ import annotations

from datetime import timedelta

import peewee

from maru_db import Model, UtcDateTimeField, transaction
from maru_language import now

OUTBOX = "outbox"
LEASE_SECONDS = 3.0
"""How long a process that says nothing keeps what only it may do: handing events on, a job."""


class Lease(Model):
    """A holder that stops renewing loses it. The table is the core's, which makes it at the first start."""

    recorded = False

    name = peewee.CharField(max_length=40, unique=True)
    holder = peewee.CharField(max_length=60)
    until_at = UtcDateTimeField()

    class Meta:
        table_name = "maru_lease"

    @classmethod
    def take(cls, name: str, holder: str, seconds: float) -> bool:
        """Take or renew the lease `name`; False while another holder's is alive, which costs no turn to write."""
        if not cls.is_free_for(name, holder):
            return False
        with transaction():
            is_free = cls.is_free_for(name, holder)  # asked again: another may have been faster
            if is_free:
                values = {"name": name, "holder": holder, "until_at": now() + timedelta(seconds=seconds)}
                mine = cls.insert(values)
                mine.on_conflict(conflict_target=[cls.name], preserve=[cls.holder, cls.until_at]).execute()
        return is_free

    @classmethod
    def is_free_for(cls, name: str, holder: str) -> bool:
        """Whether `holder` has it, or may take it."""
        lease = cls.get_or_none(cls.name == name)
        return lease is None or lease.holder == holder or bool(lease.until_at <= now())

    @classmethod
    def give_back(cls, name: str, holder: str) -> None:
        """Let the next one have it at once. Inside a write."""
        cls.update(until_at=now()).where(cls.name == name, cls.holder == holder).execute()

    @classmethod
    def is_held(cls, name: str, holder: str) -> bool:
        """Whether `holder` is the last that took it: nobody has taken it since."""
        lease = cls.get_or_none(cls.name == name)
        return lease is not None and lease.holder == holder
