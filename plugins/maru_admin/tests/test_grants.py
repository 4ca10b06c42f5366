"""Rights: giving one and taking it back."""

from __future__ import annotations

from typing import Any

from maru.models import Grant
from maru_db import connected


def test_a_right_is_given_to_a_person_for_a_unit(portal: Any) -> None:
    """A grant to clerk for 이인면 lets them read there, and the list names them."""
    site = portal("admin", "board")
    client, unit = site.client("admin"), site.unit("이인면")
    entered = {"permission": "board.manage", "holder": "person", "username": "clerk", "scope": "unit", "unit": unit.id}

    answer = client.post("/admin/grants/new", data=entered)

    assert answer.status_code == 303
    with connected():
        assert site.user("clerk").may("board.manage", unit)
    assert "clerk" in client.get("/admin/grants").text


def test_a_wrong_grant_is_refused_with_the_form(portal: Any) -> None:
    """Unknown permission, person and unit are each named; nothing is saved."""
    site = portal("admin")
    with connected():
        before = Grant.select().count()
    entered = {"permission": "no.such", "holder": "person", "username": "nobody", "scope": "unit"}

    answer = site.client("admin").post("/admin/grants/new", data=entered)

    assert answer.status_code == 422
    assert answer.text.count('class="error"') == 3
    with connected():
        assert Grant.select().count() == before


def test_rights_of_the_administration_are_for_the_whole_city(portal: Any) -> None:
    """admin.people for one unit is refused."""
    site = portal("admin")
    entered = {"permission": "admin.people", "holder": "person", "username": "clerk", "scope": "own"}

    answer = site.client("admin").post("/admin/grants/new", data=entered)

    assert answer.status_code == 422


def test_a_right_is_taken_back_and_kept_as_past(portal: Any) -> None:
    """An ended grant has ended yesterday and stands among the past ones."""
    site = portal("admin", "board")
    client = site.client("admin")
    with connected():
        grant = Grant.get(Grant.permission == "board.read")

    answer = client.post(f"/admin/grants/{grant.id}/end")

    assert answer.status_code == 303
    assert "board.read" in client.get("/admin/grants?past=1").text
    with connected():
        assert not site.user("clerk").may("board.read")


def test_the_last_way_back_cannot_be_taken(portal: Any) -> None:
    """Taking admin.people from the city administrators would lock everybody out: 409, nothing changed."""
    site = portal("admin")
    with connected():
        grant = Grant.get(Grant.permission == "admin.people")

    answer = site.client("admin").post(f"/admin/grants/{grant.id}/end")

    assert answer.status_code == 409
    with connected():
        assert grant.fresh().valid_until is None
