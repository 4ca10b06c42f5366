"""The outbox: events written in the transaction of the change and handed on after it."""

import peewee

from maru.db import JSONField, Model, UtcDateTimeField
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
