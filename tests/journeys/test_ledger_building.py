"""A clerk makes a ledger in the browser, records in it and takes it along: no right but that of every clerk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from maru import Department, Grant, Post, RoleMember, User, today
from maru_db import connected
from tests.journeys.conftest import Live

Visit = Callable[..., Page]
NAME = "관용차량 운행일지"
CLERK = "demo-driver"
CARS = "12가 0001 (시연)\n34나 0002 (시연)"
TRIPS = (
    ("11.17", "12가 0001 (시연)", "시청 회의", "48150", "48212", "38.2", ""),
    ("2026. 11. 18.", "34나 0002 (시연)", "이장회의 자료 배부", "61809", "61880", "", "두 마을"),
    ("2026. 11. 19.", "12가 0001 (시연)", "석남리 민원 현장", "48212", "48246", "", ""),
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clerk(live: Live) -> str:
    """A member of staff of 이인면 without any role; everybody's rights are down to building and using ledgers."""
    kept = ("forms.build", "records.read", "records.write")
    with live.site.write_as("demo-admin"), connected():
        model = User.get(User.username == "demo-yugu")
        user = User.create(username=CLERK, name="운전 담당 (시연)", password_hash=model.password_hash)
        Post.create(user=user, department=Department.get(Department.name == "이인면"), title="주무관")
        assert not RoleMember.select().where(RoleMember.user == user).exists()
        for grant in Grant.select().where(Grant.role == "staff", Grant.permission.not_in(kept)):
            grant.delete_instance()
    return CLERK


def add(page: Page, kind: str, label: str, **settings: str | bool) -> None:
    """Press a kind in the palette, name the field, set what is asked, by what a person sees."""
    count = page.locator(".forms-field").count()
    page.get_by_role("region", name="항목 더하기").get_by_role("button", name=kind, exact=True).click()
    expect(page.locator(".forms-field")).to_have_count(count + 1)
    name = page.get_by_role("textbox", name="이름", exact=True)
    expect(name).to_be_focused()
    name.fill(label)
    for asked, value in settings.items():
        control = page.get_by_label(asked.replace("_", " "), exact=True)
        if isinstance(value, bool):
            control.set_checked(value)
        else:
            control.fill(value)


def labels(page: Page) -> list[str]:
    """The fields on the canvas in their order."""
    found = page.locator(".forms-field .forms-label").all_inner_texts()
    return [re.sub(r"\s*\*?\s*(\(꼭 필요\))?\s*(km|L)?$", "", text.strip()) for text in found]


def no_objections(page: Page) -> None:
    """Nothing axe objects to as the page stands; then it is loaded anew, as axe leaves style attributes behind."""
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in violations] == []
    page.goto(page.url)


def build(page: Page, shots: Path) -> None:
    """Nine fields; one is put in order by its arrows, the formula is tried on an example before anything exists."""
    page.goto("/forms/")
    page.get_by_role("link", name=re.compile("대장 만들기|새 대장|첫 대장")).last.click()
    page.get_by_label("대장의 이름").fill(NAME)
    page.get_by_role("button", name="만들기 시작").click()
    add(page, "날짜", "날짜", 꼭_적어야_함=True)
    add(page, "고르기", "차량", 꼭_적어야_함=True)
    page.get_by_label("고를 수 있는 값").fill(CARS)
    add(page, "사람", "운전자", 꼭_적어야_함=True)
    add(page, "글", "용무", 꼭_적어야_함=True)
    add(page, "정수", "도착 계기", 단위="km")
    add(page, "정수", "출발 계기", 단위="km")
    expect(page.locator(".forms-field.is-chosen")).to_contain_text("출발 계기")  # as it is typed
    page.keyboard.press("Enter")  # in a field of the panel: save
    up = page.get_by_role("button", name="‘출발 계기’ 앞으로")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".forms-field").nth(4)).to_contain_text("출발 계기")
    expect(up).to_be_focused()
    page.get_by_role("button", name=re.compile("^도착 계기")).click()
    expect(page.locator(".forms-field.is-chosen")).to_contain_text("도착 계기")
    add(page, "계산", "거리", 단위="km", 목록_아래에_합계=True)
    page.get_by_label("계산식", exact=True).fill("도착 계기 - 출발 거리")
    page.get_by_role("button", name="저장", exact=True).click()
    expect(page.get_by_text("‘출발 거리’라는 항목이 없습니다")).to_be_visible()
    page.get_by_label("계산식", exact=True).fill("도착 계기 - ")
    page.get_by_role("button", name="출발 계기", exact=True).click()
    page.get_by_role("button", name="저장", exact=True).click()
    example = page.locator(".forms-trial")
    example.get_by_label("출발 계기").fill("48150")
    example.get_by_label("도착 계기").fill("48212")
    example.get_by_role("button", name="다시 계산").click()
    expect(example.locator("output")).to_have_text("62")
    page.screenshot(path=shots / "forms-1-formula.png")
    no_objections(page)
    add(page, "소수", "주유", 단위="L", 목록_아래에_합계=True)
    add(page, "긴 글", "비고")
    page.get_by_role("button", name="저장", exact=True).click()
    expect(page.locator(".forms-field")).to_have_count(9)


