"""The texts of files, the runs that build the index, and the plugins that are behind."""

import peewee as pw

from maru import UtcDateTimeField


def up(migrator, db):
    class FileText(pw.Model):
        sha256 = pw.CharField(max_length=64, unique=True)
        name = pw.CharField(max_length=255)
        state = pw.CharField(max_length=10, index=True)
        problem = pw.CharField(max_length=200, default="")
        text = pw.TextField(default="")
        at = UtcDateTimeField()

        class Meta:
            database = db
            table_name = "search_file_text"

    class Build(pw.Model):
        shelf = pw.CharField(max_length=32)
        began_at = UtcDateTimeField()
        ended_at = UtcDateTimeField(null=True)
        done_count = pw.IntegerField(default=0)
        total_count = pw.IntegerField(default=0)

        class Meta:
            database = db
            table_name = "search_build"

    class Behind(pw.Model):
        plugin = pw.CharField(max_length=40, unique=True)
        since_at = UtcDateTimeField()
        tried_at = UtcDateTimeField()

        class Meta:
            database = db
            table_name = "search_behind"

    db.create_tables([FileText, Build, Behind])


def down(migrator, db):
    for table in ("search_behind", "search_build", "search_file_text"):
        db.execute_sql(f"DROP TABLE IF EXISTS {table}")
