"""Definitions, rights, revisions."""

import peewee as pw

from maru import JSONField, UtcDateTimeField


def _models(db):
    class Base(pw.Model):
        id = pw.AutoField()

        class Meta:
            database = db
            legacy_table_names = False

    class Department(Base):
        class Meta:
            table_name = "maru_department"

    class User(Base):
        class Meta:
            table_name = "maru_user"

    class StoredDefinition(Base):
        key = pw.CharField(max_length=41)
        version = pw.IntegerField()
        label = JSONField()
        document = JSONField()
        icon = pw.CharField(max_length=40)
        department = pw.ForeignKeyField(Department, null=True, on_delete="RESTRICT")
        plugin = pw.CharField(max_length=40)
        is_published = pw.BooleanField()
        created_at = UtcDateTimeField()
        created_by = pw.ForeignKeyField(User, null=True, on_delete="RESTRICT")

        class Meta:
            table_name = "records_definition"
            indexes = ((("key", "version"), True),)

    class Right(Base):
        ledger = pw.CharField(max_length=41, index=True)
        role = pw.CharField(max_length=40)
        department = pw.ForeignKeyField(Department, null=True, on_delete="CASCADE")
        user = pw.ForeignKeyField(User, null=True, on_delete="CASCADE")
        may = pw.CharField(max_length=10)
        rows = pw.CharField(max_length=10)

        class Meta:
            table_name = "records_right"

    class Revision(Base):
        ledger = pw.CharField(max_length=41)
        record = pw.IntegerField()
        row_version = pw.IntegerField()
        action = pw.CharField(max_length=10)
        changes = JSONField()
        at = UtcDateTimeField()
        by = pw.ForeignKeyField(User, null=True, on_delete="RESTRICT")

        class Meta:
            table_name = "records_revision"
            indexes = ((("ledger", "record", "row_version"), False),)

    return [StoredDefinition, Right, Revision]


def up(migrator, db):
    db.create_tables(_models(db))


def down(migrator, db):
    db.drop_tables(_models(db))
