"""Every page of a round by plain forms: no script is needed anywhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime

import pytest

from maru import AuditEntry
from maru_db import connected
from maru_devkit.fixtures import PASSWORD, Clock, Site
from maru_language import SEOUL

from .rounds import FORM, TITLE, XLSX, draft, filled, opened, row, sent

Portal = Callable[..., Site]


def test_round_by_plain_forms(portal: Portal) -> None:
    """Sign-in, reading, uploading a filled workbook, submitting and 해당 없음 work without any script."""
    site = portal("collect")
    made = sent(site)
    clerk = site.client()

    signed_in = clerk.post("/login", data={"username": "clerk", "password": PASSWORD})
    received = clerk.get("/collect/")
    blank = clerk.get(made.path("유구읍", "form.xlsx"))
    workbook = filled(
        blank.content, [("주차장 정비", "교통", 48000, 33600, 14400, 45210, "2026-04-06", "041-840-8002", "")]
    )
    uploaded = clerk.post(made.path("유구읍", "upload"), files={"workbook": ("유구읍_제출.xlsx", workbook, XLSX)})
    read = clerk.get(made.path("유구읍"))
    submitted = clerk.post(made.path("유구읍", "submit"), data=made.seen("유구읍"))
    nil = site.client("stranger").post(made.path("이인면", "nil"))

    assert [signed_in.status_code, uploaded.status_code, submitted.status_code, nil.status_code] == [303] * 4
    assert TITLE in received.text
    assert "유구읍_제출.xlsx" in read.text
    assert "주차장 정비" in read.text
    assert (made.target("유구읍").state, made.target("유구읍").row_count) == ("submitted", 1)
    assert made.target("이인면").state == "nil"


def test_filled_workbook_shows_problems_with_their_cells(portal: Portal) -> None:
    """Text in H6 is told as H6, the rows become the draft, and submitting is refused."""
    site = portal("collect")
    made = sent(site)
    clerk = site.client("clerk")
    workbook = filled(FORM.read_bytes(), [("주차장 정비", "교통", 48000, 33600, 14400, "집행 중", None, "", "")])

    clerk.post(made.path("유구읍", "upload"), files={"workbook": ("a.xlsx", workbook, XLSX)})
    page = clerk.get(made.path("유구읍"))
    refused = clerk.post(made.path("유구읍", "submit"), data=made.seen("유구읍"))

    assert "H6" in page.text
    assert "집행 중" in page.text
    assert refused.status_code == 422
    assert made.target("유구읍").state == "entering"


def test_file_that_is_no_workbook_is_refused_by_its_own_name(portal: Portal) -> None:
    """The sentence names the file as the person called it, not as the store does."""
    site = portal("collect")
    made = sent(site)

    answer = site.client("clerk").post(made.path("유구읍", "upload"), files={"workbook": ("제출.xlsx", b"hello", XLSX)})

    assert answer.status_code == 422
    assert "제출.xlsx" in answer.text


def test_form_that_is_no_workbook_is_refused(portal: Portal) -> None:
    """Uploading a text file as a form answers 422 with the form again."""
    site = portal("collect")

    answer = site.client("planner").post("/collect/new", files={"form": ("서식.xlsx", b"hello", XLSX)})

    assert answer.status_code == 422
    assert "서식.xlsx" in answer.text


def test_chosen_unit_stays_when_the_form_is_refused(portal: Portal) -> None:
    """Who works in two units does not ask in the name of the other one because a file was wrong."""
    site = portal("collect")
    unit = site.unit("기획감사실")

    answer = site.client("double").post(
        "/collect/new", data={"department": str(unit.id)}, files={"form": ("서식.xlsx", b"hello", XLSX)}
    )

    assert answer.status_code == 422
    assert f'<option value="{unit.id}" selected>' in answer.text


def test_draft_survives_every_step(portal: Portal) -> None:
    """Each step can be opened again with what was entered so far."""
    site = portal("collect")
    made = draft(site)
    client = site.client("planner")
    client.post(f"/collect/{made.id}/targets", data={"units": [str(site.unit("이인면").id)]})
    client.post(f"/collect/{made.id}/details", data={"title": "제목 하나", "due_on": "2099-01-02", "due_time": "17:30"})

    pages = {
        step: client.get(f"/collect/{made.id}/{step}") for step in ("form", "columns", "targets", "details", "review")
    }

    assert {page.status_code for page in pages.values()} == {200}
    assert "제목 하나" in pages["details"].text
    assert "17:30" in pages["details"].text
    assert "이인면" in pages["review"].text
    assert "제목 하나" in client.get("/collect/sent/").text


def test_columns_page_draws_the_sheet_with_its_merges(portal: Portal) -> None:
    """The preview has the merged heading 예산 over five columns, and says why a column is an amount."""
    site = portal("collect")
    made = draft(site)

    page = site.client("planner").get(f"/collect/{made.id}/columns")

    assert 'data-part="heading" colspan="5"' in page.text
    assert "표시 형식 #,##0" in page.text


def test_columns_page_gives_its_reasons_in_english(portal: Portal) -> None:
    """What the engine says of a form is translated by the page, values and all."""
    site = portal("collect")
    made = draft(site)

    page = site.client("planner", locale="en").get(f"/collect/{made.id}/columns")

    assert "The validation rule takes whole numbers only." in page.text
    assert "Rows 3 to 5 were read as the headings." in page.text


def test_details_with_a_past_day_are_refused(portal: Portal) -> None:
    """A deadline yesterday answers 422 and keeps the title as it was typed."""
    site = portal("collect")
    made = draft(site)

    answer = site.client("planner").post(
        f"/collect/{made.id}/details", data={"title": "새 제목", "due_on": "2020-01-02"}
    )

    assert answer.status_code == 422
    assert "새 제목" in answer.text


def test_details_are_kept_in_composed_hangul(portal: Portal) -> None:
    """A title that a Mac sends in parts is found by whoever searches for it; unseen signs make no guidance."""
    site = portal("collect")
    made = draft(site)

    site.client("planner").post(
        f"/collect/{made.id}/details",
        data={"title": unicodedata.normalize("NFD", "예산  현황"), "guidance": "\u200b", "due_on": "2099-01-02"},
    )

    assert (made.request().title, made.request().guidance) == ("예산 현황", "")


def test_board_shows_unfinished_units_first(portal: Portal) -> None:
    """A unit that submitted is folded away behind those that did not."""
    site = portal("collect")
    made = sent(site)
    made.submit("clerk", "유구읍", [row("주차장 정비")])

    page = site.client("planner").get(f"/collect/{made.id}/").text

    assert page.index("이인면") < page.index("완료 부서") < page.index("유구읍</a>")


def test_board_answers_htmx_with_the_board_alone(portal: Portal) -> None:
    """For a part of the page the answer begins with #board and has no frame; for the whole of it, it has one."""
    site = portal("collect")
    made = sent(site)
    unit = made.target("이인면").id

    client, address, asked = site.client("planner"), f"/collect/{made.id}/?unit={unit}", {"HX-Request": "true"}
    part = client.get(address, headers=asked | {"HX-Request-Type": "partial"})
    whole = client.get(address, headers=asked | {"HX-Request-Type": "full"})

    assert part.text.lstrip().startswith('<div id="board">')
    assert "<html" not in part.text
    assert "<html" in whole.text


