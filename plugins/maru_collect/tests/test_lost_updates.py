"""Two people, or two windows, at the same collection: whoever comes second is told, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from maru import Conflict
from maru_collect import services
from maru_collect.models import CollectionRequest, Draft, Submission, Target
from maru_collect.views import following, preparing
from maru_db import connected
from maru_devkit.fixtures import Site

from .rounds import FORM, XLSX, Round, draft, filled, row, sent, tomorrow

Portal = Callable[..., Site]
CELLS = ("주차장 정비", "교통", 48000, 33600, 14400, 45210, "2026-04-06", "041-840-8002", "")


def meanwhile(monkeypatch: pytest.MonkeyPatch, module: Any, finder: str, act: Callable[[], object]) -> None:
    """Let `act` happen once in another window, right after a view of `module` found its request."""
    found_by, acts = getattr(module, finder), [act]

    def find(*given: Any) -> Any:
        found = found_by(*given)
        if acts:
            acts.pop()()
        return found

    monkeypatch.setattr(module, finder, find)


def ready(site: Site) -> Round:
    """A draft of which nothing is missing but 발송."""
    made = draft(site)
    client = site.client("planner")
    client.post(f"/collect/{made.id}/targets", data={"preset": "townships"})
    client.post(f"/collect/{made.id}/details", data={"title": "제목", "due_on": tomorrow(), "due_time": "18:00"})
    return made


STEPS: dict[str, dict[str, Any]] = {
    "form": {"files": {"form": ("서식.xlsx", FORM.read_bytes(), XLSX)}},
    "columns": {"data": {"type_remarks": "text"}},
    "targets": {"data": {"units": ["1"]}},
    "details": {"data": {"title": "다른 제목", "due_on": "2099-01-02"}},
    "send": {},
    "discard": {},
}


@pytest.mark.parametrize("step", STEPS)
def test_sent_request_does_not_become_a_draft_again(portal: Portal, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """One window is still at a step while another sends: 409, and the request stays sent with its units."""
    site = portal("collect")
    made = ready(site)
    other = site.client("planner")
    meanwhile(monkeypatch, preparing, "draft_of", lambda: other.post(f"/collect/{made.id}/send"))

    answer = site.client("planner").post(f"/collect/{made.id}/{step}", **STEPS[step])

    assert answer.status_code == 409
    assert (made.request().state, made.request().title) == ("sent", "제목")
    assert made.request().sent_at is not None
    with connected():
        assert Target.select().where(Target.request == made.id).count() == 4


def test_close_is_not_undone_by_an_extension(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """기한 연장 and 마감 at the same time: the extension is refused and the request stays closed."""
    site = portal("collect")
    made = sent(site)
    other = site.client("planner")
    meanwhile(monkeypatch, following, "changeable", lambda: other.post(f"/collect/{made.id}/close"))

    answer = site.client("planner").post(f"/collect/{made.id}/extend", data={"due_on": "2099-01-02"})

    assert answer.status_code == 409
    assert made.request().state == "closed"


def test_extension_survives_a_close(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed by somebody who had read the old deadline, the request keeps the new one."""
    site = portal("collect")
    made = sent(site)
    other = site.client("planner")
    moved = {"due_on": "2099-01-02", "due_time": "12:00"}
    meanwhile(monkeypatch, following, "changeable", lambda: other.post(f"/collect/{made.id}/extend", data=moved))

    site.client("planner").post(f"/collect/{made.id}/close")

    due_at = made.request().due_at
    assert (made.request().state, due_at.year if due_at else 0) == ("closed", 2099)


