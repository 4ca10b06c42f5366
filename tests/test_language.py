"""Dates and deadlines as an office writes them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, ValidationError

from maru_language import (
    ago,
    catalogues,
    current_locale,
    day,
    due,
    end_of_work,
    filesize,
    gettext,
    is_blank,
    is_near,
    label_text,
    local,
    moment,
    now,
    number,
    office,
    one_line,
    plain_text,
    problems_of,
    t,
    working_day_after,
)
from maru_language.holidays import PUBLIC_HOLIDAYS


@pytest.fixture(autouse=True)
def _korean() -> Iterator[None]:
    token = current_locale.set("ko")
    yield
    current_locale.reset(token)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands at 12:00 in Korea on Wednesday 2026-06-10."""
    instant = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)
    monkeypatch.setattr(office, "now", lambda: instant)
    return instant


def test_a_date_has_points_spaces_and_the_weekday() -> None:
    """2026. 6. 8.(월), in English Mon 8 Jun 2026."""
    on = date(2026, 6, 8)

    korean = day(on)
    current_locale.set("en")

    assert (korean, day(on)) == ("2026. 6. 8.(월)", "Mon 8 Jun 2026")


def test_an_instant_is_shown_in_korean_time() -> None:
    """15:30 UTC is half past midnight of the next day in Seoul."""
    assert moment(datetime(2026, 6, 8, 15, 30, tzinfo=UTC)) == "2026. 6. 9.(화) 00:30"


def test_nothing_is_shown_for_no_date() -> None:
    """Templates need no `if` around a date that is not set."""
    assert [day(None), moment(None), ago(None), due(None), number(None)] == [""] * 5


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "방금"),
        (1, "1분 전"),
        (59, "59분 전"),
        (60, "오늘 11:00"),
        (12 * 60, "오늘 00:00"),
        (12 * 60 + 1, "어제 23:59"),
        (36 * 60 + 1, "6. 8."),
        (200 * 24 * 60, "2025. 11. 22."),
    ],
)
def test_the_past_is_told_as_people_tell_it(noon: datetime, minutes: int, said: str) -> None:
    """Minutes within the hour, then today and yesterday by the clock, then the date."""
    assert ago(noon - timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(minutes=90), "1시간 30분 남음"),
        (timedelta(hours=6), "오늘 18:00"),
        (timedelta(hours=30), "내일 18:00"),
        (timedelta(days=3), "D-3"),
        (timedelta(minutes=-1), "마감 지남"),
        (timedelta(days=-2), "2일 지남"),
    ],
)
def test_a_deadline_is_told_as_people_tell_it(noon: datetime, left: timedelta, said: str) -> None:
    """Hours when it is close, today, tomorrow, then D-n; afterwards how late it is."""
    assert due(noon + left) == said


@pytest.mark.parametrize(
    ("left", "is_so"), [(-50, True), (-1, True), (1, True), (35, True), (36, False), (24 * 30, False)]
)
def test_near_is_the_next_working_day_at_the_latest(noon: datetime, left: int, is_so: bool) -> None:
    """Past, today or tomorrow; 36 hours after Wednesday noon it is Friday."""
    assert is_near(noon + timedelta(hours=left)) is is_so
    assert not is_near(None)


def test_on_a_friday_monday_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """The weekend is no time to work in."""
    friday = datetime(2026, 6, 12, 3, 0, tzinfo=UTC)
    monkeypatch.setattr(office, "now", lambda: friday)

    assert is_near(friday + timedelta(days=3))
    assert not is_near(friday + timedelta(days=4))


