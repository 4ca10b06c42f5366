"""A whole round for the tests: a form sent by 기획감사실 (planner) to the four townships, and what comes back."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from maru import local, now
from maru_collect.models import CollectionRequest, Draft, Target
from maru_db import connected
from maru_devkit.fixtures import Site

FORM = Path(__file__).resolve().parents[1] / "demo" / "participatory_budget.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = "2026년 하반기 주민참여예산 집행 현황"
COLUMNS = 12


@dataclass
class Round:
    """One request and the site it lives on."""

    site: Site
    id: int

    def target(self, unit_name: str) -> Target:
        """The place of a unit, freshly read."""
        with connected():
            found: Target = Target.get(Target.request == self.id, Target.unit_name == unit_name)
        return found

    def request(self) -> CollectionRequest:
        """The request, freshly read."""
        with connected():
            return CollectionRequest.get_by_id(self.id)

    def path(self, unit_name: str, word: str = "") -> str:
        """`/collect/1/answer/2/submit`."""
        base = f"/collect/{self.id}/answer/{self.target(unit_name).id}"
        return f"{base}/{word}" if word else base

    def save(self, username: str, unit_name: str, rows: Sequence[Sequence[str | None]], version: int = 0) -> Any:
        """What the grid posts."""
        return self.site.client(username).post(
            self.path(unit_name, "draft"), json={"version": version, "rows": [list(row) for row in rows]}
        )

    def submit(self, username: str, unit_name: str, rows: Sequence[Sequence[str | None]]) -> Any:
        """Type rows and submit them, confirming what was warned about."""
        self.save(username, unit_name, rows)
        return self.site.client(username).post(
            self.path(unit_name, "submit"), data={"confirmed": "1"} | self.seen(unit_name)
        )

    def seen(self, unit_name: str) -> dict[str, str]:
        """What the page's forms say of the rows that it shows."""
        with connected():
            draft = Draft.of(Target.get(Target.request == self.id, Target.unit_name == unit_name))
        return {"draft_version": str(draft.version if draft else 0)}


def row(name: str, budget: str = "48,000", spent: str = "45,210") -> list[str | None]:
    """A row as somebody types it: 사업명, 분야, 예산액, 시비, 도비, 집행액, 착수일."""
    return [None, None, name, "교통", budget, budget, "0", spent, None, "2026. 4. 6.", "041-840-8102", None]


def draft(site: Site) -> Round:
    """A draft made by planner from the form, its columns as recognised."""
    client = site.client("planner")
    answer = client.post("/collect/new", files={"form": ("서식.xlsx", FORM.read_bytes(), XLSX)})
    assert answer.status_code == 303, answer.text
    return Round(site, int(re.findall(r"/collect/(\d+)/columns", answer.headers["location"])[0]))


def tomorrow() -> str:
    """The day after today in Korea, as a form field says it."""
    return f"{local(now()) + timedelta(days=1):%Y-%m-%d}"


def sent(site: Site, openness: str = "closed") -> Round:
    """A request sent to all townships, due tomorrow at 18:00, with 비고 corrected to text."""
    made = draft(site)
    client = site.client("planner")
    with connected():
        layout = CollectionRequest.get_by_id(made.id).layout
    types = {f"type_{column['key']}": column["type"] for column in layout["columns"]}
    types["type_remarks"] = "text"
    required = {f"required_{column['key']}": "1" for column in layout["columns"] if column["required"]}
    details = {
        "title": TITLE,
        "due_on": tomorrow(),
        "due_time": "18:00",
        "guidance": "천원 단위로 적습니다.",
        "openness": openness,
    }
    for path, entered in (
        ("columns", types | required),
        ("targets", {"preset": "townships"}),
        ("details", details),
        ("send", {}),
    ):
        answer = client.post(f"/collect/{made.id}/{path}", data=entered)
        assert answer.status_code == 303, (path, answer.text)
    return made


def opened(workbook: bytes) -> Any:
    """A workbook as openpyxl reads it, which warns about the cross-sheet validation that it does not know."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(BytesIO(workbook))


def filled(blank: bytes, rows: Sequence[Sequence[Any]]) -> bytes:
    """The downloaded form with cells filled in from its first entry row: 사업명 (C) to 비고 (L), 집행률 (I) left out."""
    book = opened(blank)
    sheet = book["취합서식"]
    for place, cells in enumerate(rows):
        for letter, value in zip("CDEFGHJKL", cells, strict=False):
            sheet[f"{letter}{6 + place}"] = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()
