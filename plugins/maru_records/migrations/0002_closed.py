"""기록 중지: whether a ledger still takes records."""

import peewee as pw


def up(migrator, db):
    migrator.migrate(migrator.add_column("records_definition", "is_closed", pw.BooleanField(default=False)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("records_definition", "is_closed"))
