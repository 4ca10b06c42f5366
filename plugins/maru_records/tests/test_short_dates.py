"""Days and times as a clerk types them into a form; the same words in rows that are kept are offered as a repair."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from maru_records.definition import Field
from maru_records.fields import Reading, kind_of

WEDNESDAY_NOON = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _wednesday(clock: Any) -> None:
    """25 November 2026, noon in Korea."""
    clock.set(WEDNESDAY_NOON)


def entry(type_: str, text: str) -> Reading:
    """What a form takes this text for."""
    field = Field(key="when", label="때", type=type_)
    return kind_of(field).read_entry(field, text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("오늘", date(2026, 11, 25)), ("금일", date(2026, 11, 25)), ("어제", date(2026, 11, 24)),
        ("내일", date(2026, 11, 26)), ("모레", date(2026, 11, 27)), ("Tomorrow", date(2026, 11, 26)),
        ("11.23", date(2026, 11, 23)), ("11/23", date(2026, 11, 23)), ("11-23", date(2026, 11, 23)),
        ("11. 23.(월)", date(2026, 11, 23)), ("11월 23일", date(2026, 11, 23)), ("1123", date(2026, 11, 23)),
        ("0302", date(2026, 3, 2)), ("270302", date(2027, 3, 2)), ("20261123", date(2026, 11, 23)),
        ("2026.11.23", date(2026, 11, 23)), ("１１．２３", date(2026, 11, 23)),
    ],
)  # fmt: skip
def test_short_days_are_understood_in_a_form(text: str, day: date) -> None:
    """Without a year it is this one."""
    assert entry("date", text) == Reading(day)


@pytest.mark.parametrize("text", ["언젠가", "1330", "2.30", "13", "11.23.(화)", "46083", "20270230", "오후 2시"])
def test_what_is_no_day_is_refused_in_a_form(text: str) -> None:
    """A day that the calendar lacks, another weekday, a number from Excel, a time."""
    found = entry("date", text)

    assert found.value is None
    assert found.problem is not None


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("오늘 14:00", "25 14:00"), ("오후 2시", "25 14:00"), ("14:00", "25 14:00"), ("1400", "25 14:00"),
        ("0900", "25 09:00"), ("10시", "25 10:00"), ("내일 오후 2시 반", "26 14:30"), ("11.23 1400", "23 14:00"),
        ("1123 1400", "23 14:00"), ("11/23 오전 9시 5분", "23 09:05"), ("2026. 11. 23.(월) 14:00", "23 14:00"),
        ("20261123 0930", "23 09:30"), ("tomorrow 2:00 PM", "26 14:00"), ("2026-11-23T14:30:00", "23 14:30"),
        ("오전 12시", "25 00:00"),
    ],
)  # fmt: skip
def test_short_moments_are_understood_in_a_form(text: str, local: str) -> None:
    """A time alone is that of today."""
    day, hours = local.split()

    found = entry("datetime", text)

    assert found.problem is None
    shown = kind_of(Field(key="x", label="x", type="datetime")).format(
        Field(key="x", label="x", type="text"), found.value
    )
    assert shown == f"2026. 11. {day}. {hours}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1123", "날짜인지 시각인지"), ("2시", "오전인지 오후인지"), ("내일 3시 반", "오전인지 오후인지"),
        ("25시", "없는 시각"), ("오늘", "시각이 빠졌습니다"), ("11.23", "시각이 빠졌습니다"), ("글쎄", "14:00'처럼"),
    ],
)  # fmt: skip
def test_doubtful_moments_are_refused_with_the_reason(text: str, said: str) -> None:
    """What may be two things is asked for again, with an example of day and time."""
    found = entry("datetime", text)

    assert found.value is None
    assert found.problem is not None
    assert said in found.problem.message


@pytest.mark.parametrize(
    ("type_", "text", "repair"),
    [
        ("date", "오늘", "2026. 11. 25."), ("date", "11.23", "2026. 11. 23."), ("date", "1123", "2026. 11. 23."),
        ("datetime", "11.23 14:00", "2026. 11. 23. 14:00"), ("datetime", "오늘 오후 2시", "2026. 11. 25. 14:00"),
    ],
)  # fmt: skip
def test_short_days_in_rows_are_offered_as_a_repair(type_: str, text: str, repair: str) -> None:
    """A row is kept as text and read again another day: '오늘' must not come to mean another one."""
    field = Field(key="when", label="때", type=type_)

    found = kind_of(field).read(field, text)

    assert found.value is None
    assert found.problem is not None
    assert found.problem.repair == repair
