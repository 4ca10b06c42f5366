"""Who sees what: a foreign request answers exactly like a missing one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru_devkit.fixtures import Site

from .rounds import row, sent

Portal = Callable[..., Site]
COLLECTOR_PAGES = ("", "columns", "targets", "details", "review", "merged", "merged.xlsx")
COLLECTOR_ACTIONS = ("columns", "targets", "details", "send", "discard", "extend", "close", "reopen")


def test_foreign_request_is_not_found(portal: Portal) -> None:
    """A clerk of 유구읍 gets 404 for every collector's page and action of 기획감사실, as for a request that is not there."""
    site = portal("collect")
    made = sent(site)
    clerk = site.client("clerk")

    seen = {clerk.get(f"/collect/{made.id}/{page}").status_code for page in COLLECTOR_PAGES}
    acted = {
        clerk.post(f"/collect/{made.id}/{action}", data={"due_on": "2099-01-01"}).status_code
        for action in COLLECTOR_ACTIONS
    }
    missing = clerk.get("/collect/999/").status_code

    assert seen == acted == {missing} == {404}


def test_foreign_answer_is_not_found(portal: Portal) -> None:
    """A clerk of 이인면 can neither read nor change what 유구읍 answers."""
    site = portal("collect")
    made = sent(site)
    made.save("clerk", "유구읍", [row("주차장 정비")])
    stranger = site.client("stranger")

    seen = [stranger.get(made.path("유구읍", word)).status_code for word in ("", "form.xlsx")]
    acted = [stranger.post(made.path("유구읍", word), json={"version": 0, "rows": []}).status_code
             for word in ("draft", "upload", "submit", "nil", "take-back")]  # fmt: skip

    assert {*seen, *acted} == {404}
    assert "주차장 정비" not in stranger.get("/collect/").text


def test_target_of_another_request_is_not_found(portal: Portal) -> None:
    """The numbers of request and unit must belong together."""
    site = portal("collect")
    one, other = sent(site), sent(site)

    answer = site.client("clerk").get(f"/collect/{one.id}/answer/{other.target('유구읍').id}")

    assert answer.status_code == 404


def test_draft_request_is_not_seen_by_its_units(portal: Portal) -> None:
    """Before 발송 the units know nothing of it, and neither does who may see all collections."""
    from .rounds import draft

    site = portal("collect")
    made = draft(site)

    assert site.client("clerk").get("/collect/").text.count("answer/") == 0
    assert site.client("admin").get(f"/collect/{made.id}/").status_code == 404


def test_city_administrator_sees_but_does_not_change(portal: Portal) -> None:
    """collect.see_all opens the board of every unit; closing it stays with the unit that asks."""
    site = portal("collect")
    made = sent(site)
    admin = site.client("admin")

    assert admin.get(f"/collect/{made.id}/").status_code == 200
    assert admin.post(f"/collect/{made.id}/close").status_code == 404


@pytest.mark.parametrize(
    ("openness", "before", "after"), [("closed", 404, 404), ("contributors", 404, 200), ("open", 404, 200)]
)
def test_result_is_as_open_as_it_was_made(portal: Portal, openness: str, before: int, after: int) -> None:
    """Units see the merged table after the close only, and only where the collector said so."""
    site = portal("collect")
    made = sent(site, openness)
    made.submit("clerk", "유구읍", [row("주차장 정비")])
    stranger = site.client("stranger")

    open_still = stranger.get(f"/collect/{made.id}/merged").status_code
    site.client("planner").post(f"/collect/{made.id}/close")
    closed = [stranger.get(f"/collect/{made.id}/{page}").status_code for page in ("merged", "merged.xlsx")]

    assert open_still == before
    assert closed == [after, after]


def test_person_with_two_posts_answers_and_asks(portal: Portal) -> None:
    """Who belongs to both units sees the board of one and the answer of the other."""
    site = portal("collect")
    made = sent(site)
    double = site.client("double")

    assert double.get(f"/collect/{made.id}/").status_code == 200
    assert double.get(made.path("유구읍")).status_code == 200
    assert double.get(made.path("이인면")).status_code == 404
