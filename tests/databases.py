"""The same tests on both databases: a folder's conftest.py imports `on_both_databases`, and its tests run twice."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["sqlite", "postgres"], autouse=True)
def on_both_databases(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites of this test lie on SQLite, then on PostgreSQL; a named skip where there is no PostgreSQL."""
    if request.param == "postgres":
        request.getfixturevalue("fresh_postgres_url")
    monkeypatch.setenv("MARU_TEST_DATABASE", request.param)
