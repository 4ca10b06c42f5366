"""Departments: their order, their end, their children."""

from __future__ import annotations

from typing import Any

import pytest

from maru.models import Department
from maru_db import connected


def names_in_order() -> list[str]:
    """The departments in 직제순."""
    with connected():
        return [unit.name for unit in Department.in_order()]


def test_a_child_stands_after_its_last_sibling(portal: Any) -> None:
    """A second team of 유구읍 comes right after the first, and 이인면 after both."""
    site = portal("admin")
    unit = site.unit("유구읍")

    answer = site.client("admin").post(
        f"/admin/departments/{unit.id}/children", data={"child_name": "유구읍 산업팀", "child_kind": "team"}
    )

    names = names_in_order()
    place = names.index("유구읍 총무팀")
    assert answer.status_code == 303
    assert names[place : place + 3] == ["유구읍 총무팀", "유구읍 산업팀", "이인면"]
    assert site.unit("유구읍 산업팀").path.startswith(unit.path)
    with connected():
        orders = [row.official_order for row in Department.select()]
    assert len(orders) == len(set(orders))


def test_a_department_with_people_cannot_be_over(portal: Any) -> None:
    """A last day in the past is refused while somebody is there, and the page says how many."""
    site = portal("admin")
    unit = site.unit("이인면")

    answer = site.client("admin").post(
        f"/admin/departments/{unit.id}/change", data={"name": "이인면", "valid_until": "2020-01-01"}
    )

    assert answer.status_code == 422
    assert "아직 1명이" in answer.text


def test_an_ended_department_is_among_the_past(portal: Any) -> None:
    """An empty one may end; it leaves the tree and is listed as past."""
    site = portal("admin")
    client, unit = site.client("admin"), site.unit("계룡면")

    client.post(f"/admin/departments/{unit.id}/change", data={"name": "계룡면", "valid_until": "2020-01-01"})

    assert "계룡면" not in names_in_order()
    assert "계룡면" in client.get("/admin/departments?past=1").text


def test_a_department_shows_its_people_and_roles(portal: Any) -> None:
    """유구읍 lists its clerk and its administrator."""
    site = portal("admin")

    page = site.client("admin").get(f"/admin/departments/{site.unit('유구읍').id}").text

    assert "clerk" in page
    assert "부서 관리자" in page


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\u200b\u2060 \u115f"])
def test_a_department_cannot_be_called_nothing(portal: Any, unseen: str) -> None:
    """A name of zero-width characters or Hangul fillers would be a blank line in every list."""
    site = portal("admin")

    answer = site.client("admin").post(f"/admin/departments/{site.unit('이인면').id}/change", data={"name": unseen})

    assert answer.status_code == 422
    assert "꼭 적어야 합니다." in answer.text
    assert site.unit("이인면").name == "이인면"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_department_cannot_end_in_a_year_nobody_meant(portal: Any, day: str) -> None:
    """The sentence says which years are meant, and which one was typed."""
    site = portal("admin")
    sent = {"name": "이인면", "valid_until": day}

    answer = site.client("admin").post(f"/admin/departments/{site.unit('이인면').id}/change", data=sent)

    assert answer.status_code == 422
    assert "1900년부터 2100년 사이의 날짜를 적어 주세요." in answer.text
