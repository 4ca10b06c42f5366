"""The list of a ledger: who sees which rows, what is asked of it, in which order, and the export of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from maru import AuditEntry
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Allowed, Definition, Field, add_record, check_rows, define, definitions_in, records_of
from maru_records.tests.ledger_site import LOANS, add_loan, loan_site

Portal = Callable[..., Site]


def test_index_names_the_ledgers_i_may_read(portal: Portal) -> None:
    """A ledger is listed with its owner; somebody without any right to it gets the empty list."""
    site = loan_site(portal, Allowed("read", department=None, user=None, role="department-admin"))

    seen = site.client("head").get("/records/").text
    unseen = site.client("clerk").get("/records/").text

    assert "대여 대장" in seen
    assert "스마트정보과" in seen
    assert "/records/loans/" not in unseen
    assert "아직 없습니다" in unseen


def test_menu_lists_my_ledgers(portal: Portal) -> None:
    """The ledger stands in the menu of those who may read it."""
    site = loan_site(portal)

    assert 'href="/records/loans/"' in site.client("stranger").get("/").text


def test_list_shows_rows_totals_and_links(portal: Portal) -> None:
    """A row is a link to its record; the foot holds the sums of everything found."""
    site = loan_site(portal)
    add_loan(site, "clerk", goods="양수기", count=3, price=1000)

    page = site.client("stranger").get("/records/loans/").text

    assert 'data-href="/records/loans/1"' in page
    assert "합계 2건" in page
    assert "3,003,000" in page


def test_list_page_takes_at_most_eight_queries(portal: Portal) -> None:
    """Sixty records with people and units are one query of rows, one of counts; the frame and rights the rest."""
    site = loan_site(portal)
    for number in range(60):
        add_loan(site, "clerk", goods=f"물품 {number}", borrower=site.user("colleague").id, unit=site.unit("이인면").id)
    client = site.client("clerk")
    client.get("/records/loans/")

    count = site.queries(lambda: client.get("/records/loans/"))

    assert count <= 8


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("f.goods=프로", {"빔 프로젝터"}),
        ("f.kind=장비", {"양수기"}),
        ("f.count.from=3", {"양수기", "천막"}),
        ("f.count.from=3&f.count.to=4", {"양수기"}),
        ("f.lent_on.from=2026.11.3&f.lent_on.to=20261130", {"양수기"}),
        ("f.lent_on.from=11.3&f.lent_on.to=1103", {"양수기"}),
        ("f.is_back=yes", {"천막"}),
        ("f.borrower=colle", {"천막"}),
        ("f.worth.from=3,000,000", {"빔 프로젝터"}),
        ("q=양수", {"양수기"}),
        ("f.goods=없는 것", set()),
    ],
)
def test_filters(portal: Portal, asked: str, found: set[str]) -> None:
    """Each kind of field is asked in its own way, as people write dates and numbers."""
    site = loan_site(portal)
    add_loan(site, "clerk", goods="양수기", kind="장비", count=3, price=1000, lent_on=date(2026, 11, 3))
    add_loan(site, "clerk", goods="천막", count=5, is_back=True, borrower=site.user("colleague").id)

    page = site.client("clerk").get(f"/records/loans/?{asked}").text

    assert {name for name in ("빔 프로젝터", "양수기", "천막") if f">{name}</a>" in page} == found


def test_condition_that_is_no_date_is_said(portal: Portal) -> None:
    """A condition that cannot be read is left out, and its field says why."""
    page = loan_site(portal).client("clerk").get("/records/loans/?f.lent_on.from=언젠가").text

    assert "날짜가 아닙니다" in page
    assert "빔 프로젝터" in page


def test_filter_offers_no_department_of_a_record_i_may_not_see(portal: Portal) -> None:
    """Where each unit reads its own, the departments that only others named are not among the choices."""
    site = loan_site(portal, Allowed("write", rows="unit"))
    add_loan(site, "stranger", goods="남의 것", unit=site.unit("이인면").id)
    add_loan(site, "clerk", goods="우리 것", unit=site.unit("탄천면").id)

    page = site.client("clerk").get("/records/loans/").text

    assert f'<option value="{site.unit("탄천면").id}"' in page
    assert f'<option value="{site.unit("이인면").id}"' not in page


def test_sorting_by_heading(portal: Portal) -> None:
    """A heading sorts, pressed again it turns round; blanks come last either way; unknown fields change nothing."""
    site = loan_site(portal)
    add_loan(site, "clerk", goods="천막")
    add_loan(site, "clerk", goods="양수기", count=9)
    client = site.client("clerk")

    def order(sort: str) -> list[str]:
        page = client.get(f"/records/loans/?sort={sort}").text
        return sorted(("빔 프로젝터", "양수기", "천막"), key=lambda name: page.index(f">{name}</a>"))

    assert order("count") == ["빔 프로젝터", "양수기", "천막"]
    assert order("-count") == ["양수기", "빔 프로젝터", "천막"]
    assert order("password_hash")
    for key in LOANS.by_key:
        assert client.get(f"/records/loans/?sort={key}").status_code == 200


def test_pages_of_fifty(portal: Portal) -> None:
    """The second page holds the rest; a page beyond the last one is the last."""
    site = loan_site(portal)
    for number in range(55):
        add_loan(site, "clerk", goods=f"물품 {number:02}")
    client = site.client("clerk")

    second = client.get("/records/loans/?sort=goods&page=2").text
    beyond = client.get("/records/loans/?sort=goods&page=99").text

    assert second.count("<tr data-href") == 6
    assert beyond.count("<tr data-href") == 6
    assert 'href="/records/loans/?sort=goods&amp;page=1"' in second


@pytest.mark.parametrize(
    "path",
    [
        "99999999999999999999999",
        "?page=9999999999999",
        "?q=%00",
        "?f.unit=99999999999999",
        "?f.count.from=1e999",
        "?sort=%00",
    ],
)
def test_odd_addresses_are_answered(portal: Portal, path: str) -> None:
    """Numbers that no database takes and characters that none keeps are no errors of ours."""
    answer = loan_site(portal).client("clerk").get(f"/records/loans/{path}")

    assert answer.status_code in (200, 400, 404)


def test_ledger_without_rights_answers_like_a_missing_one(portal: Portal) -> None:
    """Nobody learns that a ledger exists."""
    site = loan_site(portal, Allowed("write", user=None, role="city-admin"))
    client = site.client("clerk")

    assert client.get("/records/loans/").status_code == 404
    assert client.get("/records/nothing/").status_code == 404
    assert client.post("/records/loans/export").status_code == 404


def test_pages_are_english_for_those_who_want_it(portal: Portal) -> None:
    """No Korean of ours is left on the pages of a ledger."""
    site = loan_site(portal)
    with connected(), site.write_as("admin"):
        reader = site.user("clerk")
        reader.locale = "en"
        reader.save()

    page = site.client("clerk").get("/records/loans/").text

    assert "Loans" in page
    assert "조건 추가" not in page
    assert "내려받기" not in page


def test_group_headings_and_units_are_in_the_readers_language(portal: Portal) -> None:
    """What a definition says in two languages is read in one: above the columns, in the form, on the record."""
    site = portal("records")
    with connected():
        (shipped,) = definitions_in(Path(__file__).parents[1] / "app")
        ledger = define(shipped, site.write_as("admin"), department=site.unit("스마트정보과"))
        person = site.user("clerk")
        values = {"goods": "천막", "kind": "행사용품", "count": 1, "borrower": person.id}
        days = {"lent_on": date(2026, 11, 2), "due_on": date(2026, 11, 3), "value": 900}
        with site.write_as("clerk") as change:
            add_record(change, ledger, person, values | days, person.unit)
    korean, english = site.client("clerk"), site.client("colleague", locale="en")

    pages = ["/records/shared_goods/", "/records/shared_goods/new", "/records/shared_goods/1"]
    in_korean, in_english = ("".join(who.get(page).text for page in pages) for who in (korean, english))

    assert "기간" in in_korean
    assert '<span class="unit">천원</span>' in in_korean
    assert "Period" in in_english
    assert '<span class="unit">KRW 1,000</span>' in in_english
    assert "기간" not in in_english
    assert "천원" not in in_english


def test_amount_with_its_unit_is_read_whatever_the_language() -> None:
    """Both names of a unit may stand behind a number; won in a column of thousands are offered converted."""
    field = Field(key="value", label="가액", type="amount", unit={"ko": "천원", "en": "KRW 1,000"})

    read = check_rows(Definition(key="x", label="x", fields=(field,)), [["9,800천원"], ["5,000원"]])

    assert read.texts[0] == ["9,800"]
    assert read.problems[1].repair == "5"


def test_export_marks_headings_and_wide_signs_as_text(portal: Portal) -> None:
    """A field may be called '=cmd|…', and ＝ begins a formula in Korean Excel too: both are marked, other texts not."""
    site = portal("records")
    fields = (
        Field(key="bad", label="=cmd|' /C calc'!A1", type="text"),
        Field(key="unit", label="값", unit="원", type="text"),
        Field(key="grouped", label="둘", path=("@SUM(1)",), type="text"),
    )
    with connected():
        define(Definition(key="signs", label="부호", fields=fields), site.write_as("admin"))
        clerk = site.user("clerk")
        with site.write_as("clerk") as change:
            for text in ("＝1+1", "＋1", "－1", "＠SUM(1)", "﹢1", "평범한 글"):
                add_record(change, records_of("signs"), clerk, {"bad": text}, clerk.unit)

    answer = site.client("clerk").post("/records/signs/export?sort=bad")

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]] == ["=cmd|' /C calc'!A1", "값 (원)", "@SUM(1) · 둘"]
    assert [cell.quotePrefix for cell in sheet[1]] == [True, False, True]
    assert {row[0].value for row in sheet.iter_rows(min_row=2) if not row[0].quotePrefix} == {"평범한 글"}


def test_export_holds_the_filtered_rows_and_is_recorded(portal: Portal) -> None:
    """Numbers stay numbers, dates dates; a text that begins like a formula is text; the audit says who took what."""
    site = loan_site(portal)
    add_loan(site, "clerk", goods='=HYPERLINK("http://x")', count=1)
    add_loan(site, "clerk", goods="천막", count=7)

    answer = site.client("stranger").post("/records/loans/export?f.count.to=2&sort=goods")

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["물품", '=HYPERLINK("http://x")', "빔 프로젝터", "합계"]
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].quotePrefix
    assert rows[2][2:5] == (2, 1_500_000, 3_000_000)
    assert rows[2][5].date() == date(2026, 11, 2)
    assert rows[3][2] == 3
    with connected():
        entry = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
        assert (entry.actor_name, entry.action) == ("stranger", "records.views.export")
        assert "2 rows" in entry.note
