"""What a department administrator sees: their own units, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from maru.models import Grant


def test_own_people_are_seen_and_no_others(portal: Any) -> None:
    """The head of 유구읍 sees its people, nobody of 이인면."""
    page = portal("admin").client("head").get("/admin/department/").text

    assert "colleague" in page
    assert "stranger" not in page


def test_a_stranger_answers_like_nobody(portal: Any) -> None:
    """The address of a person of another unit and that of nobody give the same 404."""
    site = portal("admin")
    client = site.client("head")

    mine = client.get(f"/admin/department/people/{site.user('clerk').id}")
    theirs = client.get(f"/admin/department/people/{site.user('stranger').id}")
    nobody = client.get("/admin/department/people/999999")

    assert mine.status_code == 200
    assert [theirs.status_code, nobody.status_code] == [404, 404]
    assert "이 사용자는 없습니다" in theirs.text


def test_grants_of_strangers_are_not_told(portal: Any) -> None:
    """A grant for 유구읍 to somebody of 이인면 does not name that person here."""
    site = portal("admin", "board")
    with site.write_as("admin"):
        Grant.create(user=site.user("stranger"), permission="board.write", scope="unit", unit=site.unit("유구읍"))
        Grant.create(user=site.user("clerk"), permission="board.manage", scope="unit", unit=site.unit("유구읍"))

    page = site.client("head").get("/admin/department/").text

    assert "stranger" not in page
    assert "게시판 만들기와 관리" in page


@pytest.mark.parametrize("path", ["people", "people/1", "departments", "departments/1", "grants", "audit", "audit/1"])
def test_the_pages_of_the_city_are_closed(portal: Any, path: str) -> None:
    """A department administrator has none of the city's pages."""
    answer = portal("admin").client("head").get(f"/admin/{path}")

    assert answer.status_code == 403
