"""What is known of each plugin beyond its files: on or off, its version here, and how it failed."""

import peewee

from maru.db import JSONField, Model, UtcDateTimeField
from maru_language import now


class PluginState(Model):
    """A plugin that was installed here."""

    key = peewee.CharField(max_length=40, unique=True)
    version = peewee.CharField(max_length=20)
    is_enabled = peewee.BooleanField(default=True)
    known_permissions = JSONField(default=list)
    installed_at = UtcDateTimeField(default=now)


class PluginFailure(Model):
    """Failures of one plugin at one place, counted."""

    recorded = False

    plugin = peewee.CharField(max_length=40, index=True)
    place = peewee.CharField(max_length=120)
    problem = peewee.TextField()
    where = peewee.CharField(max_length=250, default="")
    count = peewee.IntegerField(default=1)
    first_at = UtcDateTimeField(default=now)
    last_at = UtcDateTimeField(default=now)