def test_merged_file_is_the_form_with_all_rows(portal: Portal) -> None:
    """The download has the rows in 직제순 below the original headings, and is audited."""
    site = portal("collect")
    made = sent(site)
    made.submit("stranger", "이인면", [row("보행로 정비")])
    made.submit("clerk", "유구읍", [row("주차장 정비"), row("쉼터 설치")])

    answer = site.client("planner").get(f"/collect/{made.id}/merged.xlsx")

    sheet = opened(answer.content)["취합서식"]
    rows = [[cell.value for cell in line[:5]] for line in sheet.iter_rows(min_row=6, max_row=8)]
    assert rows == [
        [1, "유구읍", "주차장 정비", "교통", 48000],
        [2, "유구읍", "쉼터 설치", "교통", 48000],
        [3, "이인면", "보행로 정비", "교통", 48000],
    ]
    assert sheet["E9"].value == "=SUM(E6:E8)"
    with connected():
        assert "downloaded" in AuditEntry.select().order_by(AuditEntry.id.desc()).first().note


def test_merged_page_adds_up(portal: Portal) -> None:
    """The table on the screen has the sum of the budgets of all units."""
    site = portal("collect")
    made = sent(site)
    made.submit("stranger", "이인면", [row("보행로 정비", budget="1,000", spent="500")])
    made.submit("clerk", "유구읍", [row("주차장 정비", budget="2,000", spent="1,000")])

    page = site.client("planner").get(f"/collect/{made.id}/merged")

    assert "3,000" in page.text
    assert "50.0%" in page.text


