"""The page of one record: who sees it, its history, its files, and how it is deleted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from maru import Conflict
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Allowed
from maru_records.models import Revision, value_of
from maru_records.tests.ledger_site import entered, loan_site, loans
from maru_records.writing.records import change_record, delete_record

Portal = Callable[..., Site]


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


def test_readable_record_of_another_unit_cannot_be_written(portal: Portal) -> None:
    """Everyone reads, each unit writes its own: editing another's is 403, and its page has no button for it."""
    site = loan_site(portal)
    client = site.client("stranger")

    shown = client.get("/records/loans/1")

    assert shown.status_code == 200
    assert "/records/loans/1/edit" not in shown.text
    assert client.post("/records/loans/1/edit", data=entered(row_version="1")).status_code == 403
    assert client.post("/records/loans/1/delete").status_code == 403


def test_history_tells_who_changed_what(portal: Portal) -> None:
    """The page of a record lists each change with the value before and after."""
    site = loan_site(portal)
    client = site.client("colleague")
    client.post("/records/loans/1/edit", data=entered(goods="빔 프로젝터", count="4", row_version="1"))

    page = client.get("/records/loans/1").text

    assert "<del>2</del>" in page
    assert "<ins>4</ins>" in page
    assert "colleague" in page


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


def test_deleted_record_is_gone_and_remembered(portal: Portal) -> None:
    """After deleting: 404, and what it held stands in its history."""
    site = loan_site(portal)
    client = site.client("clerk")

    answer = client.post("/records/loans/1/delete")

    assert answer.status_code == 303
    assert client.get("/records/loans/1").status_code == 404
    with connected():
        assert Revision.of("loans", 1).first().changes["goods"] == ["빔 프로젝터", None]


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


def test_delete_from_a_stale_page_is_refused(portal: Portal) -> None:
    """The page showed another state than the record has now: 409, who changed it, the record as it is; then it goes."""
    site = loan_site(portal)
    client = site.client("clerk")
    seen = re.findall(r'name="row_version" value="(\d+)"', client.get("/records/loans/1").text)
    site.client("colleague").post("/records/loans/1/edit", data=entered(goods="바뀐 것", row_version="1"))

    stale = client.post("/records/loans/1/delete", data={"row_version": seen})
    again = re.findall(r'name="row_version" value="(\d+)"', stale.text)
    done = client.post("/records/loans/1/delete", data={"row_version": again})

    assert (seen, stale.status_code, again, done.status_code) == (["1"], 409, ["2"], 303)
    assert "colleague 님이 이 기록을 고쳐서" in stale.text
    assert "바뀐 것" in stale.text