def publish(page: Page, shots: Path) -> str:
    """Try it, look at what will be published, publish; the list is open and empty."""
    page.get_by_role("link", name="시험 사용").click()
    page.get_by_label("출발 계기 km").fill("10")
    page.get_by_label("도착 계기 km").fill("45")
    page.get_by_role("button", name="적은 대로 해 보기").click()
    expect(page.locator(".forms-worked output")).to_have_text("35")
    page.screenshot(path=shots / "forms-2-try.png", full_page=True)
    no_objections(page)
    page.get_by_role("link", name="게시하기").click()
    page.screenshot(path=shots / "forms-3-review.png")
    no_objections(page)
    page.get_by_role("button", name="1판 게시").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_text("아직 기록이 없습니다")).to_be_visible()
    return page.url


def write_down(page: Page, href: str, trip: tuple[str, ...]) -> None:
    """One trip through the ledger's form."""
    page.goto(f"{href}new")
    on, car, purpose, start, end, fuel, remark = trip
    page.get_by_label(re.compile("^날짜")).fill(on)
    page.get_by_label(re.compile("^차량")).select_option(car)
    page.get_by_label(re.compile("^운전자")).fill(CLERK)
    page.get_by_label(re.compile("^용무")).fill(purpose)
    page.get_by_label(re.compile("^출발 계기")).fill(start)
    page.get_by_label(re.compile("^도착 계기")).fill(end)
    page.get_by_label(re.compile("^주유")).fill(fuel)
    page.get_by_label(re.compile("^비고")).fill(remark)
    page.get_by_role("button", name="저장", exact=True).click()
    expect(page.get_by_text("기록했습니다.")).to_be_visible()


def test_a_clerk_makes_a_ledger_and_uses_it(visit: Visit, clerk: str, shots: Path, tmp_path: Path) -> None:
    """Made, published, three trips written down; list and export sum the distance, and the export opens."""
    page = visit(clerk)
    build(page, shots)
    assert labels(page) == ["날짜", "차량", "운전자", "용무", "출발 계기", "도착 계기", "거리", "주유", "비고"]
    href = publish(page, shots)
    for trip in TRIPS:
        write_down(page, href, trip)
    page.goto(href)
    foot = page.locator("tfoot tr")
    expect(foot).to_contain_text("합계 3건")
    expect(foot.locator("td.num", has_text="167")).to_have_count(1)
    page.screenshot(path=shots / "forms-4-list.png")
    no_objections(page)

    with page.expect_download() as download:
        page.get_by_role("button", name="내려받기").click()
    path = tmp_path / "운행일지.xlsx"
    download.value.save_as(path)

    rows = list(openpyxl.load_workbook(path).active.values)
    assert rows[0] == (
        "날짜",
        "차량",
        "운전자",
        "용무",
        "출발 계기 (km)",
        "도착 계기 (km)",
        "거리 (km)",
        "주유 (L)",
        "비고",
    )
    assert sorted(row[6] for row in rows[1:4]) == [34, 62, 71]
    assert rows[4][6] == 167
    assert rows[4][7] == 38.2
    days = {date(today().year, 11, 17), date(2026, 11, 18), date(2026, 11, 19)}
    assert {row[0].date() for row in rows[1:4]} == days


