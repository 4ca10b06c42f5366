"""A site with one ledger of loans, for the tests of pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from maru import Department, User
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Allowed, Definition, Field, RecordSet, add_record, define, records_of

LOANS = Definition(
    key="loans",
    label={"ko": "대여 대장", "en": "Loans"},
    title="goods",
    order="-lent_on",
    fields=(
        Field(key="goods", label="물품", type="text", required=True),
        Field(key="kind", label="구분", type="choice", choices=("장비", "전자기기")),
        Field(key="count", label="수량", type="integer", total=True, minimum=1),
        Field(key="price", label="단가", type="amount", unit="원"),
        Field(key="worth", label="가액", type="computed", expression="count * price", total=True),
        Field(key="lent_on", label="빌린 날", type="date"),
        Field(key="borrower", label="빌린 사람", type="person"),
        Field(key="unit", label="쓰는 부서", type="department"),
        Field(key="is_back", label="돌려줌", type="yes_no"),
        Field(key="note", label="비고", type="long_text", in_list=False),
        Field(key="receipt", label="인수증", type="file", in_list=False),
    ),
)
FIRST = {"goods": "빔 프로젝터", "kind": "전자기기", "count": 2, "price": 1_500_000, "lent_on": date(2026, 11, 2)}
ENTERED = {
    "goods": "양수기", "kind": "장비", "count": "3", "price": "98만", "lent_on": "2026. 11. 3.", "borrower": "colleague",
    "unit": "", "is_back": "아니오", "note": "", "row_version": "0",
}  # fmt: skip


def loan_site(portal: Callable[..., Site], *rights: Allowed) -> Site:
    """A site whose clerk wrote down one loan; everyone reads, each unit writes its own, unless `rights` say else."""
    site = portal("records")
    with connected():
        given = rights or (Allowed("read"), Allowed("write", rows="unit"))
        define(LOANS, site.write_as("admin"), department=site.unit("스마트정보과"), rights=given)
    add_loan(site, "clerk", **FIRST)
    return site


def add_loan(site: Site, username: str, **values: Any) -> int:
    """Write down a loan of the person's unit and give its number."""
    with connected():
        person = User.get(User.username == username)
        unit: Department | None = person.unit
        ledger = records_of("loans")
        with site.write_as(username) as change:
            return add_record(change, ledger, person, values, unit).id


def loans() -> RecordSet:
    """The ledger as it is published now. Inside `connected()`."""
    return records_of("loans")


def entered(**more: Any) -> dict[str, str]:
    """A filled form with some of its texts replaced."""
    return {**ENTERED, "price": "980,000", **more}
