"""The tools of the tests: named skips, a real browser, a real PostgreSQL."""

from __future__ import annotations

import psycopg
import pytest
from playwright.sync_api import Error, Page

from tests.needs import lacking


def test_missing_program_is_a_named_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a program its tests are skipped with the way to get it; where all is required they fail."""
    monkeypatch.delenv("MARU_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"Chromium is missing\. To get it: apt"):
        lacking("Chromium", "apt")

    monkeypatch.setenv("MARU_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="forbids a skip"):
        lacking("Chromium", "apt")


def test_browser_is_korean(page: Page) -> None:
    """The browser asks for Korean pages and keeps Seoul time."""
    page.set_content("<p>안녕하세요</p>")

    assert page.inner_text("p") == "안녕하세요"
    assert page.evaluate("navigator.language") == "ko-KR"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Seoul"


def test_browser_reaches_this_machine_only(page: Page) -> None:
    """As in the office, there is no internet: a page that needs it fails in the tests already."""
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")


def test_fresh_database_is_empty_and_knows_korean(fresh_postgres_url: str) -> None:
    """Each test has a PostgreSQL database of its own, in UTF-8."""
    with psycopg.connect(fresh_postgres_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        encoding = connection.execute("SHOW server_encoding").fetchone()
        korean = connection.execute("SELECT length('취합')").fetchone()

    assert tables == []
    assert (encoding, korean) == (("UTF8",), (2,))