def test_what_is_typed_shows_at_once_and_a_refusal_says_why(visit: Visit, clerk: str, shots: Path) -> None:
    """Nothing is pressed: the canvas and the count follow what was kept, a formula over a text is refused in words."""
    page = visit(clerk)
    page.goto("/forms/new")
    page.get_by_label("대장의 이름").fill("당직 접수부")
    page.get_by_role("button", name="만들기 시작").click()
    add(page, "글", "접수 내용")
    add(page, "정수", "건수")
    add(page, "계산", "두 배")
    count = page.locator(".forms-head .tabs .tag")
    expect(count).to_have_text(re.compile("마저 할 것 1"))
    formula = page.get_by_label("계산식", exact=True)

    formula.press_sequentially("접수 내용 * 2")

    expect(page.locator("[data-saved]")).to_contain_text("‘접수 내용’은 종류가 ‘글’")
    expect(page.locator("#panel-expression-error")).to_contain_text("‘접수 내용’은 종류가 ‘글’")
    expect(formula).to_have_attribute("aria-invalid", "true")
    page.screenshot(path=shots / "forms-7-refused.png")

    formula.fill("건수 * 2")

    expect(page.locator(".forms-field.is-chosen .forms-mock")).to_contain_text("건수 * 2")
    expect(page.locator(".forms-lack")).to_have_count(0)
    expect(count).to_have_count(0)
    expect(page.locator(".forms-trial output")).to_have_text("600")
    expect(page.locator("#panel-expression-error")).to_have_count(0)
    expect(formula).to_be_focused()


def test_text_area_drawn_larger_breaks_no_policy(visit: Visit, clerk: str) -> None:
    """A browser writes the new size into a style attribute, which must not come back with the next step."""
    page = visit(clerk)
    page.goto("/forms/new")
    page.get_by_label("대장의 이름").fill("크기")
    page.get_by_role("button", name="만들기 시작").click()
    add(page, "고르기", "구분")
    page.get_by_label("고를 수 있는 값").evaluate("area => { area.style.height = '200px'; }")

    add(page, "고르기", "다른 구분")

    expect(page.get_by_label("고를 수 있는 값")).not_to_have_attribute("style", re.compile("height"))


def test_day_is_picked_from_a_calendar_or_typed(visit: Visit, shots: Path) -> None:
    """The button opens the browser's own calendar at the day that is typed; what is picked stands in the field."""
    page = visit("demo-yugu")
    page.goto("/records/shared_goods/new")
    field = page.get_by_label(re.compile("^기간 빌린 날"))
    field.fill("2027. 3. 2.")
    days = page.locator("[data-calendar-days]").first

    page.get_by_role("button", name="달력에서 고르기: 빌린 날").click()
    opened_at = days.input_value()
    days.evaluate("days => { days.value = '2027-03-09'; days.dispatchEvent(new Event('input', { bubbles: true })); }")

    assert opened_at == "2027-03-02"
    expect(field).to_have_value("2027. 3. 9.")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    page.screenshot(path=shots / "records-day.png")
    no_objections(page)


def test_changing_it_later_by_plain_forms_on_a_phone(visit: Visit, clerk: str, shots: Path) -> None:
    """Without scripts, 390 pixels wide: a field is added, one hidden, the second version says so and keeps the rows."""
    page = visit(clerk, javascript=False, width=390)
    page.goto("/forms/")
    page.get_by_role("link", name=NAME, exact=True).click()
    page.get_by_role("region", name="항목 더하기").get_by_role("button", name="예·아니오").click()
    page.get_by_role("textbox", name="이름", exact=True).fill("세차함")
    page.get_by_role("button", name=re.compile("^비고")).click()
    page.screenshot(path=shots / "forms-5-phone.png", full_page=True)
    page.get_by_role("button", name="지우기").click()
    page.get_by_role("link", name="2판 게시하기").click()
    expect(page.get_by_text("‘세차함’ 항목을 더합니다.")).to_be_visible()
    expect(page.get_by_text("‘비고’ 항목을 숨깁니다. 이미 적힌 값은 지우지 않습니다.")).to_be_visible()
    page.screenshot(path=shots / "forms-6-phone-review.png", full_page=True)
    page.get_by_role("button", name="2판 게시").click()

    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.get_by_role("columnheader", name="세차함")).to_have_count(1)
