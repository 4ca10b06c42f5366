"""The pages of a ledger: who sees what, what is written, and what happens when two people write."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from maru import AuditEntry, Conflict, Invalid
from maru.db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Allowed, Definition, Field, add_record, check_rows, define, definitions_in
from maru_records.models import Revision, value_of
from maru_records.services import change_record, delete_record
from maru_records.tests.ledger_site import FIRST, LOANS, add_loan, loan_site, loans

Portal = Callable[..., Site]
ENTERED = {
    "goods": "양수기", "kind": "장비", "count": "3", "price": "98만", "lent_on": "2026. 11. 3.", "borrower": "colleague",
    "unit": "", "is_back": "아니오", "note": "", "row_version": "0",
}  # fmt: skip


def entered(**more: Any) -> dict[str, str]:
    """A filled form with some of its texts replaced."""
    return {**ENTERED, "price": "980,000", **more}


def test_index_names_the_ledgers_i_may_read(portal: Portal) -> None:
    """A ledger is listed with its owner; somebody without any right to it gets the empty list."""
    site = loan_site(portal, Allowed("read", department=None, user=None, role="department-admin"))

    seen = site.client("head").get("/records/").text
    unseen = site.client("clerk").get("/records/").text

    assert "대여 대장" in seen
    assert "스마트정보과" in seen
    assert "/records/loans/" not in unseen
    assert "아직 없습니다" in unseen


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
    page = loan_site(portal).client("clerk").get("/records/loans/?f.lent_on.from=어제").text

    assert "날짜가 아닙니다" in page
    assert "빔 프로젝터" in page


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


def test_foreign_record_answers_like_a_missing_one(portal: Portal) -> None:
    """Of a ledger read by unit, another unit's record is 404 in every form, and in no list or count."""
    site = loan_site(portal, Allowed("write", rows="unit"))
    stranger, clerk = site.client("stranger"), site.client("clerk")

    foreign = stranger.get("/records/loans/1")
    missing = stranger.get("/records/loans/999")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert stranger.get("/records/loans/1/edit").status_code == 404
    assert stranger.post("/records/loans/1/edit", data=entered()).status_code == 404
    assert stranger.post("/records/loans/1/delete").status_code == 404
    assert stranger.get("/records/loans/1/files/receipt").status_code == 404
    assert "빔 프로젝터" not in stranger.get("/records/loans/").text
    assert clerk.get("/records/loans/1").status_code == 200


def test_ledger_without_rights_answers_like_a_missing_one(portal: Portal) -> None:
    """Nobody learns that a ledger exists."""
    site = loan_site(portal, Allowed("write", user=None, role="city-admin"))
    client = site.client("clerk")

    assert client.get("/records/loans/").status_code == 404
    assert client.get("/records/nothing/").status_code == 404
    assert client.post("/records/loans/export").status_code == 404


def test_readable_record_of_another_unit_cannot_be_written(portal: Portal) -> None:
    """Everyone reads, each unit writes its own: editing another's is 403, and its page has no button for it."""
    site = loan_site(portal)
    client = site.client("stranger")

    shown = client.get("/records/loans/1")

    assert shown.status_code == 200
    assert "/records/loans/1/edit" not in shown.text
    assert client.post("/records/loans/1/edit", data=entered(row_version="1")).status_code == 403
    assert client.post("/records/loans/1/delete").status_code == 403


def test_new_record_is_kept_with_what_follows_from_it(portal: Portal) -> None:
    """Typed text becomes values, the 계산 field follows, the record belongs to my unit, the audit knows."""
    site = loan_site(portal)

    answer = site.client("clerk").post("/records/loans/new", data=entered())

    assert answer.status_code == 303
    assert answer.headers["location"] == "/records/loans/2"
    with connected():
        made = loans().find(site.user("clerk"), 2)
        entry = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
        assert (made.goods, made.count, made.price, made.worth) == ("양수기", 3, 980_000, 2_940_000)  # type: ignore[attr-defined]
        assert made.lent_on == date(2026, 11, 3)  # type: ignore[attr-defined]  # fields of a definition are no attributes to mypy
        assert made.department is not None
        assert made.department.name == "유구읍"
        assert [change["table"] for change in entry.changes] == ["records_loans"]


def test_wrong_form_comes_back_with_its_text(portal: Portal) -> None:
    """422, everything as typed, the focus on the first error, the repair beside it; nothing is saved."""
    site = loan_site(portal)

    answer = site.client("clerk").post("/records/loans/new", data=entered(goods="", price="9천8백", borrower="nobody"))

    assert answer.status_code == 422
    assert 'value="9천8백"' in answer.text
    assert "9800" in answer.text
    assert answer.text.count("autofocus") == 1
    assert answer.text.index("autofocus") < answer.text.index('name="kind"')
    with connected():
        assert loans().table.select().count() == 1