def test_deadline_and_units_of_two_windows_are_both_kept(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """One window picks units while the other writes the guidance; neither overwrites the other."""
    site = portal("collect")
    made = draft(site)
    other = site.client("planner")
    typed = {"title": "새 제목", "due_on": "2099-01-02"}
    meanwhile(monkeypatch, preparing, "draft_of", lambda: other.post(f"/collect/{made.id}/details", data=typed))

    site.client("planner").post(f"/collect/{made.id}/targets", data={"preset": "townships"})

    assert (made.request().title, len(made.request().chosen_ids)) == ("새 제목", 4)


def test_columns_of_the_old_file_are_not_kept_for_the_new_one(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The columns were set differently in another window: 409 instead of columns that fit no file."""
    site = portal("collect")
    made = draft(site)
    other = site.client("planner")
    choice = {"type_remarks": "text"}
    meanwhile(monkeypatch, preparing, "draft_of", lambda: other.post(f"/collect/{made.id}/columns", data=choice))

    answer = site.client("planner").post(f"/collect/{made.id}/columns", data={"required_remarks": "1"} | choice)

    assert answer.status_code == 409
    assert next(c["type"] for c in made.request().layout["columns"] if c["key"] == "remarks") == "text"


def test_draft_discarded_in_another_window_is_not_found(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """지우기 there, saving here: 404, no error of the portal."""
    site = portal("collect")
    made = draft(site)
    other = site.client("planner")
    meanwhile(monkeypatch, preparing, "draft_of", lambda: other.post(f"/collect/{made.id}/discard"))

    answer = site.client("planner").post(f"/collect/{made.id}/targets", data={"preset": "townships"})

    assert answer.status_code == 404


def test_request_with_units_cannot_be_discarded(portal: Portal) -> None:
    """Whatever its state says: what units were asked is not deleted."""
    site = portal("collect")
    made = sent(site)

    with site.write_as("planner"):
        found = CollectionRequest.get_by_id(made.id)
        found.state = "draft"
        with pytest.raises(Conflict):
            services.discard(found)

    with connected():
        assert Target.select().where(Target.request == made.id).count() == 4


def upload(made: Round, username: str, **seen: object) -> Any:
    """A workbook with one row, sent with what the page said of the draft."""
    client = made.site.client(username)
    workbook = filled(client.get(made.path("유구읍", "form.xlsx")).content, [CELLS])
    fields = {name: str(value) for name, value in seen.items()}
    return client.post(made.path("유구읍", "upload"), data=fields, files={"workbook": ("제출.xlsx", workbook, XLSX)})


def rows_now(made: Round) -> tuple[int, str]:
    """How many rows the draft of 유구읍 has, and the name in the first."""
    with connected():
        found = Draft.get(Draft.target == made.target("유구읍").id)
    return found.row_count, found.rows[0][2]


@pytest.mark.parametrize("seen", [0, 1], ids=["older", "same"])
def test_rows_of_a_colleague_are_not_replaced_unasked(portal: Portal, seen: int) -> None:
    """A workbook over what another typed, seen or not: 409 says who and how many, and the rows stay."""
    site = portal("collect")
    made = sent(site)
    made.save("head", "유구읍", [row("쉼터 설치"), row("보행로 정비")])

    answer = upload(made, "clerk", draft_version=seen)

    assert answer.status_code == 409
    assert "head 님이" in answer.text
    assert "2행이 있습니다" in answer.text
    assert "바꾸기" in answer.text
    assert rows_now(made) == (2, "쉼터 설치")


def test_rows_replaced_on_purpose_stay_in_the_history(portal: Portal) -> None:
    """바꾸기 takes the workbook; the colleague's rows are kept and the timeline says so, never as a submission."""
    site = portal("collect")
    made = sent(site)
    made.save("head", "유구읍", [row("쉼터 설치")])

    answer = upload(made, "clerk", draft_version=1, replaces=1)
    site.client("clerk").post(made.path("유구읍", "submit"), data={"confirmed": "1"} | made.seen("유구읍"))
    page = site.client("clerk").get(made.path("유구읍")).text

    assert answer.status_code == 303
    assert rows_now(made) == (1, "주차장 정비")
    assert "작성하던 행을 엑셀 파일로 바꿈" in page
    with connected():
        kept = [(one.how, one.rows[0][2], one.person.username) for one in Submission.select().order_by(Submission.id)]
    assert kept == [("replaced", "쉼터 설치", "head"), ("workbook", "주차장 정비", "clerk")]


def test_rows_saved_after_the_question_are_asked_about_again(portal: Portal) -> None:
    """바꾸기 means the rows that were named, not those that came since."""
    site = portal("collect")
    made = sent(site)
    made.save("head", "유구읍", [row("쉼터 설치")])
    made.save("head", "유구읍", [row("쉼터 설치"), row("보행로 정비")], version=1)

    answer = upload(made, "clerk", draft_version=1, replaces=1)

    assert answer.status_code == 409
    assert rows_now(made) == (2, "쉼터 설치")


def test_own_rows_on_the_page_give_way_to_a_workbook(portal: Portal) -> None:
    """Who typed them and sees them is not asked: the form says that they are replaced."""
    site = portal("collect")
    made = sent(site)
    made.save("clerk", "유구읍", [row("쉼터 설치")])

    assert upload(made, "clerk", draft_version=1).status_code == 303


@pytest.mark.parametrize("seen", ["1", "", "²", "9" * 5000])
def test_rows_one_has_not_seen_are_not_submitted(portal: Portal, seen: str) -> None:
    """A stale page, or one that says nothing: 409 with the rows as they are now, and nothing is submitted."""
    site = portal("collect")
    made = sent(site)
    made.save("clerk", "유구읍", [row("주차장 정비")])
    made.save("head", "유구읍", [row("쉼터 설치")], version=1)
    fields = {"confirmed": "1", "draft_version": seen}

    answer = site.client("clerk").post(made.path("유구읍", "submit"), data=fields)
    again = site.client("clerk").post(made.path("유구읍", "submit"), data=fields | made.seen("유구읍"))

    assert (answer.status_code, again.status_code) == (409, 303)
    assert "head 님이" in answer.text
    assert "쉼터 설치" in answer.text
    assert 'name="draft_version" value="2"' in answer.text


def test_saving_over_a_draft_that_is_not_there_is_a_conflict(portal: Portal) -> None:
    """Version 3 of nothing: 409 with the way out, not 404."""
    site = portal("collect")

    answer = sent(site).save("clerk", "유구읍", [row("주차장 정비")], version=3)

    assert answer.status_code == 409
    assert "저장된 내용이 없습니다" in answer.json()["message"]


def test_form_uploaded_twice_begins_one_request(portal: Portal) -> None:
    """다음 pressed twice with the same file: both answers lead to the one draft."""
    client = portal("collect").client("planner")
    number = re.findall(r'name="once" value="(\d+)"', client.get("/collect/new").text)

    def send() -> str:
        sent_file = {"form": ("서식.xlsx", FORM.read_bytes(), XLSX)}
        return str(client.post("/collect/new", data={"once": number}, files=sent_file).headers["location"])

    assert send() == send()
    with connected():
        assert CollectionRequest.select().count() == 1
