"""The documents that their plugins cannot give."""

import peewee as pw

from maru import UtcDateTimeField


def up(migrator, db):
    class Stuck(pw.Model):
        plugin = pw.CharField(max_length=40)
        key = pw.CharField(max_length=200)
        since_at = UtcDateTimeField()
        next_at = UtcDateTimeField()
        count = pw.IntegerField(default=0)

        class Meta:
            database = db
            table_name = "search_stuck"
            indexes = ((("plugin", "key"), True),)

    db.create_tables([Stuck])


def down(migrator, db):
    db.execute_sql("DROP TABLE IF EXISTS search_stuck")
