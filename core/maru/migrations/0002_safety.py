"""Plugins switched by department, paused and set up; events that are jobs, versioned, or dead; looking as somebody else."""

import peewee as pw

from maru_db import JSONField, UtcDateTimeField

COLUMNS = {
    "maru_plugin_state": {"units": JSONField(null=True), "settings": JSONField(default=dict)},
    "maru_plugin_failure": {"paused_until": UtcDateTimeField(null=True), "pause_count": pw.IntegerField(default=0)},
    "maru_session": {"viewing_id": pw.IntegerField(null=True)},
    "maru_outbox_event": {
        "version": pw.IntegerField(default=1),
        "owner": pw.CharField(max_length=40, default=""),
        "dead": JSONField(default=list),
        "holder": pw.CharField(max_length=60, default=""),
        "until_at": UtcDateTimeField(null=True),
        "progress": JSONField(null=True),
        "actor_id": pw.IntegerField(null=True),
    },
}


def up(migrator, db):
    for table, columns in COLUMNS.items():
        for name, field in columns.items():
            migrator.migrate(migrator.add_column(table, name, field))


def down(migrator, db):
    for table, columns in COLUMNS.items():
        for name in columns:
            migrator.migrate(migrator.drop_column(table, name))
