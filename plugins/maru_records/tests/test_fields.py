"""필드 유형: what people type is understood, and what is shown can be typed again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maru_records.definition import Field
from maru_records.fields import KINDS, Reading, kind_of


def field(kind: Any, **more: Any) -> Field:
    """A field of that type."""
    if kind == "choice":
        more.setdefault("choices", ("신규", "계속", "완료 사업"))
    return Field(key="x", label="시험", type=kind, **more)


def read(kind: str, text: str, **more: Any) -> Reading:
    """What a field of that type makes of `text`."""
    about = field(kind, **more)
    return kind_of(about).read(about, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9,800", 9800), ("９８００", 9800), ("△3,200", -3200), ("▲3200", -3200), ("(3,200)", -3200), ("−32", -32),
        ("₩9,800", 9800), (" 12 ", 12), ("-0", 0), ("1 234 567", 1234567),
    ],
)  # fmt: skip
def test_amounts_as_offices_write_them(text: str, value: int) -> None:
    """Commas, full-width digits, triangles and brackets for minus are read without a word."""
    assert read("amount", text) == Reading(Decimal(value))


@pytest.mark.parametrize(("text", "value"), [("-", 0), ("ㅡ", 0), ("9,800천원", 9800), ("9,800 천원", 9800)])
def test_what_was_understood_is_said(text: str, value: int) -> None:
    """A dash for zero and a unit typed along are taken, and marked as changed."""
    found = read("amount", text, unit="천원")

    assert found.value == value
    assert found.problem is not None
    assert found.problem.severity == "changed"


@pytest.mark.parametrize(
    ("text", "unit", "repair"),
    [
        ("9천8백", "천원", "9800"), ("1.5억", "천원", "150000"), ("1.5억", "원", "150000000"), ("9,80", "천원", "980"),
        ("3억원", "천원", "300000"), ("50만원", "천원", "500"), ("3만", "천원", None), ("12명", "천원", "12"),
        ("9800.5", "천원", "9801"), ("1억 2천만원", "원", "120000000"), ("삼천", "천원", None), ("#REF!", "천원", None),
        ("99999999999999999", "원", None),
    ],
)  # fmt: skip
def test_doubtful_numbers_are_errors_with_a_repair(text: str, unit: str, repair: str | None) -> None:
    """Nothing is guessed silently: the likely number is offered where it is clear."""
    found = read("amount", text, unit=unit)

    assert found.value is None
    assert found.problem is not None
    assert (found.problem.severity, found.problem.repair) == ("error", repair)


@pytest.mark.parametrize(
    "text",
    [
        "2027-3-2",
        "2027. 3. 2.",
        "'27.3.2",
        "20270302",
        "2027/3/2",
        "2027년 3월 2일",
        "27. 3. 2.",
        "2027. 3. 2.(화)",
        "２０２７．３．２",
    ],
)
def test_dates_as_offices_write_them(text: str) -> None:
    """Every usual way of writing 2 March 2027."""
    assert read("date", text) == Reading(date(2027, 3, 2))


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("46083", "2026. 3. 2."), ("270302", "2027. 3. 2."), ("2027. 2. 30.", None), ("없음", None), ("2027.3", None),
        ("0000-01-01", None),
    ],
)  # fmt: skip
def test_doubtful_dates_are_errors(text: str, repair: str | None) -> None:
    """An Excel serial or a short date is offered as a date; a day the calendar lacks is not."""
    found = read("date", text)

    assert found.value is None
    assert found.problem is not None
    assert found.problem.repair == repair


def test_wrong_weekday_is_a_warning() -> None:
    """2 March 2027 is a Tuesday: '(월)' is taken, and pointed out."""
    found = read("date", "2027. 3. 2.(월)")

    assert found.value == date(2027, 3, 2)
    assert found.problem is not None
    assert found.problem.severity == "warning"


def test_serial_number_is_a_date_in_a_workbook_only() -> None:
    """46083 in a date column of an xlsx file is 2026-03-02; typed, it is doubtful."""
    about = field("date")

    assert kind_of(about).read_cell(about, 46083.0) == Reading(date(2026, 3, 2))


@pytest.mark.parametrize(
    "text", ["2027-3-2 14:30", "2027. 3. 2. 오후 2시 30분", "2027-03-02T14:30:00", "2027. 3. 2.(화) 2:30 PM"]
)
def test_moments_are_seoul_time_kept_in_utc(text: str) -> None:
    """Half past two in Gongju is 05:30 UTC."""
    assert read("datetime", text).value == datetime(2027, 3, 2, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value"),
    [("O", True), ("○", True), ("예", True), ("Y", True), ("X", False), ("아니오", False), ("무", False)],
)
def test_yes_and_no(text: str, value: bool) -> None:
    """O/X, Y/N and words mean the same."""
    assert read("yes_no", text).value is value


def test_near_choice_is_offered() -> None:
    """Spaces do not matter; a typing error gets the nearest choice as repair."""
    assert read("choice", "완료사업").value == "완료 사업"
    problem = read("choice", "계쏙").problem
    assert problem is not None
    assert problem.repair == "계속"


def test_limits_are_checked() -> None:
    """Too small, too large, too long, too exact: each is an error."""
    assert read("integer", "-1", minimum=Decimal(0)).value is None
    assert read("integer", "6", maximum=Decimal(5)).value is None
    assert read("text", "가나다라", max_length=3).value is None
    assert read("decimal", "1.234", decimals=2).value is None


numbers = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=3)


@given(numbers)
def test_shown_decimals_can_be_typed_again(value: Decimal) -> None:
    """read(format(x)) is x."""
    about = field("decimal", decimals=3)

    assert kind_of(about).read(about, kind_of(about).format(about, value)).value == value


shares = st.decimals(min_value=-(10**5), max_value=10**5, allow_nan=False, allow_infinity=False, places=10)


@given(shares, st.sampled_from([None, 0, 1, 3]), st.booleans())
def test_nothing_is_lost_where_a_number_is_typed_over(value: Decimal, decimals: int | None, percent: bool) -> None:
    """exact(x) is x, whatever the field shows of it; at least as many decimals stand there as it shows."""
    about = field("decimal", decimals=decimals, percent=percent)
    free = about.model_copy(update={"decimals": None})

    text = kind_of(about).exact(about, value)

    assert kind_of(free).read(free, text).value == value
    assert len(text) >= len(kind_of(about).format(about, value))


def test_repair_of_a_percentage_is_the_percentage() -> None:
    """'33.337%' where one decimal is kept: 33.3 % is offered, not 0.3, which would be 30 %."""
    problem = read("decimal", "33.337%", decimals=1, percent=True).problem

    assert problem is not None
    assert problem.repair == "33.3%"


@given(st.integers(-(10**14), 10**14))
def test_shown_amounts_can_be_typed_again(value: int) -> None:
    """read(format(x)) is x, and JSON gives it back, for whole numbers."""
    for about in (field("amount"), field("integer")):
        kind = kind_of(about)

        assert kind.read(about, kind.format(about, value)).value == value
        assert kind.from_json(kind.to_json(kind.read(about, str(value)).value)) == value


@given(st.dates(min_value=date(1900, 1, 1)))
def test_shown_dates_can_be_typed_again(value: date) -> None:
    """read(format(x)) is x."""
    about = field("date")

    assert kind_of(about).read(about, kind_of(about).format(about, value)).value == value


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2199, 1, 1)))  # noqa: DTZ001 — made aware below
def test_shown_moments_can_be_typed_again(value: datetime) -> None:
    """read(format(x)) is x, to the minute."""
    about, exact = field("datetime"), value.replace(second=0, microsecond=0, tzinfo=UTC)

    assert kind_of(about).read(about, kind_of(about).format(about, exact)).value == exact


@given(st.booleans())
def test_shown_truths_can_be_typed_again(value: bool) -> None:
    """read(format(x)) is x."""
    about = field("yes_no")

    assert kind_of(about).read(about, kind_of(about).format(about, value)).value is value


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=40))
def test_no_text_crashes_a_field(kind: str, text: str) -> None:
    """Whatever is typed is read or reported."""
    about = field(kind, **({"expression": "1"} if kind == "computed" else {}))

    found = kind_of(about).read(about, text)

    assert found.problem is None or found.problem.severity in ("error", "warning", "changed")


@given(
    st.sampled_from(["integer", "amount", "decimal", "date", "datetime", "text", "choice"]),
    st.floats() | st.integers() | st.booleans() | st.dates(),
)
def test_no_workbook_cell_crashes_a_field(kind: str, cell: object) -> None:
    """Whatever a workbook holds is read or reported."""
    about = field(kind)

    kind_of(about).read_cell(about, cell)
