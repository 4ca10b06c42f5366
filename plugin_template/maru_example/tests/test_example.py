"""The book as its users meet it: everybody sees it, each unit writes its own lines, and no room is taken twice."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from python_calamine import CalamineWorkbook

from maru_devkit.fixtures import Site

BOOK = "/records/example/"
MEETING = {
    "room": "대회의실",
    "starts_at": "2027. 3. 2. 10:00",
    "ends_at": "2027. 3. 2. 11:00",
    "purpose": "주간 업무 회의",
    "people": "12",
}


def test_booking_is_seen_by_everybody(portal: Callable[..., Site]) -> None:
    """What a clerk of one unit books, a clerk of another finds in the list, by search, and as a workbook."""
    site = portal("example")

    made = site.client("clerk").post(f"{BOOK}new", data=MEETING)

    stranger = site.client("stranger")
    workbook = CalamineWorkbook.from_filelike(BytesIO(stranger.post(f"{BOOK}export").content))
    cells = [str(cell) for row in workbook.get_sheet_by_index(0).to_python() for cell in row]
    assert made.status_code == 303
    assert MEETING["purpose"] in stranger.get(made.headers["location"]).text
    assert MEETING["purpose"] in stranger.get(f"{BOOK}?q=주간").text
    assert MEETING["purpose"] not in stranger.get(f"{BOOK}?q=월간").text
    assert MEETING["purpose"] in cells


def test_room_is_not_taken_twice_at_once(portal: Callable[..., Site]) -> None:
    """An overlap in the same room is 422 with the form kept; the next hour and another room are free."""
    site = portal("example")
    site.client("clerk").post(f"{BOOK}new", data=MEETING)
    client = site.client("stranger")

    refused = client.post(f"{BOOK}new", data=MEETING | {"starts_at": "2027. 3. 2. 10:30", "purpose": "늦은 회의"})
    later = {"starts_at": "2027. 3. 2. 11:00", "ends_at": "2027. 3. 2. 12:00"}
    allowed = [client.post(f"{BOOK}new", data=MEETING | more) for more in (later, {"room": "소회의실"})]

    assert refused.status_code == 422
    assert "이미 찼습니다" in refused.text
    assert "늦은 회의" in refused.text
    assert [answer.status_code for answer in allowed] == [303, 303]


def test_only_the_own_unit_changes_a_booking(portal: Callable[..., Site]) -> None:
    """A colleague moves the meeting, a stranger may not; the history says what was before."""
    site = portal("example")
    address = site.client("clerk").post(f"{BOOK}new", data=MEETING).headers["location"]
    moved = MEETING | {"people": "20", "row_version": "1"}

    refused = site.client("stranger").post(f"{address}/edit", data=moved)
    changed = site.client("colleague").post(f"{address}/edit", data=moved)

    assert (refused.status_code, changed.status_code) == (403, 303)
    assert "20" in site.client("clerk").get(address).text
    assert [entry.actor_name for entry in site.audit("records.views.edit")] == ["colleague"]


def test_book_speaks_both_languages(portal: Callable[..., Site]) -> None:
    """Headings and menu in Korean, and in English for those who chose it."""
    site = portal("example")
    label = site.portal.dispatcher.plugins["example"].facts.name

    korean = site.client("clerk").get(BOOK).text
    english = site.client("clerk", locale="en").get(BOOK).text

    assert label.ko in korean
    assert label.en in english
    assert "Meeting" in english
