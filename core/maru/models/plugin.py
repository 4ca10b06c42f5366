"""What is known of each plugin beyond its files: on or off, its version here, and how it failed."""

import peewee

from maru_db import JSONField, Model, UtcDateTimeField
from maru_language import now


class PluginState(Model):
    """A plugin that was found here. `units` are the departments, with those below them, that it is on for; None: all.

    An empty `version` says that it was uninstalled: its tables are gone, and it stays off until it is switched on.
    """

    key = peewee.CharField(max_length=40, unique=True)
    version = peewee.CharField(max_length=20)
    is_enabled = peewee.BooleanField(default=True)
    known_permissions = JSONField(default=list)
    units = JSONField(null=True)
    settings = JSONField(default=dict)
    installed_at = UtcDateTimeField(default=now)


class PluginFailure(Model):
    """Failures of one plugin at one place, counted. Until `paused_until` no worker calls that place."""

    recorded = False

    plugin = peewee.CharField(max_length=40, index=True)
    place = peewee.CharField(max_length=120)
    problem = peewee.TextField()
    where = peewee.CharField(max_length=250, default="")
    count = peewee.IntegerField(default=1)
    first_at = UtcDateTimeField(default=now)
    last_at = UtcDateTimeField(default=now)
    paused_until = UtcDateTimeField(null=True)
    pause_count = peewee.IntegerField(default=0)
