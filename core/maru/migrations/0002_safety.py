"""Plugins switched by department, paused and set up; jobs and schedules; events with versions; looking as another."""

import peewee as pw

from maru_db import JSONField, UtcDateTimeField

COLUMNS = {
    "maru_plugin_state": {"units": JSONField(null=True), "settings": JSONField(default=dict)},
    "maru_plugin_failure": {"paused_until": UtcDateTimeField(null=True), "pause_count": pw.IntegerField(default=0)},
    "maru_session": {
        "viewing_id": pw.IntegerField(null=True),
        "viewing_by": pw.CharField(max_length=80, default=""),
    },
    "maru_outbox_event": {
        "version": pw.IntegerField(default=1),
        "owner": pw.CharField(max_length=40, default=""),
        "dead": JSONField(default=list),
        "holder": pw.CharField(max_length=60, default=""),
        "until_at": UtcDateTimeField(null=True),
        "progress": JSONField(null=True),
        "actor_id": pw.IntegerField(null=True),
        "tries": JSONField(default=dict),
        "depth": pw.IntegerField(default=0),
    },
}
INDEXES = (("done_at", "owner", "next_at"), ("key", "done_at"))


def _models(db):
    class Schedule(pw.Model):
        name = pw.CharField(max_length=120, unique=True)
        every = pw.CharField(max_length=120)
        planned_at = UtcDateTimeField()

        class Meta:
            database = db
            table_name = "maru_schedule"

    class WorkerState(pw.Model):
        holder = pw.CharField(max_length=60, unique=True)
        pid = pw.IntegerField()
        started_at = UtcDateTimeField()
        seen_at = UtcDateTimeField()
        page_count = pw.IntegerField()
        given_up_count = pw.IntegerField()
        resident_mb = pw.IntegerField(null=True)
        is_elected = pw.BooleanField()

        class Meta:
            database = db
            table_name = "maru_worker_state"

    return [Schedule, WorkerState]


def up(migrator, db):
    for table, columns in COLUMNS.items():
        for name, field in columns.items():
            migrator.migrate(migrator.add_column(table, name, field))
    for columns in INDEXES:
        migrator.migrate(migrator.add_index("maru_outbox_event", columns))
    db.create_tables(_models(db))


def down(migrator, db):
    db.drop_tables(_models(db))
    for columns in INDEXES:
        migrator.migrate(migrator.drop_index("maru_outbox_event", "_".join(("maru_outbox_event", *columns))))
    for table, columns in COLUMNS.items():
        for name in columns:
            migrator.migrate(migrator.drop_column(table, name))
