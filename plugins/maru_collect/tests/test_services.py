"""The rules of a collection: who may change what, when, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from maru import AuditEntry, Conflict, Invalid, now
from maru_collect import services
from maru_collect.layouts import as_definition
from maru_collect.merging import merged_rows
from maru_collect.models import CollectionRequest, Draft, Submission, Target
from maru_db import connected
from maru_devkit.fixtures import Site

from .rounds import Round, draft, row, sent

Portal = Callable[..., Site]


def test_list_of_units_is_frozen_at_sending(portal: Portal) -> None:
    """A unit that is renamed after 발송 keeps the name and place it had on the list."""
    site = portal("collect")
    made = sent(site)

    with site.write_as("admin"):
        unit = site.unit("유구읍")
        unit.name, unit.official_order = "유구시", 1
        unit.save()

    assert made.target("유구읍").unit_name == "유구읍"
    assert made.target("유구읍").official_order > made.target("이인면").official_order - 10


def test_request_without_units_or_deadline_is_not_sent(portal: Portal) -> None:
    """발송 names what is missing, and the draft stays a draft."""
    site = portal("collect")
    made = draft(site)

    answer = site.client("planner").post(f"/collect/{made.id}/send")

    assert answer.status_code == 422
    assert "받을 부서" in answer.text
    assert made.request().state == "draft"


def test_sent_request_cannot_be_changed(portal: Portal) -> None:
    """After 발송 neither units nor form nor guidance can be changed."""
    site = portal("collect")
    made = sent(site)

    answers = [site.client("planner").post(f"/collect/{made.id}/{step}") for step in ("targets", "columns", "discard")]

    assert [answer.status_code for answer in answers] == [409, 409, 409]


def test_submission_is_checked_again_on_the_server(portal: Portal) -> None:
    """Text in a number cell keeps the unit from submitting; the rows stay in the draft."""
    site = portal("collect")
    made = sent(site)

    answer = made.submit("clerk", "유구읍", [row("주차장 정비", spent="모름")])

    assert answer.status_code == 422
    assert "모름" in answer.text
    assert made.target("유구읍").state == "entering"


def test_empty_answer_is_not_a_submission(portal: Portal) -> None:
    """Submitting nothing points to 해당 없음."""
    site = portal("collect")
    made = sent(site)

    answer = site.client("clerk").post(made.path("유구읍", "submit"), data=made.seen("유구읍"))

    assert answer.status_code == 422
    assert "해당 없음" in answer.text


def test_take_back_raises_the_round_and_keeps_every_version(portal: Portal) -> None:
    """회수 and submitting again leave two versions with their rounds and rows."""
    site = portal("collect")
    made = sent(site)
    made.submit("clerk", "유구읍", [row("주차장 정비")])

    site.client("clerk").post(made.path("유구읍", "take-back"))
    made.save("clerk", "유구읍", [row("주차장 정비"), row("쉼터 설치")], version=1)
    site.client("clerk").post(made.path("유구읍", "submit"), data=made.seen("유구읍"))

    with connected():
        versions = [
            (one.round, one.row_count, one.taken_back_at is None) for one in Submission.select().order_by(Submission.id)
        ]
    assert versions == [(1, 1, False), (2, 2, True)]
    assert made.target("유구읍").round == 2


def test_nil_counts_as_done_and_can_be_undone(portal: Portal) -> None:
    """해당 없음 is done at once; taken back before the close, the unit may answer with rows."""
    site = portal("collect")
    made = sent(site)
    client = site.client("clerk")

    client.post(made.path("유구읍", "nil"))
    after_nil = made.target("유구읍").state
    client.post(made.path("유구읍", "take-back"))
    after_undo = made.target("유구읍").state

    assert (after_nil, after_undo) == ("nil", "waiting")


def test_nil_keeps_the_draft(portal: Portal) -> None:
    """Rows typed before 해당 없음 are there again when it is undone."""
    site = portal("collect")
    made = sent(site)
    made.save("clerk", "유구읍", [row("주차장 정비")])

    site.client("clerk").post(made.path("유구읍", "nil"))
    site.client("clerk").post(made.path("유구읍", "take-back"))

    assert made.target("유구읍").state == "entering"
    assert "주차장 정비" in site.client("clerk").get(made.path("유구읍")).text


def test_reason_may_be_added_after_nil(portal: Portal) -> None:
    """A second 해당 없음 with a reason stores the reason and makes no second version."""
    site = portal("collect")
    made = sent(site)
    client = site.client("clerk")
    client.post(made.path("유구읍", "nil"))

    client.post(made.path("유구읍", "nil"), data={"reason": "배정 사업 없음"})

    assert made.target("유구읍").nil_reason == "배정 사업 없음"
    with connected():
        assert Submission.select().count() == 1


def test_nothing_can_be_submitted_after_the_close(portal: Portal) -> None:
    """마감 refuses drafts, submissions, nil and take-backs alike; reopening allows them again."""
    site = portal("collect")
    made = sent(site)
    made.submit("stranger", "이인면", [row("보행로 정비")])
    site.client("planner").post(f"/collect/{made.id}/close")
    client = site.client("clerk")

    refused = [
        made.save("clerk", "유구읍", [row("주차장 정비")]).status_code,
        client.post(made.path("유구읍", "submit")).status_code,
        client.post(made.path("유구읍", "nil")).status_code,
        site.client("stranger").post(made.path("이인면", "take-back")).status_code,
    ]
    site.client("planner").post(f"/collect/{made.id}/reopen")
    allowed = client.post(made.path("유구읍", "nil")).status_code

    assert refused == [409, 409, 409, 409]
    assert allowed == 303


def test_lateness_follows_from_the_deadline(portal: Portal) -> None:
    """A unit that submitted after the deadline is late until the deadline is moved past it."""
    site = portal("collect")
    made = sent(site)
    made.submit("clerk", "유구읍", [row("주차장 정비")])

    target = made.target("유구읍")

    assert target.submitted_at is not None
    assert target.is_late(target.submitted_at - timedelta(minutes=1))
    assert not target.is_late(target.submitted_at + timedelta(minutes=1))


def test_second_person_is_told_that_somebody_saved_first(portal: Portal) -> None:
    """Two colleagues with the same version: the second save is refused with 409 and names the first."""
    site = portal("collect")
    made = sent(site)
    made.save("clerk", "유구읍", [row("주차장 정비")])

    answer = made.save("colleague", "유구읍", [row("쉼터 설치")])

    assert answer.status_code == 409
    assert "clerk" in answer.json()["message"]


def test_department_column_says_the_unit_whatever_was_typed(portal: Portal) -> None:
    """The name of another unit in the department column is replaced, and blank rows stay blank."""
    site = portal("collect")
    made = sent(site)
    wrong = row("주차장 정비")
    wrong[1] = "이인면"

    answer = made.save("clerk", "유구읍", [wrong, [None, "유구읍", *[None] * 10]])

    texts = answer.json()["texts"]
    assert texts[0][1] == "유구읍"
    assert not any(texts[1])


def test_merged_rows_come_in_official_order(portal: Portal) -> None:
    """이인면 submits first, 유구읍 last; the merged table begins with 유구읍 all the same."""
    site = portal("collect")
    made = sent(site)

    made.submit("stranger", "이인면", [row("보행로 정비")])
    made.submit("clerk", "유구읍", [row("주차장 정비"), row("쉼터 설치")])

    with connected():
        rows = list(merged_rows(made.request()))
    assert [(one[1], one[2]) for one in rows] == [
        ("유구읍", "주차장 정비"),
        ("유구읍", "쉼터 설치"),
        ("이인면", "보행로 정비"),
    ]


def test_autosave_leaves_no_audit_entry_and_submitting_does(portal: Portal) -> None:
    """Typing is not audited save by save; submitting is, without the rows themselves."""
    site = portal("collect")
    made = sent(site)
    made.save("clerk", "유구읍", [row("주차장 정비")])
    with connected():
        before = AuditEntry.select().count()

    made.save("clerk", "유구읍", [row("주차장 정비"), row("쉼터 설치")], version=1)
    with connected():
        after_typing = AuditEntry.select().count()
    site.client("clerk").post(made.path("유구읍", "submit"), data=made.seen("유구읍"))

    with connected():
        entry = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
    assert after_typing == before
    assert entry.actor_name == "clerk"
    assert "쉼터 설치" not in str(entry.changes)


def test_formula_over_a_text_column_is_refused_in_words(portal: Portal) -> None:
    """A column that a formula needs cannot be made text; the page says which formula, and keeps the draft."""
    site = portal("collect")
    made = draft(site)

    answer = site.client("planner").post(
        f"/collect/{made.id}/columns", data={"type_spent": "text", "type_budget": "text"}
    )

    assert answer.status_code == 422
    assert "‘집행률’ 열의 수식" in answer.text
    with connected():
        assert as_definition(CollectionRequest.get_by_id(made.id).definition).by_key["spent"].type == "amount"


def test_services_refuse_wrong_order(portal: Portal) -> None:
    """Closing a draft, sending twice and extending into the past are refused by the rules themselves."""
    site = portal("collect")
    made = sent(site)
    unsent = draft(site)

    with site.write_as("planner") as change, pytest.raises(Conflict):
        services.close(change, CollectionRequest.get_by_id(unsent.id))
    with site.write_as("planner") as change, pytest.raises(Conflict):
        services.send(change, CollectionRequest.get_by_id(made.id))
    with site.write_as("planner") as change, pytest.raises(Invalid):
        services.extend(change, CollectionRequest.get_by_id(made.id), now() - timedelta(hours=1))


def test_draft_row_belongs_to_one_unit(portal: Portal) -> None:
    """A unit has one draft, however often it is saved."""
    site = portal("collect")
    made = sent(site)

    for version in range(3):
        made.save("clerk", "유구읍", [row("주차장 정비")], version=version)

    with connected():
        assert [(one.version, one.row_count) for one in Draft.select()] == [(3, 1)]
        assert Target.select().where(Target.request == made.id).count() == 4


def test_round_helper_finds_its_request(portal: Portal) -> None:
    """The title of the request is the one that was entered."""
    site = portal("collect")

    made: Round = sent(site)

    assert made.request().title.startswith("2026년 하반기")