def test_unit_page_shows_the_submitted_table(portal: Portal) -> None:
    """The collector reads what one unit submitted; for a unit that did not, the board is shown."""
    site = portal("collect")
    made = sent(site)
    made.submit("clerk", "유구읍", [row("주차장 정비")])
    client = site.client("planner")

    submitted = client.get(f"/collect/{made.id}/unit/{made.target('유구읍').id}")
    waiting = client.get(f"/collect/{made.id}/unit/{made.target('이인면').id}")

    assert "주차장 정비" in submitted.text
    assert waiting.status_code == 303


def test_home_shows_what_waits_and_the_progress(portal: Portal) -> None:
    """The clerk's home has the request as 할 일 and the card of the unit."""
    site = portal("collect")
    sent(site)

    page = site.client("clerk").get("/").text

    assert TITLE in page
    assert "우리 부서 취합" in page


def test_home_calls_urgent_what_the_deadline_makes_so(portal: Portal, clock: Clock) -> None:
    """Due on the next working day is urgent whatever was written already; due in a month is not, and is counted."""
    clock.set(datetime(2026, 6, 10, 12, tzinfo=SEOUL))  # a Wednesday
    site = portal("collect")
    made = sent(site)
    made.save("clerk", "유구읍", [row("주차장 정비")])

    near = site.client("clerk").get("/").text
    site.client("planner").post(f"/collect/{made.id}/extend", data={"due_on": "2026-08-20", "due_time": "18:00"})
    far = site.client("clerk").get("/").text

    assert "입력 중" in near
    assert "급한 일 1건" in near
    assert "급한 일" not in far
    assert "아직 답하지 않은 요청은 기한과 관계없이 모두 1건입니다." in far


def test_collector_is_told_who_is_missing_two_days_before(portal: Portal) -> None:
    """A request due tomorrow with four units missing waits on the collector's home."""
    site = portal("collect")
    sent(site)

    assert "4개 부서 미제출" in site.client("planner").get("/").text


def test_deadline_can_be_moved(portal: Portal) -> None:
    """기한 연장 takes a later day; a past one answers 422."""
    site = portal("collect")
    made = sent(site)
    client = site.client("planner")

    moved = client.post(f"/collect/{made.id}/extend", data={"due_on": "2099-01-02", "due_time": "12:00"})
    refused = client.post(f"/collect/{made.id}/extend", data={"due_on": "2020-01-02", "due_time": "12:00"})

    assert (moved.status_code, refused.status_code) == (303, 422)
    assert made.request().due_at.year == 2099  # type: ignore[union-attr]  # it was just set


@pytest.mark.parametrize("state", ["", "waiting", "submitted", "nonsense"])
def test_board_filters_by_state(portal: Portal, state: str) -> None:
    """A chip shows its own units; an unknown one shows none and breaks nothing."""
    site = portal("collect")
    made = sent(site)

    page = site.client("planner").get(f"/collect/{made.id}/?state={state}")

    assert page.status_code == 200
    assert ("이인면</a>" in page.text) == (state in ("", "waiting"))


def test_pages_are_english_where_a_person_wants_it(portal: Portal) -> None:
    """The answer page in English has none of our Korean labels left."""
    site = portal("collect")
    made = sent(site)
    client = site.client("clerk", locale="en")

    page = client.get(made.path("유구읍")).text

    assert "Nothing to report" in page
    assert "작성 안내" not in page


def test_deadline_in_a_year_nobody_meant_is_refused(portal: Portal) -> None:
    """9999-12-31 would never come: the sentence says which years are meant."""
    site = portal("collect")
    typed = {"title": "제목", "due_on": "9999-12-31"}

    answer = site.client("planner").post(f"/collect/{draft(site).id}/details", data=typed)

    assert answer.status_code == 422
    assert "1900년부터 2100년 사이의 날짜를 적어 주세요." in answer.text
