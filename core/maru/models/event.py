"""The outbox: events written in the transaction of the change and handed on after it."""

import peewee

from maru_db import JSONField, Model, UtcDateTimeField
from maru_language import now


class OutboxEvent(Model):
    """An event on its way, or a job of the plugin `owner`.

    `waiting` lists the plugins that have not taken it yet; None until it is first looked at. `dead` lists those that
    were asked too often: an administrator may have them asked again. While a job runs, `holder` has it until `until_at`.
    """

    recorded = False

    at = UtcDateTimeField(default=now)
    name = peewee.CharField(max_length=120)
    key = peewee.CharField(max_length=120)
    payload = JSONField(default=dict)
    version = peewee.IntegerField(default=1)
    owner = peewee.CharField(max_length=40, default="")
    actor_id = peewee.IntegerField(null=True)
    waiting = JSONField(null=True)
    attempt_count = peewee.IntegerField(default=0)
    next_at = UtcDateTimeField(default=now)
    done_at = UtcDateTimeField(null=True, index=True)
    problem = peewee.TextField(default="")
    dead = JSONField(default=list)
    holder = peewee.CharField(max_length=60, default="")
    until_at = UtcDateTimeField(null=True)
    progress = JSONField(null=True)
