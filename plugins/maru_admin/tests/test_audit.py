"""The audit: what is shown, what is found, and whether an alteration shows."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from maru.models import AuditEntry, User
from maru_db import connected, transaction


def rename(site: Any, name: str) -> User:
    """The clerk gets another name, through the administration."""
    clerk: User = site.user("clerk")
    site.client("admin").post(f"/admin/people/{clerk.id}/change", data={"name": name, "phone": ""})
    return clerk


def test_an_entry_shows_before_and_after(portal: Any) -> None:
    """The entry of a change has the old name and the new one, and no password hash."""
    site = portal("admin")
    rename(site, "새 이름")
    with connected():
        key = AuditEntry.select().order_by(AuditEntry.id.desc()).get().id

    page = site.client("admin").get(f"/admin/audit/{key}").text

    assert "<del>clerk</del>" in page
    assert "<ins>새 이름</ins>" in page
    assert "argon2" not in page


def test_the_list_is_filtered_by_record_person_and_day(portal: Any) -> None:
    """A record's own entries are found by table and key; a day without entries is empty."""
    site = portal("admin")
    clerk = rename(site, "새 이름")
    client = site.client("admin")

    of_record = client.get("/admin/audit", params={"table": "maru_user", "key": clerk.id, "person": "admin"}).text
    nothing = client.get("/admin/audit", params={"until": "2001-01-01"}).text

    assert f"maru_user {clerk.id} 바꿈" in of_record
    assert "조건에 맞는 기록이 없습니다" in nothing


def test_a_day_that_is_none_is_said(portal: Any) -> None:
    """A wrong date answers 422 at its field."""
    answer = portal("admin").client("admin").get("/admin/audit", params={"since": "어제"})

    assert answer.status_code == 422
    assert 'id="error-since"' in answer.text


def test_an_altered_entry_is_named(portal: Any) -> None:
    """The chain is whole, until a row is altered behind the portal's back: then its number is named."""
    site = portal("admin")
    client = site.client("admin")

    client.post("/admin/audit/verify")
    whole = client.get("/admin/audit").text
    with connected(), transaction():
        AuditEntry.update(note="altered").where(AuditEntry.id == 1).execute()
    client.post("/admin/audit/verify")
    broken = client.get("/admin/audit").text

    assert "온전합니다" in whole
    assert "감사 기록 1번이" in broken


def test_the_export_is_a_workbook_and_is_audited(portal: Any) -> None:
    """The filtered list opens in Excel, text stays text, and the audit says that it was taken."""
    site = portal("admin")
    rename(site, "=1+1")

    answer = site.client("admin").post("/admin/audit/export?table=maru_user&person=admin")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "번호"
    assert len(rows) == 2
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    with connected():
        last = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert last.action == "admin.views.audit.export"
    assert "table=maru_user" in last.note
