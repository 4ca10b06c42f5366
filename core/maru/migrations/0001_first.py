"""The core's first tables."""

import peewee as pw

from maru_db import JSONField, UtcDateTimeField


def _models(db):
    class Base(pw.Model):
        id = pw.AutoField()

        class Meta:
            database = db
            legacy_table_names = False

    class Department(Base):
        parent = pw.ForeignKeyField("self", null=True, on_delete="RESTRICT")
        name = pw.CharField(max_length=80)
        kind = pw.CharField(max_length=20)
        official_order = pw.IntegerField(index=True)
        path = pw.CharField(index=True)
        phone = pw.CharField(max_length=30)
        is_recipient = pw.BooleanField()
        valid_from = pw.DateField(null=True)
        valid_until = pw.DateField(null=True)

        class Meta:
            table_name = "maru_department"

    class User(Base):
        username = pw.CharField(max_length=60, unique=True)
        name = pw.CharField(max_length=60)
        password_hash = pw.CharField()
        phone = pw.CharField(max_length=30)
        is_active = pw.BooleanField()
        is_superuser = pw.BooleanField()
        must_change_password = pw.BooleanField()
        locale = pw.CharField(max_length=5)
        density = pw.CharField(max_length=12)
        created_at = UtcDateTimeField()

        class Meta:
            table_name = "maru_user"

    class Post(Base):
        user = pw.ForeignKeyField(User, on_delete="CASCADE")
        department = pw.ForeignKeyField(Department, on_delete="RESTRICT")
        title = pw.CharField(max_length=60)
        is_primary = pw.BooleanField()
        valid_from = pw.DateField(null=True)
        valid_until = pw.DateField(null=True)

        class Meta:
            table_name = "maru_post"

    class Role(Base):
        key = pw.CharField(max_length=40, unique=True)
        label_ko = pw.CharField(max_length=80)
        label_en = pw.CharField(max_length=80)

        class Meta:
            table_name = "maru_role"

    class RoleMember(Base):
        user = pw.ForeignKeyField(User, on_delete="CASCADE")
        role = pw.CharField(max_length=40, index=True)
        unit = pw.ForeignKeyField(Department, null=True, on_delete="CASCADE")
        valid_from = pw.DateField(null=True)
        valid_until = pw.DateField(null=True)

        class Meta:
            table_name = "maru_role_member"

    class Grant(Base):
        user = pw.ForeignKeyField(User, null=True, on_delete="CASCADE")
        role = pw.CharField(max_length=40, null=True, index=True)
        permission = pw.CharField(max_length=80, index=True)
        scope = pw.CharField(max_length=10)
        unit = pw.ForeignKeyField(Department, null=True, on_delete="CASCADE")
        includes_children = pw.BooleanField()
        valid_from = pw.DateField(null=True)
        valid_until = pw.DateField(null=True)

        class Meta:
            table_name = "maru_grant"

    class Session(Base):
        digest = pw.CharField(max_length=64, unique=True)
        user = pw.ForeignKeyField(User, on_delete="CASCADE")
        created_at = UtcDateTimeField()
        seen_at = UtcDateTimeField()
        ends_at = UtcDateTimeField()
        address = pw.CharField(max_length=60)
        agent = pw.CharField(max_length=200)

        class Meta:
            table_name = "maru_session"

    class SignInFailure(Base):
        username = pw.CharField(max_length=60)
        address = pw.CharField(max_length=60)
        at = UtcDateTimeField()

        class Meta:
            table_name = "maru_sign_in_failure"
            indexes = ((("username", "address", "at"), False),)

    class AuditEntry(Base):
        at = UtcDateTimeField(index=True)
        actor_id = pw.IntegerField(null=True, index=True)
        actor_name = pw.CharField(max_length=80)
        address = pw.CharField(max_length=60)
        plugin = pw.CharField(max_length=40, index=True)
        action = pw.CharField(max_length=120)
        request = pw.CharField(max_length=200)
        note = pw.TextField()
        changes = JSONField()
        previous_digest = pw.CharField(max_length=64)
        digest = pw.CharField(max_length=64)

        class Meta:
            table_name = "maru_audit_entry"

    class OutboxEvent(Base):
        at = UtcDateTimeField()
        name = pw.CharField(max_length=120)
        key = pw.CharField(max_length=120)
        payload = JSONField()
        waiting = JSONField(null=True)
        attempt_count = pw.IntegerField()
        next_at = UtcDateTimeField()
        done_at = UtcDateTimeField(null=True, index=True)
        problem = pw.TextField()

        class Meta:
            table_name = "maru_outbox_event"

    class Lease(Base):
        name = pw.CharField(max_length=40, unique=True)
        holder = pw.CharField(max_length=60)
        until_at = UtcDateTimeField()

        class Meta:
            table_name = "maru_lease"

    class StoredFile(Base):
        sha256 = pw.CharField(max_length=64, index=True)
        name = pw.CharField(max_length=255)
        size_bytes = pw.BigIntegerField()
        content_type = pw.CharField(max_length=120)
        plugin = pw.CharField(max_length=40)
        created_at = UtcDateTimeField()

        class Meta:
            table_name = "maru_stored_file"

    class PluginState(Base):
        key = pw.CharField(max_length=40, unique=True)
        version = pw.CharField(max_length=20)
        is_enabled = pw.BooleanField()
        known_permissions = JSONField()
        installed_at = UtcDateTimeField()

        class Meta:
            table_name = "maru_plugin_state"

    class PluginFailure(Base):
        plugin = pw.CharField(max_length=40, index=True)
        place = pw.CharField(max_length=120)
        problem = pw.TextField()
        where = pw.CharField(max_length=250)
        count = pw.IntegerField()
        first_at = UtcDateTimeField()
        last_at = UtcDateTimeField()

        class Meta:
            table_name = "maru_plugin_failure"

    people = [Department, User, Post, Role, RoleMember, Grant, Session, SignInFailure]
    return [*people, AuditEntry, OutboxEvent, Lease, StoredFile, PluginState, PluginFailure]


def up(migrator, db):
    db.create_tables(_models(db))


def down(migrator, db):
    db.drop_tables(_models(db))
