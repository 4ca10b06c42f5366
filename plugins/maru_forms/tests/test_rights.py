"""Who builds, who reads, who writes: a clerk with this right alone can do all of it, for their own unit alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru_db import connected
from maru_devkit.fixtures import Site
from maru_forms.models import Draft
from maru_forms.tests.builder import Builder, give_only, make_trip_log
from maru_forms.tests.test_building import record
from maru_records.api import records_of

Portal = Callable[..., Site]
ROW = {"naljja": "2026. 11. 20.", "yongmu": "시청", "chulbal_gyegi": "100", "dochak_gyegi": "134"}
PARTS = ("", "columns", "settings", "try", "review")
CHANGES = ("", "columns", "settings", "try", "publish", "close", "reopen", "discard")


def test_no_other_right_is_needed_to_build(portal: Portal) -> None:
    """Every other right of everybody is gone; the clerk begins, builds, tries, publishes, changes, closes."""
    site = portal("forms")
    give_only(site, "clerk", "forms.build")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)

    seen = [builder.page(part) for part in PARTS]
    done = [builder.client.post(f"{builder.href}publish").status_code]
    builder.add("text", "비고")
    done += [builder.client.post(f"{builder.href}{part}").status_code for part in ("publish", "close", "reopen")]

    assert all(seen)
    assert done == [303] * 4
    with connected():
        assert records_of("gwanyongcharyang_unhaengilji").definition.version == 2


def test_without_the_right_nothing_is_there(portal: Portal) -> None:
    """No menu line, no page, no draft."""
    site = portal("forms")
    give_only(site, "stranger", "forms.build")
    client = site.client("clerk")

    answers = [client.get("/forms/").status_code, client.post("/forms/new", data={"label": "x"}).status_code]

    assert answers == [403, 403]
    assert "/forms/" not in client.get("/").text


def test_draft_of_another_unit_answers_like_a_missing_one(portal: Portal) -> None:
    """A clerk of another department can neither see nor change it, by any address; the sentence is the same."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)
    stranger = site.client("stranger")

    seen = [stranger.get(builder.href + part) for part in PARTS]
    changed = [stranger.post(builder.href + part, data={"then": "add:text"}) for part in CHANGES]
    missing = stranger.get("/forms/987654/")

    assert [answer.status_code for answer in (*seen, *changed)] == [404] * (len(PARTS) + len(CHANGES))
    assert "관용차량" not in "".join(answer.text for answer in (*seen, *changed))
    assert "이 대장 설계가 없거나" in missing.text
    assert "이 대장 설계가 없거나" in seen[0].text
    assert "관용차량" not in stranger.get("/forms/").text
    with connected():
        assert len(Draft.get().design.fields) == 5


def test_colleague_of_the_unit_works_at_the_same_draft(portal: Portal) -> None:
    """Definitions belong to the unit: a colleague goes on where the clerk stopped."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)
    colleague = site.client("colleague")

    answer = colleague.post(builder.href, data={"then": "add:text"})

    assert answer.status_code == 303
    assert "관용차량" in colleague.get("/forms/").text


def test_second_of_two_at_one_field_is_told(portal: Portal) -> None:
    """409 with what they typed; saving again keeps theirs. At different fields both are kept without a word."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    keys = make_trip_log(builder)
    with connected():
        seen = Draft.get().design.by_key[keys["용무"]].seen
    colleague = site.client("colleague")
    colleague.post(builder.href, data={"then": "save", "field": keys["용무"], "label": "목적", "seen": seen})

    other = builder.post("save", keys["날짜"], label="운행일", seen="stale")
    colleague.post(builder.href, data={"then": "save", "field": keys["용무"], "label": "까닭", "seen": "x"})
    told = builder.post("save", keys["용무"], label="행선지", seen=seen)

    assert other.status_code in (303, 409)
    assert told.status_code == 409
    assert "행선지" in told.text
    assert "다른 사람이 이 항목을 고쳤습니다" in told.text


@pytest.mark.parametrize(
    ("sharing", "reads", "writes"),
    [
        ({"readers": "own", "writers": "own"}, {"colleague"}, {"colleague"}),
        ({"readers": "everyone", "writers": "own"}, {"colleague", "stranger", "planner"}, {"colleague"}),
        ({"readers": "own", "writers": "everyone"}, {"colleague"}, {"colleague", "stranger", "planner"}),
        (
            {"readers": "chosen", "readers.add": "planner colleague", "writers": "own"},
            {"colleague", "planner"},
            {"colleague"},
        ),
    ],
)
def test_who_reads_and_who_writes(portal: Portal, sharing: dict[str, str], reads: set[str], writes: set[str]) -> None:
    """Own unit, everyone, chosen people: reading is seeing the clerk's record; who only writes sees their own."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)
    builder.client.post(f"{builder.href}settings", data={"label": "관용차량 운행일지", **sharing})
    builder.client.post(f"{builder.href}publish")
    href = "/records/gwanyongcharyang_unhaengilji/"
    record(builder.client, href, **ROW)

    clients = {name: site.client(name) for name in ("colleague", "stranger", "planner")}

    assert {name for name, client in clients.items() if client.get(f"{href}1").status_code == 200} == reads
    assert {n for n, client in clients.items() if client.post(f"{href}new", data=ROW).status_code == 303} == writes


def test_chosen_departments_take_their_teams_with_them(portal: Portal) -> None:
    """A department that is named reads with all units below it; the others do not."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)
    towns = site.unit("읍·면·동").id
    builder.client.post(
        f"{builder.href}settings", data={"label": "일지", "readers": "chosen", "readers.departments": [str(towns)]}
    )
    href = builder.publish()

    answers = {name: site.client(name).get(href).status_code for name in ("stranger", "planner")}

    assert answers == {"stranger": 200, "planner": 404}


def test_link_to_the_settings_is_for_those_who_may_change_it(portal: Portal) -> None:
    """The head of the ledger leads its unit to the builder, and nobody else."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)
    builder.client.post(f"{builder.href}settings", data={"label": "일지", "readers": "everyone"})
    href = builder.publish()

    assert f'href="{builder.href}"' in site.client("colleague").get(href).text
    assert f'href="{builder.href}"' not in site.client("stranger").get(href).text
    assert 'href="/forms/new"' in site.client("stranger").get("/records/").text
