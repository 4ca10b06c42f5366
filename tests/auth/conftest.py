"""Every test of this folder runs on SQLite and on PostgreSQL."""

from tests.databases import on_both_databases as on_both_databases