def test_stale_save_keeps_the_text_and_says_what_changed(portal: Portal) -> None:
    """The second of two people gets 409 with the difference and their own text; saving again wins."""
    site = loan_site(portal)
    first, second = site.client("clerk"), site.client("colleague")
    changed = entered(goods="빔 프로젝터", kind="장비", price="1,500,000", count="4", row_version="1")
    first.post("/records/loans/1/edit", data=changed)

    late = second.post(
        "/records/loans/1/edit", data={**changed, "count": "7", "kind": "전자기기", "note": "내가 쓴 비고"}
    )
    again = second.post("/records/loans/1/edit", data={**changed, "count": "7", "row_version": "2"})

    assert late.status_code == 409
    assert "내가 쓴 비고" in late.text
    assert "clerk" in late.text
    assert "<ins>4</ins>" in late.text
    assert '<option value="장비" selected>' in late.text  # left alone by the second, so it takes the new value
    assert 'name="row_version" value="2"' in late.text
    assert again.status_code == 303


def test_history_tells_who_changed_what(portal: Portal) -> None:
    """The page of a record lists each change with the value before and after."""
    site = loan_site(portal)
    client = site.client("colleague")
    client.post("/records/loans/1/edit", data=entered(goods="빔 프로젝터", count="4", row_version="1"))

    page = client.get("/records/loans/1").text

    assert "<del>2</del>" in page
    assert "<ins>4</ins>" in page
    assert "colleague" in page


def test_deleted_record_is_gone_and_remembered(portal: Portal) -> None:
    """After deleting: 404, and what it held stands in its history."""
    site = loan_site(portal)
    client = site.client("clerk")

    answer = client.post("/records/loans/1/delete")

    assert answer.status_code == 303
    assert client.get("/records/loans/1").status_code == 404
    with connected():
        assert Revision.of("loans", 1).first().changes["goods"] == ["빔 프로젝터", None]


def test_file_goes_through_the_view_of_its_record(portal: Portal) -> None:
    """An uploaded file can be fetched by those who see the record, survives an edit, and can be taken away."""
    site = loan_site(portal)
    client = site.client("clerk")
    client.post("/records/loans/new", data=entered(), files={"receipt": ("인수증.pdf", b"%PDF-1.7 test", "text/html")})

    fetched = client.get("/records/loans/2/files/receipt")
    client.post("/records/loans/2/edit", data=entered(goods="다른 이름", row_version="1"))
    kept = client.get("/records/loans/2/files/receipt")
    client.post("/records/loans/2/edit", data={**entered(row_version="2"), "receipt.remove": "1"})

    assert fetched.content == b"%PDF-1.7 test"
    assert fetched.headers["content-type"] == "application/pdf"
    assert kept.status_code == 200
    assert client.get("/records/loans/2/files/receipt").status_code == 404
    assert client.get("/records/loans/2/files/goods").status_code == 404


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


def test_new_version_widens_the_table_and_loses_nothing(portal: Portal) -> None:
    """A field added gets its column, a field left out keeps what it held, and comes back with it."""
    site = loan_site(portal)
    narrow = LOANS.model_copy(update={"fields": tuple(f for f in LOANS.fields if f.key not in ("price", "worth"))})
    wide = Definition(
        **{**LOANS.model_dump(), "fields": [*LOANS.fields, Field(key="place", label="장소", type="text")]}
    )
    with connected():
        unit = site.unit("스마트정보과")
        define(Definition(**narrow.model_dump()), site.write_as("admin"), department=unit)
        page = site.client("clerk").get("/records/loans/1")
        define(wide, site.write_as("admin"), department=unit)

    with connected():
        found = loans().find(site.user("clerk"), 1)

    assert page.status_code == 200
    assert "단가" not in page.text
    assert loans_version(site) == 3
    assert (found.price, found.place) == (1_500_000, None)  # type: ignore[attr-defined]  # see above


def loans_version(site: Site) -> int:
    """The version of the ledger in use."""
    with connected():
        return loans().definition.version


def test_same_definition_again_changes_nothing(portal: Portal) -> None:
    """A plugin gives its definitions at every start; the version in use stays."""
    site = loan_site(portal)

    with connected():
        define(LOANS, site.write_as("admin"), department=site.unit("스마트정보과"))

    assert loans_version(site) == 1


def test_changed_type_and_foreign_key_are_refused(portal: Portal) -> None:
    """A column of dates cannot become numbers; a key belongs to who defined it first; `save` is no field."""
    site = loan_site(portal)
    retyped = LOANS.model_copy(
        update={
            "fields": tuple(
                Field(key=f.key, label="수", type="integer") if f.key == "lent_on" else f for f in LOANS.fields
            )
        }
    )
    unusable = Definition(key="x", label="x", fields=(Field(key="save", label="x", type="text"),))

    with connected(), pytest.raises(Conflict, match="lent_on"):
        define(Definition(**retyped.model_dump()), site.write_as("admin"), department=site.unit("스마트정보과"))
    with connected(), pytest.raises(Conflict, match="스마트정보과"):
        define(Definition(**{**retyped.model_dump(), "key": "loans"}), site.write_as("admin"), plugin="board")
    with connected(), pytest.raises(Invalid, match="save"):
        define(unusable, site.write_as("admin"))