def test_before_a_long_holiday_the_day_after_it_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the eve of 설날 2026 (Monday to Wednesday), what is due on Thursday is due on the next working day."""
    friday = datetime(2026, 2, 13, 3, 0, tzinfo=UTC)
    monkeypatch.setattr(office, "now", lambda: friday)

    assert is_near(friday + timedelta(days=6))
    assert not is_near(friday + timedelta(days=7))


def test_holidays_are_those_of_the_package() -> None:
    """Of each year in the table, the weekdays that the package `holidays` knows as public holidays of Korea."""
    import holidays  # it takes half a second

    known = {
        year: " ".join(f"{on:%m%d}" for on in sorted(holidays.country_holidays("KR", years=year)) if on.weekday() < 5)
        for year in PUBLIC_HOLIDAYS
    }

    assert known == PUBLIC_HOLIDAYS, "put what the package says into core/maru_language/holidays.py"


def test_english_has_every_deadline(noon: datetime) -> None:
    """No Korean is left in an English deadline."""
    current_locale.set("en")

    said = [due(noon + timedelta(hours=hours)) for hours in (-50, -1, 1, 6, 30, 100)]

    assert all(text.isascii() for text in said), said


def test_numbers_and_sizes() -> None:
    """Thousands are grouped; sizes say the unit."""
    assert [number(1234567), number("9,800"), filesize(812), filesize(3_400), filesize(2_100_000)] == [
        "1,234,567",
        "9,800",
        "812 B",
        "3.4 KB",
        "2.1 MB",
    ]


def test_a_label_falls_back_to_korean() -> None:
    """A label that has no English shows its Korean."""
    current_locale.set("en")

    assert label_text({"ko": "취합", "en": "Collections"}) == "Collections"
    assert label_text({"ko": "취합"}) == "취합"


def test_an_unknown_message_stays_as_it_is() -> None:
    """A text without a translation is shown in Korean, with its values."""
    current_locale.set("en")

    assert t("아무도 옮기지 않은 문장 {n}건", n=3) == "아무도 옮기지 않은 문장 3건"


def test_now_is_aware() -> None:
    """An instant knows its zone, and the wall clock in Korea is nine hours ahead."""
    offset = local(now()).utcoffset()

    assert now().utcoffset() == timedelta(0)
    assert offset == timedelta(hours=9)


@pytest.mark.parametrize("text", ["", "  ", "\x01\x02", "\u200b", "\u3164", "\u2060 \ufeff", "\u115f\u1160\uffa0"])
def test_text_that_cannot_be_seen_is_blank(text: str) -> None:
    """Spaces, control characters, zero-width ones and Hangul fillers show nothing."""
    assert is_blank(text)


@pytest.mark.parametrize("text", ["가", "ㄱ", ".", "👩\u200d🚒", "\ue000", "a\u200b"])
def test_text_that_can_be_seen_is_not_blank(text: str) -> None:
    """One visible sign is enough, old Hangul of the private area included."""
    assert not is_blank(text)


def test_typed_text_is_composed_and_keeps_its_paragraphs() -> None:
    """한글 from a Mac comes in parts (NFD); control characters go, tabs and line ends stay, nothing seen is nothing."""
    assert plain_text("\u1100\u1161\u11bc\x0b\n\t나 ") == "강\n\t나 "
    assert plain_text("\u200b\n \u3164") == ""


def test_a_line_has_single_spaces() -> None:
    """What was pasted from two lines of a document is one line."""
    assert one_line("  2026년\r\n예산\t\x01 현황 ") == "2026년 예산 현황"


def test_a_word_is_what_its_own_package_calls_it(tmp_path: Path) -> None:
    """Not what another calls it that was there first; the words of the hall are the same for everybody."""
    for name, said in (("maru_first", "Time"), ("maru_second", "Period")):
        (tmp_path / name / "locale").mkdir(parents=True)
        catalogue = f'msgid "기간"\nmsgstr "{said}"\n\nmsgid "방금"\nmsgstr "{said}"\n'
        (tmp_path / name / "locale" / "en.po").write_text(catalogue, encoding="utf-8")
        catalogues.add_catalogue(tmp_path / name / "locale")
    current_locale.set("en")
    called = {"__name__": "maru_second.views", "t": t}

    words = [gettext("기간", "maru_first"), gettext("기간", "maru_second"), eval('t("기간")', called)]
    shared = gettext("방금", "maru_second")

    catalogues.forget(tmp_path)
    assert words == ["Time", "Period", "Period"]
    assert shared == "just now"


def test_a_translation_that_names_other_values_is_left_aside(tmp_path: Path) -> None:
    """The Korean text is shown with its values; a page is not broken by a word in a catalogue."""
    (tmp_path / "en.po").write_text('msgid "{n}마리 더"\nmsgstr "{count} more"\n', encoding="utf-8")
    catalogues.add_catalogue(tmp_path)
    current_locale.set("en")

    said = t("{n}마리 더", n=3)

    catalogues.forget(tmp_path)
    assert said == "3마리 더"


def test_a_catalogue_that_cannot_be_read_is_told_and_left_out(tmp_path: Path) -> None:
    """Whoever brought it hears of it; the other catalogues are as they were."""
    (tmp_path / "en.po").write_bytes(b'msgid "a"\nmsgstr "b\xff"\n')
    heard: list[Exception] = []
    catalogues.add_catalogue(tmp_path, heard.append)
    current_locale.set("en")

    t("로그인")

    catalogues.forget(tmp_path)
    assert [type(wrong) for wrong in heard] == [UnicodeDecodeError]


def test_a_working_day_is_counted_forward_only() -> None:
    """Over the weekend and 추석 with its substitute day; for nothing and less it is the day itself."""
    friday = date(2026, 9, 18)

    assert working_day_after(friday) == date(2026, 9, 21)
    assert working_day_after(date(2026, 9, 23)) == date(2026, 9, 28)
    assert [working_day_after(friday, count) for count in (0, -1)] == [friday, friday]


def test_a_date_as_a_deadline_is_the_end_of_the_working_day() -> None:
    """18:00 in Seoul, as an aware instant."""
    assert end_of_work(date(2026, 6, 8)) == datetime(2026, 6, 8, 9, 0, tzinfo=UTC)


class Limited(BaseModel):
    """Numbers with limits."""

    least: int = Field(5, ge=0)
    above: int = Field(5, gt=0)
    most: int = Field(5, le=60)
    below: float = Field(5, lt=60)


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"least": "-1"}, "‘-1’은 너무 작습니다. 0 이상이어야 합니다."),
        ({"above": "0"}, "‘0’은 너무 작습니다. 0보다 커야 합니다."),
        ({"most": "100"}, "‘100’은 너무 큽니다. 60 이하여야 합니다."),
        ({"below": "60"}, "‘60’은 너무 큽니다. 60.0보다 작아야 합니다."),
    ],
)
def test_a_number_out_of_range_is_told_the_limit(entered: dict[str, str], said: str) -> None:
    """The limit that was broken stands in the sentence."""
    with pytest.raises(ValidationError) as wrong:
        Limited.model_validate(entered)

    assert list(problems_of(wrong.value).values()) == [said]
