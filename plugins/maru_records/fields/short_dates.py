"""오늘, 11.23, 오후 2시: days and times as people write them who know what year it is and which day they mean.

They say what they mean on the day they are typed, so they are taken where the person sees at once what was understood
(the form of one record, a condition of a list). In rows that are pasted and kept as text they are offered as a repair.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from maru import today

__all__ = ["WEEKDAYS", "is_vague", "short_day", "split_moment"]

WEEKDAYS = "월화수목금토일"
_WORDS = {
    "그저께": -2, "그제": -2, "어제": -1, "오늘": 0, "금일": 0, "내일": 1, "명일": 1, "모레": 2,
    "yesterday": -1, "today": 0, "tomorrow": 1,
}  # fmt: skip
_NO_YEAR = re.compile(
    r"(?P<month>\d{1,2})\s*(?:[-./]|월)\s*(?P<day>\d{1,2})\s*[.일]?"
    r"(?:\s*\(?(?P<weekday>[월화수목금토일])(?:요일)?\)?)?"
)
_DIGITS = re.compile(r"(?P<year>\d{2})?(?P<month>\d{2})(?P<day>\d{2})(?P<weekday>)")
_TIME = (
    r"(?:(?P<half>오전|오후|AM|PM)?\s*(?P<hour>\d{1,2})\s*"
    r"(?::\s*(?P<minute>\d{1,2})(?::\d{1,2}(?:\.\d+)?)?|시(?:\s*(?:(?P<after>\d{1,2})\s*분?|(?P<half_past>반)))?)"
    r"\s*(?P<half_after>AM|PM)?|(?P<four>\d{4}))"
)
_VAGUE = re.compile(r"(?:^|\s)[1-6]\s*시")
_HALF = re.compile(r"오전|오후|[AP]M", re.IGNORECASE)
_MOMENT = re.compile(rf"(?:(?P<day>.+?)[ T]+)??{_TIME}", re.IGNORECASE)


def short_day(plain: str) -> date | None:
    """오늘, 내일, 11.23, 11/23, 11월 23일, 1123, 261123 → the day; without a year it is this one. None for all else."""
    if plain.lower() in _WORDS:
        return today() + timedelta(days=_WORDS[plain.lower()])
    found = _NO_YEAR.fullmatch(plain) or _DIGITS.fullmatch(plain)
    if found is None:
        return None
    year = _year(found.groupdict().get("year"))
    try:
        day = date(year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return day if (found["weekday"] or WEEKDAYS[day.weekday()]) == WEEKDAYS[day.weekday()] else None


def _year(two: str | None) -> int:
    if two is None:
        return today().year
    return int(two) + (2000 if int(two) < 70 else 1900)


def split_moment(plain: str) -> tuple[str, str] | None:
    """The words for the day, and the time as '14:00', in '오늘 오후 2시', '11.23 1400', '14:00' (without a day: '').

    A time that no day has, 25:00, is given as it is. None where there is no time.
    """
    found = _MOMENT.fullmatch(plain)
    if found is None:
        return None
    four = found["four"]
    hour, minute = (int(four[:2]), int(four[2:])) if four else (int(found["hour"]), _minute(found))
    half = (found["half"] or found["half_after"] or "").upper()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half in ("오후", "PM") else 0)
    return found["day"] or "", f"{hour:02}:{minute:02}"


def is_vague(plain: str) -> bool:
    """Whether nobody can say if the morning or the afternoon is meant: '2시', but not '오후 2시', '10시' or '2:00'."""
    return bool(_VAGUE.search(plain)) and not _HALF.search(plain)


def _minute(found: re.Match[str]) -> int:
    return 30 if found["half_past"] else int(found["minute"] or found["after"] or 0)
