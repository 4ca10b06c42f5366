"""Dates as workbooks count them: days since 1899-12-30, or since 1904-01-01."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
FIRST_TRUE_DATE = date(1900, 3, 1)
SECONDS = 86_400


def date_text(serial: int, from_1904: bool) -> str:
    """The ISO date of a serial number; the number itself where it is none."""
    try:
        return ((EPOCH_1904 if from_1904 else EPOCH_1900) + timedelta(days=serial)).isoformat()
    except OverflowError:
        return str(serial)


def serial_of(day: date, from_1904: bool) -> int | None:
    """The serial number of a date, None before the calendar of the workbook begins.

    Excel believes in 29 February 1900, so dates before 1 March 1900 have no safe number.
    """
    epoch = EPOCH_1904 if from_1904 else EPOCH_1900
    return None if day < (epoch if from_1904 else FIRST_TRUE_DATE) else (day - epoch).days


def serial_text(text: str, from_1904: bool) -> str | None:
    """The serial number of an ISO date or instant as text; None when it is neither."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return None
    days = serial_of(moment.date(), from_1904)
    if days is None:
        return None
    seconds = (moment - datetime.combine(moment.date(), time())).total_seconds()
    return str(days) if not seconds else str(Decimal(days) + (Decimal(seconds) / SECONDS).quantize(Decimal("1e-10")))
