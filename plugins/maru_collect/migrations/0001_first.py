"""Requests, targets, drafts, submissions."""

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

    class StoredFile(Base):
        class Meta:
            table_name = "maru_stored_file"

    class CollectionRequest(Base):
        title = pw.CharField(max_length=200)
        basis = pw.TextField()
        reference_on = pw.DateField(null=True)
        guidance = pw.TextField()
        due_at = UtcDateTimeField(null=True, index=True)
        department = pw.ForeignKeyField(Department, on_delete="RESTRICT")
        collector = pw.ForeignKeyField(User, on_delete="RESTRICT")
        state = pw.CharField(max_length=10, index=True)
        openness = pw.CharField(max_length=12)
        template = pw.ForeignKeyField(StoredFile, on_delete="RESTRICT")
        layout = JSONField()
        definition = JSONField()
        chosen_ids = JSONField()
        created_at = UtcDateTimeField()
        sent_at = UtcDateTimeField(null=True)
        closed_at = UtcDateTimeField(null=True)

        class Meta:
            table_name = "collect_collection_request"

    class Target(Base):
        request = pw.ForeignKeyField(CollectionRequest, on_delete="CASCADE")
        department = pw.ForeignKeyField(Department, on_delete="RESTRICT")
        official_order = pw.IntegerField()
        unit_name = pw.CharField(max_length=80)
        state = pw.CharField(max_length=10)
        round = pw.IntegerField()
        row_count = pw.IntegerField()
        opened_at = UtcDateTimeField(null=True)
        changed_at = UtcDateTimeField(null=True)
        submitted_at = UtcDateTimeField(null=True)
        person = pw.ForeignKeyField(User, null=True, on_delete="RESTRICT")
        nil_reason = pw.CharField(max_length=500)

        class Meta:
            table_name = "collect_target"
            indexes = ((("request", "department"), True),)

    class Draft(Base):
        target = pw.ForeignKeyField(Target, unique=True, on_delete="CASCADE")
        rows = JSONField()
        row_count = pw.IntegerField()
        version = pw.IntegerField()
        person = pw.ForeignKeyField(User, on_delete="RESTRICT")
        saved_at = UtcDateTimeField()
        upload = JSONField(null=True)
        workbook = pw.ForeignKeyField(StoredFile, null=True, on_delete="SET NULL")

        class Meta:
            table_name = "collect_draft"

    class Submission(Base):
        target = pw.ForeignKeyField(Target, on_delete="CASCADE")
        round = pw.IntegerField()
        rows = JSONField()
        row_count = pw.IntegerField()
        sums = JSONField()
        how = pw.CharField(max_length=10)
        reason = pw.CharField(max_length=500)
        person = pw.ForeignKeyField(User, on_delete="RESTRICT")
        at = UtcDateTimeField()
        workbook = pw.ForeignKeyField(StoredFile, null=True, on_delete="SET NULL")
        taken_back_at = UtcDateTimeField(null=True)
        taken_back_by = pw.ForeignKeyField(User, null=True, on_delete="RESTRICT", backref="+")

        class Meta:
            table_name = "collect_submission"

    return [CollectionRequest, Target, Draft, Submission]


def up(migrator, db):
    db.create_tables(_models(db))


def down(migrator, db):
    db.drop_tables(_models(db))
