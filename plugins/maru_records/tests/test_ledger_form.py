"""The form of a record: what is typed becomes values, what is wrong comes back, two people write at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from maru import AuditEntry, today
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.models import Revision, value_of
from maru_records.tests.ledger_site import entered, loan_site, loans

Portal = Callable[..., Site]


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


@pytest.mark.parametrize("version", ["9" * 5000, "²", "-1", ""])
def test_version_that_is_no_number_is_a_conflict(portal: Portal, version: str) -> None:
    """A form without a usable version is shown again beside what is stored; nothing is lost and nothing breaks."""
    answer = loan_site(portal).client("clerk").post("/records/loans/1/edit", data=entered(row_version=version))

    assert answer.status_code == 409
    assert "양수기" in answer.text


@pytest.mark.parametrize("unit", ["²", str(2**70), "9" * 5000, "-1", "x"])
def test_department_that_is_no_number_is_refused_with_the_form(portal: Portal, unit: str) -> None:
    """Whatever stands in the field of a department, the form comes back and says to choose from the list."""
    answer = loan_site(portal).client("clerk").post("/records/loans/new", data=entered(unit=unit))

    assert answer.status_code == 422
    assert "부서를 목록에서 골라 주세요." in answer.text


@pytest.mark.parametrize("unseen", ["\x01\x02", "\u200b", "\u3164", "\u200b \ufeff\u2060", "\u2800"])
def test_required_text_that_cannot_be_seen_is_missing(portal: Portal, unseen: str) -> None:
    """Control characters, zero-width ones and Hangul fillers are no name of a thing."""
    answer = loan_site(portal).client("clerk").post("/records/loans/new", data=entered(goods=unseen))

    assert answer.status_code == 422
    assert "꼭 넣어야 하는 칸입니다." in answer.text


def test_chosen_file_is_kept_when_the_form_comes_back(portal: Portal) -> None:
    """The field has a ticked box for it; sent again, the record has the file, and another one chosen now wins."""
    client = loan_site(portal).client("clerk")
    file = {"receipt": ("인수증.pdf", b"%PDF-1.7", "application/pdf")}

    refused = client.post("/records/loans/new", data=entered(goods=""), files=file)
    word = re.findall(r'name="receipt.waiting" value="([^"]+)" checked', refused.text)[0]
    kept = client.post("/records/loans/new", data=entered(goods="천막") | {"receipt.waiting": word})
    other = {"receipt": ("고친 인수증.pdf", b"%PDF-1.8", "application/pdf")}
    replaced = client.post("/records/loans/new", data=entered(goods="의자") | {"receipt.waiting": word}, files=other)

    assert refused.status_code == 422
    assert "방금 올린 ‘인수증.pdf’를 씁니다." in refused.text
    assert "방금 올린" not in client.post("/records/loans/new", data=entered(goods="")).text
    assert "인수증.pdf" in client.get(kept.headers["location"]).text
    assert "고친 인수증.pdf" in client.get(replaced.headers["location"]).text


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


def test_day_is_typed_as_people_say_it_or_picked(portal: Portal) -> None:
    """'오늘' is recorded as the day it is; the field shows an example that fits, and has a calendar beside it."""
    site = loan_site(portal)
    client = site.client("clerk")

    page = client.get("/records/loans/new").text
    answer = client.post("/records/loans/new", data=entered(lent_on="오늘"))

    assert answer.status_code == 303
    with connected():
        assert value_of(loans().find(site.user("clerk"), 2), "lent_on") == today()
    assert 'aria-label="달력에서 고르기: 빌린 날"' in page
    assert f'placeholder="예: 오늘, 11.25, {today().year}.' in page
