"""Instants, dates, amounts and sizes as an office writes them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from maru_language.catalogues import current_locale, gettext, t
from maru_language.holidays import PUBLIC_HOLIDAYS

SEOUL = ZoneInfo("Asia/Seoul")
END_OF_WORK = time(18)


def system_clock() -> datetime:
    """What the machine's clock shows, aware, UTC."""
    return datetime.now(UTC)


read_clock: Callable[[], datetime] = system_clock
"""Where `now` looks. Tests put a clock of their own here: the fixture `clock` of maru_devkit."""


def now() -> datetime:
    """The current instant, aware, UTC."""
    return read_clock()


def local(instant: datetime) -> datetime:
    """`instant` as the clock on the wall in Korea shows it."""
    return instant.astimezone(SEOUL)


def today() -> date:
    """The date in Korea."""
    return local(now()).date()


SATURDAY = 5
WEEKDAYS = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | datetime | None) -> str:
    """`2026. 6. 8.(월)`, in English `Mon 8 Jun 2026`; empty for None."""
    if value is None:
        return ""
    on = local(value).date() if isinstance(value, datetime) else value
    if current_locale.get() == "en":
        return f"{WEEKDAYS['en'][on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"
    return f"{on.year}. {on.month}. {on.day}.({WEEKDAYS['ko'][on.weekday()]})"


def moment(value: datetime | None) -> str:
    """`2026. 6. 8.(월) 14:00` in Korean time; empty for None."""
    return "" if value is None else f"{day(value)} {local(value):%H:%M}"


def ago(value: datetime | None) -> str:
    """`방금`, `12분 전`, `3시간 전`, `어제 17:55`, then the short date; empty for None."""
    if value is None:
        return ""
    here, there = local(now()), local(value)
    minutes = int((here - there).total_seconds() // 60)
    days = (here.date() - there.date()).days
    if minutes < 1:
        return gettext("방금")
    if minutes < 60:
        return t("{n}분 전", n=minutes)
    if days == 0:
        return t("오늘 {time}", time=f"{there:%H:%M}")
    if days == 1:
        return t("어제 {time}", time=f"{there:%H:%M}")
    return short_day(there.date(), here.year)


def short_day(on: date, year: int | None = None) -> str:
    """`11. 19.` within this year (or `year`), otherwise with the year."""
    is_this_year = on.year == (year or today().year)
    if current_locale.get() == "en":
        return f"{on.day} {MONTHS[on.month - 1]}" + ("" if is_this_year else f" {on.year}")
    return f"{on.month}. {on.day}." if is_this_year else f"{on.year}. {on.month}. {on.day}."


def due(value: datetime | None) -> str:
    """A deadline as people say it: `2시간 남음`, `오늘 18:00`, `내일 18:00`, `D-3`, `3일 지남`; empty for None."""
    if value is None:
        return ""
    left = value - now()
    days = (local(value).date() - today()).days
    if left < timedelta(0):
        return t("{n}일 지남", n=-days) if days else gettext("마감 지남")
    if left < timedelta(hours=3):
        return t("{n}시간 {m}분 남음", n=left.seconds // 3600, m=left.seconds % 3600 // 60)
    if days <= 1:
        clock = f"{local(value):%H:%M}"
        return t("내일 {time}", time=clock) if days else t("오늘 {time}", time=clock)
    return f"D-{days}"


def is_near(value: datetime | None) -> bool:
    """Whether a deadline is past, or falls within the next working day at the latest."""
    return value is not None and local(value).date() <= working_day_after(today())


def is_working_day(on: date) -> bool:
    """Whether the office works on that day: Monday to Friday, and no public holiday."""
    return on.weekday() < SATURDAY and f"{on:%m%d}" not in PUBLIC_HOLIDAYS.get(on.year, "").split()


def working_day_after(on: date, count: int = 1) -> date:
    """The working day (근무일) that is the `count`th after `on`; `on` itself for 0 and below."""
    while count > 0:
        on += timedelta(days=1)
        count -= is_working_day(on)
    return on


def end_of_work(on: date) -> datetime:
    """When the office closes on that day (근무 시간 끝), 18:00 in Seoul: the deadline that a date stands for."""
    return datetime.combine(on, END_OF_WORK, SEOUL)


def number(value: Any) -> str:
    """`1,234`; empty for None, text as it is."""
    return "" if value is None else value if isinstance(value, str) else f"{value:,}"


def filesize(size_bytes: int) -> str:
    """`812 B`, `3.4 KB`, `2.1 MB`."""
    size = float(size_bytes)
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
