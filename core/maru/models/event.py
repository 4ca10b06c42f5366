"""The outbox: events written in the transaction of the change and handed on after it, and who does the handing on."""

from datetime import timedelta

import peewee

from maru.db import JSONField, Model, UtcDateTimeField, transaction
from maru_language import now


class OutboxEvent(Model):
    """An event on its way. `waiting` lists the plugins that have not taken it yet; None until it is first looked at."""

    recorded = False

    at = UtcDateTimeField(default=now)
    name = peewee.CharField(max_length=120)
    key = peewee.CharField(max_length=120)
    payload = JSONField(default=dict)
    waiting = JSONField(null=True)
    attempt_count = peewee.IntegerField(default=0)
    next_at = UtcDateTimeField(default=now)
    done_at = UtcDateTimeField(null=True, index=True)
    problem = peewee.TextField(default="")


class Lease(Model):
    """Who of several processes does a thing that only one may do. A holder that stops renewing loses it."""

    recorded = False

    name = peewee.CharField(max_length=40, unique=True)
    holder = peewee.CharField(max_length=60)
    until_at = UtcDateTimeField()

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
