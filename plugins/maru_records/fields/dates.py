"""날짜·일시: dates as they are written in offices; instants are kept in UTC and shown in Seoul time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import peewee

from maru import t, today

from ..definition import Field
from .kind import Kind, Problem, Reading, excel_error
from .short_dates import WEEKDAYS, is_vague, short_day, split_moment

__all__ = ["WEEKDAYS", "DateKind", "DatetimeKind", "from_serial"]

_SEOUL = ZoneInfo("Asia/Seoul")
_EPOCH = date(1899, 12, 30)  # Excel's day 0, which makes up for its 29 February 1900
_WEEKDAY = r"(?:\s*\(?(?P<weekday>[월화수목금토일])(?:요일)?\)?)?"
_DATE = re.compile(
    r"['‘’`]?(?P<year>\d{4}|\d{2})\s*(?:[-./]|년)\s*(?P<month>\d{1,2})\s*(?:[-./]|월)\s*(?P<day>\d{1,2})\s*[.일]?"
    + _WEEKDAY
)
_DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<weekday>)")
_NO_YEAR = re.compile(r"\d{1,2}\s*(?:[-./]|월)\s*\d{1,2}\s*[.일]?" + _WEEKDAY)
_MOMENT = re.compile(
    r"(?P<date>.+?)[ T]+(?P<half>오전|오후|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?:[:시])\s*(?:(?P<minute>\d{1,2})\s*분?)?"
    r"(?::\d{1,2}(?:\.\d+)?)?\s*(?P<half_after>AM|PM)?", re.IGNORECASE,
)  # fmt: skip


def from_serial(serial: float) -> date:
    """The date of an Excel serial number. Raises ValueError outside of 1900–2199."""
    if not 1 <= serial < 109_575:
        raise ValueError(f"Excel serial {serial} is not a date between 1900 and 2199.")
    return _EPOCH + timedelta(days=int(serial))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _date_of(found: re.Match[str]) -> date | None:
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, int(found["month"]), int(found["day"])) if year >= 1900 else None
    except ValueError:
        return None


def _show(day: date) -> str:
    return f"{day.year}. {day.month}. {day.day}."


@lru_cache(maxsize=4096)
def _day_and_weekday(plain: str) -> tuple[date | None, str] | None:
    """The day and the weekday written beside it; (None, …) when the calendar has no such day, None when no date."""
    found = _DATE.fullmatch(plain) or _DIGITS.fullmatch(plain)
    return None if found is None else (_date_of(found), found["weekday"] or "")


def read_date(text: str, example: str = "2027. 3. 2.") -> Reading:
    """'2027-3-2', '2027. 3. 2.(화)', "'27.3.2", '20270302', '2027년 3월 2일' → a date."""
    plain = _plain(text)
    found = _day_and_weekday(plain)
    if found is None:
        return _not_a_date(plain, example)
    day, weekday = found
    if day is None:
        return Reading.error(t("달력에 없는 날짜입니다: '{text}'.", text=plain))
    actual = WEEKDAYS[day.weekday()]
    if weekday and weekday != actual:
        message = t("{day}은(는) {actual}요일입니다. 요일을 확인해 주세요.", day=_show(day), actual=actual)
        return Reading(day, Problem("warning", message))
    return Reading(day)


def _not_a_date(plain: str, example: str) -> Reading:
    """An error, with the date that was probably meant."""
    if re.fullmatch(r"\d{5}", plain) and 25_569 <= int(plain) < 73_051:  # 1970 to 2099
        return Reading.error(t("엑셀 날짜 번호로 보입니다: '{text}'.", text=plain), _show(from_serial(int(plain))))
    if meant := short_day(plain):
        return Reading.error(_what_is_short(plain), _show(meant))
    if _NO_YEAR.fullmatch(plain):
        return Reading.error(t("달력에 없는 날짜이거나 요일이 다릅니다: '{text}'.", text=plain))
    return excel_error(plain) or Reading.error(
        t("날짜가 아닙니다: '{text}'. '{example}'처럼 적어 주세요.", text=plain[:40], example=example)
    )


def _what_is_short(plain: str) -> str:
    if re.fullmatch(r"\d{6}", plain):
        return t("연도를 네 자리로 적어 주세요: '{text}'.", text=plain)
    if not any(letter.isdecimal() for letter in plain):
        return t("며칠인지 날짜로 적어 주세요: '{text}'.", text=plain)
    return t("연도가 빠졌습니다: '{text}'.", text=plain)


class DateKind(Kind):
    """날짜: a day without a time."""

    name = "date"
    widget = "date"
    sorting: ClassVar[Literal["text", "number", "date", "none"]] = "date"
    filtering: ClassVar[Literal["contains", "range", "one_of", "none"]] = "range"

    def read(self, field: Field, text: str) -> Reading:
        return read_date(text)

    def read_entry(self, field: Field, text: str) -> Reading:
        meant = short_day(_plain(text))
        return Reading(meant) if meant else self.read(field, text)

    def read_cell(self, field: Field, cell: object) -> Reading:
        if isinstance(cell, datetime):
            return Reading(cell.date())
        if isinstance(cell, date):
            return Reading(cell)
        if isinstance(cell, int | float) and not isinstance(cell, bool) and cell < 109_575:
            try:
                return Reading(from_serial(cell))
            except ValueError:
                return Reading.error(t("날짜가 아닌 숫자입니다: {number}", number=cell))
        return self.read(field, self.cell_text(cell))

    def format(self, field: Field, value: Any) -> str:
        return "" if value is None else _show(value)

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def from_json(self, value: Any) -> Any:
        return None if value is None else date.fromisoformat(value)

    def column(self, field: Field) -> peewee.Field:
        return peewee.DateField(null=True)

    def annotation(self, field: Field) -> Any:
        return date

    def attributes(self, field: Field) -> Mapping[str, str]:
        return {"placeholder": t("예: 오늘, 11.25, {date}", date=_show(today())), "autocomplete": "off"}


class DatetimeKind(DateKind):
    """일시: a day and a time; typed and shown in Seoul time, kept as an aware UTC instant."""

    name = "datetime"
    widget = "datetime"

    def read(self, field: Field, text: str) -> Reading:
        plain = _plain(text)
        found = _MOMENT.fullmatch(plain)
        day = read_date(plain if found is None else found["date"], "2027. 3. 2. 14:00")
        time = _clock(found) if found else None
        if day.value is None:
            return _with_time(day, time)
        if found is None:
            return Reading.error(t("시각이 빠졌습니다: '{text}'.", text=plain), f"{_show(day.value)} 09:00")
        if time is None:
            return Reading.error(t("없는 시각입니다: '{text}'.", text=plain[len(found["date"]) :].strip()))
        local = datetime(day.value.year, day.value.month, day.value.day, *time, tzinfo=_SEOUL)
        return Reading(local.astimezone(UTC), day.problem)

    def read_entry(self, field: Field, text: str) -> Reading:
        plain = _plain(text)
        day, time = split_moment(plain) or (plain, "")
        if is_vague(plain):
            return Reading.error(
                t("오전인지 오후인지 알 수 없습니다: '{text}'. '오후 2시'나 '14:00'처럼 적어 주세요.", text=plain)
            )
        if time and not day and short_day(plain):  # 1123 is a day and a time of the day
            return Reading.error(t("날짜인지 시각인지 알 수 없습니다: '{text}'. '{example}'처럼 적어 주세요.",
                                   text=plain, example=f"{_show(today())} {time}"))  # fmt: skip
        meant = short_day(day) if day else today()
        return self.read(field, f"{_show(meant) if meant else day} {time}")

    def read_cell(self, field: Field, cell: object) -> Reading:
        if isinstance(cell, datetime):
            return Reading(cell.replace(tzinfo=cell.tzinfo or _SEOUL).astimezone(UTC))
        return self.read(field, self.cell_text(cell))

    def format(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        local = value.astimezone(_SEOUL)
        return f"{_show(local)} {local.hour:02}:{local.minute:02}"

    def from_json(self, value: Any) -> Any:
        return None if value is None else datetime.fromisoformat(value)

    def column(self, field: Field) -> peewee.Field:
        from maru import UtcDateTimeField  # only a published definition needs the database

        return UtcDateTimeField(null=True)

    def annotation(self, field: Field) -> Any:
        return datetime

    def attributes(self, field: Field) -> Mapping[str, str]:
        return {"placeholder": t("예: {date} 14:00, 내일 오후 2시", date=_show(today())), "autocomplete": "off"}


def _with_time(day: Reading, time: tuple[int, int] | None) -> Reading:
    """A day that was refused, its repair completed by the time that was written."""
    if day.problem is None or day.problem.repair is None or time is None:
        return day
    return Reading.error(day.problem.message, f"{day.problem.repair} {time[0]:02}:{time[1]:02}")


def _clock(found: re.Match[str]) -> tuple[int, int] | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or found["half_after"] or "").upper()
    if half and not 1 <= hour <= 12:
        return None
    if half in ("오후", "PM"):
        hour = hour % 12 + 12
    elif half:
        hour %= 12
    return (hour, minute) if hour < 24 and minute < 60 else None