def test_values_of_other_plugins_are_checked_too(portal: Portal) -> None:
    """add_record refuses what the definition does not allow."""
    site = loan_site(portal)

    with pytest.raises(Invalid, match="colour"):
        add_loan(site, "clerk", **FIRST, colour="red")
    with pytest.raises(Invalid, match="goods"):
        add_loan(site, "clerk", count=1)


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


def test_menu_lists_my_ledgers(portal: Portal) -> None:
    """The ledger stands in the menu of those who may read it."""
    site = loan_site(portal)

    assert 'href="/records/loans/"' in site.client("stranger").get("/").text


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


def test_filter_offers_no_department_of_a_record_i_may_not_see(portal: Portal) -> None:
    """Where each unit reads its own, the departments that only others named are not among the choices."""
    site = loan_site(portal, Allowed("write", rows="unit"))
    add_loan(site, "stranger", goods="남의 것", unit=site.unit("이인면").id)
    add_loan(site, "clerk", goods="우리 것", unit=site.unit("탄천면").id)

    page = site.client("clerk").get("/records/loans/").text

    assert f'<option value="{site.unit("탄천면").id}"' in page
    assert f'<option value="{site.unit("이인면").id}"' not in page


@pytest.mark.parametrize("unit", ["²", str(2**70), "9" * 5000, "-1", "x"])
def test_department_that_is_no_number_is_refused_with_the_form(portal: Portal, unit: str) -> None:
    """Whatever stands in the field of a department, the form comes back and says to choose from the list."""
    answer = loan_site(portal).client("clerk").post("/records/loans/new", data=entered(unit=unit))

    assert answer.status_code == 422
    assert "부서를 목록에서 고르십시오." in answer.text


@pytest.mark.parametrize("version", ["9" * 5000, "²", "-1", ""])
def test_version_that_is_no_number_is_a_conflict(portal: Portal, version: str) -> None:
    """A form without a usable version is shown again beside what is stored; nothing is lost and nothing breaks."""
    answer = loan_site(portal).client("clerk").post("/records/loans/1/edit", data=entered(row_version=version))

    assert answer.status_code == 409
    assert "양수기" in answer.text


@pytest.mark.parametrize("unseen", ["\x01\x02", "\u200b", "\u3164", "\u200b \ufeff\u2060", "\u2800"])
def test_required_text_that_cannot_be_seen_is_missing(portal: Portal, unseen: str) -> None:
    """Control characters, zero-width ones and Hangul fillers are no name of a thing."""
    answer = loan_site(portal).client("clerk").post("/records/loans/new", data=entered(goods=unseen))

    assert answer.status_code == 422
    assert "꼭 넣어야 하는 칸입니다." in answer.text


def test_chosen_file_is_named_when_the_form_comes_back(portal: Portal) -> None:
    """A browser cannot keep a chosen file: its field says which one to choose again."""
    client = loan_site(portal).client("clerk")
    file = {"receipt": ("인수증.pdf", b"%PDF-1.7", "application/pdf")}

    answer = client.post("/records/loans/new", data=entered(goods=""), files=file)

    assert answer.status_code == 422
    assert "‘인수증.pdf’을(를) 다시 골라 주세요." in answer.text
    assert "다시 골라 주세요" not in client.post("/records/loans/new", data=entered(goods="")).text


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


def test_record_sent_twice_at_once_is_recorded_once(portal: Portal) -> None:
    """저장 pressed twice without scripts: both answers lead to the one record, with one line of history."""
    site = loan_site(portal)
    client = site.client("clerk")
    number = re.findall(r'name="once" value="(\d+)"', client.get("/records/loans/new").text)
    entered = {"goods": "노트북", "once": number}

    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda _: site.client("clerk").post("/records/loans/new", data=entered), range(2)))

    assert {answer.headers["location"] for answer in answers} == {"/records/loans/2"}
    with connected():
        assert loans().table.select().count() == 2
        assert Revision.select().where(Revision.action == "created").count() == 2


def test_record_changed_by_a_colleague_meanwhile_is_not_deleted(portal: Portal) -> None:
    """지우기 of a record that was read before somebody else's change: refused, and the record stays as it is now."""
    site = loan_site(portal)
    with connected():
        ledger, clerk = loans(), site.user("clerk")
        read = ledger.table.get_by_id(1)
        with site.write_as("colleague") as change:
            change_record(change, ledger, site.user("colleague"), ledger.table.get_by_id(1), {"goods": "바뀐 것"})

        with pytest.raises(Conflict), site.write_as("clerk") as change:
            delete_record(change, ledger, clerk, read)

        assert value_of(ledger.table.get_by_id(1), "goods") == "바뀐 것"
        assert not Revision.select().where(Revision.action == "deleted").exists()
