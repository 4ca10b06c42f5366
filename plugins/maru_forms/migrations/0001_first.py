"""Ledgers that were begun in the browser."""

import peewee as pw

from maru import JSONField, UtcDateTimeField


def _models(db):
    class Base(pw.Model):
        id = pw.AutoField()

        class Meta:
            database = db

    class Department(Base):
        class Meta:
            table_name = "maru_department"

    class User(Base):
        class Meta:
            table_name = "maru_user"

    class Draft(Base):
        label = pw.CharField(max_length=60)
        summary = pw.CharField(max_length=200)
        department = pw.ForeignKeyField(Department, backref="+", on_delete="RESTRICT")
        key = pw.CharField(max_length=41, index=True)
        document = JSONField()
        published = JSONField(null=True)
        created_by = pw.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")
        updated_by = pw.ForeignKeyField(User, null=True, backref="+", on_delete="RESTRICT")
        updated_at = UtcDateTimeField()

        class Meta:
            table_name = "forms_draft"

    return [Draft]


def up(migrator, db):
    db.create_tables(_models(db))


def down(migrator, db):
    db.drop_tables(_models(db))
