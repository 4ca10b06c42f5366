"""The page of the day and the card: what is booked shows up there, for those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from maru_devkit.fixtures import Clock, Site

BOOK = "/records/example_page/"
DAY = "/example_page/"
CARD = "/cards/example_page"  # where home loads it from when it is slow, as on a busy machine
BOOKING = {
    "resource": "1호",
    "starts_at": "2027. 3. 2. 10:00",
    "ends_at": "2027. 3. 2. 11:00",
    "purpose": "정기 점검",
}


def test_day_shows_what_is_booked(portal: Callable[..., Site], clock: Clock) -> None:
    """On its own day in the row of what is booked, and marked while it is under way; on the next day no more."""
    clock.set(datetime(2027, 3, 2, 1, 30, tzinfo=UTC))  # 10:30 in Korea
    site = portal("example_page")
    site.client("clerk").post(f"{BOOK}new", data=BOOKING)
    client = site.client("stranger")

    today = client.get(DAY).text
    clock.move(hours=1)
    later = client.get(DAY).text
    tomorrow = client.get(f"{DAY}?day=2027-03-03").text

    assert BOOKING["purpose"] in today
    assert "사용 중" in today
    assert BOOKING["purpose"] in later
    assert "사용 중" not in later
    assert BOOKING["purpose"] not in tomorrow
    assert "비어 있습니다" in tomorrow


def test_card_is_on_the_home_page(portal: Callable[..., Site], clock: Clock) -> None:
    """Today's bookings in Korean and in English, from the very first look on; home itself opens, and no hook fails."""
    clock.set(datetime(2027, 3, 2, 0, 0, tzinfo=UTC))
    site = portal("example_page")

    empty = site.client("clerk").get(CARD).text
    site.client("clerk").post(f"{BOOK}new", data=BOOKING)
    english = site.client("clerk", locale="en").get(CARD).text
    home = site.client("stranger").get("/")

    assert "오늘은 예약이 없습니다" in empty
    assert "Room board: today" in english
    assert BOOKING["purpose"] in english
    assert home.status_code == 200
    assert site.failures() == []


def test_what_is_to_prepare_waits_for_who_has_booked(portal: Callable[..., Site], clock: Clock) -> None:
    """On the home page, for nobody else, until it begins; a booking without a note waits for nobody."""
    clock.set(datetime(2027, 3, 2, 0, 0, tzinfo=UTC))  # 9:00 in Korea
    site = portal("example_page")
    site.client("clerk").post(f"{BOOK}new", data=BOOKING | {"note": "빔 프로젝터"})
    site.client("clerk").post(f"{BOOK}new", data=BOOKING | {"resource": "2호", "purpose": "빈손"})

    mine = site.client("clerk").get("/").text
    of_others = site.client("colleague").get("/").text
    clock.move(hours=1, minutes=30)
    later = site.client("clerk").get("/").text

    assert mine.count("준비할 것 있음") == 1
    assert "준비할 것 있음" not in of_others + later
    assert site.failures() == []


@pytest.mark.parametrize("text", ["soon", "2027-02-30", "0001-01-01", "9999-12-31", "2027-3-2"])
def test_unreadable_day_is_a_sentence(portal: Callable[..., Site], text: str) -> None:
    """422 with what was asked for, and how to write it."""
    site = portal("example_page")

    answer = site.client("clerk").get(DAY, params={"day": text})

    assert answer.status_code == 422
    assert text in answer.text
    assert "2027-03-02처럼" in answer.text
