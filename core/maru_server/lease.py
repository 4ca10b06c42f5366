"""Who of several processes does a thing that only one may do."""

from __future__ import annotations

from datetime import timedelta

import peewee

from maru_db import Model, UtcDateTimeField, transaction
from maru_language import now


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
        """Take or renew the lease `name`; False while another holder's is alive."""
        with transaction():
            lease = cls.get_or_none(cls.name == name)
            if lease is not None and lease.holder != holder and lease.until_at > now():
                return False
            lease = lease or cls(name=name)
            lease.holder, lease.until_at = holder, now() + timedelta(seconds=seconds)
            lease.save()
        return True
