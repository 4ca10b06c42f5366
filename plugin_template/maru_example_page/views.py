"""The page of a day: fetch what this person may see, decide, answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from maru import Invalid, current_user, portal_of, render, t, today

from .bookings import Booking, booked_on, resources


@dataclass(frozen=True)
class IndexContext:
    """A day: each resource with its bookings in order, and the days beside it."""

    day: date
    before: date
    after: date
    is_today: bool
    resources: tuple[tuple[str, tuple[Booking, ...]], ...]


def index(request: Request) -> Response:
    """What is booked on a day, today where none is asked for. 422 when the day cannot be read."""
    portal = portal_of(request)
    day = _day(request.query_params.get("day", ""))
    booked = list(booked_on(portal, current_user(request), day))
    by_resource = tuple((name, tuple(each for each in booked if each.resource == name)) for name in resources(portal))
    beside = timedelta(days=1)
    context = IndexContext(day, day - beside, day + beside, day == today(), by_resource)
    return render(request, "maru_example_page/index.html", context)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if text else today()
    except ValueError:
        day = date.min
    if not 2000 <= day.year < 2200:
        raise Invalid(t("‘{text}’은(는) 볼 수 있는 날짜가 아닙니다. 2027-03-02처럼 적어 주세요.", text=text[:40]))
    return day
